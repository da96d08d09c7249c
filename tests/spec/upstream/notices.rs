//! S37: what Facebook tells us of its own accord is believed by its signature and by nothing else.

use std::time::Duration;

use http::{Method, StatusCode};
use tegata::account::{AccountState, LoginMethod};
use tegata_conformance::upstreams::{Client, SignedRequest, SignedRequestFlaw};

use super::ways::{identities, said};
use crate::support::federation::submit;
use crate::support::{Answer, AuthorizeRequest, Callback, Federation, SignIn as _, sql};

const DEAUTHORIZE: &str = "/VX7/callback/facebook/deauthorize";
const DELETION: &str = "/VX7/callback/facebook/deletion";

/// A notice as the simulated Facebook makes it.
fn notice(world: &Federation, user: &str, flaw: Option<SignedRequestFlaw>) -> String {
    let request = SignedRequest { flaw, ..SignedRequest::new(&world.client_of("facebook").id, user) };
    world.upstreams.facebook().signed_request(&request)
}

async fn send(world: &Federation, path: &str, notice: &str) -> Answer {
    world.provider.program().post(path, &[("signed_request", notice)], &[]).await
}

#[tokio::test]
async fn s37_a_removed_application_unlinks_the_person_ends_everything_and_mails_a_way_back() {
    let world = Federation::start().await;
    let account = world.member_as("taro@vx7.example", "facebook", "taro").await;
    let mut browser = world.provider.browser();
    let answer = world.sign_in(&mut browser, "facebook", "taro").await;
    let tokens = world.provider.program().exchange(&world.app, Callback::of(&answer).code()).await.ok();
    let answer = send(&world, DEAUTHORIZE, &notice(&world, "taro", None)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(identities(&world).await.is_empty());
    browser.open(&AuthorizeRequest::of(&world.app)).await.is_login();
    let refreshed = world.provider.program().refresh(&world.app, &tokens.get("refresh_token")).await;
    assert_eq!(refreshed.error(), "invalid_grant");
    let page = world.sign_in(&mut world.provider.browser(), "facebook", "taro").await;
    page.is_login();
    // The account itself is there, and the mailed link gives it another method.
    let record = world.provider.record_of("taro@vx7.example").await.account;
    assert_eq!((record.state, &record.subject), (AccountState::Active, &account.subject));
    let link = world.provider.mailed_link("taro@vx7.example", "アカウント連携解除").await;
    let done = world.register(&mut world.provider.browser(), &link, "google", "taro").await;
    assert!(done.body.contains("完了"), "{}", done.body);
    let record = world.provider.record_of("taro@vx7.example").await.account;
    assert_eq!((record.login_method, &record.subject), (LoginMethod::Google, &account.subject));
    assert!(!world.signs_in("google", "taro").await.code().is_empty());
}

#[tokio::test]
async fn s37_a_wish_for_deletion_is_carried_out_at_once_and_its_page_says_so() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "facebook", "taro").await;
    let notice = notice(&world, "taro", None);
    let answer = send(&world, DELETION, &notice).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let told = answer.json();
    let (url, code) = (told["url"].as_str().unwrap(), told["confirmation_code"].as_str().unwrap());
    assert!(url.starts_with("https://login.example/VX7/deletion/") && url.ends_with(code), "{url}");
    let page = world.provider.browser().get(url).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains(code) && page.body.contains("すべて削除されました"), "{}", page.body);
    assert!(!page.body.contains("taro"), "the page is for anybody who has its address: {}", page.body);
    assert!(identities(&world).await.is_empty());
    // The same once more, as Facebook does when it did not hear us: the same code, and nobody is told twice.
    let again = send(&world, DELETION, &notice).await.json();
    assert_eq!(again, told);
    let subjects = world.provider.subjects("taro@vx7.example").await;
    assert_eq!(subjects.iter().filter(|subject| subject.contains("連携解除")).count(), 1, "{subjects:?}");
    world.provider.browser().get("/VX7/deletion/nobody").await.shows(StatusCode::NOT_FOUND, "not_found");
    world.provider.browser().get("/VX7/deletion/%00").await.shows(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn s37_a_notice_that_is_not_facebooks_to_the_letter_changes_nothing() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "facebook", "taro").await;
    let before = identities(&world).await;
    let good = notice(&world, "taro", None);
    let (signature, content) = good.split_once('.').unwrap();
    let mut bad: Vec<String> = SignedRequestFlaw::ALL
        .iter()
        .filter(|flaw| **flaw != SignedRequestFlaw::UnknownUser)
        .map(|flaw| notice(&world, "taro", Some(*flaw)))
        .collect();
    bad.extend([
        String::new(),
        ".".to_owned(),
        format!(".{content}"),
        format!("{signature}."),
        format!("{signature}.{content}.{content}"),
        format!("{signature}.{content}A"),
        format!("{content}.{signature}"),
        "x".repeat(10_000),
    ]);
    for path in [DEAUTHORIZE, DELETION] {
        for notice in &bad {
            let answer = send(&world, path, notice).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {notice}: {}", answer.body);
            assert!(!answer.body.contains("taro") && !answer.body.contains("url"), "{}", answer.body);
        }
        let program = world.provider.program();
        let missing = program.post(path, &[("other", "1")], &[]).await;
        let twice = program.post(path, &[("signed_request", &good), ("signed_request", &good)], &[]).await;
        let json = [("content-type", "application/json")];
        let body = format!("{{\"signed_request\":\"{good}\"}}").into_bytes();
        let json = program.send(Method::POST, path, &json, body).await;
        for answer in [missing, twice, json] {
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.body);
        }
        let by_get = world.provider.browser().get(&format!("{path}?signed_request={good}")).await;
        by_get.shows(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
    }
    assert_eq!(identities(&world).await, before);
    assert_eq!(sql::texts(&world.provider, "SELECT code FROM data_deletion").await, Vec::<String>::new());
}

/// Ten minutes, for a notice that took its time; then it is nobody's any more.
#[tokio::test]
async fn s37_a_notice_that_was_caught_is_good_for_ten_minutes_and_for_whom_it_names() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "facebook", "taro").await;
    let caught = notice(&world, "taro", None);
    assert_eq!(send(&world, DEAUTHORIZE, &caught).await.status, StatusCode::OK);
    let link = world.provider.mailed_link("taro@vx7.example", "アカウント連携解除").await;
    world.register(&mut world.provider.browser(), &link, "google", "taro").await;
    let linked = identities(&world).await;
    assert_eq!(send(&world, DEAUTHORIZE, &caught).await.status, StatusCode::OK, "again: there is nothing to do");
    assert_eq!(identities(&world).await, linked, "the new method is not Facebook's to take away");
    world.provider.clock.advance(Duration::from_secs(599));
    assert_eq!(send(&world, DEAUTHORIZE, &caught).await.status, StatusCode::OK);
    world.provider.clock.advance(Duration::from_secs(1));
    assert_eq!(send(&world, DEAUTHORIZE, &caught).await.status, StatusCode::BAD_REQUEST);
}

/// Whom we do not know we need not forget; Facebook hears the same, so that nobody learns who is registered.
#[tokio::test]
async fn s37_a_notice_about_a_stranger_is_answered_as_any_other() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "facebook", "taro").await;
    let before = identities(&world).await;
    for user in ["hanako", "nobody"] {
        assert_eq!(send(&world, DEAUTHORIZE, &notice(&world, user, None)).await.status, StatusCode::OK);
        let told = send(&world, DELETION, &notice(&world, user, None)).await.json();
        let page = world.provider.browser().get(told["url"].as_str().unwrap()).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    assert_eq!(identities(&world).await, before);
}

/// The notice is for the application it was signed for, and this callback is Facebook's alone.
#[tokio::test]
async fn s37_another_applications_notice_and_another_connections_callback_are_refused() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "facebook", "taro").await;
    let before = identities(&world).await;
    let facebook = world.upstreams.facebook();
    facebook.register(Client::new("another-app", "another application's secret", "https://other.example/"));
    let foreign = facebook.signed_request(&SignedRequest::new("another-app", "taro"));
    assert_eq!(send(&world, DEAUTHORIZE, &foreign).await.status, StatusCode::BAD_REQUEST);
    let good = notice(&world, "taro", None);
    for id in ["google", world.adfs.as_str(), "nobody"] {
        for what in ["deauthorize", "deletion"] {
            let answer = send(&world, &format!("/VX7/callback/{id}/{what}"), &good).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
    }
    assert_eq!(identities(&world).await, before);
}

/// A person who was unlinked while a page of theirs was open goes on from there as anybody else.
#[tokio::test]
async fn s37_whoever_is_on_the_way_back_when_the_notice_comes_is_not_let_in() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "facebook", "taro").await;
    let mut returning = super::ways::Returning::to(&world, "facebook", "taro").await;
    send(&world, DEAUTHORIZE, &notice(&world, "taro", None)).await;
    let answer = returning.arrive().await;
    assert_eq!(said(&answer), "not-linked");
    assert_eq!(returning.browser.session(), None);
    let page = returning.browser.follow(answer).await;
    submit(&mut returning.browser, &page, "/upstream/google", &[]).await.location();
}
