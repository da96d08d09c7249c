//! Signing out here and at the provider: OpenID Connect RP-Initiated Logout 1.0 §2.

use super::cookie;
use super::language::Language;
use super::page;
use super::party::Party;
use super::trouble::Trouble;
use crate::random;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::sync::Arc;

/// The hidden field of every form here.
#[derive(Deserialize)]
pub struct FormToken {
    #[serde(default)]
    pub form_token: String,
}

/// `POST /{party}/logout`: ends the session here, then goes on to the provider's `end_session_endpoint`.
pub async fn logout(
    State(party): State<Arc<Party>>,
    language: Language,
    headers: HeaderMap,
    Form(form): Form<FormToken>,
) -> Response {
    let Some((id, session)) = party.find_session(&headers) else {
        return Redirect::to(&party.url("/goodbye")).into_response();
    };
    if form.form_token != session.form_token {
        return page::trouble(&party, language, Trouble::Expired);
    }
    party.sessions.signed_in.take(&id);
    let target = match party.provider.metadata().await {
        Ok(metadata) => metadata.additional_metadata().end_session_endpoint.clone(),
        Err(error) => {
            tracing::warn!(brand = %party.brand.code, %error, "signed out here only: the provider cannot be reached");
            None
        }
    };
    let state = random::token();
    let target = target.map_or_else(
        || party.url("/goodbye"),
        |mut url| {
            url.query_pairs_mut()
                .append_pair("id_token_hint", &session.id_token)
                .append_pair("client_id", party.client_id())
                .append_pair("post_logout_redirect_uri", &party.url("/logged-out"))
                .append_pair("state", &state);
            url.into()
        },
    );
    let browser = cookie::find(&headers, &party.cookie_name("browser")).unwrap_or_default();
    party.sessions.leaving.insert(state, browser.to_owned());
    let mut response = Redirect::to(&target).into_response();
    response.headers_mut().append(header::SET_COOKIE, party.set_cookie("session", None));
    response
}

#[derive(Deserialize)]
pub struct Returned {
    state: Option<String>,
}

/// `GET /{party}/logged-out`: where the provider sends the browser after signing out.
pub async fn logged_out(
    State(party): State<Arc<Party>>,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let browser = cookie::find(&headers, &party.cookie_name("browser")).unwrap_or_default();
    let state = returned.ok().and_then(|Query(returned)| returned.state).unwrap_or_default();
    let mine = party.sessions.leaving.take(&state).is_some_and(|left| left == browser);
    // A link from elsewhere must not make a page say that somebody has signed out who has not.
    Redirect::to(&party.url(if mine { "/goodbye" } else { "" })).into_response()
}

/// `GET /{party}/goodbye`: the small page after signing out.
pub async fn goodbye(State(party): State<Arc<Party>>, language: Language) -> Response {
    page::goodbye(&party, language)
}
