//! Nobody learns who has an account, also not by what is new since the password account has a whole life (ASVS 6.3.8).
//! Security line 63. By time: `benches/enumeration.rs`.

use http::StatusCode;
use tegata::account::{AccountState, LoginMethod};

use super::{ask_for_address, scene, signed_in};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{Answer, Browser, Person as _, Provider, SignIn as _};

/// An answer as an onlooker compares it: without what differs from one request to the next anyhow.
#[derive(PartialEq, Eq, Debug)]
struct Seen {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: String,
}

fn seen(answer: &Answer, secrets: &[&str]) -> Seen {
    let csrf = answer.field("csrf").unwrap_or_default();
    let cleaned = |text: &str| {
        let mut text = text.replace(answer.reference(), "");
        for secret in secrets.iter().copied().chain([csrf.as_str()]).filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "");
        }
        text
    };
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    // A shown address is as long as it was typed.
    let headers = headers.filter(|(name, _)| *name != "content-length" || secrets.is_empty());
    let headers = headers.map(|(name, value)| (name.to_string(), cleaned(value.to_str().unwrap()))).collect();
    Seen { status: answer.status, headers, body: cleaned(&answer.body) }
}

const NOBODY: &str = "nobody@vx7.example";

/// Addresses of the same length: one of nobody, and one of everybody there is.
async fn everybody(provider: &Provider) -> Vec<&'static str> {
    provider.account_with("google@vx7.example", |a| a.login_method = LoginMethod::Google).await;
    provider.account_with("locked@vx7.example", |a| a.state = AccountState::Locked).await;
    provider.account_with("suspen@vx7.example", |a| a.state = AccountState::Suspended).await;
    provider.account_with("delete@vx7.example", |a| a.state = AccountState::Deleted).await;
    provider.invite("invite@vx7.example").await;
    vec![
        HANAKO,
        "google@vx7.example",
        "locked@vx7.example",
        "suspen@vx7.example",
        "delete@vx7.example",
        "invite@vx7.example",
    ]
}

/// Eleven wrong passwords in a row: each answer is the same for every address, to the byte.
#[tokio::test]
async fn v6_3_8_the_login_page_tells_nothing_from_the_first_wrong_password_to_the_lock() {
    let provider = Provider::with_inbox_and(|config| {
        config.limits.failures_per_address = 1000.try_into().unwrap();
        config.limits.failures_per_network = 1000.try_into().unwrap();
    })
    .await;
    let client = provider.storage_app().await;
    provider.account(HANAKO).await;
    let everybody = everybody(&provider).await;
    let mut browser = provider.browser();
    let login = browser.open_login(&crate::support::AuthorizeRequest::of(&client)).await;
    let mut expected = Vec::new();
    for n in 0..11 {
        let answer = browser.submit(&login, NOBODY, &format!("wrong-{n}")).await;
        expected.push(seen(&answer, &[NOBODY]));
    }
    assert_ne!(expected[8], expected[9], "the tenth locks");
    for email in everybody {
        for (n, expected) in expected.iter().enumerate() {
            let answer = browser.submit(&login, email, &format!("wrong-{n}")).await;
            assert_eq!(seen(&answer, &[email]), *expected, "{email}, wrong password {}", n + 1);
        }
    }
}

/// A lock is kept longer than the count of an address nobody has: it must not show then, except to its owner.
#[tokio::test]
async fn v6_3_8_an_old_lock_tells_nothing_to_who_does_not_know_the_password() {
    let scene = scene().await;
    let mut browser = scene.provider.browser();
    let login = browser.open_login(&scene.request()).await;
    for email in [HANAKO, NOBODY] {
        browser.guess(&login, email, 10).await;
    }
    scene.wait(14 * 86_400 + 1);
    tegata::jobs::clean_up::tick(&scene.provider.app).await.unwrap();
    let login = browser.open_login(&scene.request()).await;
    let mut answers = Vec::new();
    for email in [HANAKO, NOBODY] {
        answers.push(seen(&browser.guess(&login, email, 1).await, &[email]));
    }
    assert_eq!(answers[0], answers[1]);
    let right = browser.submit(&login, HANAKO, PASSWORD).await;
    assert!(right.body.contains("アカウントがブロックされました"), "{}", right.body);
}

async fn forgot(browser: &mut Browser, email: &str) -> [Seen; 2] {
    let form = browser.get("/VX7/lo/forgot").await;
    let csrf = form.field("csrf").unwrap();
    let answer = browser.post("/VX7/lo/forgot", &[("csrf", &csrf), ("email", email)]).await;
    let page = browser.get(answer.location()).await;
    [seen(&answer, &[]), seen(&page, &[])]
}

#[tokio::test]
async fn v6_3_8_the_page_for_a_forgotten_password_answers_every_address_alike() {
    let scene = scene().await;
    let everybody = everybody(&scene.provider).await;
    let mut browser = scene.provider.browser();
    forgot(&mut browser, NOBODY).await;
    let expected = forgot(&mut browser, NOBODY).await;
    for email in everybody {
        assert_eq!(forgot(&mut browser, email).await, expected, "{email}");
        scene.wait(60);
    }
}

/// Who asks for an address that somebody has is told what everybody is told; the holder gets a mail, and no link.
#[tokio::test]
async fn v6_3_8_a_change_to_an_address_somebody_has_is_answered_like_any_other() {
    let mut scene = signed_in().await;
    let everybody = everybody(&scene.provider).await;
    ask_for_address(&mut scene, NOBODY).await;
    let mut asked = Vec::new();
    for email in ["no-one@vx7.example", "google@vx7.example"].into_iter().chain(everybody.into_iter().skip(1)) {
        let form = scene.browser.get("/VX7/account/email").await;
        let csrf = form.field("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("email", email), ("again", email)];
        let answer = scene.browser.post("/VX7/account/email", &fields).await;
        let page = scene.browser.get(answer.location()).await;
        asked.push((email, [seen(&answer, &[]), seen(&page, &[])]));
        scene.wait(30);
    }
    let (_, expected) = &asked[0];
    for (email, answer) in &asked {
        assert_eq!(answer, expected, "{email}");
    }
    let to_google = scene.provider.subjects("google@vx7.example").await;
    assert_eq!(to_google, ["【M-Drive】メールアドレスの変更について"; 2]);
    let mail = scene.provider.inbox().mails_to("google@vx7.example").remove(0);
    assert!(!mail.text.contains("ticket="), "{}", mail.text);
}

/// A link tells nothing but to who holds it: made up, of another purpose, of another brand are one and the same.
#[tokio::test]
async fn v6_3_8_a_link_that_is_none_looks_like_any_other() {
    let scene = scene().await;
    scene.provider.invite("jiro@vx7.example").await;
    let invitation = scene.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let reset = super::reset_link(&scene.provider).await;
    let secret = |link: &str| link.split_once("ticket=").unwrap().1.to_owned();
    let (invitation, reset) = (secret(&invitation), secret(&reset));
    let made_up = "A".repeat(43);
    let mut browser = scene.provider.browser();
    browser.get("/VX7/lo/forgot").await;
    for (path, tickets) in [
        ("/VX7/registration", [&made_up, &reset]),
        ("/VX7/lo/reset", [&made_up, &invitation]),
        ("/VX7/lo/unblock", [&made_up, &invitation]),
        ("/VX7/email-change", [&made_up, &reset]),
        ("/VX9/registration", [&made_up, &invitation]),
    ] {
        let mut answers = Vec::new();
        for ticket in tickets {
            browser.get(path).await;
            let answer = browser.get(&format!("{path}?ticket={ticket}")).await;
            assert_eq!(answer.status, StatusCode::GONE, "{path}");
            assert_eq!(scene.provider.explained(&answer).await, ["ticket_unknown"]);
            answers.push(seen(&answer, &[ticket]));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}
