//! Redirects (RFC 9700 §4.11, §4.12) and cross-origin reading (§2.6).

use http::{Method, StatusCode};

use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Scene, SignIn as _};

/// Security line 5: never 307/308 after a credential POST; 303.
#[tokio::test]
async fn every_form_is_answered_with_303() {
    let mut scene = Scene::start().await;
    let third = scene.provider.third_party().await;
    let login = scene.open(&AuthorizeRequest::of(&third)).await;
    let answer = scene.browser.submit(&login, scene.account.email(), PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header("location").starts_with("/VX7/interaction/"), "back to the dispatcher, by a GET");
    let consent = scene.browser.follow(answer).await;
    let fields = [("csrf", consent.field("csrf").unwrap()), ("answer", "allow".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = scene.browser.post(consent.action(), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let answer = scene.browser.get(answer.location()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the code itself travels by 303 too");
    let question = scene
        .browser
        .get("/VX7/logout?client_id=storage-app&post_logout_redirect_uri=https://storage-app.example/goodbye")
        .await;
    let csrf = question.field("csrf").unwrap();
    let fields = [
        ("csrf", csrf.as_str()),
        ("answer", "yes"),
        ("client_id", "storage-app"),
        ("post_logout_redirect_uri", "https://storage-app.example/goodbye"),
    ];
    let answer = scene.browser.post("/VX7/logout/confirm", &fields).await;
    assert_eq!(answer.location(), "https://storage-app.example/goodbye");
}

/// Security line 15: no CORS at the authorization endpoint, nor at any page.
#[tokio::test]
async fn no_page_may_be_read_by_another_origin() {
    let mut scene = Scene::signed_in().await;
    let from = [("origin", "https://evil.example"), ("access-control-request-method", "GET")];
    for path in
        [&scene.request().url(), "/VX7/login/x", "/VX7/consent/x", "/VX7/logout", "/VX7/account", "/VX7/nowhere"]
    {
        for method in [Method::GET, Method::OPTIONS, Method::POST] {
            let answer = scene.browser.send(method, path, None, &from).await;
            let allowed = answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"));
            assert!(!allowed, "{path}: {:?}", answer.headers);
        }
    }
}
