//! `prompt` (OpenID Connect Core §3.1.2.1, §3.1.2.6). Security line 18.

use http::StatusCode;

use crate::support::scene::MODES;
use crate::support::{AuthorizeRequest, Callback, Scene, SignIn as _};

/// Asserts the answer to `prompt=none` in every mode: the error, never a page for the person.
async fn assert_silent(scene: &mut Scene, request: &AuthorizeRequest, expected: &str) {
    for mode in MODES {
        let request = request.clone().with("prompt", "none").with("response_mode", mode);
        let answer = scene.browser.get(&request.url()).await;
        let callback = Callback::of(&answer);
        assert_eq!((callback.error(), callback.mode, callback.get("state")), (expected, mode, "state-1"));
        assert!(scene.provider.explained(&answer).await.contains(&expected.to_owned()));
    }
}

/// Security line 18: `prompt=none` never shows a page. `login_required`.
#[tokio::test]
async fn prompt_none_without_a_session_is_login_required() {
    let mut scene = Scene::start().await;
    let request = scene.request();
    assert_silent(&mut scene, &request, "login_required").await;
    scene.browser.cookies.insert("__Host-tegata-session-VX7".into(), "A".repeat(43));
    assert_silent(&mut scene, &request, "login_required").await;
}

/// Security line 18: with a session it is answered at once.
#[tokio::test]
async fn prompt_none_with_a_session_is_answered_without_a_page() {
    let mut scene = Scene::signed_in().await;
    for mode in MODES {
        let url = scene.request().with("prompt", "none").with("response_mode", mode).url();
        let answer = scene.browser.get(&url).await;
        assert!(!Callback::of(&answer).code().is_empty());
    }
}

/// Security line 18: each error of §3.1.2.6 that a session can meet.
#[tokio::test]
async fn prompt_none_names_what_is_missing() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let other = scene.provider.account("jiro@vx7.example").await;
    let mut elsewhere = scene.provider.browser();
    let callback = elsewhere.sign_in(&scene.request(), &other).await;
    let hint = scene.tokens(&callback).await.get("id_token");
    scene.wait(100);
    let sub = format!(r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#, other.sub());
    let two_factors = r#"{"id_token":{"acr":{"essential":true,"value":"urn:tegata:acr:2fa"}}}"#;
    for (request, expected) in [
        (AuthorizeRequest::of(&third), "consent_required"),
        (scene.request().with("max_age", "99"), "login_required"),
        (scene.request().with("max_age", "0"), "login_required"),
        (scene.request().with("login_hint", "jiro@vx7.example"), "account_selection_required"),
        (scene.request().with("id_token_hint", &hint), "login_required"),
        (scene.request().with("claims", &sub), "login_required"),
        (scene.request().with("claims", two_factors), "unmet_authentication_requirements"),
    ] {
        assert_silent(&mut scene, &request, expected).await;
    }
    let kept = scene.authorize(&scene.request().with("prompt", "none").with("max_age", "100")).await;
    assert!(!kept.code().is_empty(), "a refusal ends no session");
}

/// OpenID Connect Core §3.1.2.1.
#[tokio::test]
async fn prompt_none_stands_alone_and_unknown_words_are_refused() {
    let mut scene = Scene::signed_in().await;
    for prompt in ["none login", "login none", "none consent", "none select_account", "create", "Login", "none none x"]
    {
        let request = scene.request().with("prompt", prompt);
        assert_eq!(scene.refused(&request).await, "invalid_request", "{prompt}");
    }
}

/// `prompt=select_account`: another person may take over.
#[tokio::test]
async fn select_account_shows_the_login_page_and_accepts_another_account() {
    let mut scene = Scene::signed_in().await;
    let other = scene.provider.account("jiro@vx7.example").await;
    let login = scene.open(&scene.request().with("prompt", "select_account")).await;
    login.is_login();
    let answer = scene.browser.submit(&login, other.email(), crate::support::provider::PASSWORD).await;
    let callback = Callback::of(&scene.browser.follow(answer).await);
    assert_eq!(scene.tokens(&callback).await.id_token()["sub"], other.sub());
    let now = scene.authorize(&scene.request().with("prompt", "none")).await;
    assert_eq!(scene.tokens(&now).await.id_token()["sub"], other.sub(), "one session per browser: the new one");
}

/// A person who reads a page is not pushed on by a session that another tab made.
#[tokio::test]
async fn prompt_login_and_consent_together_ask_both() {
    let mut scene = Scene::signed_in().await;
    let login = scene.open(&scene.request().with("prompt", "login consent")).await;
    login.is_login();
    let consent = scene.log_in(&login).await;
    assert_eq!(consent.status, StatusCode::OK);
    assert!(consent.action().contains("/consent/"), "{}", consent.body);
    let answer = scene.browser.consent(&consent, "allow").await;
    assert!(!Callback::of(&answer).code().is_empty());
}
