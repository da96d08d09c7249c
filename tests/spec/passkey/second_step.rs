//! A passkey as the second step after the password (`product.md` §4).

use http::StatusCode;
use serde_json::json;

use super::{add, ask_for_second_step, challenge, login, send, with_passkey};
use crate::support::authenticator::Device;
use crate::support::provider::PASSWORD;
use crate::support::{Answer, Callback, Scene, SignIn as _, sql};

/// Hanako has typed her password; the page of the second step, and where its form leads.
async fn after_the_password(scene: &mut Scene) -> (Answer, String) {
    ask_for_second_step(scene).await;
    let (page, _) = login(scene).await;
    let action = page.action().replace("/login/", "/second-factor/") + "/passkey";
    scene.browser.submit(&page, scene.account.email(), PASSWORD).await;
    let page = scene.browser.get(&action).await;
    (page, action)
}

async fn answer(scene: &mut Scene, device: &mut Device, page: &Answer, action: &str) -> Answer {
    let begun = challenge(&mut scene.browser, page, action).await;
    let credential = device.sign(&begun.options);
    send(&mut scene.browser, page, action, (&begun.ceremony, &credential)).await
}

#[tokio::test]
async fn password_and_passkey_are_two_factors() {
    let (mut scene, mut device) = with_passkey().await;
    let (page, action) = after_the_password(&mut scene).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let begun = challenge(&mut scene.browser, &page, &action).await;
    assert_eq!(begun.options["allowCredentials"][0]["id"], device.credential_id(), "hers and no others");
    let before = scene.browser.session().unwrap().to_owned();
    // Not every authenticator says whose key it is when it was asked for by its id (§6.5.4).
    device.user_handle = None;
    let answer = answer(&mut scene, &mut device, &page, &action).await;
    assert_ne!(scene.browser.session().unwrap(), before);
    let end = scene.browser.follow(answer).await;
    let claims = scene.tokens(&Callback::of(&end)).await.id_token();
    assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["pwd", "swk", "mfa"]), &json!("urn:tegata:acr:2fa")));
    let again = scene.browser.get(&action).await;
    assert!(again.location().contains("/interaction/"), "it is done");
}

#[tokio::test]
async fn another_persons_passkey_is_no_second_step() {
    let (mut scene, _) = with_passkey().await;
    let hanako = std::mem::replace(&mut scene.account, scene.provider.account("taro@vx7.example").await);
    scene.sign_in().await;
    let mut taros = add(&mut scene).await;
    scene.account = hanako;
    scene.browser = scene.provider.browser();
    let (page, action) = after_the_password(&mut scene).await;
    let before = scene.browser.session().unwrap().to_owned();
    let answer = answer(&mut scene, &mut taros, &page, &action).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("role=\"alert\"") && answer.body.contains("パスキーで認証できませんでした"));
    assert_eq!(scene.provider.explained(&answer).await, ["passkey_other_account"]);
    assert_eq!(scene.browser.session().unwrap(), before);
    let request = scene.request();
    let first = scene.browser.get(&request.url()).await;
    assert!(!first.header("location").contains("code="), "still nobody");
}

#[tokio::test]
async fn a_challenge_of_the_login_page_is_none_of_the_second_step_and_the_other_way_round() {
    let (mut scene, mut device) = with_passkey().await;
    let (login_page, login_action) = login(&mut scene).await;
    let of_login = challenge(&mut scene.browser, &login_page, &login_action).await;
    let (page, action) = after_the_password(&mut scene).await;
    let of_step = challenge(&mut scene.browser, &page, &action).await;
    let credential = device.sign(&of_login.options);
    let answer = send(&mut scene.browser, &page, &action, (&of_login.ceremony, &credential)).await;
    assert_eq!(scene.provider.explained(&answer).await, ["passkey_ceremony"]);
    let credential = device.sign(&of_step.options);
    let answer = send(&mut scene.browser, &login_page, &login_action, (&of_step.ceremony, &credential)).await;
    assert!(answer.location().ends_with("?passkey=failed"));
    assert_eq!(scene.provider.explained(&answer).await, ["passkey_ceremony"]);
}

#[tokio::test]
async fn the_page_is_for_whoever_has_passkeys_and_shown_a_password() {
    let (mut scene, _) = with_passkey().await;
    let (page, action) = login(&mut scene).await;
    let step = page.action().replace("/login/", "/second-factor/");
    let early = scene.browser.get(&format!("{step}/passkey")).await;
    assert!(early.location().contains("/interaction/"), "nobody is there: {action}");
    sql::execute(&scene.provider, "DELETE FROM passkey").await;
    let (page, action) = after_the_password(&mut scene).await;
    assert_eq!(format!("{}/passkey", page.location()), action, "the other ways");
}

#[tokio::test]
async fn a_wrong_token_changes_nothing() {
    let (mut scene, _) = with_passkey().await;
    let (page, action) = after_the_password(&mut scene).await;
    assert_eq!(page.status, StatusCode::OK);
    scene.browser.post(&action, &[("csrf", "wrong")]).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    let answer = scene.browser.post(&format!("{action}/options"), &[("csrf", "wrong")]).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::FORBIDDEN, &json!("csrf_failed")));
}
