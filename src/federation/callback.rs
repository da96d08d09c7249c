//! `GET /callback/{connection}`: the checks before anything is sent to the upstream (`upstreams.md` S1, S2, S6, S7, S30).

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::HeaderValue;
use http::header::{LOCATION, REFERRER_POLICY};

use super::origin::{back, restart_of};
use super::prove::{Returned, prove};
use super::{confirm, sign_in};
use crate::account::LoginMethod;
use crate::audit::EventKind;
use crate::context::PageContext;
use crate::id::ConnectionId;
use crate::lockout::Limit;
use crate::secret::constant_time_eq;
use crate::storage::Fault;
use crate::upstream::Connection;
use crate::upstream::callback::{self, check_iss};
use crate::upstream::connection::label;
use crate::upstream::refusal::Refused;
use crate::upstream::transaction::{Purpose, Transaction, consume_state, find_by_state};
use crate::web::Problem;

/// Takes a person back.
pub async fn get(mut page: PageContext, Path(connection): Path<String>, RawQuery(query): RawQuery) -> Response {
    // The address has a code in it and is good once: no page links to it, not in another language either, and nobody
    // the page leads to hears where it was shown (RFC 9700 §4.2.4, `upstreams.md` S9).
    page.here = String::new();
    let id = ConnectionId::new(connection);
    let outcome = async {
        let connection = page.connection(&id).await?;
        let is_facebook = connection.as_ref().is_some_and(|connection| connection.method == LoginMethod::Facebook);
        let response = handle(&page, (&id, connection), query.as_deref().unwrap_or_default()).await?;
        Ok(if is_facebook { without_fragment(response) } else { response })
    };
    let mut response = outcome.await.unwrap_or_else(|fault| page.fault(&fault));
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Facebook's answer ends in `#_=_`, and a fragment travels on with every redirect that has none (RFC 9110 §10.2.2):
/// it would reach the page of our client. An empty one takes its place.
fn without_fragment(mut response: Response) -> Response {
    let location = response.headers().get(LOCATION).filter(|location| !location.as_bytes().contains(&b'#'));
    let location = location.map(|location| [location.as_bytes(), b"#"].concat());
    if let Some(location) = location.and_then(|location| HeaderValue::from_bytes(&location).ok()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

async fn handle(
    page: &PageContext,
    (id, connection): (&ConnectionId, Option<Arc<Connection>>),
    query: &str,
) -> Result<Response, Fault> {
    // An unknown connection's response is read like any other; its transaction decides.
    let method = connection.as_ref().map_or(LoginMethod::OpenIdConnect, |connection| connection.method);
    let response = match callback::parse(query, method) {
        Ok(response) => response,
        Err(malformed) => {
            return Ok(page.refuse_because(
                &Problem::UpstreamMalformed,
                EventKind::PageRefused,
                "upstream_malformed",
                malformed.0,
            ));
        }
    };
    let transaction = match open(page, id, response.state.expose()).await? {
        Ok(transaction) => transaction,
        Err(refusal) => return Ok(*refusal),
    };
    let Some(connection) = connection else { return Ok(page.refuse(&Problem::ConnectionDisabled)) };
    let returned = Returned { connection: &connection, transaction: &transaction, outcome: response.outcome };
    let proved = match check_iss(&connection, response.iss.as_deref()) {
        Ok(()) => prove(page, returned).await,
        Err(why) => Err(why.into()),
    };
    match proved {
        Ok(proved) => match &transaction.purpose {
            Purpose::SignIn { interaction } => {
                sign_in::complete(page, (&connection, &transaction), interaction, proved).await
            }
            _ => confirm::keep(page, (&connection, &transaction), proved).await,
        },
        Err(refused) => turn_back(page, (&connection, &transaction), &refused).await,
    }
}

/// The transaction of a state, used up by this: once, in the browser it began in, within its ten minutes, on the
/// callback of its own connection.
async fn open(page: &PageContext, id: &ConnectionId, state: &str) -> Result<Result<Transaction, Box<Response>>, Fault> {
    let app = &page.app;
    let refuse = |problem: Problem, why: &'static str| {
        Ok(Err(Box::new(page.refuse_because(&problem, EventKind::PageRefused, why, ""))))
    };
    let service = || Some(page.issuer().service_url.clone());
    let Some(transaction) = find_by_state(&app.db, &page.issuer().brand, state).await? else {
        if let Some(wait) = app.limits.wait(Limit::Returns, page.request.address) {
            return Ok(Err(Box::new(wait_for(page, wait))));
        }
        app.limits.count(Limit::Returns, page.request.address);
        return refuse(Problem::UpstreamExpired { restart: service() }, "upstream_state_unknown");
    };
    if transaction.connection != *id {
        return refuse(Problem::UpstreamMalformed, "upstream_state_of_another_connection");
    }
    let browser = page.browser_hash();
    let same = browser.is_some_and(|hash| constant_time_eq(hash.as_bytes(), transaction.browser.as_bytes()));
    if !same {
        // Not used up: whoever was lured here must not be able to spoil the sign-in of whom the state belongs to.
        return refuse(Problem::UpstreamElsewhere { restart: service() }, "upstream_state_of_another_browser");
    }
    let restart = restart_of(page, &transaction);
    if page.now >= transaction.expires_at {
        return refuse(Problem::UpstreamExpired { restart }, "upstream_state_expired");
    }
    let mut tx = app.db.begin().await?;
    if transaction.returned_at.is_some() || !consume_state(&mut tx, &transaction.id, page.now).await? {
        return refuse(Problem::UpstreamExpired { restart }, "upstream_state_used");
    }
    tx.commit().await?;
    Ok(Ok(transaction))
}

/// Whoever tries out states is told to wait, and is no news any more: nothing is written. Whoever comes back with a state
/// of ours never waits (`upstreams.md` S40).
fn wait_for(page: &PageContext, wait: Duration) -> Response {
    let retry_after_s = u32::try_from(wait.as_secs().max(1)).unwrap_or(u32::MAX);
    page.seal(Problem::TooManyRequests { retry_after_s }.respond(page.frame(""), Some(&page.issuer().service_url)))
}

/// Back to where the person came from, with a sentence.
pub async fn turn_back(
    page: &PageContext,
    (connection, transaction): (&Arc<Connection>, &Transaction),
    refused: &Refused,
) -> Result<Response, Fault> {
    metrics::counter!("tegata_upstream_returns_total", "connection" => label(&connection.id), "outcome" => refused.why.as_str())
        .increment(1);
    // Not counted as a failure of this address: nothing can be guessed here, and a company whose secret has expired must
    // not lose its passwords by it.
    let mut event = page.event(EventKind::SignInRefused).because(refused.why.as_str());
    event = event.with("connection", connection.id.to_string());
    if !refused.hint.is_empty() {
        event = event.with("hint", refused.hint.clone());
    }
    page.app.audit.record(event);
    Ok(back(page, transaction, refused.why.class()))
}
