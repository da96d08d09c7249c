//! Steps in order, state changed by POST alone (ASVS 2.3.1, 3.5). Security lines 87 and 88.

use http::{Method, StatusCode};

use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Scene, SignIn as _, sql};

/// Rows of every table that a person's act changes.
async fn rows(scene: &Scene) -> Vec<usize> {
    let provider = &scene.provider;
    vec![
        sql::count(provider, "session", "1 = 1").await,
        sql::count(provider, "session", "ended_at IS NULL").await,
        sql::texts(provider, "SELECT client_id FROM consent").await.len(),
        sql::count(provider, "token_family", "1 = 1").await,
        sql::count(provider, "token_family", "revoked_at IS NULL").await,
    ]
}

/// Security line 87: state changes never by GET, whatever the query carries.
#[tokio::test]
async fn no_get_does_what_a_form_does() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    let consent = scene.open(&AuthorizeRequest::of(&third)).await;
    let question = scene.browser.get("/VX7/logout").await;
    let before = rows(&scene).await;
    for page in [&login, &consent, &question] {
        let csrf = page.field("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("email", scene.account.email()), ("password", PASSWORD)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        for answer in ["allow", "yes", "deny", "no"] {
            for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::PATCH] {
                let url = format!("{}?{query}&answer={answer}", page.action());
                scene.browser.send(method, &url, None, &[("sec-fetch-site", "cross-site")]).await;
            }
        }
    }
    let id = consent.action().rsplit('/').next().unwrap().to_owned();
    for path in ["", "/", "/account", "/help/password", "/logout", "/jwks.json", &format!("/interaction/{id}")] {
        scene.browser.get(&format!("/VX7{path}?answer=allow&answer=yes")).await;
    }
    assert_eq!(rows(&scene).await, before);
}

/// Security line 88: no step is skipped.
#[tokio::test]
async fn consent_before_the_sign_in_leads_to_the_login_page_and_counts_for_nothing() {
    let mut scene = Scene::start().await;
    let third = scene.provider.third_party().await;
    let login = scene.open(&AuthorizeRequest::of(&third)).await;
    let consent = login.action().replace("/login/", "/consent/");
    let page = scene.browser.get(&consent).await;
    scene.browser.follow(page).await.is_login();
    let csrf = login.field("csrf").unwrap();
    let answer = scene.browser.post(&consent, &[("csrf", &csrf), ("answer", "allow")]).await;
    scene.browser.follow(answer).await.is_login();
    let page = scene.log_in(&login).await;
    assert!(page.action().contains("/consent/"), "the question is still open: {}", page.body);
    assert_eq!(sql::texts(&scene.provider, "SELECT client_id FROM consent").await, [""; 0]);
}

/// Security line 88: no double use; each double click ends in one good answer, and the browser has one live session.
#[tokio::test]
async fn the_same_login_form_sent_twice_ends_at_the_client_both_times() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let mut second = scene.browser.clone();
    let first = scene.browser.submit(&login, scene.account.email(), PASSWORD).await;
    let again = second.submit(&login, scene.account.email(), PASSWORD).await;
    assert_eq!((first.status, again.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let answer = second.follow(again).await;
    let callback = crate::support::Callback::of(&answer);
    assert_eq!(scene.tokens(&callback).await.id_token()["sub"], scene.account.sub());
}

/// Security line 88: a burst of the same form, released together, makes good answers only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_the_same_login_form_makes_no_fault() {
    let mut scene = Scene::start().await;
    let login = std::sync::Arc::new(scene.open(&scene.request()).await);
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (mut browser, login, email) = (scene.browser.clone(), login.clone(), scene.account.email().to_owned());
        clicks.spawn(async move {
            let answer = browser.submit(&login, &email, PASSWORD).await;
            let answer = browser.follow(answer).await;
            answer.status.as_u16()
        });
    }
    for status in clicks.join_all().await {
        assert!(status < 500, "{status}");
    }
    assert!(!scene.browser.get(login.action()).await.status.is_server_error());
}
