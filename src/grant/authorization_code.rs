//! `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3).

use super::endpoint::Outcome;
use super::issue::{Issued, user_tokens};
use crate::audit::{EventKind, insert_event};
use crate::client::Client;
use crate::context::Context;
use crate::protocol::Error;
use crate::protocol::client_metadata::GrantType;
use crate::protocol::pkce::{CodeChallenge, CodeVerifier};
use crate::protocol::token_request::AuthorizationCodeRequest;
use crate::secret::TokenHash;
use crate::storage::Fault;
use crate::token::mint::OpaqueToken;
use crate::token::{StoredCode, TokenStanding, consume_code, find_code, insert_refresh, revoke_family};

/// Exchanges a code for tokens, once.
pub async fn exchange(context: &Context, client: &Client, request: AuthorizationCodeRequest) -> Outcome {
    let (app, now) = (&context.app, context.now);
    let code = request.code.expose();
    if OpaqueToken::of(code) != Some(OpaqueToken::Code) {
        return Ok(Err(invalid("no_code")));
    }
    let hash = TokenHash::of(code);
    let Some(stored) = find_code(&app.db, &context.issuer().brand, hash).await? else {
        return Ok(Err(invalid("unknown_code")));
    };
    if stored.standing.family.facts.access_path != context.issuer().access_path {
        return Ok(Err(invalid("code_of_the_other_issuer")));
    }
    if let Err(error) = check_binding(context, client, &request, &stored) {
        return Ok(Err(error));
    }
    if stored.consumed {
        return reused(context, client, &stored.standing).await;
    }
    let standing = &stored.standing;
    if let Some(reason) = standing.refusal(now) {
        return Ok(Err(invalid(reason.as_str())));
    }
    // The code belongs to the session it came from, even where the tokens would outlive it (`security.md` line 23).
    if !standing.is_alive(now) || standing.is_session_over(now) {
        return Ok(Err(invalid("family_dead")));
    }
    let facts = &standing.family.facts;
    let resource = match narrow(&facts.resource, &request.resource) {
        Ok(resource) => resource,
        Err(error) => return Ok(Err(error)),
    };
    let tokens = user_tokens(context, client, standing, (&facts.scope, resource), facts.nonce.as_deref())?;
    let refresh = client.metadata.allows(GrantType::RefreshToken).then(|| OpaqueToken::Refresh.mint(&app.random));

    let mut tx = app.db.begin().await?;
    if !consume_code(&mut tx, hash, now).await? {
        drop(tx);
        return reused(context, client, standing).await;
    }
    if let Some(refresh) = &refresh {
        let idle =
            Client::lifetime(client.settings.lifetimes.refresh_token_idle, app.config.tokens.refresh_token_idle.0);
        let expires = now.plus(idle).min(standing.family.expires_at);
        insert_refresh(&mut tx, &standing.family.id, TokenHash::of(refresh), (now, expires)).await?;
    }
    tokens.access.store(&mut tx, context).await?;
    tx.commit().await?;
    metrics::counter!("tegata_tokens_issued_total", "grant" => "authorization_code").increment(1);
    Ok(Ok(Issued::Fresh(tokens.response(refresh.as_deref(), &facts.scope))))
}

fn invalid(hint: &str) -> Error {
    Error::invalid_grant("the code is not valid").with_hint(hint)
}

/// What the code is bound to: client, redirect URI, challenge (`security.md` line 23).
fn check_binding(
    context: &Context,
    client: &Client,
    request: &AuthorizationCodeRequest,
    stored: &StoredCode,
) -> Result<(), Error> {
    if stored.client_id != client.id {
        return Err(invalid("code_of_another_client"));
    }
    // Reuse is found out even after expiry, so it is looked at before.
    if !stored.consumed && context.now >= stored.expires_at {
        return Err(invalid("code_expired"));
    }
    // RFC 6749 §4.1.3: it was part of the authorization request, so it must come again and be identical.
    if request.redirect_uri.as_deref() != Some(stored.facts.redirect_uri.as_str()) {
        return Err(invalid("redirect_uri_differs"));
    }
    check_pkce(stored.facts.code_challenge.as_ref(), request.code_verifier.as_ref())
}

fn check_pkce(challenge: Option<&CodeChallenge>, verifier: Option<&CodeVerifier>) -> Result<(), Error> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if verifier.matches(challenge) => Ok(()),
        (Some(_), Some(_)) => Err(invalid("code_verifier_mismatch")),
        (Some(_), None) => Err(invalid("code_verifier_missing")),
        // RFC 9700 §4.8.2: a downgrade; somebody stripped the challenge on the way.
        (None, Some(_)) => Err(invalid("code_verifier_without_challenge")),
    }
}

/// RFC 6749 §4.1.2: a code that comes twice revokes everything it gave.
async fn reused(context: &Context, client: &Client, standing: &TokenStanding) -> Outcome {
    revoke_for_reuse(context, client, standing, "code_reused").await?;
    Ok(Err(invalid("code_reused")))
}

/// Revokes a family whose code or refresh token came twice.
pub async fn revoke_for_reuse(
    context: &Context,
    client: &Client,
    standing: &TokenStanding,
    why: &'static str,
) -> Result<(), Fault> {
    let (app, now) = (&context.app, context.now);
    let mut event = context.event(EventKind::TokenReuse).because(why);
    event.client = Some(client.id.clone());
    event.account = Some(standing.record.account.id.clone());
    event.contract = Some(standing.record.contract.id.clone());
    event.session = Some(standing.family.session_id.clone());
    metrics::counter!("tegata_token_reuse_total", "what" => why).increment(1);
    let mut tx = app.db.begin().await?;
    revoke_family(&mut tx, &standing.family.id, why, now).await?;
    insert_event(&mut tx, app.random.row_id(now).into(), &event, now).await?;
    tx.commit().await
}

/// RFC 8707 §2.2: a token request may ask for some of the granted resources; asking for none means all.
pub fn narrow<'a>(granted: &'a [String], asked: &'a [String]) -> Result<&'a [String], Error> {
    if asked.is_empty() {
        return Ok(granted);
    }
    if asked.iter().all(|resource| granted.contains(resource)) {
        Ok(asked)
    } else {
        Err(Error::invalid_target("this resource was not granted"))
    }
}
