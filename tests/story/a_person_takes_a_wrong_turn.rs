//! A person takes a wrong turn: each ends on a sensible page, never in a dead end.

use http::StatusCode;

use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Callback, Scene, SignIn as _, sql};

fn id_of(login: &Answer) -> String {
    login.action().rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_wrong_password_and_then_the_right_one() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let again = scene.browser.submit(&login, "hanako@vx7.example", "wrong").await;
    assert!(again.body.contains("メールアドレスまたはパスワード"), "{}", again.body);
    let callback = Callback::of(&scene.log_in(&again).await);
    assert_eq!(callback.get("state"), "state-1");
}

#[tokio::test]
async fn an_empty_field_is_named() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    for (email, password) in [("", PASSWORD), ("hanako@vx7.example", ""), ("  ", "x"), ("", "")] {
        let again = scene.browser.submit(&login, email, password).await;
        assert_eq!(again.is_login().status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("入力してください"), "{email:?} {password:?}: {}", again.body);
    }
}

/// Typed as people type it: full width, capitals, blanks around.
#[tokio::test]
async fn an_address_typed_in_another_way_signs_in_all_the_same() {
    let mut scene = Scene::start().await;
    for email in [" Hanako@VX7.example ", "ｈａｎａｋｏ＠ｖｘ７．ｅｘａｍｐｌｅ"] {
        let login = scene.open(&scene.request().with("prompt", "login")).await;
        let answer = scene.browser.submit(&login, email, PASSWORD).await;
        let answer = scene.browser.follow(answer).await;
        assert!(!Callback::of(&answer).code().is_empty(), "{email}");
    }
}

/// An old tab begins anew with its own request.
#[tokio::test]
async fn an_expired_sign_in_begins_anew_with_its_own_request() {
    let mut scene = Scene::start().await;
    let request = scene.request().with("state", "mine").with("nonce", "my-nonce");
    let old = scene.open(&request).await;
    scene.wait(3600);
    let answer = scene.browser.submit(&old, scene.account.email(), PASSWORD).await;
    let login = scene.browser.follow(answer).await;
    assert_ne!(id_of(login.is_login()), id_of(&old));
    assert_eq!(scene.browser.session(), None, "a form of an expired page signs nobody in");
    let callback = Callback::of(&scene.log_in(&login).await);
    assert_eq!(callback.get("state"), "mine");
    assert_eq!(scene.tokens(&callback).await.id_token()["nonce"], "my-nonce");
    let reload = scene.browser.get(old.action()).await;
    let answer = scene.browser.follow(reload).await;
    assert!(!Callback::of(&answer).code().is_empty(), "signed in meanwhile: straight on");
}

/// Long after that the page says how to begin again, with a way to the service.
#[tokio::test]
async fn a_sign_in_that_is_gone_leads_to_the_service() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    sql::execute(&scene.provider, "DELETE FROM interaction").await;
    for answer in [scene.browser.get(login.action()).await, scene.browser.submit(&login, "a@b.example", "x").await] {
        answer.shows(StatusCode::BAD_REQUEST, "interaction_expired");
        assert!(answer.body.contains("href=\"https://ff.example/VX7\""), "{}", answer.body);
        assert_eq!(scene.provider.explained(&answer).await, ["interaction_expired"]);
    }
}

#[tokio::test]
async fn the_back_button_after_the_sign_in_shows_the_form_and_it_still_works() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    scene.log_in(&login).await;
    let back = scene.browser.get(login.action()).await;
    assert_eq!(back.is_login().status, StatusCode::OK);
    for page in [login, back] {
        let callback = Callback::of(&scene.log_in(&page).await);
        assert_eq!(scene.tokens(&callback).await.id_token()["sub"], scene.account.sub());
    }
}

#[tokio::test]
async fn the_back_button_after_the_consent_shows_the_question_and_it_still_works() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let page = scene.open(&AuthorizeRequest::of(&third)).await;
    scene.browser.consent(&page, "deny").await;
    let back = scene.browser.get(page.action()).await;
    let answer = scene.browser.consent(&back, "allow").await;
    assert!(!Callback::of(&answer).code().is_empty());
}

#[tokio::test]
async fn two_tabs_with_different_requests_each_end_at_their_own() {
    let mut scene = Scene::start().await;
    let other = scene.provider.client("other-app", |_| {}).await;
    let first = scene.open(&scene.request().with("state", "first")).await;
    let second = scene.open(&AuthorizeRequest::of(&other).with("state", "second")).await;
    let callback = Callback::of(&scene.log_in(&second).await);
    assert_eq!((callback.uri.as_str(), callback.get("state")), (other.redirect_uri.as_str(), "second"));
    let callback = Callback::of(&scene.log_in(&first).await);
    assert_eq!((callback.uri.as_str(), callback.get("state")), (scene.client.redirect_uri.as_str(), "first"));
}

#[tokio::test]
async fn a_page_sent_to_another_browser_says_so_and_leads_to_the_service() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let mut phone = scene.provider.browser();
    for path in ["login", "interaction", "consent"] {
        let page = phone.get(&format!("/VX7/{path}/{}", id_of(&login))).await;
        page.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
        assert!(page.body.contains("href=\"https://ff.example/VX7\""), "{}", page.body);
    }
}

#[tokio::test]
async fn a_browser_without_cookies_is_told_to_allow_them() {
    let mut scene = Scene::start().await;
    let first = scene.browser.get(&scene.request().url()).await;
    scene.browser.cookies.clear();
    let page = scene.browser.get(first.location()).await;
    page.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
    assert!(page.body.contains("Cookie"), "{}", page.body);
}

/// The pages beside the login page lead back to it, and nowhere else.
#[tokio::test]
async fn the_pages_beside_the_login_page_lead_back_to_it() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    for path in ["lo/forgot", "lo/forgot/sent"] {
        let page = scene.browser.get(&format!("/VX7/{path}?from=login/{}", id_of(&login))).await;
        assert!(page.body.contains(&format!("href=\"{}\"", login.action())), "{}", page.body);
        for elsewhere in ["https://evil.example/", "//evil.example", "login/../../x", "login/\"><b>", ""] {
            let from = form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect::<String>();
            let page = scene.browser.get(&format!("/VX7/{path}?from={from}")).await;
            assert!(!page.body.contains("//evil") && !page.body.contains("<b>"), "{elsewhere}: {}", page.body);
        }
    }
    let home = scene.browser.get("/VX7").await;
    assert_eq!(home.location(), "https://ff.example/VX7");
}
