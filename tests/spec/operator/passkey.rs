//! A passkey instead of an authenticator.

use serde_json::Value;
use tegata::operator::OperatorRole;

use crate::support::authenticator::{Device, hardware};
use crate::support::operators::{HOST, PASSWORD, csrf, submit};
use crate::support::{Answer, Browser, Operators};

async fn challenge(browser: &mut Browser, page: &Answer, action: &str) -> (String, Value) {
    let answer = browser.post(&format!("{action}/options"), &[("csrf", &csrf(page))]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    (json["ceremony"].as_str().unwrap().to_owned(), json["publicKey"].clone())
}

async fn send(browser: &mut Browser, page: &Answer, action: &str, answer: (&str, &str)) -> Answer {
    let token = csrf(page);
    let fields = [("csrf", token.as_str()), ("ceremony", answer.0), ("credential", answer.1)];
    browser.post(action, &fields).await
}

/// An operator who enrolled with a device.
async fn enrolled(ops: &Operators, email: &str) -> Device {
    let (_, link) = ops.create(email, OperatorRole::Full).await;
    let mut browser = ops.browser();
    let page = ops.choose_password(&mut browser, &link).await;
    let (ceremony, options) = challenge(&mut browser, &page, "/enrolment/passkey").await;
    assert_eq!(options["rp"]["id"], HOST);
    let (device, credential) = Device::register_as(&options, hardware(), Some(1), &format!("https://{HOST}")).await;
    let done = send(&mut browser, &page, "/enrolment/passkey", (&ceremony, &credential)).await;
    assert_eq!(done.location(), "/enrolment/done");
    device
}

async fn second_step(ops: &Operators, email: &str) -> (Browser, Answer) {
    let mut browser = ops.browser();
    let answer = submit(&mut browser, email, PASSWORD).await;
    let page = browser.follow(answer).await;
    (browser, page)
}

#[tokio::test]
async fn an_operator_enrols_and_signs_in_with_a_passkey() {
    let ops = Operators::start().await;
    let mut device = enrolled(&ops, "ops@example.jp").await;
    device.origin = format!("https://{HOST}");
    let (mut browser, page) = second_step(&ops, "ops@example.jp").await;
    assert!(!page.body.contains("name=\"code\""), "there is no authenticator to ask for");
    let (ceremony, options) = challenge(&mut browser, &page, "/sign-in/passkey").await;
    let credential = device.sign(&options);
    let done = send(&mut browser, &page, "/sign-in/passkey", (&ceremony, &credential)).await;
    assert_eq!(done.location(), "/api/docs");
    let again = send(&mut browser, &page, "/sign-in/passkey", (&ceremony, &credential)).await;
    assert_eq!(again.location(), "/api/docs", "the sign-in is through");
}

#[tokio::test]
async fn an_answer_counts_once_and_only_for_its_operator_and_this_host() {
    let ops = Operators::start().await;
    let mut own = enrolled(&ops, "ops@example.jp").await;
    let mut other = enrolled(&ops, "other@example.jp").await;
    for device in [&mut own, &mut other] {
        device.origin = format!("https://{HOST}");
    }
    let (mut browser, page) = second_step(&ops, "ops@example.jp").await;
    let (ceremony, options) = challenge(&mut browser, &page, "/sign-in/passkey").await;
    let refused = send(&mut browser, &page, "/sign-in/passkey", (&ceremony, &other.sign(&options))).await;
    assert_eq!(refused.status, 422, "somebody else's passkey");
    let late = send(&mut browser, &page, "/sign-in/passkey", (&ceremony, &own.sign(&options))).await;
    assert_eq!(late.status, 422, "the ceremony is used up by the wrong answer");
    let reasons = ops.provider.explained(&late).await;
    assert_eq!(reasons, ["passkey_ceremony"]);
    let (ceremony, options) = challenge(&mut browser, &page, "/sign-in/passkey").await;
    let mut elsewhere = own.clone();
    elsewhere.origin = "https://login.example".to_owned();
    let phished = send(&mut browser, &page, "/sign-in/passkey", (&ceremony, &elsewhere.sign(&options))).await;
    assert_eq!(ops.provider.explained(&phished).await, ["passkey_origin"]);
}
