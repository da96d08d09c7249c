//! Signing in with a passkey and nothing else (§7.2).

use http::StatusCode;
use passkey::types::ctap2::Flags;
use serde_json::json;
use tegata::account::AccountState;
use tegata::secret::base64url;

use super::{add, challenge, garbage, list, login, send, with_passkey};
use crate::support::authenticator::{Device, hardware};
use crate::support::{Answer, Callback, Scene, SignIn as _, sql};

/// «User verified».
pub const UV: Flags = Flags::UV;
/// «User present».
pub const UP: Flags = Flags::UP;

/// Signs in with what the device says, from the login page to whatever follows.
async fn sign_in(scene: &mut Scene, device: &mut Device) -> Answer {
    let (page, action) = login(scene).await;
    let challenge = challenge(&mut scene.browser, &page, &action).await;
    let credential = device.sign(&challenge.options);
    send(&mut scene.browser, &page, &action, (&challenge.ceremony, &credential)).await
}

/// The login page again, no session, and the reason in the audit log.
async fn is_refused(scene: &mut Scene, answer: &Answer, (why, reason): (&str, &str)) {
    assert!(answer.location().ends_with(&format!("?passkey={why}")), "{reason}: {}", answer.location());
    assert_eq!(scene.provider.explained(answer).await, [reason]);
    assert_eq!(scene.browser.session(), None, "{reason}");
    let page = scene.browser.get(answer.location()).await;
    page.is_login();
    let text = match why {
        "failed" => "パスキーでログインできませんでした",
        "trial-ended" => "無料トライアルの期間が終了しました",
        _ => "このアカウントではログインできません",
    };
    assert!(page.body.contains(text), "{reason}");
}

#[tokio::test]
async fn a_passkey_alone_signs_its_owner_in_as_two_factors() {
    let (mut scene, mut device) = with_passkey().await;
    let answer = sign_in(&mut scene, &mut device).await;
    let answer = scene.browser.follow(answer).await;
    let tokens = scene.tokens(&Callback::of(&answer)).await;
    let claims = tokens.id_token();
    assert_eq!(claims["sub"], scene.account.sub());
    assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["swk", "mfa"]), &json!("urn:tegata:acr:2fa")));
    assert_eq!(claims["auth_time"], scene.provider.clock.now().as_seconds());
    assert!(list(&mut scene).await.body.contains("最終使用日時"), "it was used");
}

#[tokio::test]
async fn a_key_that_never_leaves_its_device_is_called_a_hardware_key() {
    let mut scene = Scene::signed_in().await;
    let page = list(&mut scene).await;
    let begun = challenge(&mut scene.browser, &page, super::PASSKEYS).await;
    let (mut device, credential) =
        Device::register_as(&begun.options, hardware(), Some(5), "https://login.example").await;
    send(&mut scene.browser, &page, super::PASSKEYS, (&begun.ceremony, &credential)).await;
    scene.browser.cookies.clear();
    for _ in 0..2 {
        let answer = sign_in(&mut scene, &mut device).await;
        let answer = scene.browser.follow(answer).await;
        let tokens = scene.tokens(&Callback::of(&answer)).await;
        assert_eq!(tokens.id_token()["amr"], json!(["hwk", "mfa"]));
        scene.browser.cookies.clear();
    }
    device.counter = Some(6);
    let answer = sign_in(&mut scene, &mut device).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_counter")).await;
    device.counter = None;
    let answer = sign_in(&mut scene, &mut device).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_counter")).await;
    device.counter = Some(7);
    assert_eq!(sign_in(&mut scene, &mut device).await.status, StatusCode::SEE_OTHER);
    assert!(scene.browser.session().is_some(), "ahead again");
}

#[tokio::test]
async fn nobody_is_asked_for_a_second_step_after_a_passkey() {
    let (mut scene, mut device) = with_passkey().await;
    super::ask_for_second_step(&scene).await;
    let answer = sign_in(&mut scene, &mut device).await;
    let answer = scene.browser.follow(answer).await;
    assert!(!Callback::of(&answer).code().is_empty());
}

// security.md line 78
#[tokio::test]
async fn the_session_is_a_new_one_and_the_old_one_is_over() {
    let mut scene = Scene::signed_in().await;
    let mut device = add(&mut scene).await;
    let (before, old) = (scene.browser.session().unwrap().to_owned(), scene.browser.clone());
    let request = scene.request().with("prompt", "login");
    let page = scene.browser.open_login(&request).await;
    let action = format!("{}/passkey", page.action());
    let begun = challenge(&mut scene.browser, &page, &action).await;
    let credential = device.sign(&begun.options);
    let answer = send(&mut scene.browser, &page, &action, (&begun.ceremony, &credential)).await;
    assert_ne!(scene.browser.session().unwrap(), before);
    assert!(!Callback::of(&scene.browser.follow(answer).await).code().is_empty());
    scene.browser = old;
    let request = scene.request();
    scene.open(&request).await.is_login();
}

#[tokio::test]
async fn an_answer_that_does_not_hold_signs_nobody_in() {
    let (mut scene, device) = with_passkey().await;
    type Lie = (&'static str, fn(&mut Device));
    let lies: [Lie; 12] = [
        ("passkey_origin", |device| device.origin = "https://login.example:8443".to_owned()),
        ("passkey_origin", |device| device.origin = "http://login.example".to_owned()),
        ("passkey_origin", |device| device.origin = "https://sub.login.example".to_owned()),
        ("passkey_origin", |device| device.origin = "https://evil.example".to_owned()),
        ("passkey_relying_party", |device| device.rp_id = "evil.example".to_owned()),
        ("passkey_relying_party", |device| device.rp_id = "example".to_owned()),
        ("passkey_not_verified", |device| device.flags.remove(UV)),
        ("passkey_not_verified", |device| device.flags.remove(UP)),
        ("passkey_invalid", |device| device.flags.remove(Flags::BE | Flags::BS)),
        ("passkey_other_account", |device| device.user_handle = None),
        ("passkey_other_account", |device| device.user_handle = Some(vec![7; 16])),
        ("passkey_other_account", |device| device.user_handle = Some(Vec::new())),
    ];
    for (reason, lie) in lies {
        let mut liar = device.clone();
        lie(&mut liar);
        let answer = sign_in(&mut scene, &mut liar).await;
        is_refused(&mut scene, &answer, ("failed", reason)).await;
    }
    let (page, action) = login(&mut scene).await;
    for text in garbage() {
        let begun = challenge(&mut scene.browser, &page, &action).await;
        let answer = send(&mut scene.browser, &page, &action, (&begun.ceremony, &text)).await;
        is_refused(&mut scene, &answer, ("failed", "passkey_malformed")).await;
    }
    let answer = sign_in(&mut scene, &mut device.clone()).await;
    assert!(scene.browser.session().is_some(), "the truth still holds: {}", answer.location());
}

#[tokio::test]
async fn an_answer_that_was_changed_on_its_way_signs_nobody_in() {
    let (mut scene, mut device) = with_passkey().await;
    let (page, action) = login(&mut scene).await;
    for member in ["signature", "authenticatorData", "clientDataJSON"] {
        let begun = challenge(&mut scene.browser, &page, &action).await;
        let mut credential: serde_json::Value = serde_json::from_str(&device.sign(&begun.options)).unwrap();
        let whole = credential["response"][member].as_str().unwrap().to_owned();
        for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
            let begun = challenge(&mut scene.browser, &page, &action).await;
            credential["response"][member] = json!(whole[..cut]);
            let text = credential.to_string();
            let answer = send(&mut scene.browser, &page, &action, (&begun.ceremony, &text)).await;
            assert!(answer.location().ends_with("?passkey=failed"), "{member} {cut}");
        }
        credential["response"][member] = json!(whole);
    }
    let begun = challenge(&mut scene.browser, &page, &action).await;
    let mut credential: serde_json::Value = serde_json::from_str(&device.sign(&begun.options)).unwrap();
    credential["response"]["signature"] = json!(base64url(&[0x30, 6, 2, 1, 1, 2, 1, 1]));
    let answer = send(&mut scene.browser, &page, &action, (&begun.ceremony, &credential.to_string())).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_invalid")).await;
}

// security.md line 75
#[tokio::test]
async fn a_challenge_is_unique_and_answered_once_in_time_in_its_browser() {
    let (mut scene, mut device) = with_passkey().await;
    let (page, action) = login(&mut scene).await;
    let first = challenge(&mut scene.browser, &page, &action).await;
    let second = challenge(&mut scene.browser, &page, &action).await;
    assert_ne!(first.options["challenge"], second.options["challenge"]);

    let credential = device.sign(&first.options);
    let answer = send(&mut scene.browser, &page, &action, (&second.ceremony, &credential)).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_challenge")).await;
    let credential = device.sign(&second.options);
    let answer = send(&mut scene.browser, &page, &action, (&second.ceremony, &credential)).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_ceremony")).await;

    let mut elsewhere = scene.provider.browser();
    std::mem::swap(&mut elsewhere, &mut scene.browser);
    let (other_page, other_action) = login(&mut scene).await;
    let credential = device.sign(&first.options);
    let answer = send(&mut scene.browser, &other_page, &other_action, (&first.ceremony, &credential)).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_ceremony")).await;
    std::mem::swap(&mut elsewhere, &mut scene.browser);

    let answer = send(&mut scene.browser, &page, &action, (&first.ceremony, &credential)).await;
    assert!(scene.browser.session().is_some(), "{}", answer.location());
    let mut thief = scene.browser.clone();
    thief.cookies.remove("__Host-tegata-session-VX7");
    std::mem::swap(&mut thief, &mut scene.browser);
    let answer = send(&mut scene.browser, &page, &action, (&first.ceremony, &credential)).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_ceremony")).await;

    let late = challenge(&mut scene.browser, &page, &action).await;
    let credential = device.sign(&late.options);
    scene.wait(300);
    let answer = send(&mut scene.browser, &page, &action, (&late.ceremony, &credential)).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_ceremony")).await;
}

#[tokio::test]
async fn a_passkey_counts_at_its_brand_and_as_long_as_it_is_there() {
    let (mut scene, mut device) = with_passkey().await;
    sql::execute(&scene.provider, "UPDATE passkey SET brand = 'VX9'").await;
    let answer = sign_in(&mut scene, &mut device).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_other_brand")).await;
    sql::execute(&scene.provider, "UPDATE passkey SET brand = 'VX7', rp_id = 'old.example'").await;
    let answer = sign_in(&mut scene, &mut device).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_other_brand")).await;
    sql::execute(&scene.provider, "DELETE FROM passkey").await;
    let answer = sign_in(&mut scene, &mut device).await;
    is_refused(&mut scene, &answer, ("failed", "passkey_unknown")).await;
}

#[tokio::test]
async fn state_and_contract_decide_as_after_a_password_but_a_lock_does_not_count() {
    #[rustfmt::skip]
    let table = [
        ("UPDATE account SET state = 'suspended'",                   Some(("locked-out", "account_suspended"))),
        ("UPDATE account SET state = 'invited'",                     Some(("failed", "account_invited"))),
        ("UPDATE account SET state = 'deleted'",                     Some(("failed", "account_deleted"))),
        ("UPDATE contract SET state = 'cancelled'",                  Some(("locked-out", "contract_cancelled"))),
        ("UPDATE contract SET plan = 'trial', started_at = 0",       Some(("trial-ended", "trial_ended"))),
        ("UPDATE account SET password_hash = NULL, login_method = 'google'", Some(("failed", "other_login_method"))),
        ("UPDATE account SET state = 'locked'",                      None),
    ];
    for (change, refusal) in table {
        let (mut scene, mut device) = with_passkey().await;
        sql::execute(&scene.provider, change).await;
        let answer = sign_in(&mut scene, &mut device).await;
        match refusal {
            Some(refusal) => is_refused(&mut scene, &answer, refusal).await,
            None => assert!(scene.browser.session().is_some(), "{change}"),
        }
    }
}

#[tokio::test]
async fn a_lock_by_somebody_else_does_not_keep_a_passkey_out() {
    let (mut scene, mut device) = with_passkey().await;
    let account = scene.account.clone();
    scene.provider.set_account_state(&account, AccountState::Active, AccountState::Locked).await;
    let answer = sign_in(&mut scene, &mut device).await;
    let answer = scene.browser.follow(answer).await;
    assert!(!Callback::of(&answer).code().is_empty());
}

// security.md line 87
#[tokio::test]
async fn only_our_own_page_in_its_browser_asks_and_answers() {
    let (mut scene, mut device) = with_passkey().await;
    let (page, action) = login(&mut scene).await;
    let begun = challenge(&mut scene.browser, &page, &action).await;
    let credential = device.sign(&begun.options);
    let csrf = page.field("csrf").unwrap();
    let fields = [("csrf", csrf.as_str()), ("ceremony", begun.ceremony.as_str()), ("credential", credential.as_str())];
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let answer = scene.browser.post_from(&action, &fields, &foreign).await;
    answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    let answer = scene.browser.post(&action, &fields[1..]).await;
    answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    let answer = scene.browser.post_from(&format!("{action}/options"), &fields[..1], &foreign).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::FORBIDDEN, &json!("csrf_failed")));
    let mut stranger = scene.provider.browser();
    let answer = stranger.post(&action, &fields).await;
    answer.shows(StatusCode::BAD_REQUEST, "interaction_elsewhere");
    let answer = send(&mut scene.browser, &page, &action, (&begun.ceremony, &credential)).await;
    assert!(scene.browser.session().is_some(), "nothing was lost: {}", answer.location());
}

#[tokio::test]
async fn where_browsers_know_no_passkeys_none_are_offered() {
    let provider = crate::support::Provider::with_config(|config| {
        config.brand[0].issuer = "http://127.0.0.1:8080/VX7".parse().unwrap();
    })
    .await;
    let mut scene = Scene::at(provider).await;
    scene.browser.host = "127.0.0.1:8080";
    let request = scene.request();
    let page = scene.browser.open_login(&request).await;
    assert!(!page.body.contains("data-passkey"), "{}", page.body);
}
