//! Logging out on the client's wish (OpenID Connect RP-Initiated Logout 1.0).
//!
//! ```text
//! GET|POST /logout ─┬─ an ID token of this very session comes along ─▶ ended
//!                   ├─ somebody is signed in, nothing proves who asks ─▶ page ─ POST /logout/confirm ─▶ ended
//!                   └─ nobody is signed in ─▶ nothing to end
//!                                                       then back to a registered URI, or our own page
//! ```
//!
//! It must not: end a session without a proof or a person's word (`security.md` line 48), redirect to a URI that is not
//! registered to the letter.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::account::find_account;
use crate::audit::{EventKind, insert_event};
use crate::client::Client;
use crate::context::PageContext;
use crate::protocol::logout_request::LogoutRequest;
use crate::protocol::params::Params;
use crate::protocol::{Error, body};
use crate::session::{Session, end_session, find_session};
use crate::storage::Fault;
use crate::token::claims::IdTokenHint;
use crate::token::revoke_session_families;
use crate::token::verify::verify_id_token_hint;
use crate::web::callback::see_other;
use crate::web::cookie::{Cookie, Purpose};
use crate::web::pages::{LoggedOutPage, LogoutPage};
use crate::web::{Problem, csrf, form, render};

/// The purpose of the confirmation form.
const PURPOSE: &str = "logout";
/// The parameter, and the purpose, of the proof that an ID token of a session was posted.
const PROOF: &str = "logout_proof";

/// A logout request whose parts have been verified.
struct Logout {
    request: LogoutRequest,
    hint: Option<IdTokenHint>,
    client: Option<Arc<Client>>,
    /// Stands for a hint that was posted and verified.
    proof: Option<String>,
    /// Where to go afterwards: registered, with `state`.
    target: Option<String>,
}

/// `GET /logout`.
pub async fn get(page: PageContext, RawQuery(query): RawQuery) -> Response {
    start(&page, Params::parse(query.unwrap_or_default().as_bytes())).await
}

/// `POST /logout`.
///
/// A client's page on another site posts it, and then the browser holds back our `SameSite=Lax` cookies: who is signed
/// in shows only when it comes again by a GET. The ID token stays behind: a proof that it was good for its session goes
/// along instead, since a token does not belong in a URL.
pub async fn post(page: PageContext, headers: HeaderMap, form: Bytes) -> Response {
    let params = body::parse_form(&headers, &form);
    if page.session.is_some() {
        return start(&page, params).await;
    }
    match read(&page, params) {
        Ok(logout) => {
            let mut fields = confirm_fields(&logout.request, logout.client.as_deref());
            let session = logout.hint.and_then(|hint| hint.sid);
            fields.extend(session.map(|id| (PROOF.to_owned(), page.app.csrf.token(id.as_str(), PROOF))));
            see_other(&here(&page, &fields))
        }
        Err(problem) => page.refuse(&problem),
    }
}

async fn start(page: &PageContext, params: Result<Params, Error>) -> Response {
    match read(page, params) {
        Ok(logout) => match decide(page, logout).await {
            Ok(response) => page.seal(response),
            Err(fault) => page.fault(&fault),
        },
        Err(problem) => page.refuse(&problem),
    }
}

fn read(page: &PageContext, params: Result<Params, Error>) -> Result<Logout, Problem> {
    let malformed = |error: Error| Problem::RequestMalformed { detail: error.description().to_owned().into() };
    let params = params.map_err(malformed)?;
    let proof = params.one(PROOF).map_err(|repeated| malformed(repeated.into()))?.map(str::to_owned);
    let request = LogoutRequest::parse(&params).map_err(malformed)?;
    Ok(Logout { proof, ..verify(page, request)? })
}

/// §2: whose client it is, that the hint is ours, that the URI is registered.
fn verify(page: &PageContext, request: LogoutRequest) -> Result<Logout, Problem> {
    let issuer = page.issuer();
    let malformed = |detail: &'static str| Problem::RequestMalformed { detail: detail.into() };
    let hint = match &request.id_token_hint {
        None => None,
        // An expired hint is as good as a fresh one (§2): it says which session is meant.
        Some(token) => Some(
            verify_id_token_hint(&page.app.keys.load(), &issuer.identifier, token)
                .map_err(|_| malformed("the id_token_hint is not an ID token of this issuer"))?,
        ),
    };
    let named = request.client_id.clone();
    let hinted = hint.as_ref().and_then(|hint| hint.aud.names().first().map(crate::id::ClientId::new));
    if let (Some(named), Some(hint)) = (&named, &hint)
        && !hint.aud.contains(named.as_str())
    {
        return Err(malformed("client_id is not the client of the id_token_hint"));
    }
    let client = match named.or(hinted) {
        None => None,
        Some(id) => Some(page.app.clients.find(&issuer.brand, &id).ok_or(Problem::UnknownClient)?),
    };
    let target = match (&request.post_logout_redirect_uri, &client) {
        (None, _) => None,
        (Some(_), None) => return Err(malformed("post_logout_redirect_uri needs an id_token_hint or a client_id")),
        (Some(uri), Some(client)) if client.post_logout_redirect_uris_at(page.issuer().access_path).contains(uri) => {
            Some(request.location(uri))
        }
        (Some(_), Some(_)) => return Err(Problem::RedirectUriMismatch),
    };
    Ok(Logout { request, hint, client, proof: None, target })
}

async fn find_own_session(page: &PageContext) -> Result<Option<Session>, Fault> {
    match &page.session {
        Some(secret) => find_session(&page.app.db, &page.issuer().brand, secret, page.now).await,
        None => Ok(None),
    }
}

async fn decide(page: &PageContext, logout: Logout) -> Result<Response, Fault> {
    let Some(session) = find_own_session(page).await? else { return Ok(leave(page, logout.target.as_deref(), false)) };
    let hinted = logout.hint.as_ref().is_some_and(|hint| hint.sid.as_ref() == Some(&session.id));
    let posted = |proof: &String| page.app.csrf.verify(session.id.as_str(), PROOF, proof);
    let proved = hinted || logout.proof.as_ref().is_some_and(posted);
    // Nobody is asked about a session that lay idle too long, nor told whose it was.
    if proved || !session.is_alive(page.now, page.app.config.session.idle.0) {
        return end(page, &session, logout.client.as_deref(), logout.target.as_deref()).await;
    }
    let record = find_account(&page.app.db, &session.account_id).await?;
    let mut page = page.clone();
    page.ensure_browser();
    let mut frame = page.frame(PURPOSE);
    let fields = confirm_fields(&logout.request, logout.client.as_deref());
    frame.here = here(&page, &fields);
    let question = LogoutPage {
        action: page.issuer().page("/logout/confirm"),
        fields,
        account: record.map(|record| record.account.email),
        client_name: logout.client.map(|client| client.metadata.client_name.clone()),
        post_logout_redirect_uri: logout.target,
        frame,
    };
    Ok(page.seal(render(StatusCode::OK, &question)))
}

/// What the confirmed request needs again. The hint is left out: it is not needed any more and does not belong in a URL.
fn confirm_fields(request: &LogoutRequest, client: Option<&Client>) -> Vec<(String, String)> {
    let client = client.map(|client| ("client_id", client.id.as_str()));
    let uri = request.post_logout_redirect_uri.as_deref().map(|uri| ("post_logout_redirect_uri", uri));
    let state = request.state.as_deref().map(|state| ("state", state));
    [client, uri, state].into_iter().flatten().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn here(page: &PageContext, fields: &[(String, String)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    page.issuer().page(&format!("/logout?{query}"))
}

/// `POST /logout/confirm`: the person's answer.
pub async fn confirm(page: PageContext, headers: HeaderMap, form: Bytes) -> Response {
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (token, answer) = match form::Params::parse_body(content_type, &form) {
        Ok(params) => {
            let field = |name: &str| params.get(name).ok().flatten().unwrap_or_default().to_owned();
            (field(csrf::FIELD), field("answer"))
        }
        Err(error) => return page.refuse(&Problem::RequestMalformed { detail: error.to_string().into() }),
    };
    if !page.is_our_form(PURPOSE, &token) {
        return page.refuse(&Problem::CsrfFailed);
    }
    let params = body::parse_form(&headers, &form).and_then(|params| LogoutRequest::parse(&params));
    let logout = match params {
        Ok(request) => verify(&page, request),
        Err(error) => Err(Problem::RequestMalformed { detail: error.description().to_owned().into() }),
    };
    let logout = match logout {
        Ok(logout) => logout,
        Err(problem) => return page.refuse(&problem),
    };
    if answer != "yes" {
        return page.seal(leave(&page, None, true));
    }
    let ended = match find_own_session(&page).await {
        Ok(Some(session)) => end(&page, &session, logout.client.as_deref(), logout.target.as_deref()).await,
        Ok(None) => Ok(leave(&page, logout.target.as_deref(), false)),
        Err(fault) => Err(fault),
    };
    match ended {
        Ok(response) => page.seal(response),
        Err(fault) => page.fault(&fault),
    }
}

/// Ends the session and what lives only as long as it; `offline_access` stays, that is its meaning.
async fn end(
    page: &PageContext,
    session: &Session,
    client: Option<&Client>,
    target: Option<&str>,
) -> Result<Response, Fault> {
    let app = &page.app;
    let mut event = page.event(EventKind::SignedOut);
    event.account = Some(session.account_id.clone());
    event.session = Some(session.id.clone());
    event.client = client.map(|client| client.id.clone());
    let mut tx = app.db.begin().await?;
    if end_session(&mut tx, &session.id, page.now).await? {
        revoke_session_families(&mut tx, &session.id, "logout", page.now).await?;
        insert_event(&mut tx, app.random.row_id(page.now).into(), &event, page.now).await?;
    }
    tx.commit().await?;
    let mut response = leave(page, target, false);
    let issuer = page.issuer();
    Cookie::removal(Purpose::Session, issuer.secure, issuer.cookie_tag.as_str()).set(response.headers_mut());
    Ok(response)
}

fn leave(page: &PageContext, target: Option<&str>, stayed: bool) -> Response {
    if let Some(target) = target {
        return see_other(target);
    }
    let mut frame = page.frame("");
    frame.here = String::new();
    render(StatusCode::OK, &LoggedOutPage { frame, stayed, service_url: Some(page.issuer().service_url.clone()) })
}
