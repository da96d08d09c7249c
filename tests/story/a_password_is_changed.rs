//! パスワード変更 in the account menu (manual, chapter 3).

use std::time::Duration;

use http::StatusCode;
use tegata::account::AccountState;

use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{Answer, NEW_PASSWORD, Person as _, Provider, Scene, is_signed_in};

async fn scene() -> Scene {
    Scene::at(Provider::with_inbox().await).await
}

async fn change(scene: &mut Scene, current: &str, password: &str, again: &str) -> Answer {
    let form = scene.browser.get("/VX7/account/password").await;
    scene.browser.fill_in(&form, &[("current", current), ("password", password), ("again", again)]).await
}

#[tokio::test]
async fn the_menu_has_its_own_login_page_and_leads_to_the_change_and_back() {
    let mut scene = scene().await;
    let first = scene.browser.get("/VX7/account").await;
    let login = scene.browser.follow(first).await;
    assert!(login.body.contains("認証・契約情報変更ログイン"), "{}", login.body);
    assert!(login.body.contains("ログインの方は"), "{}", login.body);
    let menu = scene.log_in(&login).await;
    assert!(menu.body.contains("あなたに許可されたメニューのみ表示しております。"), "{}", menu.body);
    let done = change(&mut scene, PASSWORD, NEW_PASSWORD, NEW_PASSWORD).await;
    assert!(done.body.contains("パスワード変更のお手続きが完了いたしました。"), "{}", done.body);
    assert!(done.body.contains("href=\"/VX7/account\""), "{}", done.body);
    assert_eq!(scene.browser.get("/VX7/account").await.status, StatusCode::OK, "this session goes on");
    let told = scene.provider.subjects(HANAKO).await;
    assert_eq!(told.len(), 1, "{told:?}");
    is_signed_in(&scene.provider.browser().sign_in_with(&scene.client, HANAKO, NEW_PASSWORD).await, &scene.client);
}

#[tokio::test]
async fn the_other_sessions_end_with_what_was_issued_from_them() {
    let mut scene = scene().await;
    let callback = scene.sign_in().await;
    let tokens = scene.tokens(&callback).await;
    let mut desk = scene.provider.browser();
    std::mem::swap(&mut desk, &mut scene.browser);
    scene.browser.open_menu(&scene.account, PASSWORD).await;
    change(&mut scene, PASSWORD, NEW_PASSWORD, NEW_PASSWORD).await;
    let refresh = scene.provider.program().refresh(&scene.client, &tokens.get("refresh_token")).await;
    assert_eq!(refresh.error(), "invalid_grant");
    std::mem::swap(&mut desk, &mut scene.browser);
    let silent = scene.authorize(&scene.request().with("prompt", "none")).await;
    assert_eq!(silent.error(), "login_required");
}

#[tokio::test]
async fn the_current_password_is_needed_and_guessing_it_locks() {
    let mut scene = scene().await;
    scene.browser.open_menu(&scene.account, PASSWORD).await;
    for (current, password, again, why) in [
        ("", NEW_PASSWORD, NEW_PASSWORD, "現在のパスワードを入力"),
        ("wrong", NEW_PASSWORD, NEW_PASSWORD, "現在のパスワードが正しくありません"),
        (PASSWORD, NEW_PASSWORD, "Another-Kite-45", "一致しません"),
        (PASSWORD, "short1A", "short1A", "8文字以上"),
    ] {
        let refused = change(&mut scene, current, password, again).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(refused.body.contains(why), "{why}: {}", refused.body);
    }
    // One wrong one was counted; the right one in between was no sign-in.
    for _ in 0..9 {
        change(&mut scene, "wrong", NEW_PASSWORD, NEW_PASSWORD).await;
    }
    assert_eq!(scene.provider.state_of(HANAKO).await, AccountState::Locked);
}

#[tokio::test]
async fn the_menu_asks_for_a_sign_in_of_the_last_ten_minutes() {
    let mut scene = scene().await;
    scene.sign_in().await;
    assert_eq!(scene.browser.get("/VX7/account").await.status, StatusCode::OK, "just signed in");
    scene.provider.clock.advance(Duration::from_mins(10));
    assert_eq!(scene.browser.get("/VX7/account").await.status, StatusCode::OK, "to the last moment");
    scene.provider.clock.advance(Duration::from_millis(1));
    for path in ["/VX7/account", "/VX7/account/password", "/VX7/account/passkeys"] {
        let answer = scene.browser.get(path).await;
        let page = scene.browser.follow(answer).await;
        assert!(page.body.contains("認証・契約情報変更ログイン"), "{path}: {}", page.body);
    }
    let again = scene.browser.open_menu(&scene.account, PASSWORD).await;
    assert!(again.body.contains("認証・契約情報変更メニュー"), "{}", again.body);
}
