//! Ten wrong passwords lock an account; the mailed link, or a new password, unlocks it (manual, chapter 6).

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tegata::account::{AccountState, LoginMethod};
use tokio::task::JoinSet;

use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{
    Answer, AuthorizeRequest, Browser, NEW_PASSWORD, Person as _, Provider, SignIn as _, TestClient, is_signed_in,
};

const LOCKED: &str = "ログインを複数回連続して試行したため、アカウントがブロックされました。ブロック解除のためのメールをお送りしましたのでご確認ください。";
const NEUTRAL: &str = "メールアドレスまたはパスワードが正しくありません";
const DAY: Duration = Duration::from_hours(24);

async fn scene() -> (Provider, TestClient, Browser) {
    // What one network may do is another story.
    let provider = Provider::with_inbox_and(|c| c.limits.failures_per_address = 1_000.try_into().unwrap()).await;
    let client = provider.storage_app().await;
    provider.account(HANAKO).await;
    let browser = provider.browser();
    (provider, client, browser)
}

async fn login(browser: &mut Browser, client: &TestClient) -> Answer {
    browser.open_login(&AuthorizeRequest::of(client)).await
}

#[tokio::test]
async fn the_tenth_wrong_password_locks_and_the_link_unlocks_once() {
    let (provider, client, mut browser) = scene().await;
    let page = login(&mut browser, &client).await;
    let ninth = browser.guess(&page, HANAKO, 9).await;
    assert!(ninth.body.contains(NEUTRAL), "{}", ninth.body);
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Active);
    let tenth = browser.guess(&page, HANAKO, 1).await;
    assert!(tenth.body.contains(LOCKED), "{}", tenth.body);
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Locked);
    let right = browser.submit(&page, HANAKO, PASSWORD).await;
    assert!(right.body.contains(LOCKED), "the right password is refused as well");

    let link = provider.mailed_link(HANAKO, "【M-Drive】アカウントロック").await;
    assert!(link.starts_with("https://login.example/VX7/lo/unblock?ticket="), "{link}");
    // A mail scanner opens it, several times.
    let mut scanner = provider.browser();
    for method in [Method::HEAD, Method::GET, Method::HEAD, Method::GET] {
        let looked = scanner.send(method.clone(), &link, None, &[]).await;
        assert_eq!(looked.status, StatusCode::OK, "{method}");
    }
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Locked, "looking changes nothing");
    let mut elsewhere = provider.browser();
    let button = elsewhere.get(&link).await;
    let done = elsewhere.fill_in(&button, &[]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Active);
    is_signed_in(&browser.sign_in_with(&client, HANAKO, PASSWORD).await, &client);

    let again = elsewhere.get(&link).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.body.contains("お手続きは完了しています"), "{}", again.body);
    assert_eq!(provider.explained(&again).await, ["ticket_used"]);
}

#[tokio::test]
async fn a_success_resets_the_count() {
    let (provider, client, mut browser) = scene().await;
    for _ in 0..3 {
        let page = login(&mut provider.browser(), &client).await;
        drop(page);
        let page = browser.open_login(&AuthorizeRequest::of(&client).with("prompt", "login")).await;
        browser.guess(&page, HANAKO, 9).await;
        let answer = browser.submit(&page, HANAKO, PASSWORD).await;
        is_signed_in(&browser.follow(answer).await, &client);
    }
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Active);
}

#[tokio::test]
async fn an_address_nobody_has_and_one_with_another_method_behave_the_same_and_get_no_mail() {
    let (provider, client, mut browser) = scene().await;
    provider.account_with("google@vx7.example", |a| a.login_method = LoginMethod::Google).await;
    let page = login(&mut browser, &client).await;
    let anonymous = |answer: &Answer, email: &str| answer.body.replace(email, "x").replace(answer.reference(), "");
    let mut pages = Vec::new();
    for email in [HANAKO, "nobody@vx7.example", "google@vx7.example"] {
        let ninth = browser.guess(&page, email, 9).await;
        let tenth = browser.guess(&page, email, 1).await;
        let right = browser.submit(&page, email, PASSWORD).await;
        assert!(tenth.body.contains(LOCKED), "{email}");
        pages.push([anonymous(&ninth, email), anonymous(&tenth, email), anonymous(&right, email)]);
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    assert_eq!(provider.subjects(HANAKO).await.len(), 1);
    assert_eq!(provider.inbox().messages().len(), 1, "nobody else gets a mail");
    assert_eq!(provider.state_of("google@vx7.example").await, AccountState::Active, "its own way in stays open");
}

#[tokio::test]
async fn a_link_that_is_fourteen_days_old_explains_itself_and_points_to_the_reset() {
    let (provider, client, mut browser) = scene().await;
    let page = login(&mut browser, &client).await;
    browser.guess(&page, HANAKO, 10).await;
    let link = provider.mailed_link(HANAKO, "アカウントロック").await;
    provider.clock.advance(14 * DAY - Duration::from_millis(1));
    assert_eq!(browser.get(&link).await.status, StatusCode::OK, "to the last moment");
    provider.clock.advance(Duration::from_millis(1));
    let expired = browser.get(&link).await;
    assert_eq!(expired.status, StatusCode::GONE);
    assert!(expired.body.contains("URLの有効期限が切れています"), "{}", expired.body);
    assert!(expired.body.contains("href=\"/VX7/lo/forgot\""), "{}", expired.body);
    // The page for a forgotten password leads out.
    let forgotten = browser.get("/VX7/lo/forgot").await;
    browser.fill_in(&forgotten, &[("email", HANAKO)]).await;
    let reset = provider.mailed_link(HANAKO, "パスワードリセット").await;
    let form = browser.get(&reset).await;
    browser.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Active);
    is_signed_in(&browser.sign_in_with(&client, HANAKO, NEW_PASSWORD).await, &client);
}

/// 64 guesses released together, the right one among them.
async fn burst(nodes: usize) {
    let (provider, client, mut browser) = scene().await;
    let other = provider.second_node().await;
    other.app.clients.reload(other.db()).await.unwrap();
    let fronts = [provider.front.clone(), other.front.clone()];
    let page = Arc::new(login(&mut browser, &client).await);
    let mut tasks = JoinSet::new();
    for n in 0..64 {
        let (mut browser, page) = (browser.on(fronts[n % nodes].clone()), Arc::clone(&page));
        let guess = if n == 40 { PASSWORD.to_owned() } else { format!("wrong-{n}") };
        tasks.spawn(async move { browser.submit(&page, HANAKO, &guess).await });
    }
    let answers = tasks.join_all().await;
    let right = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    let neutral = answers.iter().filter(|answer| answer.body.contains(NEUTRAL)).count();
    let locked = answers.iter().filter(|answer| answer.body.contains(LOCKED)).count();
    assert_eq!(right + neutral + locked, 64);
    // A success forgets what was counted before it: at most nine outcomes are learnt on either side of it.
    assert!(neutral <= 9 * (1 + right), "{neutral} outcomes were learnt, {right} right");
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Locked);
    assert_eq!(provider.subjects(HANAKO).await.len(), 1, "one lock, one mail");
    let refused = browser.submit(&page, HANAKO, PASSWORD).await;
    assert!(refused.body.contains(LOCKED));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_of_guesses_at_one_node_learns_from_nine() {
    burst(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_of_guesses_at_two_nodes_learns_from_nine() {
    burst(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_uses_of_one_link_at_two_nodes_one_unblocks() {
    let (provider, client, mut browser) = scene().await;
    let page = login(&mut browser, &client).await;
    browser.guess(&page, HANAKO, 10).await;
    let link = provider.mailed_link(HANAKO, "アカウントロック").await;
    let other = provider.second_node().await;
    let fronts = [provider.front.clone(), other.front.clone()];
    let button = browser.get(&link).await;
    let (csrf, ticket) = (button.field("csrf").unwrap(), button.field("ticket").unwrap());
    let mut tasks = JoinSet::new();
    for n in 0..64 {
        let (mut browser, csrf, ticket) = (browser.on(fronts[n % 2].clone()), csrf.clone(), ticket.clone());
        tasks.spawn(
            async move { browser.post("/VX7/lo/unblock", &[("csrf", &csrf), ("ticket", &ticket)]).await.status },
        );
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::GONE).count(), 63);
}

#[tokio::test]
async fn one_network_can_fail_only_so_often_and_cannot_lock_a_whole_company() {
    let provider = Provider::with_inbox_and(|config| {
        config.limits.failures_per_address = NonZeroU32::new(15).unwrap();
    })
    .await;
    let client = provider.storage_app().await;
    provider.account(HANAKO).await;
    provider.account("taro@vx7.example").await;
    let mut browser = provider.browser();
    let page = login(&mut browser, &client).await;
    browser.guess(&page, HANAKO, 10).await;
    let last = browser.guess(&page, "taro@vx7.example", 9).await;
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = last.header("retry-after").parse().expect("seconds");
    assert!((1..=600).contains(&wait), "{wait}");
    assert_eq!(provider.state_of("taro@vx7.example").await, AccountState::Active);
    // Even the right password waits, so that nothing is learnt; then it is let in.
    let right = browser.submit(&page, "taro@vx7.example", PASSWORD).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
    provider.clock.advance(Duration::from_secs(wait));
    is_signed_in(&browser.sign_in_with(&client, "taro@vx7.example", PASSWORD).await, &client);
}

#[tokio::test]
async fn a_ticket_opens_no_page_but_its_own() {
    let (provider, client, mut browser) = scene().await;
    let page = login(&mut browser, &client).await;
    browser.guess(&page, HANAKO, 10).await;
    let unblock = provider.mailed_link(HANAKO, "アカウントロック").await;
    let forgotten = browser.get("/VX7/lo/forgot").await;
    browser.fill_in(&forgotten, &[("email", HANAKO)]).await;
    let reset = provider.mailed_link(HANAKO, "パスワードリセット").await;
    provider.invite("jiro@vx7.example").await;
    let invitation = provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let pages = ["/lo/unblock", "/lo/reset", "/registration", "/email-change"];
    let forms = ["ticket/unblock", "ticket/password_reset", "ticket/invitation", "ticket/email_change"];
    for (own, link) in [("/lo/unblock", &unblock), ("/lo/reset", &reset), ("/registration", &invitation)] {
        let ticket = link.split_once("ticket=").unwrap().1;
        for (path, purpose) in pages.into_iter().zip(forms) {
            let shown = browser.get(&format!("/VX7{path}?ticket={ticket}")).await;
            let expected = if path == own { StatusCode::OK } else { StatusCode::GONE };
            assert_eq!(shown.status, expected, "{own} at {path}");
            if path == own {
                continue;
            }
            // With the very token that page's own form would have.
            let secret = browser.cookies["__Host-tegata-browser-VX7"].clone();
            let csrf = provider.app.csrf.token(&secret, purpose);
            let fields =
                [("csrf", csrf.as_str()), ("ticket", ticket), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
            let posted = browser.post(&format!("/VX7{path}"), &fields).await;
            assert_eq!(posted.status, StatusCode::GONE, "{own} posted to {path}: {}", posted.body);
        }
    }
    assert_eq!(provider.state_of(HANAKO).await, AccountState::Locked);
    assert_eq!(provider.state_of("jiro@vx7.example").await, AccountState::Invited);
    for brand in ["/VX9", ""] {
        let ticket = unblock.split_once("ticket=").unwrap().1;
        let elsewhere = browser.get(&format!("{brand}/lo/unblock?ticket={ticket}")).await;
        assert_ne!(elsewhere.status, StatusCode::OK, "another brand knows no ticket of this one");
    }
}
