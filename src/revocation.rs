//! Token revocation (RFC 7009): a client gives a token back.
//!
//! A refresh token takes its whole family with it (§2.1), an access token only itself. A token that is unknown, or that
//! belongs to somebody else, is answered 200 like any other and stays as it is.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::audit::{Event, EventKind, insert_event};
use crate::client::Client;
use crate::context::Context;
use crate::protocol::presented_token::PresentedToken;
use crate::protocol::{Error, body};
use crate::secret::TokenHash;
use crate::storage::Fault;
use crate::token::mint::OpaqueToken;
use crate::token::{find_refresh, revoke_access_token, revoke_family};
use crate::web::machine;

/// `POST /revoke`.
pub async fn post(context: Context, headers: HeaderMap, form: Bytes) -> Response {
    let mut response = match handle(&context, &headers, &form).await {
        Ok(Ok(())) => machine::raw(StatusCode::OK, "application/json", "{}"),
        Ok(Err(error)) => context.refuse_client(&error, "revocation"),
        Err(fault) => context.machine_fault(&fault),
    };
    machine::share(response.headers_mut());
    response
}

async fn handle(context: &Context, headers: &HeaderMap, form: &[u8]) -> Result<Result<(), Error>, Fault> {
    let params = match body::parse_form(headers, form) {
        Ok(params) => params,
        Err(error) => return Ok(Err(error)),
    };
    let client = match context.identify_client(headers, &params).await? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let presented = match PresentedToken::parse(&params) {
        Ok(presented) => presented,
        Err(error) => return Ok(Err(error)),
    };
    let token = presented.token.expose();
    if OpaqueToken::of(token) == Some(OpaqueToken::Refresh) {
        revoke_refresh(context, &client, TokenHash::of(token)).await?;
    } else {
        revoke_access(context, &client, token).await?;
    }
    Ok(Ok(()))
}

async fn revoke_refresh(context: &Context, client: &Client, hash: TokenHash) -> Result<(), Fault> {
    let Some(stored) = find_refresh(&context.app.db, &context.issuer().brand, hash).await? else { return Ok(()) };
    let standing = stored.standing;
    if standing.family.client_id != client.id {
        return Ok(());
    }
    let mut event = event(context, client, "refresh_token");
    event.account = Some(standing.record.account.id);
    event.contract = Some(standing.record.contract.id);
    let (app, now) = (&context.app, context.now);
    let mut tx = app.db.begin().await?;
    if revoke_family(&mut tx, &standing.family.id, "revoked_by_client", now).await? {
        insert_event(&mut tx, app.random.row_id(now).into(), &event, now).await?;
    }
    tx.commit().await
}

async fn revoke_access(context: &Context, client: &Client, token: &str) -> Result<(), Fault> {
    let (app, now) = (&context.app, context.now);
    let keys = app.keys.load_full();
    let Ok(live) = context.access_tokens(&keys).find(token).await? else { return Ok(()) };
    if live.claims.client_id != client.id {
        return Ok(());
    }
    let mut event = event(context, client, "access_token");
    event.account = live.standing.map(|standing| standing.record.account.id);
    let mut tx = app.db.begin().await?;
    revoke_access_token(&mut tx, &live.claims.jti, live.claims.expires_at()).await?;
    insert_event(&mut tx, app.random.row_id(now).into(), &event, now).await?;
    tx.commit().await
}

fn event(context: &Context, client: &Client, what: &'static str) -> Event {
    let mut event = context.event(EventKind::TokenRevoked).because("revoked_by_client").with("what", what);
    event.client = Some(client.id.clone());
    event
}
