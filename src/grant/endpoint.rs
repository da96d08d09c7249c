//! `POST /token`.

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::issue::Issued;
use super::{authorization_code, client_credentials, refresh_token};
use crate::audit::EventKind;
use crate::client::{Authenticator, Client};
use crate::context::{Context, log_fault};
use crate::protocol::token_request::TokenRequest;
use crate::protocol::{Error, ErrorCode, body, client_authentication};
use crate::storage::Fault;
use crate::web::machine;

/// The outcome of a grant: tokens, an error for the client, or a fault of ours.
pub type Outcome = Result<Result<Issued, Error>, Fault>;

/// Reads, authenticates, dispatches, answers.
pub async fn post(context: Context, headers: HeaderMap, form: Bytes) -> Response {
    let mut response = match handle(&context, &headers, &form).await {
        Ok(Ok(Issued::Fresh(tokens))) => machine::json(http::StatusCode::OK, &tokens),
        Ok(Ok(Issued::Again(body))) => machine::raw(http::StatusCode::OK, "application/json", body),
        Ok(Err(error)) => refuse(&context, &error),
        Err(fault) => {
            log_fault(&fault, &context.request.reference);
            machine::fault(fault.is_unavailable())
        }
    };
    machine::share(response.headers_mut());
    response
}

async fn handle(context: &Context, headers: &HeaderMap, form: &[u8]) -> Outcome {
    let params = match body::parse_form(headers, form) {
        Ok(params) => params,
        Err(error) => return Ok(Err(error)),
    };
    let app = &context.app;
    let authenticator = Authenticator {
        clients: &app.clients,
        master: &app.master,
        db: &app.db,
        issuer: context.issuer(),
        now: context.now,
    };
    let client = match authenticator.identify(headers, &params).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let request = match TokenRequest::parse(&params).and_then(|request| check_grant(&client, request)) {
        Ok(request) => request,
        Err(error) => return Ok(Err(error)),
    };
    match request {
        TokenRequest::AuthorizationCode(request) => authorization_code::exchange(context, &client, request).await,
        TokenRequest::RefreshToken(request) => refresh_token::refresh(context, &client, request).await,
        TokenRequest::ClientCredentials(request) => client_credentials::issue(context, &client, request).await,
    }
}

// ASVS 10.4.4: each client uses only the grants it is registered for.
fn check_grant(client: &Client, request: TokenRequest) -> Result<TokenRequest, Error> {
    if client.metadata.allows(request.grant_type()) {
        Ok(request)
    } else {
        Err(Error::unauthorized_client("the client may not use this grant_type"))
    }
}

fn refuse(context: &Context, error: &Error) -> Response {
    metrics::counter!("tegata_token_errors_total", "error" => error.code().as_str()).increment(1);
    let mut event = context.event(EventKind::TokenRefused).because(error.code().as_str());
    if let Some(hint) = error.hint() {
        event = event.with("hint", hint);
    }
    context.app.audit.record(event.with("description", error.description()));
    let challenge = (error.code() == ErrorCode::InvalidClient)
        .then(|| client_authentication::challenge(&context.issuer().identifier));
    machine::error(error, challenge.as_deref())
}
