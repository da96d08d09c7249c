//! Registering a passkey (§7.1), and the list of one's own.

use http::StatusCode;
use serde_json::json;
use tegata::account::AccountState;
use tegata::secret::base64url;

use super::{PASSKEYS, add, challenge, garbage, list, send};
use crate::support::authenticator::{Device, hardware, synced};
use crate::support::{Answer, Scene, sql};

async fn passkeys(scene: &Scene) -> usize {
    sql::count(&scene.provider, "passkey", "1 = 1").await
}

async fn mails(scene: &Scene, kind: &str) -> usize {
    sql::count(&scene.provider, "outbox", &format!("kind = '{kind}'")).await
}

/// The id of the only passkey.
async fn only(scene: &Scene) -> String {
    sql::texts(&scene.provider, "SELECT id FROM passkey").await.remove(0)
}

/// The page is shown again, it says why, and the audit log knows better.
#[track_caller]
fn says(answer: &Answer, text: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("role=\"alert\"") && answer.body.contains(text), "{}", answer.body);
}

/// The browser is sent to 「認証・契約情報変更ログイン」.
#[track_caller]
fn asks_to_sign_in(answer: &Answer) {
    assert!(answer.location().starts_with("/VX7/interaction/"), "{}", answer.location());
}

const FAILED: &str = "パスキーを追加できませんでした";

#[tokio::test]
async fn a_person_adds_a_passkey_and_is_told_by_mail() {
    let mut scene = Scene::signed_in().await;
    add(&mut scene).await;
    assert!(list(&mut scene).await.body.contains("パスキー 1"), "it has a name to begin with");
    assert_eq!((passkeys(&scene).await, mails(&scene, "passkey-added").await), (1, 1));
    assert_eq!(sql::count(&scene.provider, "audit_event", "event = 'passkey_added'").await, 1);
    scene.browser.language = "en";
    add(&mut scene).await;
    let page = list(&mut scene).await;
    assert!(page.body.contains("Passkey 2") && page.body.contains("2026-11-20 09:00"), "{}", page.body);
}

#[tokio::test]
async fn an_answer_that_does_not_hold_registers_nothing() {
    let mut scene = Scene::signed_in().await;
    let page = list(&mut scene).await;
    let mut cases = Vec::new();
    for (reason, flags, origin, change) in [
        ("passkey_origin", synced(), "https://login.example:8443", json!({})),
        ("passkey_origin", synced(), "https://evil.example", json!({})),
        ("passkey_origin", synced(), "http://login.example", json!({})),
        ("passkey_origin", synced(), "https://sub.login.example", json!({})),
        ("passkey_challenge", synced(), "https://login.example", json!({ "challenge": base64url(&[7; 32]) })),
        ("passkey_relying_party", synced(), "https://login.example", json!({ "rp": { "id": "example", "name": "" } })),
        ("passkey_not_verified", synced().difference(super::sign_in::UV), "https://login.example", json!({})),
        ("passkey_not_verified", hardware().difference(super::sign_in::UP), "https://login.example", json!({})),
    ] {
        let challenge = challenge(&mut scene.browser, &page, PASSKEYS).await;
        let mut options = challenge.options;
        for (name, value) in change.as_object().unwrap() {
            options[name] = value.clone();
        }
        let (_, credential) = Device::register_as(&options, flags, None, origin).await;
        cases.push((reason, challenge.ceremony, credential));
    }
    for text in garbage() {
        let challenge = challenge(&mut scene.browser, &page, PASSKEYS).await;
        cases.push(("passkey_malformed", challenge.ceremony, text));
    }
    for (reason, ceremony, credential) in cases {
        let answer = send(&mut scene.browser, &page, PASSKEYS, (&ceremony, &credential)).await;
        says(&answer, FAILED);
        assert_eq!(scene.provider.explained(&answer).await, [reason], "{credential}");
    }
    assert_eq!((passkeys(&scene).await, mails(&scene, "passkey-added").await), (0, 0));
}

#[tokio::test]
async fn a_challenge_is_answered_once_in_time_in_its_session() {
    let mut scene = Scene::signed_in().await;
    let page = list(&mut scene).await;
    let used = challenge(&mut scene.browser, &page, PASSKEYS).await;
    let (_, credential) = Device::register(&used.options).await;
    let first = send(&mut scene.browser, &page, PASSKEYS, (&used.ceremony, &credential)).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);

    let late = challenge(&mut scene.browser, &page, PASSKEYS).await;
    let (_, too_late) = Device::register(&late.options).await;
    scene.wait(300);
    let earlier = challenge(&mut scene.browser, &page, PASSKEYS).await;
    let (_, of_before) = Device::register(&earlier.options).await;
    let request = scene.request().with("prompt", "login");
    let again = crate::support::SignIn::open_login(&mut scene.browser, &request).await;
    scene.log_in(&again).await;
    let page = list(&mut scene).await;
    for (ceremony, credential) in [
        (used.ceremony.as_str(), credential.as_str()),
        (&late.ceremony, &too_late),
        (&earlier.ceremony, &of_before),
        ("", &credential),
        ("unknown", &credential),
    ] {
        let answer = send(&mut scene.browser, &page, PASSKEYS, (ceremony, credential)).await;
        says(&answer, FAILED);
        assert_eq!(scene.provider.explained(&answer).await, ["passkey_ceremony"]);
    }
    assert_eq!(passkeys(&scene).await, 1);
}

#[tokio::test]
async fn a_credential_is_registered_once() {
    let mut scene = Scene::signed_in().await;
    let device = add(&mut scene).await;
    let page = list(&mut scene).await;
    let next = challenge(&mut scene.browser, &page, PASSKEYS).await;
    assert_eq!(next.options["excludeCredentials"][0]["id"], device.credential_id());
}

#[tokio::test]
async fn an_account_has_ten_at_the_most() {
    let mut scene = Scene::signed_in().await;
    for _ in 0..10 {
        add(&mut scene).await;
    }
    let page = list(&mut scene).await;
    let one_more = challenge(&mut scene.browser, &page, PASSKEYS).await;
    let (_, credential) = Device::register(&one_more.options).await;
    let answer = send(&mut scene.browser, &page, PASSKEYS, (&one_more.ceremony, &credential)).await;
    says(&answer, "上限に達しています");
    assert_eq!(scene.provider.explained(&answer).await, ["passkey_limit"]);
}

#[tokio::test]
async fn a_passkey_is_renamed_with_a_name_that_fits() {
    let mut scene = Scene::signed_in().await;
    add(&mut scene).await;
    let (page, url) = (list(&mut scene).await, format!("{PASSKEYS}/{}/rename", only(&scene).await));
    let csrf = page.field("csrf").unwrap();
    let answer = scene.browser.post(&url, &[("csrf", &csrf), ("name", " 会社の <b>ノート</b> ")]).await;
    assert_eq!(answer.location(), "/VX7/account/passkeys?done=1");
    assert!(list(&mut scene).await.body.contains("会社の &#60;b&#62;ノート&#60;/b&#62;"));
    for name in ["", "  ", "a\nb", &"長".repeat(61)] {
        let answer = scene.browser.post(&url, &[("csrf", &csrf), ("name", name)]).await;
        says(&answer, "1文字以上60文字以内");
    }
    assert_eq!(sql::count(&scene.provider, "audit_event", "event = 'passkey_renamed'").await, 1);
}

#[tokio::test]
async fn a_removed_passkey_is_gone_and_its_owner_told() {
    let mut scene = Scene::signed_in().await;
    add(&mut scene).await;
    let (page, url) = (list(&mut scene).await, format!("{PASSKEYS}/{}/remove", only(&scene).await));
    let csrf = page.field("csrf").unwrap();
    assert_eq!(scene.browser.post(&url, &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER, "even the last one");
    assert_eq!((passkeys(&scene).await, mails(&scene, "passkey-removed").await), (0, 1));
    assert_eq!(sql::count(&scene.provider, "audit_event", "event = 'passkey_removed'").await, 1);
    scene.browser.post(&url, &[("csrf", &csrf)]).await.shows(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn nobody_touches_the_passkeys_of_another_account() {
    let mut scene = Scene::signed_in().await;
    add(&mut scene).await;
    let id = only(&scene).await;
    scene.account = scene.provider.account("taro@vx7.example").await;
    scene.browser = scene.provider.browser();
    scene.sign_in().await;
    let page = list(&mut scene).await;
    assert!(!page.body.contains(&id) && !page.body.contains("パスキー 1"));
    let csrf = page.field("csrf").unwrap();
    for verb in ["rename", "remove"] {
        let fields = [("csrf", csrf.as_str()), ("name", "mine")];
        let answer = scene.browser.post(&format!("{PASSKEYS}/{id}/{verb}"), &fields).await;
        answer.shows(StatusCode::NOT_FOUND, "not_found");
    }
    assert_eq!((passkeys(&scene).await, mails(&scene, "passkey-removed").await), (1, 0));
}

#[tokio::test]
async fn only_our_own_page_changes_passkeys() {
    let mut scene = Scene::signed_in().await;
    add(&mut scene).await;
    let (page, id) = (list(&mut scene).await, only(&scene).await);
    let csrf = page.field("csrf").unwrap();
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    for path in ["", &format!("/{id}/rename"), &format!("/{id}/remove")] {
        let url = format!("{PASSKEYS}{path}");
        scene.browser.post(&url, &[("csrf", "wrong"), ("name", "x")]).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
        let answer = scene.browser.post_from(&url, &[("csrf", &csrf), ("name", "x")], &foreign).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
        assert_eq!(scene.browser.post(&url, &[("csrf", &csrf), ("csrf", &csrf)]).await.status, StatusCode::BAD_REQUEST);
    }
    let answer = scene.browser.post(&format!("{PASSKEYS}/options"), &[("csrf", "wrong")]).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::FORBIDDEN, &json!("csrf_failed")));
    assert_eq!(scene.provider.explained(&answer).await, ["csrf_failed"]);
    assert_eq!(passkeys(&scene).await, 1);
}

// security.md line 83
#[tokio::test]
async fn passkeys_are_changed_only_after_a_sign_in_of_the_last_minutes() {
    let mut scene = Scene::signed_in().await;
    add(&mut scene).await;
    let (page, id) = (list(&mut scene).await, only(&scene).await);
    let csrf = page.field("csrf").unwrap();
    scene.wait(600);
    list(&mut scene).await;
    scene.wait(1);
    asks_to_sign_in(&scene.browser.get(PASSKEYS).await);
    for path in ["", "/options", &format!("/{id}/rename"), &format!("/{id}/remove")] {
        let answer = scene.browser.post(&format!("{PASSKEYS}{path}"), &[("csrf", &csrf), ("name", "x")]).await;
        asks_to_sign_in(&answer);
    }
    assert_eq!(passkeys(&scene).await, 1);
}

#[tokio::test]
async fn who_may_not_go_on_or_has_not_finished_signing_in_changes_nothing() {
    let mut scene = Scene::signed_in().await;
    super::ask_for_second_step(&scene).await;
    asks_to_sign_in(&scene.browser.get(PASSKEYS).await);
    sql::execute(&scene.provider, "UPDATE contract SET second_factor = 'disabled'").await;
    list(&mut scene).await;
    sql::execute(&scene.provider, "UPDATE account SET password_hash = NULL, login_method = 'google'").await;
    scene.browser.get(PASSKEYS).await.shows(StatusCode::FORBIDDEN, "forbidden");
    let account = scene.account.clone();
    scene.provider.set_account_state(&account, AccountState::Active, AccountState::Suspended).await;
    asks_to_sign_in(&scene.browser.get(PASSKEYS).await);
    asks_to_sign_in(&scene.provider.browser().get(PASSKEYS).await);
}
