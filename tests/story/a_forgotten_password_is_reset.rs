//! Forgotten password: the mail, the new password, and what ends with it (manual, chapter 6.2).

use std::time::Duration;

use http::StatusCode;
use tegata::account::{AccountState, LoginMethod};
use tokio::task::JoinSet;

use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{NEW_PASSWORD, Person as _, Provider, Scene, SignIn as _, is_signed_in};

async fn ask(scene: &Scene, email: &str) -> String {
    let mut browser = scene.provider.browser();
    let form = browser.get("/VX7/lo/forgot").await;
    let answer = browser.fill_in(&form, &[("email", email)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body.replace(answer.reference(), "")
}

async fn reset_link(scene: &Scene) -> String {
    ask(scene, HANAKO).await;
    scene.provider.mailed_link(HANAKO, "【M-Drive】パスワードリセット").await
}

#[tokio::test]
async fn the_address_typed_on_the_login_page_goes_along_and_the_link_sets_a_new_password() {
    let mut scene = Scene::at(Provider::with_inbox().await).await;
    let login = scene.browser.open_login(&scene.request()).await;
    let action = login.body.split("formaction=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let csrf = login.field("csrf").unwrap();
    let fields = [("csrf", csrf.as_str()), ("email", HANAKO), ("password", "half-typed")];
    let sent = scene.browser.post(&action, &fields).await;
    let sent = scene.browser.follow(sent).await;
    assert!(sent.body.contains("メール"), "{}", sent.body);
    assert!(sent.body.contains("/VX7/login/"), "the way back is the login page one came from");

    let link = scene.provider.mailed_link(HANAKO, "パスワードリセット").await;
    assert!(link.starts_with("https://login.example/VX7/lo/reset?ticket="), "{link}");
    let mut elsewhere = scene.provider.browser();
    let form = elsewhere.get(&link).await;
    let done = elsewhere.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    assert!(done.body.contains("リセットパスワードの手続きが完了いたしました。"), "{}", done.body);
    let old = scene.browser.submit(&login, HANAKO, PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_signed_in(&scene.browser.sign_in_with(&scene.client, HANAKO, NEW_PASSWORD).await, &scene.client);
    let subjects = scene.provider.subjects(HANAKO).await;
    assert!(
        subjects.iter().any(|subject| subject.contains("パスワード") && !subject.contains("リセット")),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn everything_ends_with_the_old_password() {
    let provider = Provider::with_inbox().await;
    let mut scene = Scene::at(provider).await;
    let callback = scene.sign_in().await;
    let tokens = scene.tokens(&callback).await;
    let link = reset_link(&scene).await;
    let second = reset_link(&scene).await;
    let mut elsewhere = scene.provider.browser();
    assert_eq!(elsewhere.get(&link).await.status, StatusCode::GONE, "the newer mail counts");
    let form = elsewhere.get(&second).await;
    elsewhere.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let refresh = scene.provider.program().refresh(&scene.client, &tokens.get("refresh_token")).await;
    assert_eq!(refresh.error(), "invalid_grant");
    let userinfo = scene.provider.program().userinfo(&tokens.get("access_token")).await;
    assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED);
    let silent = scene.authorize(&scene.request().with("prompt", "none")).await;
    assert_eq!(silent.error(), "login_required", "the session is gone");
}

#[tokio::test]
async fn every_address_gets_the_same_answer_and_only_its_owner_a_mail() {
    let scene = Scene::at(Provider::with_inbox().await).await;
    let provider = &scene.provider;
    provider.account_with("google@vx7.example", |a| a.login_method = LoginMethod::Google).await;
    provider.account_with("locked@vx7.example", |a| a.state = AccountState::Locked).await;
    provider.account_with("suspended@vx7.example", |a| a.state = AccountState::Suspended).await;
    provider.invite("invited@vx7.example").await;
    let expected = ask(&scene, "nobody@vx7.example").await;
    for email in [HANAKO, "google@vx7.example", "locked@vx7.example", "suspended@vx7.example", "invited@vx7.example"] {
        assert_eq!(ask(&scene, email).await, expected, "{email}");
    }
    for (email, mails) in [
        (HANAKO, 1),
        ("google@vx7.example", 1),
        ("locked@vx7.example", 1),
        ("suspended@vx7.example", 0),
        ("invited@vx7.example", 1), // the invitation itself
        ("nobody@vx7.example", 0),
    ] {
        assert_eq!(provider.subjects(email).await.len(), mails, "{email}");
    }
    let other = &provider.inbox().mails_to("google@vx7.example")[0];
    assert!(other.text.contains("Google"), "the mail names the method: {}", other.text);
    assert!(!other.text.contains("ticket="), "and has no link that would change it");
}

#[tokio::test]
async fn the_rule_of_a_new_password_is_held_and_nothing_is_lost() {
    let scene = Scene::at(Provider::with_inbox().await).await;
    let link = reset_link(&scene).await;
    let mut browser = scene.provider.browser();
    let form = browser.get(&link).await;
    for (password, again, why) in [
        ("", "", "入力"),
        ("Kite-Tree-44", "Kite-Tree-45", "一致"),
        ("aB3", "aB3", "8文字以上"),
        ("kitetree44", "kitetree44", "3種類以上"),
        ("Password1", "Password1", "よく使われている"),
        (HANAKO, HANAKO, "推測できる"),
    ] {
        let refused = browser.fill_in(&form, &[("password", password), ("again", again)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        let alert = refused.body.split("role=\"alert\"").nth(1).unwrap_or_else(|| panic!("{password}: no alert"));
        assert!(alert.contains(why), "{password}: {why}: {alert}");
        assert!(
            password.is_empty() || password == HANAKO || !refused.body.contains(&format!("value=\"{password}\"")),
            "never shown again"
        );
    }
    // Whatever the characters, all of them count (security.md line 55).
    let long = "ひらがな Kite-44 ".repeat(12);
    let done = browser.fill_in(&form, &[("password", &long), ("again", &long)]).await;
    assert!(done.body.contains("完了いたしました"), "{}", done.body);
    let mut browser = scene.provider.browser();
    let login = browser.open_login(&scene.request()).await;
    let cut = &long[..long.len() - 1];
    assert_eq!(browser.submit(&login, HANAKO, cut).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_signed_in(&browser.sign_in_with(&scene.client, HANAKO, &long).await, &scene.client);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_resets_with_one_link_at_two_nodes_one_sets_its_password() {
    let scene = Scene::at(Provider::with_inbox().await).await;
    let link = reset_link(&scene).await;
    let other = scene.provider.second_node().await;
    let fronts = [scene.provider.front.clone(), other.front.clone()];
    let mut browser = scene.provider.browser();
    let form = browser.get(&link).await;
    let (csrf, ticket) = (form.field("csrf").unwrap(), form.field("ticket").unwrap());
    let mut tasks = JoinSet::new();
    for n in 0..64 {
        let (mut browser, csrf, ticket) = (browser.on(fronts[n % 2].clone()), csrf.clone(), ticket.clone());
        tasks.spawn(async move {
            let password = format!("Kite-Number-{n}");
            let fields = [("csrf", csrf.as_str()), ("ticket", &ticket), ("password", &password), ("again", &password)];
            (browser.post("/VX7/lo/reset", &fields).await.status, password)
        });
    }
    let mut winners = tasks.join_all().await;
    winners.retain(|(status, _)| *status == StatusCode::SEE_OTHER);
    assert_eq!(winners.len(), 1);
    let mut browser = scene.provider.browser();
    is_signed_in(&browser.sign_in_with(&scene.client, HANAKO, &winners[0].1).await, &scene.client);
}

#[tokio::test]
async fn a_request_waits_out_a_restart_and_a_network_may_ask_only_so_often() {
    let scene = Scene::at(Provider::with_inbox_and(|c| c.limits.mails_per_address = 3.try_into().unwrap()).await).await;
    ask(&scene, HANAKO).await;
    // The node dies before the job ran; another one works it off.
    let other = scene.provider.second_node().await;
    tegata::jobs::recover::tick(&other.app).await.unwrap();
    assert_eq!(tegata::jobs::recover::tick(&scene.provider.app).await.unwrap(), 0, "worked off once");
    assert_eq!(scene.provider.subjects(HANAKO).await.len(), 1);
    let mut browser = scene.provider.browser();
    let form = browser.get("/VX7/lo/forgot").await;
    let mut answer = browser.fill_in(&form, &[("email", "a@vx7.example")]).await;
    for email in ["b@vx7.example", "c@vx7.example", "d@vx7.example"] {
        answer = browser.fill_in(&form, &[("email", email)]).await;
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(answer.field("email").as_deref(), Some("d@vx7.example"), "what was typed is kept");
    scene.wait(600);
    assert_eq!(browser.fill_in(&form, &[("email", HANAKO)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_suspended_or_ended_account_cannot_use_a_link_it_still_has() {
    let scene = Scene::at(Provider::with_inbox().await).await;
    let link = reset_link(&scene).await;
    scene.provider.set_account_state(&scene.account, AccountState::Active, AccountState::Suspended).await;
    let refused = scene.provider.browser().get(&link).await;
    assert_eq!(refused.status, StatusCode::GONE);
    scene.provider.set_account_state(&scene.account, AccountState::Suspended, AccountState::Active).await;
    assert_eq!(scene.provider.browser().get(&link).await.status, StatusCode::OK);
    scene.provider.clock.advance(Duration::from_hours(14 * 24));
    assert_eq!(scene.provider.browser().get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_stranger_who_keeps_asking_neither_floods_a_mailbox_nor_kills_the_link() {
    let scene = Scene::at(Provider::with_inbox().await).await;
    let mut link = String::new();
    for _ in 0..5 {
        link = reset_link(&scene).await;
    }
    let last = ask(&scene, HANAKO).await;
    assert_eq!(last, ask(&scene, "nobody@vx7.example").await, "whoever asks hears the same");
    assert_eq!(scene.provider.subjects(HANAKO).await.len(), 5);
    let mut browser = scene.provider.browser();
    assert_eq!(browser.get(&link).await.status, StatusCode::OK, "the newest link stays good");
    scene.wait(3600);
    let next = reset_link(&scene).await;
    assert_ne!(next, link);
    assert_eq!(scene.provider.subjects(HANAKO).await.len(), 6);
}
