//! Web Authentication Level 3 as the relying party has to do it, over HTTP, with a software authenticator that tells the
//! truth or lies.

mod registration;
mod second_step;
mod sign_in;

use http::StatusCode;
use serde_json::Value;

use crate::support::authenticator::Device;
use crate::support::{Answer, Browser, Scene, SignIn as _};

const PASSKEYS: &str = "/VX7/account/passkeys";

/// A challenge that was given out.
#[derive(Clone)]
pub(super) struct Challenge {
    pub(super) ceremony: String,
    pub(super) options: Value,
}

/// Asks for a challenge as the script of a page does.
pub(super) async fn challenge(browser: &mut Browser, page: &Answer, action: &str) -> Challenge {
    let csrf = page.field("csrf").expect("the form has a token");
    let answer = browser.post(&format!("{action}/options"), &[("csrf", &csrf)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
    let json = answer.json();
    Challenge { ceremony: json["ceremony"].as_str().unwrap().to_owned(), options: json["publicKey"].clone() }
}

/// Sends an authenticator's answer as the script of a page does.
pub(super) async fn send(
    browser: &mut Browser,
    page: &Answer,
    action: &str,
    (ceremony, credential): (&str, &str),
) -> Answer {
    let csrf = page.field("csrf").expect("the form has a token");
    let fields = [("csrf", csrf.as_str()), ("ceremony", ceremony), ("credential", credential)];
    browser.post(action, &fields).await
}

/// The list of Hanako's passkeys.
async fn list(scene: &mut Scene) -> Answer {
    let page = scene.browser.get(PASSKEYS).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page
}

/// Hanako adds a passkey; she must have signed in just now.
pub(super) async fn add(scene: &mut Scene) -> Device {
    let page = list(scene).await;
    let challenge = challenge(&mut scene.browser, &page, PASSKEYS).await;
    let (device, credential) = Device::register(&challenge.options).await;
    let answer = send(&mut scene.browser, &page, PASSKEYS, (&challenge.ceremony, &credential)).await;
    assert_eq!(answer.location(), "/VX7/account/passkeys?done=1");
    device
}

/// Hanako has a passkey, and her browser has forgotten everything.
pub(super) async fn with_passkey() -> (Scene, Device) {
    let mut scene = Scene::signed_in().await;
    let device = add(&mut scene).await;
    scene.browser.cookies.clear();
    (scene, device)
}

/// The login page for the storage application, and where its passkey form leads.
pub(super) async fn login(scene: &mut Scene) -> (Answer, String) {
    let request = scene.request();
    let page = scene.browser.open_login(&request).await;
    let action = format!("{}/passkey", page.action());
    assert!(page.body.contains(&format!("data-options=\"{action}/options\"")), "{}", page.body);
    (page, action)
}

/// Turns two-step verification of all contracts on.
pub(super) async fn ask_for_second_step(scene: &Scene) {
    crate::support::sql::execute(&scene.provider, "UPDATE contract SET second_factor = 'enabled'").await;
}

/// What no authenticator sends, and what nobody can make it out to be.
fn garbage() -> Vec<String> {
    let deep = "[".repeat(8000);
    let long = format!("{{\"id\":\"{}\"}}", "A".repeat(17_000));
    let texts = ["", "{}", "null", "[]", "\"", "{\"id\":1}", "{\"rawId\":\"!\"}", "\u{1}", "日本語"];
    texts.map(str::to_owned).into_iter().chain([deep, long]).collect()
}
