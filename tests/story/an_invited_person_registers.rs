//! 契約者以外の利用者が初回ログイン: invitation, 利用者ログイン登録, 申込確認, 完了 (manual, chapter 1.5).

use std::time::Duration;

use http::{Method, StatusCode};
use tegata::account::AccountState;
use tegata::lifecycle::invite_again;
use tokio::task::JoinSet;

use crate::support::{NEW_PASSWORD, Person as _, Provider, Scene, SignIn as _, is_signed_in};

const JIRO: &str = "jiro@vx7.example";
const SUBJECT: &str = "【M-Drive】利用者登録のご案内";
const PASSWORDS: [(&str, &str); 2] = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];

async fn invited() -> (Scene, String) {
    let scene = Scene::at(Provider::with_inbox().await).await;
    scene.provider.invite(JIRO).await;
    let link = scene.provider.mailed_link(JIRO, SUBJECT).await;
    (scene, link)
}

#[tokio::test]
async fn the_mail_leads_to_a_password_a_confirmation_and_a_sign_in() {
    let (mut scene, link) = invited().await;
    let mail = &scene.provider.inbox().mails_to(JIRO)[0];
    assert!(mail.text.contains("招待 次郎 様") || mail.text.contains("招待 次郎様"), "{}", mail.text);
    assert!(mail.text.contains("keiyaku@vx7.example"), "{}", mail.text);
    assert!(mail.text.contains("14日以内"), "{}", mail.text);
    let mut browser = scene.provider.browser();
    // A scanner was here first.
    for method in [Method::HEAD, Method::GET] {
        assert_eq!(scene.provider.browser().send(method, &link, None, &[]).await.status, StatusCode::OK);
    }
    let form = browser.get(&link).await;
    assert!(form.body.contains("利用者ログイン登録"), "{}", form.body);
    let confirm = browser.fill_in(&form, &PASSWORDS).await;
    assert!(confirm.body.contains("申込確認") && confirm.body.contains("(非表示)"), "{}", confirm.body);
    assert!(confirm.body.contains(JIRO) && !confirm.body.contains(NEW_PASSWORD), "{}", confirm.body);
    assert_eq!(scene.provider.state_of(JIRO).await, AccountState::Invited, "nothing happened yet");
    let done = browser.fill_in(&confirm, &[]).await;
    assert!(done.body.contains("OK") && done.body.contains("https://ff.example/VX7"), "{}", done.body);
    let record = scene.provider.record_of(JIRO).await;
    assert_eq!(record.account.state, AccountState::Active);
    assert!(record.account.email_verified_at.is_some(), "the mail proved the address");
    is_signed_in(&scene.browser.sign_in_with(&scene.client, JIRO, NEW_PASSWORD).await, &scene.client);
    let used = browser.get(&link).await;
    assert_eq!(used.status, StatusCode::GONE);
    assert!(used.body.contains("お手続きは完了しています"), "{}", used.body);
}

#[tokio::test]
async fn cancel_changes_nothing_and_the_link_stays_good() {
    let (scene, link) = invited().await;
    let mut browser = scene.provider.browser();
    let form = browser.get(&link).await;
    let confirm = browser.fill_in(&form, &PASSWORDS).await;
    let fields = [("csrf", confirm.field("csrf").unwrap()), ("ticket", confirm.field("ticket").unwrap())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let cancelled = browser.post("/VX7/registration/cancel", &fields).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.body);
    assert_eq!(scene.provider.state_of(JIRO).await, AccountState::Invited);
    assert_eq!(browser.get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_confirmation_belongs_to_its_browser_and_its_ticket() {
    let (scene, link) = invited().await;
    let mut browser = scene.provider.browser();
    let form = browser.get(&link).await;
    let confirm = browser.fill_in(&form, &PASSWORDS).await;
    let draft = confirm.field("draft").unwrap();
    let mut thief = scene.provider.browser();
    let own = thief.get(&link).await;
    let (csrf, ticket) = (own.field("csrf").unwrap(), own.field("ticket").unwrap());
    let stolen = [("csrf", csrf.as_str()), ("ticket", &ticket), ("draft", &draft)];
    thief.post("/VX7/registration/confirm", &stolen).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    let forged = [("csrf", csrf.as_str()), ("ticket", &ticket), ("draft", "AAAA")];
    thief.post("/VX7/registration/confirm", &forged).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    scene.provider.invite("saburo@vx7.example").await;
    let other = scene.provider.mailed_link("saburo@vx7.example", SUBJECT).await;
    let (csrf, ticket) = (confirm.field("csrf").unwrap(), other.split_once("ticket=").unwrap().1);
    let swapped = [("csrf", csrf.as_str()), ("ticket", ticket), ("draft", &draft)];
    browser.post("/VX7/registration/confirm", &swapped).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    assert_eq!(scene.provider.state_of(JIRO).await, AccountState::Invited);
}

#[tokio::test]
async fn a_second_mail_replaces_the_first_and_both_end_after_fourteen_days() {
    let (scene, first) = invited().await;
    let account = scene.provider.record_of(JIRO).await.account;
    let mut tx = scene.provider.db().begin().await.unwrap();
    assert!(invite_again(&mut tx, &scene.provider.registrar(), &account, "keiyaku@vx7.example").await.unwrap());
    tx.commit().await.unwrap();
    let second = scene.provider.mailed_link(JIRO, SUBJECT).await;
    assert_ne!(first, second);
    let mut browser = scene.provider.browser();
    let replaced = browser.get(&first).await;
    assert_eq!(replaced.status, StatusCode::GONE);
    assert!(replaced.body.contains("新しいメール"), "{}", replaced.body);
    assert_eq!(browser.get(&second).await.status, StatusCode::OK);
    scene.provider.clock.advance(Duration::from_hours(14 * 24));
    let expired = browser.get(&second).await;
    assert!(expired.body.contains("URLの有効期限が切れています"), "{}", expired.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_confirmations_of_one_link_at_two_nodes_one_registers() {
    let (scene, link) = invited().await;
    let other = scene.provider.second_node().await;
    let fronts = [scene.provider.front.clone(), other.front.clone()];
    let mut browser = scene.provider.browser();
    let form = browser.get(&link).await;
    let confirm = browser.fill_in(&form, &PASSWORDS).await;
    let fields: Vec<_> = ["csrf", "ticket", "draft"].map(|name| (name, confirm.field(name).unwrap())).into();
    let mut tasks = JoinSet::new();
    for n in 0..64 {
        let (mut browser, fields) = (browser.on(fronts[n % 2].clone()), fields.clone());
        tasks.spawn(async move {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post("/VX7/registration/confirm", &fields).await.status
        });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1);
    assert_eq!(scene.provider.state_of(JIRO).await, AccountState::Active);
}

#[tokio::test]
async fn an_invited_person_cannot_sign_in_before() {
    let (mut scene, _) = invited().await;
    let login = scene.browser.open_login(&scene.request()).await;
    let refused = scene.browser.submit(&login, JIRO, NEW_PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}
