//! Passwords (ASVS 6.2, 6.3.1, 6.3.2). Security lines 55–58.

use std::time::Duration;

use http::StatusCode;
use tegata::account::AccountState;
use tokio::task::JoinSet;

use super::{ask_for_address, change_password, password_hash, reset_link, scene, signed_in};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{NEW_PASSWORD, Person as _, is_signed_in, sql};

/// Security lines 55 and 56: whichever page sets a password, the rule is the same, printed on it, and says what is wrong.
#[tokio::test]
async fn v6_2_4_every_page_that_sets_a_password_refuses_the_same_ones() {
    let mut scene = signed_in().await;
    scene.provider.invite("jiro@vx7.example").await;
    ask_for_address(&mut scene, "hanako.new@vx7.example").await;
    let pages = [
        "/VX7/account/password".to_owned(),
        reset_link(&scene.provider).await,
        scene.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await,
        scene.provider.mailed_link("hanako.new@vx7.example", "メールアドレス変更登録").await,
    ];
    let before = password_hash(&scene).await;
    for page in &pages {
        let form = scene.browser.get(page).await;
        assert!(form.body.contains("3種類以上を含め8文字以上"), "{page}: the rule is printed");
        assert_eq!(form.body.matches("autocomplete=\"new-password\"").count(), 2, "{page}: managers and pasting work");
        let long = format!("Aa1{}", "x".repeat(254));
        for (password, why) in [
            ("", "入力"),
            ("aB3", "8文字以上"),
            ("kitetree44", "3種類以上"),
            ("Password1", "よく使われている"),
            ("M-drive-2026", "推測できる"),
            (&long, "256文字"),
        ] {
            let fields = [("current", PASSWORD), ("password", password), ("again", password)];
            let refused = scene.browser.fill_in(&form, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}: {password}");
            let alert = refused.body.split("role=\"alert\"").nth(1).unwrap_or_else(|| panic!("{page}: {password}"));
            assert!(alert.contains(why), "{page}: {password}: {why}: {alert}");
        }
    }
    assert_eq!(password_hash(&scene).await, before);
}

/// Security line 57: whoever found a screen unlocked cannot take the account over.
#[tokio::test]
async fn v6_2_3_a_change_needs_the_current_password() {
    let mut scene = signed_in().await;
    let before = password_hash(&scene).await;
    for current in ["", "Wrong-Horse-7", &PASSWORD.to_lowercase(), &format!("{PASSWORD} ")] {
        let refused = change_password(&mut scene, current, NEW_PASSWORD).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{current}");
        assert_eq!(password_hash(&scene).await, before, "{current}");
    }
    let done = change_password(&mut scene, PASSWORD, NEW_PASSWORD).await;
    assert!(done.body.contains("パスワード変更のお手続きが完了いたしました。"), "{}", done.body);
    let client = scene.client.clone();
    let old = scene.provider.browser().sign_in_with(&client, HANAKO, PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_signed_in(&scene.provider.browser().sign_in_with(&client, HANAKO, NEW_PASSWORD).await, &client);
}

/// Security lines 57 and 93: ten tries there are as good as ten on the login page, and after them the right one is none.
#[tokio::test]
async fn v6_3_1_guesses_at_the_change_of_a_password_count_and_lock() {
    let mut scene = signed_in().await;
    let before = password_hash(&scene).await;
    let form = scene.browser.get("/VX7/account/password").await;
    let guess = |current: String| {
        let (mut browser, form) = (scene.browser.clone(), &form);
        async move {
            let fields = [("current", current.as_str()), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
            browser.fill_in(form, &fields).await
        }
    };
    for n in 0..9 {
        assert_eq!(guess(format!("wrong-{n}")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(scene.provider.state_of(HANAKO).await, AccountState::Active);
    }
    assert_eq!(guess("wrong-9".to_owned()).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(scene.provider.state_of(HANAKO).await, AccountState::Locked);
    assert_eq!(guess(PASSWORD.to_owned()).await.status, StatusCode::TOO_MANY_REQUESTS, "the right one");
    assert_eq!(password_hash(&scene).await, before);
    let link = scene.provider.mailed_link(HANAKO, "アカウントロック").await;
    let mut elsewhere = scene.provider.browser();
    let button = elsewhere.get(&link).await;
    elsewhere.fill_in(&button, &[]).await;
    assert_eq!(guess(PASSWORD.to_owned()).await.status, StatusCode::OK, "her session went on all the while");
}

/// The same for a burst, the right one among them: either it came before the tenth, or not at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn v6_3_1_a_burst_of_guesses_at_the_change_learns_from_nine() {
    let mut scene = signed_in().await;
    let before = password_hash(&scene).await;
    let form = std::sync::Arc::new(scene.browser.get("/VX7/account/password").await);
    let mut tasks = JoinSet::new();
    for n in 0..64 {
        let (mut browser, form) = (scene.browser.clone(), std::sync::Arc::clone(&form));
        let current = if n == 63 { PASSWORD.to_owned() } else { format!("wrong-{n}") };
        tasks.spawn(async move {
            let fields = [("current", current.as_str()), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
            browser.fill_in(&form, &fields).await.status
        });
    }
    let statuses = tasks.join_all().await;
    let of = |status| statuses.iter().filter(|one| **one == status).count();
    let (right, wrong) = (of(StatusCode::OK), of(StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(right + wrong + of(StatusCode::TOO_MANY_REQUESTS), 64, "{statuses:?}");
    assert!(right <= 1 && wrong <= 9 * (1 + right), "{wrong} outcomes were learnt, {right} right");
    assert_eq!(password_hash(&scene).await != before, right == 1);
}

/// Security line 56: nobody is made to change a password that is years old (ASVS 6.2.10).
#[tokio::test]
async fn v6_2_10_a_password_does_not_expire() {
    let scene = scene().await;
    scene.provider.clock.advance(Duration::from_hours(24 * 365 * 5));
    let answer = scene.provider.browser().sign_in_with(&scene.client, HANAKO, PASSWORD).await;
    is_signed_in(&answer, &scene.client);
}

/// Security line 58.
#[tokio::test]
async fn v6_3_2_a_new_deployment_has_no_account() {
    let provider = crate::support::Provider::start().await;
    assert_eq!(sql::texts(&provider, "SELECT email FROM account").await, [""; 0]);
    assert_eq!(sql::texts(&provider, "SELECT id FROM client").await, [""; 0]);
}
