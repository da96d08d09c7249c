//! The authorization request by POST (OpenID Connect Core §3.1.2.1). Security line 17.

use http::StatusCode;

use crate::support::{AuthorizeRequest, Browser, Callback, Scene};

/// A page of the client posts the request; the browser holds back our cookies, as `SameSite=Lax` tells it to.
async fn post_across_sites(browser: &mut Browser, request: &AuthorizeRequest) -> crate::support::Answer {
    let kept = std::mem::take(&mut browser.cookies);
    let fields: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let from = [("origin", "https://storage-app.example"), ("sec-fetch-site", "cross-site")];
    let answer = browser.post_from(&format!("{}/authorize", request.issuer), &fields, &from).await;
    browser.cookies.extend(kept);
    answer
}

/// Security line 17: POST is accepted.
#[tokio::test]
async fn a_posted_request_leads_to_the_login_page_and_back_to_the_client() {
    let mut scene = Scene::start().await;
    let request = scene.request();
    let answer = post_across_sites(&mut scene.browser, &request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let login = scene.browser.follow(answer).await;
    let callback = Callback::of(&scene.log_in(&login).await);
    assert_eq!((callback.get("state"), callback.uri.as_str()), ("state-1", scene.client.redirect_uri.as_str()));
    assert_eq!(scene.tokens(&callback).await.id_token()["nonce"], "nonce-1");
}

/// The cookies that were held back count after the redirect.
#[tokio::test]
async fn a_posted_request_finds_the_session_the_browser_has() {
    let mut scene = Scene::signed_in().await;
    let request = scene.request().with("prompt", "none");
    let answer = post_across_sites(&mut scene.browser, &request).await;
    let answer = scene.browser.follow(answer).await;
    assert!(!Callback::of(&answer).code().is_empty());
}

/// Security line 20: the first browser to fetch it owns it.
#[tokio::test]
async fn a_posted_request_belongs_to_the_first_browser_that_fetches_it() {
    let mut scene = Scene::signed_in().await;
    let request = scene.request();
    let answer = post_across_sites(&mut scene.browser, &request).await;
    let location = answer.location().to_owned();
    let mut first = scene.provider.browser();
    let page = first.get(&location).await;
    first.follow(page).await.is_login();
    let page = scene.browser.get(&location).await;
    page.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
}

/// A POST decides nothing: not even `prompt=none` is answered before the cookies are there.
#[tokio::test]
async fn a_posted_request_sets_no_cookie_and_ends_no_session() {
    let mut scene = Scene::signed_in().await;
    let request = scene.request();
    let answer = post_across_sites(&mut scene.browser, &request).await;
    assert!(answer.cookies().is_empty());
    assert!(!scene.authorize(&request.with("prompt", "none")).await.code().is_empty());
}
