//! Token introspection (RFC 7662): a resource server asks whether a token is good.
//!
//! Who may ask: an authenticated confidential client, about its own tokens and about those of the audiences it is
//! registered for. Everything else is `{"active": false}` and not a word more (`security.md` line 40). It writes
//! nothing.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::client::Client;
use crate::context::Context;
use crate::protocol::presented_token::PresentedToken;
use crate::protocol::{Error, body};
use crate::secret::TokenHash;
use crate::storage::Fault;
use crate::token::claims::AccessTokenClaims;
use crate::token::mint::OpaqueToken;
use crate::token::{RefreshToken, find_refresh};
use crate::web::machine;

/// §2.2.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    AccessToken {
        active: bool,
        token_type: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
        #[serde(flatten)]
        claims: &'a AccessTokenClaims,
    },
    RefreshToken {
        active: bool,
        scope: String,
        client_id: &'a str,
        sub: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        username: Option<&'a str>,
        iss: &'a str,
        exp: i64,
    },
    Inactive {
        active: bool,
    },
}

const INACTIVE: Answer<'static> = Answer::Inactive { active: false };

/// `POST /introspect`.
pub async fn post(context: Context, headers: HeaderMap, form: Bytes) -> Response {
    match answer(&context, &headers, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => context.refuse_client(&error, "introspection"),
        Err(fault) => context.machine_fault(&fault),
    }
}

async fn answer(context: &Context, headers: &HeaderMap, form: &[u8]) -> Result<Result<Response, Error>, Fault> {
    let params = match body::parse_form(headers, form) {
        Ok(params) => params,
        Err(error) => return Ok(Err(error)),
    };
    let app = &context.app;
    let client = match context.identify_client(headers, &params).await? {
        // §2.1: whoever asks must prove who it is; a public client cannot.
        Ok(client) if client.is_public() => {
            return Ok(Err(Error::invalid_client("a public client may not introspect tokens")));
        }
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let presented = match PresentedToken::parse(&params) {
        Ok(presented) => presented,
        Err(error) => return Ok(Err(error)),
    };
    let token = presented.token.expose();
    if OpaqueToken::of(token) == Some(OpaqueToken::Refresh) {
        let stored = find_refresh(&app.db, &context.issuer().brand, TokenHash::of(token)).await?;
        return Ok(Ok(refresh_token(context, &client, stored.as_ref())));
    }
    let keys = app.keys.load_full();
    Ok(Ok(match context.access_tokens(&keys).find(token).await? {
        Ok(live) if may_see(&client, &live.claims) && is_active(context, &live.claims) => {
            // The address is told to those alone who were granted it.
            let granted = live.standing.as_ref().filter(|_| live.claims.has_scope("email"));
            let username = granted.map(|standing| standing.record.account.email.as_str());
            let answer = Answer::AccessToken { active: true, token_type: "Bearer", username, claims: &live.claims };
            machine::json(StatusCode::OK, &answer)
        }
        _ => machine::json(StatusCode::OK, &INACTIVE),
    }))
}

/// A client sees its own tokens, a resource server those made for it.
fn may_see(client: &Client, claims: &AccessTokenClaims) -> bool {
    claims.client_id == client.id || client.settings.introspects.iter().any(|name| claims.aud.contains(name))
}

/// A token of a client that was stopped meanwhile is as dead as the client (`security.md` line 89).
fn is_active(context: &Context, claims: &AccessTokenClaims) -> bool {
    let client = context.app.clients.find(&context.issuer().brand, &claims.client_id);
    client.is_some_and(|client| client.is_active())
}

fn refresh_token(context: &Context, client: &Client, stored: Option<&RefreshToken>) -> Response {
    let good = stored.filter(|stored| {
        let standing = &stored.standing;
        let idle = Client::lifetime(
            client.settings.lifetimes.refresh_token_idle,
            context.app.config.tokens.refresh_token_idle.0,
        );
        standing.family.client_id == client.id
            && stored.rotated_at.is_none()
            && standing.is_alive(context.now)
            && context.now.since(stored.last_used_at) < idle
            && standing.refusal(context.now).is_none()
    });
    let Some(RefreshToken { standing, expires_at, .. }) = good else {
        return machine::json(StatusCode::OK, &INACTIVE);
    };
    let granted = standing.family.facts.scope.contains("email");
    machine::json(
        StatusCode::OK,
        &Answer::RefreshToken {
            active: true,
            scope: standing.family.facts.scope.to_string(),
            client_id: client.id.as_str(),
            sub: standing.record.account.subject.as_str(),
            username: granted.then_some(standing.record.account.email.as_str()),
            iss: &context.issuer().identifier,
            exp: expires_at.as_seconds(),
        },
    )
}
