//! OWASP ASVS 5.0, chapter V6 (and what V7 says of changes): security lines 55–75, 78, 82, 83, 87 and 88.
//!
//! Shown elsewhere: line 70 `second_factor::secrets`, 71 `policy::second_factor`, 74 `second_factor::{limits, steps}`, 75
//! `passkey::sign_in`. There are no secret questions (65), and no federated identities yet (76).

mod enumeration;
mod factors;
mod forms;
mod notices;
mod passwords;
mod reauthentication;
mod recovery;

use crate::support::scene::HANAKO;
use crate::support::{Answer, NEW_PASSWORD, Person as _, Provider, Scene, sql};

/// Hanako, contractor of a basic contract, at a provider whose mails arrive; nobody is signed in.
async fn scene() -> Scene {
    let scene = Scene::at(Provider::with_inbox().await).await;
    sql::execute(&scene.provider, "UPDATE account SET role = 'contractor'").await;
    scene
}

/// The same, signed in a moment ago.
async fn signed_in() -> Scene {
    let mut scene = scene().await;
    scene.sign_in().await;
    scene
}

/// The link of a mail for a forgotten password.
async fn reset_link(provider: &Provider) -> String {
    let mut browser = provider.browser();
    let form = browser.get("/VX7/lo/forgot").await;
    browser.fill_in(&form, &[("email", HANAKO)]).await;
    provider.mailed_link(HANAKO, "パスワードリセット").await
}

/// Uses such a link.
async fn reset(provider: &Provider) {
    let link = reset_link(provider).await;
    let mut elsewhere = provider.browser();
    let form = elsewhere.get(&link).await;
    let done = elsewhere.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    assert!(done.body.contains("リセットパスワードの手続きが完了いたしました"), "{}", done.body);
}

/// Types an own password and a new one into the account menu.
async fn change_password(scene: &mut Scene, current: &str, new: &str) -> Answer {
    let form = scene.browser.get("/VX7/account/password").await;
    scene.browser.fill_in(&form, &[("current", current), ("password", new), ("again", new)]).await
}

/// Asks for another address in the account menu.
async fn ask_for_address(scene: &mut Scene, email: &str) -> Answer {
    let form = scene.browser.get("/VX7/account/email").await;
    scene.browser.fill_in(&form, &[("email", email), ("again", email)]).await
}

async fn password_hash(scene: &Scene) -> String {
    let query = format!("SELECT password_hash FROM account WHERE email = '{HANAKO}'");
    sql::texts(&scene.provider, &query).await.remove(0)
}
