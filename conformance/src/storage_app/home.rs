//! The pages of the application itself: the list of brands, and the main screen of a signed-in person.

use super::language::Language;
use super::page;
use super::party::{Party, Shared};
use super::session::Session;
use super::sign_in;
use super::sign_out::FormToken;
use super::trouble::Trouble;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use openidconnect::{Nonce, OAuth2TokenResponse as _, RefreshToken, TokenResponse as _};
use std::sync::Arc;

/// `GET /`: every brand with its entry.
pub async fn brands(State(shared): State<Arc<Shared>>, language: Language) -> Response {
    page::brands(&shared, language)
}

/// `GET /{party}`: the main screen, or the way to the login page as the service's own entry does it.
pub async fn main(State(party): State<Arc<Party>>, language: Language, headers: HeaderMap) -> Response {
    match party.find_session(&headers) {
        Some((_, session)) => page::main(&party, language, &session),
        None => Redirect::to(&party.url("/login")).into_response(),
    }
}

/// A page that exists for POST alone leads back to the main screen.
pub async fn back_to_main(State(party): State<Arc<Party>>) -> Redirect {
    Redirect::to(&party.url(""))
}

/// `POST /{party}/refresh`: new tokens for the old refresh token, RFC 6749 §6.
pub async fn refresh(
    State(party): State<Arc<Party>>,
    language: Language,
    headers: HeaderMap,
    Form(form): Form<FormToken>,
) -> Response {
    let Some((id, session)) = party.find_session(&headers) else {
        return Redirect::to(&party.url("/login")).into_response();
    };
    if form.form_token != session.form_token {
        return page::trouble(&party, language, Trouble::Expired);
    }
    match renew(&party, &session).await {
        Ok(renewed) => {
            party.sessions.signed_in.insert(id, Arc::new(renewed));
            Redirect::to(&party.url("")).into_response()
        }
        Err(trouble) => {
            // The provider no longer honours this sign-in: neither does the application.
            if trouble.ends_session() {
                party.sessions.signed_in.take(&id);
            }
            page::trouble(&party, language, trouble)
        }
    }
}

async fn renew(party: &Party, session: &Session) -> Result<Session, Trouble> {
    let token = session.refresh_token.clone().ok_or(Trouble::Expired)?;
    let metadata = party.provider.metadata().await.map_err(|error| Trouble::unreachable(&error))?;
    let client = party.client(&metadata);
    let tokens = client
        .exchange_refresh_token(&RefreshToken::new(token))
        .map_err(|error| Trouble::invalid("no_token_endpoint", &error))?
        .request_async(party.provider.http())
        .await
        .map_err(|error| Trouble::exchange(&error))?;
    let mut renewed = session.clone();
    renewed.access_token = tokens.access_token().secret().clone();
    renewed.refreshed += 1;
    if let Some(token) = tokens.refresh_token() {
        renewed.refresh_token = Some(token.secret().clone());
    }
    let Some(id_token) = tokens.id_token() else {
        // OpenID Connect Core 1.0 §12.2: the answer need not hold an ID token.
        let received = super::session::now();
        renewed.lifetimes.received = received;
        renewed.lifetimes.access_token_until = tokens.expires_in().map(|lifetime| received + lifetime.as_secs());
        return Ok(renewed);
    };
    let known = &session.nonce;
    let same_or_absent = |nonce: Option<&Nonce>| match nonce {
        Some(nonce) if nonce.secret() != known => Err("the nonce belongs to another sign-in".to_owned()),
        _ => Ok(()),
    };
    let claims = sign_in::verify(party, metadata.clone(), id_token, &tokens, same_or_absent).await?;
    if session.id_claims.get("sub").and_then(|sub| sub.as_str()) != Some(claims.subject().as_str()) {
        return Err(Trouble::invalid("subject_changed", &"the refreshed ID token names another subject"));
    }
    renewed.lifetimes = sign_in::lifetimes(&tokens, &claims);
    renewed.userinfo = sign_in::userinfo(party, &tokens, &claims).await?;
    renewed.id_claims = sign_in::as_map(&claims);
    renewed.id_token = id_token.to_string();
    Ok(renewed)
}
