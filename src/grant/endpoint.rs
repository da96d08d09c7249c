//! `POST /token`.

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::issue::Issued;
use super::{authorization_code, client_credentials, refresh_token};
use crate::client::Client;
use crate::context::Context;
use crate::protocol::token_request::TokenRequest;
use crate::protocol::{Error, body};
use crate::storage::Fault;
use crate::web::machine;

/// The outcome of a grant: tokens, an error for the client, or a fault of ours.
pub type Outcome = Result<Result<Issued, Error>, Fault>;

/// Reads, authenticates, dispatches, answers.
pub async fn post(context: Context, headers: HeaderMap, form: Bytes) -> Response {
    let mut response = match handle(&context, &headers, &form).await {
        Ok(Ok(Issued::Fresh(tokens))) => machine::json(http::StatusCode::OK, &tokens),
        Ok(Ok(Issued::Again(body))) => machine::raw(http::StatusCode::OK, "application/json", body),
        Ok(Err(error)) => context.refuse_client(&error, "token"),
        Err(fault) => context.machine_fault(&fault),
    };
    machine::share(response.headers_mut());
    response
}

async fn handle(context: &Context, headers: &HeaderMap, form: &[u8]) -> Outcome {
    let params = match body::parse_form(headers, form) {
        Ok(params) => params,
        Err(error) => return Ok(Err(error)),
    };
    let client = match context.identify_client(headers, &params).await? {
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
