//! Changes need a sign-in of the last ten minutes, and end what stood on the old one (ASVS 7.2.4, 7.4.3, 7.5.1). Security
//! lines 78, 82 and 83.

use http::StatusCode;

use super::{ask_for_address, change_password, password_hash, signed_in};
use crate::spec::second_factor::{Act, asks_for_code};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{AuthorizeRequest, Callback, NEW_PASSWORD, Person as _, SignIn as _, is_signed_in, sql};

const PAGES: [&str; 4] = ["/VX7/account", "/VX7/account/password", "/VX7/account/email", "/VX7/account/passkeys"];

/// Security line 83: to the second, for every page and every form.
#[tokio::test]
async fn v7_5_1_the_account_menu_needs_a_sign_in_of_the_last_ten_minutes() {
    let mut scene = signed_in().await;
    scene.wait(600);
    let mut forms = Vec::new();
    for page in PAGES {
        let shown = scene.browser.get(page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.body);
        forms.push(shown);
    }
    let before = (password_hash(&scene).await, sql::texts(&scene.provider, "SELECT id FROM ticket").await);
    scene.wait(1);
    for page in PAGES {
        let answer = scene.browser.get(page).await;
        let answer = scene.browser.follow(answer).await;
        answer.is_login();
        assert!(answer.body.contains("認証・契約情報変更ログイン"), "{page}");
    }
    for form in forms.iter().filter(|form| form.field("csrf").is_some()) {
        let fields = [
            ("current", PASSWORD),
            ("password", NEW_PASSWORD),
            ("email", "hanako.new@vx7.example"),
            ("again", if form.action().ends_with("password") { NEW_PASSWORD } else { "hanako.new@vx7.example" }),
        ];
        scene.browser.fill_in(form, &fields).await.is_login();
    }
    let after = (password_hash(&scene).await, sql::texts(&scene.provider, "SELECT id FROM ticket").await);
    assert_eq!(after, before, "nothing was changed");
    // The client's own session goes on: only changes ask again.
    let silent = scene.authorize(&scene.request().with("prompt", "none")).await;
    assert!(!silent.code().is_empty());
}

/// Security line 83: the sign-in is a full one: with two-step verification where the contract has it.
#[tokio::test]
async fn v7_5_1_the_sign_in_for_the_menu_has_all_its_steps() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(601);
    let account = act.scene.account.clone();
    let page = act.scene.browser.open_menu(&account, PASSWORD).await;
    asks_for_code(&page);
    for path in PAGES {
        let answer = act.get(path).await;
        asks_for_code(&act.follow(answer).await);
    }
    let menu = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    assert!(menu.body.contains("/VX7/account/password\""), "{}", menu.body);
}

/// Security line 82: what else was signed in is over, with everything issued from it; this browser goes on.
#[tokio::test]
async fn v7_4_3_a_changed_password_ends_the_other_sessions_and_keeps_this_one() {
    let mut scene = signed_in().await;
    let own = scene.authorize(&scene.request()).await;
    let own = scene.tokens(&own).await;
    let mut elsewhere = scene.provider.browser();
    let end = elsewhere.sign_in_with(&scene.client, HANAKO, PASSWORD).await;
    let others = scene.tokens(&Callback::of(&end)).await;
    let mut halfway = scene.provider.browser();
    let stale = halfway.open_login(&scene.request()).await;
    let done = change_password(&mut scene, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);

    let program = scene.provider.program();
    assert_eq!(program.refresh(&scene.client, &others.get("refresh_token")).await.error(), "invalid_grant");
    assert_eq!(program.userinfo(&others.get("access_token")).await.status, StatusCode::UNAUTHORIZED);
    let silent = scene.request().with("prompt", "none");
    assert_eq!(elsewhere.authorize(&silent).await.error(), "login_required");
    assert_eq!(halfway.submit(&stale, HANAKO, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    program.refresh(&scene.client, &own.get("refresh_token")).await.ok();
    assert!(!scene.authorize(&silent).await.code().is_empty());
    let menu = scene.browser.get("/VX7/account").await;
    assert_eq!(menu.status, StatusCode::OK, "on in the menu");
}

/// The same for links that are open: whoever asked for a reset before the change cannot undo it.
#[tokio::test]
async fn v7_4_3_a_changed_password_makes_open_links_void() {
    let mut scene = signed_in().await;
    ask_for_address(&mut scene, "hanako.new@vx7.example").await;
    let reset = super::reset_link(&scene.provider).await;
    let change = scene.provider.mailed_link("hanako.new@vx7.example", "メールアドレス変更登録").await;
    change_password(&mut scene, PASSWORD, NEW_PASSWORD).await;
    for link in [reset, change] {
        let refused = scene.browser.get(&link).await;
        assert_eq!(refused.status, StatusCode::GONE, "{link}");
        assert_eq!(scene.provider.explained(&refused).await, ["ticket_replaced"]);
    }
}

/// A changed address ends everything: the person signs in with the new one, and only with it.
#[tokio::test]
async fn v7_4_3_a_changed_address_ends_every_session() {
    const NEW: &str = "hanako.new@vx7.example";
    let mut scene = signed_in().await;
    let tokens = scene.authorize(&scene.request()).await;
    let tokens = scene.tokens(&tokens).await;
    ask_for_address(&mut scene, NEW).await;
    let link = scene.provider.mailed_link(NEW, "メールアドレス変更登録").await;
    let mut elsewhere = scene.provider.browser();
    let form = elsewhere.get(&link).await;
    elsewhere.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let program = scene.provider.program();
    assert_eq!(program.refresh(&scene.client, &tokens.get("refresh_token")).await.error(), "invalid_grant");
    let silent = scene.authorize(&scene.request().with("prompt", "none")).await;
    assert_eq!(silent.error(), "login_required");
    let client = scene.client.clone();
    let old = elsewhere.sign_in_with(&client, HANAKO, NEW_PASSWORD).await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_signed_in(&elsewhere.sign_in_with(&client, NEW, NEW_PASSWORD).await, &client);
}

/// Security line 78: each step of a sign-in has a session of its own, and the former one is over.
#[tokio::test]
async fn v7_2_4_password_second_factor_and_step_up_each_begin_a_new_session() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    let mut seen = vec![act.scene.browser.session().unwrap().to_owned()];
    for _ in 0..2 {
        act.scene.wait(60);
        let request = AuthorizeRequest::of(&act.scene.client).with("prompt", "login");
        let login = act.scene.browser.open_login(&request).await;
        let page = act.scene.log_in(&login).await;
        seen.push(act.scene.browser.session().unwrap().to_owned());
        act.submit(&page, &[("code", &act.totp(&secret))]).await;
        seen.push(act.scene.browser.session().unwrap().to_owned());
    }
    let own = seen.pop().unwrap();
    for former in seen {
        assert_ne!(former, own);
        let mut thief = act.scene.provider.browser();
        thief.cookies.insert("__Host-tegata-session-VX7".to_owned(), former);
        let silent = AuthorizeRequest::of(&act.scene.client).with("prompt", "none");
        assert_eq!(thief.authorize(&silent).await.error(), "login_required");
    }
    assert_eq!(sql::count(&act.scene.provider, "session", "ended_at IS NULL").await, 1);
}
