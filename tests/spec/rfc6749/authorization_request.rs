//! The parameters of an authorization request (RFC 6749 §3.1, §4.1.1).

use http::StatusCode;
use tegata::protocol::response_mode::ResponseMode;

use crate::support::scene::MODES;
use crate::support::{AuthorizeRequest, Callback, Scene, SignIn as _};

/// Security line 9: `token` and hybrid types absent; only `code`.
#[tokio::test]
async fn only_the_response_type_code_is_offered_and_advertised() {
    let mut scene = Scene::signed_in().await;
    for other in ["token", "id_token", "id_token token", "code token", "code id_token", "code id_token token", "none"] {
        let request = scene.request().with("response_type", other);
        assert_eq!(scene.refused(&request).await, "unsupported_response_type", "{other}");
    }
    let metadata = scene.provider.program().get("/VX7/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(metadata["response_types_supported"], serde_json::json!(["code"]));
    assert_eq!(metadata["response_modes_supported"], serde_json::json!(MODES));
}

/// Security line 10: response modes can be restricted per client (ASVS 10.4.12).
#[tokio::test]
async fn a_client_gets_only_the_response_modes_it_is_registered_for() {
    let mut scene = Scene::signed_in().await;
    let posts = scene.provider.client("posts", |r| r.settings.response_modes = vec![ResponseMode::FormPost]).await;
    let request = AuthorizeRequest::of(&posts);
    assert_eq!(scene.authorize(&request.clone().with("response_mode", "form_post")).await.mode, "form_post");
    for refused in
        [request.clone(), request.clone().with("response_mode", "query"), request.with("response_mode", "fragment")]
    {
        assert_eq!(scene.refused(&refused).await, "invalid_request");
    }
}

/// Security line 13: `web_message` and other modes are not offered.
#[tokio::test]
async fn an_unknown_response_mode_is_refused_by_way_of_the_default() {
    let mut scene = Scene::signed_in().await;
    for other in ["web_message", "jwt", "query.jwt", "FORM_POST", "query fragment"] {
        let request = scene.request().with("response_mode", other);
        let callback = scene.authorize(&request).await;
        assert_eq!((callback.error(), callback.mode), ("invalid_request", "query"), "{other}");
    }
}

/// Security line 17: unknown parameters are ignored.
#[tokio::test]
async fn unknown_parameters_are_ignored_even_when_they_repeat() {
    let mut scene = Scene::signed_in().await;
    let request = scene.request().and("foo", "1").and("foo", "2").and("手形", "✓").and("", "x").and("code", "x");
    assert_ne!(scene.authorize(&request).await.code(), "x");
}

/// Security line 17: duplicated parameters are refused (RFC 6749 §3.1).
#[tokio::test]
async fn each_known_parameter_is_refused_when_it_comes_twice() {
    let mut scene = Scene::signed_in().await;
    for name in [
        "response_type",
        "scope",
        "state",
        "nonce",
        "response_mode",
        "display",
        "prompt",
        "max_age",
        "ui_locales",
        "claims_locales",
        "id_token_hint",
        "login_hint",
        "acr_values",
        "claims",
        "code_challenge",
        "code_challenge_method",
    ] {
        for (first, second) in [("1", "1"), ("", "1"), ("", "")] {
            let request = scene.request().without(name).and(name, first).and(name, second);
            assert_eq!(scene.refused(&request).await, "invalid_request", "{name}={first}&{name}={second}");
        }
    }
    let request = scene.request().and("state", "state-2");
    assert_eq!(scene.authorize(&request).await.params.get("state"), None, "neither of two states is given back");
}

/// RFC 6749 §3.1: parameters sent without a value must be treated as if they were omitted.
#[tokio::test]
async fn a_parameter_without_a_value_counts_as_omitted() {
    let mut scene = Scene::signed_in().await;
    let mut request = scene.request().with("state", "");
    for name in ["nonce", "prompt", "max_age", "claims", "response_mode", "request", "request_uri", "resource"] {
        request = request.with(name, "");
    }
    let callback = scene.authorize(&request).await;
    assert!(!callback.code().is_empty());
    assert_eq!(callback.params.get("state"), None);
}

/// RFC 6749 §4.1.2: the exact value received from the client; the issue asks for 128 characters.
#[tokio::test]
async fn a_state_is_given_back_exactly_in_every_mode() {
    let mut scene = Scene::signed_in().await;
    let all: String = (' '..='~').collect();
    for state in ["x".repeat(128), "s".repeat(4096), all, "手形 & <b>\"'+%2B=;".to_owned(), "\u{1f512}".repeat(32)] {
        for mode in MODES {
            let request = scene.request().with("state", &state).with("response_mode", mode);
            assert_eq!(scene.authorize(&request).await.get("state"), state, "{mode}");
        }
    }
    let request = scene.request().with("state", &"s".repeat(4097));
    let callback = scene.authorize(&request).await;
    assert_eq!((callback.error(), callback.params.get("state")), ("invalid_request", None));
}

/// ASVS 10.4.11: no scope that the client is not registered for.
#[tokio::test]
async fn a_scope_that_is_not_registered_is_left_out() {
    let mut scene = Scene::start().await;
    let modest = scene
        .provider
        .client("modest", |r| r.metadata.scope = tegata::protocol::scope::Scope::parse("openid email").unwrap())
        .await;
    let request = AuthorizeRequest::of(&modest).with("scope", "openid email phone api unheard-of");
    let callback = scene.browser.sign_in(&request, &scene.account).await;
    let tokens = scene.provider.program().exchange(&modest, callback.code()).await.ok();
    let granted = tokens.access_token()["scope"].as_str().unwrap_or_default().to_owned();
    let mut words: Vec<_> = granted.split(' ').collect();
    words.sort_unstable();
    assert_eq!(words, ["email", "openid"]);
}

/// RFC 6749 §3.1: GET and POST, nothing else.
#[tokio::test]
async fn other_methods_are_refused_by_name() {
    let mut scene = Scene::signed_in().await;
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
        let method = http::Method::from_bytes(method.as_bytes()).unwrap();
        let answer = scene.browser.send(method, &scene.request().url(), None, &[]).await;
        answer.shows(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD, POST");
        scene.provider.explained(&answer).await;
    }
}

/// A client that lost the right to the grant gets no code (ASVS 10.4.4).
#[tokio::test]
async fn a_client_without_the_code_grant_is_refused() {
    let mut scene = Scene::signed_in().await;
    let machine = scene
        .provider
        .client("machine", |r| {
            r.metadata.grant_types = vec![tegata::protocol::client_metadata::GrantType::ClientCredentials];
        })
        .await;
    let answer = scene.open(&AuthorizeRequest::of(&machine)).await;
    assert_eq!(Callback::of(&answer).error(), "unauthorized_client");
}
