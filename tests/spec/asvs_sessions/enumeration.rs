//! Nobody learns which accounts exist (ASVS 6.3.8). Security line 63.

use http::StatusCode;
use tegata::account::{AccountState, LoginMethod};

use crate::support::provider::PASSWORD;
use crate::support::{Answer, Scene, SignIn as _};

/// What an onlooker sees, without what differs from one request to the next anyhow.
fn seen(answer: &Answer, email: &str) -> (StatusCode, Vec<(String, String)>, String) {
    let csrf = answer.field("csrf").unwrap_or_default();
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "content-length");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status, headers, answer.body.replace(answer.reference(), "").replace(&csrf, "").replace(email, ""))
}

/// Security line 63: by text, status and header; an unknown address, a wrong password, another method, no account yet,
/// no account any more, and what is no address at all.
#[tokio::test]
async fn a_refused_sign_in_looks_the_same_for_every_address() {
    let mut scene = Scene::start().await;
    let provider = &scene.provider;
    provider.account_with("google@vx7.example", |a| a.login_method = LoginMethod::Google).await;
    provider.account_with("invited@vx7.example", |a| a.state = AccountState::Invited).await;
    provider.account_with("deleted@vx7.example", |a| a.state = AccountState::Deleted).await;
    provider.account_with("suspended@vx7.example", |a| a.state = AccountState::Suspended).await;
    let login = scene.open(&scene.request()).await;
    let expected = scene.browser.submit(&login, "nobody@vx7.example", "Wrong-Horse-7").await;
    let expected = seen(&expected, "nobody@vx7.example");
    assert_eq!(expected.0, StatusCode::UNPROCESSABLE_ENTITY);
    for (email, password, reason) in [
        ("hanako@vx7.example", "Wrong-Horse-7", "wrong_password"),
        ("google@vx7.example", PASSWORD, "other_login_method"),
        ("invited@vx7.example", PASSWORD, "account_invited"),
        ("deleted@vx7.example", PASSWORD, "unknown_account"),
        ("suspended@vx7.example", "Wrong-Horse-7", "wrong_password"),
        ("unheard-of@vx7.example", PASSWORD, "unknown_account"),
        ("no-address", PASSWORD, "unknown_account"),
        ("a@b@c", PASSWORD, "unknown_account"),
    ] {
        let answer = scene.browser.submit(&login, email, password).await;
        assert_eq!(seen(&answer, email), expected, "{email}");
        assert_eq!(scene.provider.explained(&answer).await, [reason], "{email}");
    }
}

/// The same before anything is typed: a hint about an account that exists shows nothing.
#[tokio::test]
async fn a_login_hint_tells_nobody_whether_the_account_exists() {
    let scene = Scene::start().await;
    let mut pages = Vec::new();
    for hint in ["hanako@vx7.example", "nobody@vx7.example"] {
        let mut browser = scene.provider.browser();
        let login = browser.open_login(&scene.request().with("login_hint", hint)).await;
        let id = login.action().rsplit('/').next().unwrap().to_owned();
        let (status, _, body) = seen(&login, hint);
        pages.push((status, body.replace(&id, "")));
    }
    assert_eq!(pages[0], pages[1]);
}
