//! Signing in: OpenID Connect Core 1.0 §3.1 with PKCE (RFC 7636 S256), `state` and `nonce`, all bound to the browser
//! that left. Whatever goes wrong ends on a page with 「もう一度ログイン」.

use super::cookie;
use super::language::Language;
use super::page;
use super::party::Party;
use super::provider::{IdentityClaims, IdentityToken, Metadata, Tokens, UserInfo};
use super::session::{Departure, Lifetimes, Session, now};
use super::trouble::Trouble;
use crate::random;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, CsrfToken, LanguageTag, Nonce, NonceVerifier,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, Scope, SignatureVerificationError,
    TokenResponse as _,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// `GET /{party}/login`: sends the browser to the provider.
pub async fn login(State(party): State<Arc<Party>>, language: Language, headers: HeaderMap) -> Response {
    let metadata = match party.provider.metadata().await {
        Ok(metadata) => metadata,
        Err(error) => return page::trouble(&party, language, Trouble::unreachable(&error)),
    };
    let browser = cookie::find(&headers, &party.cookie_name("browser"))
        .filter(|value| value.len() == 43)
        .map_or_else(random::token, str::to_owned);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let client = party.client(&metadata);
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(random::token()),
            || Nonce::new(random::token()),
        )
        .set_pkce_challenge(challenge);
    for scope in scopes(&party) {
        request = request.add_scope(Scope::new((*scope).to_owned()));
    }
    if language.chosen {
        request = request.add_ui_locale(LanguageTag::new(language.code().to_owned()));
    }
    let (url, state, nonce) = request.url();
    party.sessions.departures.insert(
        state.secret().clone(),
        Departure { browser: browser.clone(), nonce: nonce.secret().clone(), verifier: verifier.secret().clone() },
    );
    let mut response = Redirect::to(url.as_str()).into_response();
    response.headers_mut().append(header::SET_COOKIE, party.set_cookie("browser", Some(&browser)));
    response
}

fn scopes(party: &Party) -> &'static [&'static str] {
    if party.third_party { &["profile", "email"] } else { &["profile", "email", "offline_access", "contract"] }
}

/// Parameters of an authorization response, RFC 6749 §4.1.2 and RFC 9207 §2.
#[derive(Deserialize)]
pub struct Answer {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// `GET /{party}/callback`: the browser is back.
pub async fn callback(
    State(party): State<Arc<Party>>,
    language: Language,
    headers: HeaderMap,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let signed_in = party.find_session(&headers);
    let Ok(Query(answer)) = answer else { return page::trouble(&party, language, Trouble::Expired) };
    match finish(&party, &headers, answer).await {
        Ok(session) => {
            // A new identifier at every sign-in; the old session of this browser ends.
            if let Some((old, _)) = signed_in {
                party.sessions.signed_in.take(&old);
            }
            let id = random::token();
            party.sessions.signed_in.insert(id.clone(), Arc::new(session));
            let mut response = Redirect::to(&party.url("")).into_response();
            response.headers_mut().append(header::SET_COOKIE, party.set_cookie("session", Some(&id)));
            response
        }
        // The back button or a second click repeats an answer that was used: the person is signed in, so show that.
        Err(Trouble::Expired) if signed_in.is_some() => Redirect::to(&party.url("")).into_response(),
        Err(trouble) => page::trouble(&party, language, trouble),
    }
}

async fn finish(party: &Party, headers: &HeaderMap, answer: Answer) -> Result<Session, Trouble> {
    // Nothing in the answer counts before `state` is known and belongs to this browser.
    let state = answer.state.ok_or(Trouble::Expired)?;
    let browser = cookie::find(headers, &party.cookie_name("browser")).ok_or(Trouble::Expired)?;
    if party.sessions.departures.find(&state).is_none_or(|departure| departure.browser != browser) {
        return Err(Trouble::Expired);
    }
    let departure = party.sessions.departures.take(&state).ok_or(Trouble::Expired)?;
    let metadata = party.provider.metadata().await.map_err(|error| Trouble::unreachable(&error))?;
    check_issuer(party, &metadata, answer.iss.as_deref())?;
    if let Some(code) = answer.error {
        return Err(Trouble::refused(&code, answer.error_description.as_deref()));
    }
    let code = answer.code.ok_or_else(|| Trouble::invalid("code_missing", &"the answer has neither code nor error"))?;
    redeem(party, metadata, code, departure).await
}

/// RFC 9207 §2.4: an answer from another issuer than the one asked is a mix-up attack.
fn check_issuer(party: &Party, metadata: &Metadata, iss: Option<&str>) -> Result<(), Trouble> {
    match iss {
        Some(iss) if iss == party.provider.issuer().as_str() => Ok(()),
        Some(_) => Err(Trouble::invalid("issuer_mismatch", &"iss names another issuer")),
        None if metadata.additional_metadata().authorization_response_iss_parameter_supported => {
            Err(Trouble::invalid("issuer_missing", &"iss is announced and absent"))
        }
        None => Ok(()),
    }
}

async fn redeem(
    party: &Party,
    metadata: Arc<Metadata>,
    code: String,
    departure: Departure,
) -> Result<Session, Trouble> {
    let client = party.client(&metadata);
    let tokens = client
        .exchange_code(AuthorizationCode::new(code))
        .map_err(|error| Trouble::invalid("no_token_endpoint", &error))?
        .set_pkce_verifier(PkceCodeVerifier::new(departure.verifier))
        .request_async(party.provider.http())
        .await
        .map_err(|error| Trouble::exchange(&error))?;
    let nonce = Nonce::new(departure.nonce);
    let id_token = tokens.id_token().ok_or_else(|| Trouble::invalid("no_id_token", &"no ID token was issued"))?.clone();
    let claims = verify(party, metadata, &id_token, &tokens, &nonce).await?;
    let userinfo = userinfo(party, &tokens, &claims).await?;
    Ok(Session {
        id_token: id_token.to_string(),
        lifetimes: lifetimes(&tokens, &claims),
        id_claims: as_map(&claims),
        userinfo,
        access_token: tokens.access_token().secret().clone(),
        refresh_token: tokens.refresh_token().map(|token| token.secret().clone()),
        nonce: nonce.secret().clone(),
        form_token: random::token(),
        refreshed: 0,
    })
}

/// Checks signature, issuer, audience, times, nonce and `at_hash`, OpenID Connect Core 1.0 §3.1.3.7.
pub async fn verify<N>(
    party: &Party,
    metadata: Arc<Metadata>,
    id_token: &IdentityToken,
    tokens: &Tokens,
    nonce: N,
) -> Result<IdentityClaims, Trouble>
where
    N: NonceVerifier + Copy,
{
    match verify_with(party, &metadata, id_token, tokens, nonce) {
        // The provider has rotated its keys since they were fetched: look once more, then believe the verdict.
        Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
            let newer = party.provider.newer_than(&metadata).await.map_err(|error| Trouble::unreachable(&error))?;
            verify_with(party, &newer, id_token, tokens, nonce)
        }
        verdict => verdict,
    }
    .map_err(|error| Trouble::invalid("id_token", &error))
}

fn verify_with<N: NonceVerifier>(
    party: &Party,
    metadata: &Metadata,
    id_token: &IdentityToken,
    tokens: &Tokens,
    nonce: N,
) -> Result<IdentityClaims, ClaimsVerificationError> {
    let client = party.client(metadata);
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
        let key = id_token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
            .map_err(|error| ClaimsVerificationError::Other(error.to_string()))?;
        if actual != *expected {
            return Err(ClaimsVerificationError::Other("at_hash belongs to another access token".into()));
        }
    }
    Ok(claims.clone())
}

/// Claims of the userinfo endpoint, for the same subject or not at all (OpenID Connect Core 1.0 §5.3.2).
pub async fn userinfo(party: &Party, tokens: &Tokens, claims: &IdentityClaims) -> Result<Map<String, Value>, Trouble> {
    let metadata = party.provider.metadata().await.map_err(|error| Trouble::unreachable(&error))?;
    let client = party.client(&metadata);
    let request = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .map_err(|error| Trouble::invalid("no_userinfo_endpoint", &error))?;
    let info: UserInfo =
        request.request_async(party.provider.http()).await.map_err(|error| Trouble::invalid("userinfo", &error))?;
    Ok(as_map(&info))
}

/// When `tokens` end.
pub fn lifetimes(tokens: &Tokens, claims: &IdentityClaims) -> Lifetimes {
    let received = now();
    Lifetimes {
        access_token_until: tokens.expires_in().map(|lifetime| received + lifetime.as_secs()),
        id_token_from: claims.issue_time().timestamp().try_into().unwrap_or(0),
        id_token_until: claims.expiration().timestamp().try_into().unwrap_or(0),
        received,
    }
}

/// Claims as the page lists them.
pub fn as_map(claims: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}
