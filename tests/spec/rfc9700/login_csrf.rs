//! Login CSRF (RFC 9700 §4.7; ASVS 7.6.2). Security lines 20 and 87.

use http::StatusCode;

use crate::support::provider::PASSWORD;
use crate::support::{Browser, Scene, SignIn as _, sql};

/// Asserts that the form was refused and nobody is signed in.
async fn assert_refused(scene: &Scene, browser: &mut Browser, action: &str, csrf: &str, from: &[(&str, &str)]) {
    let fields = [("csrf", csrf), ("email", scene.account.email()), ("password", PASSWORD)];
    let answer = browser.post_from(action, &fields, from).await;
    answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    assert_eq!(scene.provider.explained(&answer).await, ["csrf_failed"]);
    assert_eq!((browser.session(), sql::count(&scene.provider, "session", "1 = 1").await), (None, 0));
}

/// Security line 20: a token of another browser, another interaction, another page, or none at all.
#[tokio::test]
async fn a_login_form_needs_the_token_of_its_own_page_in_its_own_browser() {
    let mut scene = Scene::start().await;
    let mut attacker = scene.provider.browser();
    let theirs = attacker.open_login(&scene.request()).await.field("csrf").unwrap();
    let mut browser = scene.browser.clone();
    let login = browser.open_login(&scene.request()).await;
    let (action, own) = (login.action().to_owned(), login.field("csrf").unwrap());
    let other_tab = browser.open_login(&scene.request()).await.field("csrf").unwrap();
    let truncated = own[1..].to_owned();
    for token in ["", "x", &theirs, &other_tab, &truncated, &own.to_lowercase()] {
        assert_refused(&scene, &mut browser, &action, token, &[]).await;
    }
    let answer = browser.submit(&login, scene.account.email(), PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the form itself is still good");
    scene.browser = browser;
}

/// Security lines 20 and 87: the browser itself says that another site sent it.
#[tokio::test]
async fn a_login_form_sent_by_another_site_is_refused_even_with_its_token() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let (action, csrf) = (login.action().to_owned(), login.field("csrf").unwrap());
    let mut browser = scene.browser.clone();
    for from in [
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
        [("origin", "https://login.example"), ("sec-fetch-site", "cross-site")],
        [("origin", "https://login.example"), ("sec-fetch-site", "same-site")],
        [("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        [("origin", "http://login.example"), ("sec-fetch-site", "same-origin")],
        [("origin", "https://login.example:8443"), ("sec-fetch-site", "same-origin")],
        [("origin", "null"), ("sec-fetch-site", "none")],
    ] {
        assert_refused(&scene, &mut browser, &action, &csrf, &from).await;
    }
}

/// Security line 20: the interaction belongs to the browser that began it.
#[tokio::test]
async fn a_login_page_opened_in_another_browser_shows_no_form() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let (action, csrf) = (login.action().to_owned(), login.field("csrf").unwrap());
    let mut victim = scene.provider.browser();
    for _ in 0..2 {
        let page = victim.get(&action).await;
        page.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
        let fields = [("csrf", csrf.as_str()), ("email", scene.account.email()), ("password", PASSWORD)];
        let answer = victim.post(&action, &fields).await;
        answer.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
        assert_eq!(victim.session(), None);
        let id = action.rsplit('/').next().unwrap();
        let page = victim.get(&format!("/VX7/interaction/{id}")).await;
        page.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
    }
}

/// Security line 20: a new session needs an explicit act; nothing but the POST of the form makes one.
#[tokio::test]
async fn no_get_makes_a_session_whatever_it_carries() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let action = login.action().to_owned();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", &login.field("csrf").unwrap())
        .append_pair("email", scene.account.email())
        .append_pair("password", PASSWORD)
        .finish();
    for url in [format!("{action}?{query}"), format!("{}&{query}", scene.request().url())] {
        let answer = scene.browser.get(&url).await;
        scene.browser.follow(answer).await.is_login();
        assert_eq!((scene.browser.session(), sql::count(&scene.provider, "session", "1 = 1").await), (None, 0));
    }
}
