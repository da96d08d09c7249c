//! `GET` and `POST /authorize`.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::dispatch::{self, Origin};
use super::{checks, response};
use crate::audit::EventKind;
use crate::client::Client;
use crate::context::PageContext;
use crate::interaction::{Interaction, Target, insert_interaction};
use crate::protocol::authorization_request::{AuthorizationRequest, Refusal, Unverified};
use crate::protocol::params::Params;
use crate::protocol::{Error, body};
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::callback::see_other;

/// The request in the query.
pub async fn get(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let request = match read(&page, Params::parse(query.unwrap_or_default().as_bytes())) {
        Ok(request) => request,
        Err(response) => return *response,
    };
    match dispatch::proceed(&page, &Origin::Endpoint, request).await {
        Ok(response) => response,
        Err(fault) => page.fault(&fault),
    }
}

/// The request in the body (OpenID Connect Core §3.1.2.1).
///
/// A client's page on another site posts it, and then the browser holds back our `SameSite=Lax` cookies: nothing can be
/// decided yet. The request is stored, and the browser sent to the dispatcher by a GET, which has them.
pub async fn post(page: PageContext, headers: HeaderMap, form: Bytes) -> Response {
    let request = match read(&page, body::parse_form(&headers, &form)) {
        Ok(request) => request,
        Err(response) => return *response,
    };
    match store(&page, request).await {
        Ok(response) => response,
        Err(fault) => page.fault(&fault),
    }
}

async fn store(page: &PageContext, request: AuthorizationRequest) -> Result<Response, Fault> {
    let app = &page.app;
    let place = (page.issuer().brand.clone(), page.issuer().access_path);
    let lifetime = app.config.interaction.lifetime.0;
    let target = Target::Client(Box::new(request));
    let interaction = Interaction::new(&app.random, (place, None), target, page.now, lifetime);
    let mut tx = app.db.begin().await?;
    insert_interaction(&mut tx, &interaction).await?;
    tx.commit().await?;
    Ok(see_other(&page.issuer().page(&format!("/interaction/{}", interaction.id))))
}

/// From parameters to a request that may be answered; `Err` is the answer to any other.
fn read(page: &PageContext, params: Result<Params, Error>) -> Result<AuthorizationRequest, Box<Response>> {
    let malformed = |error: Error| {
        let problem = Problem::RequestMalformed { detail: error.description().to_owned().into() };
        Box::new(page.refuse_because(
            &problem,
            EventKind::AuthorizationRefused,
            problem.code(),
            error.hint().unwrap_or_default(),
        ))
    };
    let unverified = params.and_then(Unverified::parse).map_err(malformed)?;
    let client = find_client(page, &unverified)?;
    let verified = unverified
        .verify(client.redirect_uris_at(page.issuer().access_path), client.metadata.application_type)
        .map_err(|_| refuse(page, &Problem::RedirectUriMismatch, client.id.as_str()))?;
    let request = verified.parse().map_err(|refusal| send_back(page, *refusal))?;
    checks::check(&client, request).map_err(|refusal| send_back(page, *refusal))
}

fn find_client(page: &PageContext, unverified: &Unverified) -> Result<std::sync::Arc<Client>, Box<Response>> {
    let id = unverified.client_id();
    match page.app.clients.find(&page.issuer().brand, id) {
        None => Err(refuse(page, &Problem::UnknownClient, id.as_str())),
        Some(client) if !client.is_active() => Err(refuse(page, &Problem::ClientDisabled, id.as_str())),
        Some(client) => Ok(client),
    }
}

fn refuse(page: &PageContext, problem: &Problem, client: &str) -> Box<Response> {
    Box::new(page.refuse_because(problem, EventKind::AuthorizationRefused, problem.code(), client))
}

fn send_back(page: &PageContext, refusal: Refusal) -> Box<Response> {
    Box::new(response::refuse(page, &refusal.callback, &refusal.error))
}
