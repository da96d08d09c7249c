//! `prompt=login`, `max_age` and a true `auth_time` (OpenID Connect Core §3.1.2.1, §2). Security lines 18 and 19.

use crate::support::provider::{PASSWORD, START};
use crate::support::{AuthorizeRequest, Callback, Scene, SignIn as _};

/// Security line 18: `prompt=login` really re-authenticates; `auth_time` is true.
#[tokio::test]
async fn prompt_login_asks_for_the_password_and_moves_auth_time() {
    let mut scene = Scene::signed_in().await;
    let before = scene.authorize(&scene.request().with("max_age", "3600")).await;
    let before = scene.tokens(&before).await.id_token();
    assert_eq!(before["auth_time"], START.as_seconds());
    scene.wait(100);
    let login = scene.open(&scene.request().with("prompt", "login").with("max_age", "3600")).await;
    login.is_login();
    let after = Callback::of(&scene.log_in(&login).await);
    let after = scene.tokens(&after).await.id_token();
    assert_eq!(after["auth_time"], START.as_seconds() + 100);
    assert_ne!(before["sid"], after["sid"], "a new session id at every authentication");
}

/// Security line 18: there is no way round the page.
#[tokio::test]
async fn prompt_login_cannot_be_skipped_by_going_straight_to_the_dispatcher() {
    let mut scene = Scene::signed_in().await;
    for (name, value) in [("prompt", "login"), ("prompt", "select_account"), ("max_age", "0")] {
        let login = scene.open(&scene.request().with(name, value)).await;
        let id = login.action().rsplit('/').next().unwrap().to_owned();
        for _ in 0..2 {
            let page = scene.browser.get(&format!("/VX7/interaction/{id}")).await;
            scene.browser.follow(page).await.is_login();
            let page = scene.browser.get(&format!("/VX7/consent/{id}")).await;
            let csrf = page.field("csrf").unwrap_or_default();
            scene.browser.post(&format!("/VX7/consent/{id}"), &[("csrf", &csrf), ("answer", "allow")]).await;
        }
        let wrong = scene.browser.submit(&login, scene.account.email(), "wrong").await;
        wrong.is_login();
        let page = scene.browser.get(&format!("/VX7/interaction/{id}")).await;
        scene.browser.follow(page).await.is_login();
    }
}

/// Security line 18: what was proved for one answer does not serve a second one.
#[tokio::test]
async fn a_fresh_sign_in_serves_one_answer() {
    let mut scene = Scene::signed_in().await;
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    let id = login.action().rsplit('/').next().unwrap().to_owned();
    assert!(!Callback::of(&scene.log_in(&login).await).code().is_empty());
    let again = scene.browser.get(&format!("/VX7/interaction/{id}")).await;
    scene.browser.follow(again).await.is_login();
}

/// A sign-in made before the request does not count as one made for it.
#[tokio::test]
async fn a_sign_in_in_another_tab_does_not_answer_prompt_login_here() {
    let mut scene = Scene::start().await;
    let waiting = scene.open(&scene.request().with("prompt", "login").with("state", "waiting")).await;
    scene.sign_in().await;
    let id = waiting.action().rsplit('/').next().unwrap().to_owned();
    let page = scene.browser.get(&format!("/VX7/interaction/{id}")).await;
    scene.browser.follow(page).await.is_login();
}

/// Security line 18: `max_age` counts from the authentication, to the second.
#[tokio::test]
async fn max_age_asks_again_when_the_sign_in_is_older() {
    let mut scene = Scene::signed_in().await;
    scene.wait(100);
    let callback = scene.authorize(&scene.request().with("max_age", "100")).await;
    assert_eq!(scene.tokens(&callback).await.id_token()["auth_time"], START.as_seconds());
    scene.wait(1);
    let login = scene.open(&scene.request().with("max_age", "100")).await;
    login.is_login();
    let callback = Callback::of(&scene.log_in(&login).await);
    assert_eq!(scene.tokens(&callback).await.id_token()["auth_time"], START.as_seconds() + 101);
}

/// OpenID Connect Core §3.1.2.1: `max_age=0` is `prompt=login`.
#[tokio::test]
async fn max_age_zero_always_asks() {
    let mut scene = Scene::signed_in().await;
    for _ in 0..2 {
        let login = scene.open(&scene.request().with("max_age", "0")).await;
        login.is_login();
        let callback = Callback::of(&scene.log_in(&login).await);
        assert_eq!(scene.tokens(&callback).await.id_token()["auth_time"], START.as_seconds());
    }
}

/// A person who takes their time over a page is not sent round in circles.
#[tokio::test]
async fn reading_a_page_longer_than_max_age_does_not_ask_again() {
    let mut scene = Scene::start().await;
    let third = scene.provider.third_party().await;
    let login = scene.open(&AuthorizeRequest::of(&third).with("max_age", "10")).await;
    let consent = scene.log_in(&login).await;
    scene.wait(600);
    let callback = Callback::of(&scene.browser.consent(&consent, "allow").await);
    let tokens = scene.provider.program().exchange(&third, callback.code()).await.ok();
    assert_eq!(tokens.id_token()["auth_time"], START.as_seconds(), "the client learns how old the sign-in is");
}

/// OpenID Connect Registration §2: `default_max_age` and `require_auth_time` of the client.
#[tokio::test]
async fn a_client_can_register_a_max_age_and_the_wish_for_auth_time() {
    let mut scene = Scene::signed_in().await;
    let strict = scene.provider.client("strict", |r| r.metadata.default_max_age = Some(50)).await;
    let curious = scene.provider.client("curious", |r| r.metadata.require_auth_time = true).await;
    scene.wait(51);
    scene.open(&AuthorizeRequest::of(&strict)).await.is_login();
    assert!(!scene.authorize(&AuthorizeRequest::of(&strict).with("max_age", "60")).await.code().is_empty());
    let callback = scene.authorize(&AuthorizeRequest::of(&curious)).await;
    let tokens = scene.provider.program().exchange(&curious, callback.code()).await.ok();
    assert_eq!(tokens.id_token()["auth_time"], START.as_seconds());
}

/// Security line 78: the session from before a re-authentication is dead.
#[tokio::test]
async fn the_old_session_is_dead_after_a_new_sign_in() {
    let mut scene = Scene::signed_in().await;
    let mut old = scene.browser.clone();
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    let answer = scene.browser.submit(&login, scene.account.email(), PASSWORD).await;
    scene.browser.follow(answer).await;
    assert_ne!(old.session(), scene.browser.session());
    assert_eq!(old.authorize(&scene.request().with("prompt", "none")).await.error(), "login_required");
}
