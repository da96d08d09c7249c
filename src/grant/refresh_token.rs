//! `grant_type=refresh_token` (RFC 6749 §6, RFC 9700 §4.14).
//!
//! ```text
//! presented ─┬─ never rotated ─ (rotating client) guarded UPDATE ─┬─ won: new tokens, answer sealed into the row
//!            │                                                    └─ lost: as «rotated»
//!            ├─ rotated within the grace window, successor unused ─▶ the identical answer, unsealed with the token
//!            └─ rotated longer ago, or its successor was rotated too ─▶ reuse: the family is revoked
//! ```

use super::authorization_code::{narrow, revoke_for_reuse};
use super::endpoint::Outcome;
use super::issue::{Issued, UserTokens, user_tokens};
use crate::client::Client;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::protocol::Error;
use crate::protocol::scope::Scope;
use crate::protocol::token_request::RefreshTokenRequest;
use crate::secret::{self, TokenHash};
use crate::storage::Fault;
use crate::token::mint::OpaqueToken;
use crate::token::{RefreshToken, find_refresh, insert_refresh, rotate_refresh, use_refresh};

/// Exchanges a refresh token for new tokens.
pub async fn refresh(context: &Context, client: &Client, request: RefreshTokenRequest) -> Outcome {
    let presented = request.refresh_token.expose();
    if OpaqueToken::of(presented) != Some(OpaqueToken::Refresh) {
        return Ok(Err(invalid("no_refresh_token")));
    }
    let hash = TokenHash::of(presented);
    let Some(stored) = find_refresh(&context.app.db, &context.issuer().brand, hash).await? else {
        return Ok(Err(invalid("unknown_refresh_token")));
    };
    if let Err(error) = check(context, client, &stored) {
        return Ok(Err(error));
    }
    if stored.rotated_at.is_some() {
        return repeat(context, client, presented, &stored).await;
    }
    let granted = &stored.standing.family.facts;
    let (scope, resource) =
        match (narrow_scope(&granted.scope, request.scope), narrow(&granted.resource, &request.resource)) {
            (Ok(scope), Ok(resource)) => (scope, resource),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
        };
    // OpenID Connect Core §12.2: the ID token of a refresh should have no nonce.
    let tokens = user_tokens(context, client, &stored.standing, (&scope, resource), None)?;
    if client.rotates_refresh_tokens() {
        rotate(context, client, (presented, hash), &stored, (tokens, &scope)).await
    } else {
        keep(context, client, (hash, &stored), tokens, &scope).await
    }
}

fn invalid(hint: &str) -> Error {
    Error::invalid_grant("the refresh token is not valid").with_hint(hint)
}

fn check(context: &Context, client: &Client, stored: &RefreshToken) -> Result<(), Error> {
    let (standing, now) = (&stored.standing, context.now);
    if standing.family.client_id != client.id {
        return Err(invalid("refresh_token_of_another_client"));
    }
    if standing.family.facts.access_path != context.issuer().access_path {
        return Err(invalid("refresh_token_of_the_other_issuer"));
    }
    if let Some(reason) = standing.refusal(now) {
        return Err(invalid(reason.as_str()));
    }
    let tokens = &context.app.config.tokens;
    let idle = Client::lifetime(client.settings.lifetimes.refresh_token_idle, tokens.refresh_token_idle.0);
    if !standing.is_alive(now) || now.since(stored.last_used_at) >= idle {
        return Err(invalid("refresh_token_dead"));
    }
    Ok(())
}

/// RFC 6749 §6: the granted scope or less, never more.
fn narrow_scope(granted: &Scope, asked: Option<Scope>) -> Result<Scope, Error> {
    match asked {
        None => Ok(granted.clone()),
        Some(asked) if asked.is_subset_of(granted) && !asked.is_empty() => Ok(asked),
        Some(_) => Err(Error::invalid_scope("the scope is wider than what was granted")),
    }
}

/// A confidential client's token stays as it is.
async fn keep(
    context: &Context,
    client: &Client,
    (hash, stored): (TokenHash, &RefreshToken),
    tokens: UserTokens,
    scope: &Scope,
) -> Outcome {
    let expires = idle_end(context, client, stored);
    let mut tx = context.app.db.begin().await?;
    if !use_refresh(&mut tx, hash, (context.now, expires)).await? {
        return Ok(Err(invalid("refresh_token_rotated_meanwhile")));
    }
    tokens.access.store(&mut tx, context).await?;
    tx.commit().await?;
    metrics::counter!("tegata_tokens_issued_total", "grant" => "refresh_token").increment(1);
    Ok(Ok(Issued::Fresh(tokens.response(None, scope))))
}

/// RFC 9700 §4.14.2: a new token for the old one, of which only one request can be the first.
async fn rotate(
    context: &Context,
    client: &Client,
    (presented, hash): (&str, TokenHash),
    stored: &RefreshToken,
    (tokens, scope): (UserTokens, &Scope),
) -> Outcome {
    let (app, now) = (&context.app, context.now);
    let family = &stored.standing.family;
    let successor = OpaqueToken::Refresh.mint(&app.random);
    let expires = idle_end(context, client, stored);

    let body = serde_json::to_vec(&tokens.response(Some(&successor), scope));
    let body = body.map_err(|error| Fault::Other(error.to_string()))?;
    let mut tx = app.db.begin().await?;
    if !rotate_refresh(&mut tx, hash, &seal(presented, &body), now).await? {
        // Another request was faster by a hair: this one is a retry of it. Its rotation can be read, and relied upon,
        // only after this transaction has waited for it: SQLite commits several as one.
        tx.commit().await?;
        return match find_refresh(&app.db, &context.issuer().brand, hash).await? {
            Some(stored) => repeat(context, client, presented, &stored).await,
            None => Ok(Err(invalid("unknown_refresh_token"))),
        };
    }
    tokens.access.store(&mut tx, context).await?;
    insert_refresh(&mut tx, &family.id, TokenHash::of(&successor), (now, expires)).await?;
    tx.commit().await?;
    metrics::counter!("tegata_tokens_issued_total", "grant" => "refresh_token").increment(1);
    Ok(Ok(Issued::Again(body)))
}

/// When a token used now is dead unless it is used again.
fn idle_end(context: &Context, client: &Client, stored: &RefreshToken) -> Timestamp {
    let configured = context.app.config.tokens.refresh_token_idle.0;
    let idle = Client::lifetime(client.settings.lifetimes.refresh_token_idle, configured);
    context.now.plus(idle).min(stored.standing.family.expires_at)
}

/// A token that was exchanged already: a lost answer is given again, anything later is theft.
async fn repeat(context: &Context, client: &Client, presented: &str, stored: &RefreshToken) -> Outcome {
    let grace = context.app.config.tokens.refresh_grace.0;
    let in_grace = stored.rotated_at.is_some_and(|at| context.now.since(at) < grace);
    if in_grace
        && let Some(body) = stored.answer.as_deref().and_then(|sealed| unseal(presented, sealed))
        && !successor_was_rotated(context, &body).await?
    {
        return Ok(Ok(Issued::Again(body)));
    }
    revoke_for_reuse(context, client, &stored.standing, "refresh_token_reused").await?;
    Ok(Err(invalid("refresh_token_reused")))
}

/// Whether somebody went on from an answer: then it was not lost, and whoever asks for it again is not its receiver.
async fn successor_was_rotated(context: &Context, answer: &[u8]) -> Result<bool, Fault> {
    #[derive(serde::Deserialize)]
    struct Answer {
        refresh_token: String,
    }
    let answer: Answer = serde_json::from_slice(answer).map_err(|error| Fault::Other(error.to_string()))?;
    let hash = TokenHash::of(&answer.refresh_token);
    let successor = find_refresh(&context.app.db, &context.issuer().brand, hash).await?;
    Ok(successor.is_none_or(|successor| successor.rotated_at.is_some()))
}

/// The answer can be read only with the token that was exchanged for it: the database alone gives nothing away.
fn seal(presented: &str, body: &[u8]) -> Vec<u8> {
    secret::seal(&secret::hkdf(presented.as_bytes(), "refresh-answer"), b"", body)
}

fn unseal(presented: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    secret::open(&secret::hkdf(presented.as_bytes(), "refresh-answer"), b"", sealed)
}
