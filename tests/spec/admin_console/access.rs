//! Who gets in, and for how long.

use http::StatusCode;

use super::scene::{Clerk as _, Console};
use crate::support::{Person as _, sql};

#[tokio::test]
async fn contractor_and_administrators_get_in_and_nobody_else() {
    let console = Console::open().await;
    console.sign_in(&console.contractor).await;
    console.sign_in(&console.administrator).await;
    let mut browser = console.provider.browser();
    browser.open_console(console.user.email()).await.shows(StatusCode::FORBIDDEN, "forbidden");
    let mut nobody = console.provider.browser();
    let answer = nobody.get("/VX7/admin/users").await;
    nobody.follow(answer).await.is_login();
}

#[tokio::test]
async fn an_hour_after_the_sign_in_it_is_asked_for_again() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.administrator).await;
    console.provider.clock.advance(std::time::Duration::from_secs(3601));
    let answer = browser.get("/VX7/admin").await;
    browser.follow(answer).await.is_login();
}

#[tokio::test]
async fn what_cannot_be_taken_back_asks_for_a_sign_in_of_the_last_ten_minutes() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let suspend = browser.get(&Console::path(&console.user, "/suspend")).await;
    let delete = browser.get(&Console::path(&console.user, "/delete")).await;
    console.provider.clock.advance(std::time::Duration::from_secs(601));
    for act in ["delete", "make-administrator", "transfer-contractor", "reset-second-factor", "email"] {
        let answer = browser.get(&Console::path(&console.user, &format!("/{act}"))).await;
        browser.clone().follow(answer).await.is_login();
    }
    let answer = browser.fill_in(&delete, &[]).await;
    answer.is_login();
    assert_eq!(console.state(&console.user).await.as_str(), "active");
    // What can be taken back needs no second sign-in.
    browser.fill_in(&suspend, &[]).await;
    assert_eq!(console.state(&console.user).await.as_str(), "suspended");
}

#[tokio::test]
async fn who_loses_the_role_or_the_state_is_out_at_once() {
    let console = Console::open().await;
    for change in ["role = 'user'", "state = 'suspended'", "state = 'deleted'"] {
        let mut browser = console.sign_in(&console.administrator).await;
        let (id, invite) = (&console.administrator.account.id, browser.get("/VX7/admin/users/invite").await);
        sql::execute(&console.provider, &format!("UPDATE account SET {change} WHERE id = '{id}'")).await;
        let fields = [("name", "新人"), ("email", "shinjin@vx7.example"), ("role", "administrator")];
        let answer = browser.fill_in(&invite, &fields).await;
        assert!(answer.status == StatusCode::FORBIDDEN || answer.body.contains("name=\"password\""), "{change}");
        assert_eq!(sql::count(&console.provider, "account", "email = 'shinjin@vx7.example'").await, 0, "{change}");
        let back = "UPDATE account SET role = 'administrator', state = 'active'";
        sql::execute(&console.provider, &format!("{back} WHERE id = '{id}'")).await;
    }
}

#[tokio::test]
async fn a_form_of_somebody_elses_making_does_nothing() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let path = Console::path(&console.user, "/suspend");
    let page = browser.get(&path).await;
    let token = page.field("csrf").unwrap();
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    browser.post_from(&path, &[("csrf", &token)], &foreign).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    browser.post(&path, &[]).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    // The token of one act is none for another.
    let delete = Console::path(&console.user, "/delete");
    browser.post(&delete, &[("csrf", &token)]).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    assert_eq!(console.state(&console.user).await.as_str(), "active");
}
