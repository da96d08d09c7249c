//! メールアドレス変更 of a password account (manual, chapter 2.1 (2)).

use std::time::Duration;

use http::StatusCode;
use tegata::account::Role;
use tegata::contract::Plan;
use tokio::task::JoinSet;

use crate::support::provider::PASSWORD;
use crate::support::{
    Answer, Browser, NEW_PASSWORD, Person as _, Provider, SignIn as _, TestAccount, TestClient, is_signed_in,
};

const OLD: &str = "keiyaku@vx7.example";
const NEW: &str = "shin@vx7.example";
const SUBJECT: &str = "【M-Drive】メールアドレス変更登録";

struct Scene {
    provider: Provider,
    client: TestClient,
    contractor: TestAccount,
    browser: Browser,
}

impl Scene {
    async fn start() -> Self {
        let provider = Provider::with_inbox().await;
        let client = provider.storage_app().await;
        let contractor = provider.account_with(OLD, |a| a.role = Role::Contractor).await;
        let browser = provider.browser();
        Self { provider, client, contractor, browser }
    }

    async fn ask(&mut self, email: &str, again: &str) -> Answer {
        let menu = self.browser.open_menu(&self.contractor, PASSWORD).await;
        assert!(menu.body.contains("メールアドレス変更"), "{}", menu.body);
        let form = self.browser.get("/VX7/account/email").await;
        self.browser.fill_in(&form, &[("email", email), ("again", again)]).await
    }
}

#[tokio::test]
async fn the_new_address_is_proved_by_mail_and_the_old_one_works_until_then() {
    let mut scene = Scene::start().await;
    let sent = scene.ask(NEW, NEW).await;
    assert_eq!(sent.status, StatusCode::OK);
    let link = scene.provider.mailed_link(NEW, SUBJECT).await;
    assert!(link.starts_with("https://login.example/VX7/email-change?ticket="), "{link}");
    is_signed_in(&scene.provider.browser().sign_in_with(&scene.client, OLD, PASSWORD).await, &scene.client);

    let mut elsewhere = scene.provider.browser();
    let form = elsewhere.get(&link).await;
    assert!(form.body.contains(NEW), "{}", form.body);
    let done = elsewhere.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let mut browser = scene.provider.browser();
    let login = browser.open_login(&crate::support::AuthorizeRequest::of(&scene.client)).await;
    for (email, password) in [(OLD, PASSWORD), (OLD, NEW_PASSWORD), (NEW, PASSWORD)] {
        let refused = browser.submit(&login, email, password).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{email} {password}");
    }
    is_signed_in(&browser.sign_in_with(&scene.client, NEW, NEW_PASSWORD).await, &scene.client);
    scene.provider.catch_up().await;
    let mails = scene.provider.inbox().mails_to(OLD);
    let is_notice = |subject: &Option<String>| subject.as_deref() == Some("【M-Drive】メールアドレス変更のお知らせ");
    let notice = mails.iter().find(|mail| is_notice(&mail.subject)).expect("the old address is told");
    assert!(!notice.text.contains(NEW) && notice.text.contains("@vx7.example"), "{}", notice.text);
    assert_eq!(elsewhere.get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn what_was_typed_is_checked_and_kept() {
    let mut scene = Scene::start().await;
    for (email, again) in [("", ""), ("no address", "no address"), (NEW, "shin2@vx7.example"), (OLD, OLD)] {
        let refused = scene.ask(email, again).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(refused.body.contains("role=\"alert\""), "{email}");
        assert_eq!(refused.field("email").as_deref().unwrap_or_default(), email);
    }
    assert_eq!(scene.provider.inbox().messages().len(), 0);
}

#[tokio::test]
async fn an_address_somebody_has_gets_the_same_answer_and_its_owner_a_note() {
    let mut scene = Scene::start().await;
    scene.provider.account("taken@vx7.example").await;
    let free = scene.ask(NEW, NEW).await;
    let taken = scene.ask("taken@vx7.example", "taken@vx7.example").await;
    assert_eq!(free.body.replace(free.reference(), ""), taken.body.replace(taken.reference(), ""));
    scene.provider.catch_up().await;
    let note = scene.provider.inbox().mails_to("taken@vx7.example").pop().expect("the owner is told");
    assert!(!note.text.contains("ticket="), "{}", note.text);
}

#[tokio::test]
async fn the_newest_of_two_changes_counts_and_an_address_taken_meanwhile_is_refused() {
    let mut scene = Scene::start().await;
    scene.ask("first@vx7.example", "first@vx7.example").await;
    let first = scene.provider.mailed_link("first@vx7.example", SUBJECT).await;
    scene.ask(NEW, NEW).await;
    let second = scene.provider.mailed_link(NEW, SUBJECT).await;
    let mut browser = scene.provider.browser();
    assert_eq!(browser.get(&first).await.status, StatusCode::GONE, "replaced");
    let form = browser.get(&second).await;
    scene.provider.account(NEW).await;
    let refused = browser.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert!(refused.body.contains("すでにほかの利用者に登録されています"), "{}", refused.body);
    is_signed_in(&scene.provider.browser().sign_in_with(&scene.client, OLD, PASSWORD).await, &scene.client);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_people_who_change_to_one_address_at_once_one_gets_it() {
    let mut scene = Scene::start().await;
    let contract = scene.provider.contract("別会社", Plan::Basic).await;
    let rival = scene
        .provider
        .account_with("rival@vx7.example", |a| (a.role, a.contract_id) = (Role::Contractor, contract))
        .await;
    scene.ask(NEW, NEW).await;
    let mine = scene.provider.mailed_link(NEW, SUBJECT).await;
    let mut other = Scene { contractor: rival, browser: scene.provider.browser(), ..scene };
    other.ask(NEW, NEW).await;
    let theirs = other.provider.mailed_link(NEW, SUBJECT).await;
    let mut tasks = JoinSet::new();
    for link in [mine, theirs] {
        let mut browser = other.provider.browser();
        tasks.spawn(async move {
            let form = browser.get(&link).await;
            browser.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await.status
        });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::GONE]);
}

#[tokio::test]
async fn a_change_is_cancelled_after_fourteen_days() {
    let mut scene = Scene::start().await;
    scene.ask(NEW, NEW).await;
    let link = scene.provider.mailed_link(NEW, SUBJECT).await;
    scene.provider.clock.advance(Duration::from_hours(14 * 24));
    let expired = scene.provider.browser().get(&link).await;
    assert!(expired.body.contains("URLの有効期限が切れています"), "{}", expired.body);
    is_signed_in(&scene.provider.browser().sign_in_with(&scene.client, OLD, PASSWORD).await, &scene.client);
}

#[tokio::test]
async fn only_the_contractor_of_a_basic_contract_has_the_entry() {
    let provider = Provider::with_inbox().await;
    let trial = provider.contract("お試し", Plan::Trial).await;
    let user = provider.account("user@vx7.example").await;
    let trier =
        provider.account_with("trial@vx7.example", |a| (a.role, a.contract_id) = (Role::Contractor, trial)).await;
    for account in [user, trier] {
        let mut browser = provider.browser();
        let menu = browser.open_menu(&account, PASSWORD).await;
        assert!(menu.body.contains("パスワード変更") && !menu.body.contains("/account/email"), "{}", menu.body);
        browser.get("/VX7/account/email").await.shows(StatusCode::FORBIDDEN, "forbidden");
    }
}
