//! 「このブラウザを一定期間、記憶する」.

use super::*;

const COOKIE: &str = "__Host-tegata-remembered-VX7";
const DAY: u64 = 24 * 3600;

/// Enrols an app, then verifies with the box ticked; answers the secret.
async fn remember(act: &mut Act) -> Vec<u8> {
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let answer = act.send(&page, &[("code", &act.totp(&secret)), ("remember", "on")]).await;
    let cookie = answer.cookies().into_iter().find(|cookie| cookie.starts_with(COOKIE)).expect("a cookie").to_owned();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000"), "{cookie}");
    act.follow(answer).await;
    secret
}

#[tokio::test]
async fn without_the_tick_no_browser_is_remembered() {
    let mut act = Act::start().await;
    act.enroll_authenticator().await;
    assert!(!act.scene.browser.cookies.contains_key(COOKIE));
    assert_eq!(sql::count(&act.scene.provider, "remembered_browser", "1 = 1").await, 0);
}

#[tokio::test]
async fn a_remembered_browser_is_not_asked_until_30_days_pass_without_a_sign_in() {
    let mut act = Act::start().await;
    remember(&mut act).await;
    for _ in 0..2 {
        act.scene.wait(30 * DAY - 1);
        let answer = act.password().await;
        let claims = act.id_token(&Callback::of(&answer)).await;
        assert_eq!((claims["amr"].clone(), &claims["acr"]), (serde_json::json!(["pwd"]), &"urn:tegata:acr:1fa".into()));
    }
    act.scene.wait(30 * DAY);
    asks_for_code(&act.password().await);
}

#[tokio::test]
async fn it_is_remembered_for_its_account_and_its_browser_alone() {
    let mut act = Act::start().await;
    remember(&mut act).await;
    asks_for_code(&{
        let mut other = act.scene.provider.browser();
        let request = act.scene.request();
        let login = other.open_login(&request).await;
        let answer = other.submit(&login, act.scene.account.email(), PASSWORD).await;
        other.follow(answer).await
    });
    let taro = act.scene.provider.account("taro@vx7.example").await;
    let request = act.scene.request().with("prompt", "login");
    let login = act.scene.browser.open_login(&request).await;
    let answer = act.scene.browser.submit(&login, taro.email(), PASSWORD).await;
    asks_for_number(&act.follow(answer).await);
}

#[tokio::test]
async fn a_browser_remembers_several_accounts() {
    let mut act = Act::start().await;
    remember(&mut act).await;
    let taro = act.scene.provider.account("taro@vx7.example").await;
    let request = act.scene.request().with("prompt", "login");
    let login = act.scene.browser.open_login(&request).await;
    let answer = act.scene.browser.submit(&login, taro.email(), PASSWORD).await;
    let first = act.follow(answer).await;
    let page = act.get(&format!("{}/authenticator", step_of(&first))).await;
    let secret = secret_of(&page);
    let page = act.submit(&page, &[("code", &act.totp(&secret)), ("remember", "on")]).await;
    act.save(&page).await;
    assert_eq!(act.scene.browser.cookies[COOKIE].split('.').count(), 2);
    for email in [taro.email().to_owned(), act.scene.account.email().to_owned()] {
        let login = act.scene.browser.open_login(&request).await;
        let answer = act.scene.browser.submit(&login, &email, PASSWORD).await;
        let answer = act.follow(answer).await;
        Callback::of(&answer);
    }
}

#[tokio::test]
async fn a_client_that_insists_on_two_factors_gets_them_in_a_remembered_browser() {
    let mut act = Act::start().await;
    let secret = remember(&mut act).await;
    act.scene.wait(DAY);
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["urn:tegata:acr:2fa"]}}}"#;
    let request = act.scene.request().with("claims", claims);
    let login = act.scene.browser.open_login(&request).await;
    let page = act.scene.log_in(&login).await;
    asks_for_code(&page);
    let answer = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    assert_eq!(act.id_token(&Callback::of(&answer)).await["acr"], "urn:tegata:acr:2fa");
}

#[tokio::test]
async fn a_forged_or_overlong_cookie_is_nothing() {
    let mut act = Act::start().await;
    act.enroll_authenticator().await;
    for value in ["", ".", "x", &"a".repeat(43), &vec!["a".repeat(43); 20].join("."), "%00", "....."] {
        act.scene.browser = act.scene.provider.browser();
        act.scene.browser.cookies.insert(COOKIE.to_owned(), value.to_owned());
        asks_for_code(&act.password().await);
    }
}
