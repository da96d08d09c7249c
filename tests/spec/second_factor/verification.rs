//! Later sign-ins.

use super::*;
use crate::support::AuthorizeRequest;

#[tokio::test]
async fn an_enrolled_number_gets_one_code_however_often_the_page_is_fetched() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    asks_for_code(&page);
    let step = step_of(&page);
    for url in [&step, &format!("{step}/code"), &step] {
        asks_for_code(&act.get(url).await);
    }
    assert_eq!(act.count_sms().await, 2, "one to enroll, one to verify");
    let answer = act.submit(&page, &[("code", &act.sms().await)]).await;
    let claims = act.id_token(&Callback::of(&answer)).await;
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "sms", "mfa"]));
    assert_eq!(claims["auth_time"], act.scene.provider.clock.now().as_seconds());
    let request = act.scene.request();
    act.scene.authorize(&request).await;
}

#[tokio::test]
async fn a_code_of_an_authenticator_app_works_once_in_all_browsers() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    let page = act.password_elsewhere().await;
    let used = act.totp(&secret);
    assert_eq!(act.send(&page, &[("code", &used)]).await.status, 422, "it enrolled the app");
    act.scene.wait(30);
    let code = act.totp(&secret);
    let grouped = format!("{} {}", &code[..3], &code[3..]);
    let answer = act.submit(&page, &[("code", &grouped)]).await;
    assert_eq!(act.id_token(&Callback::of(&answer)).await["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    let page = act.password_elsewhere().await;
    assert_eq!(act.send(&page, &[("code", &code)]).await.status, 422);
    act.scene.wait(30);
    let answer = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    Callback::of(&answer);
}

#[tokio::test]
async fn the_session_changes_with_the_second_factor() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(30);
    let page = act.password_elsewhere().await;
    let before = act.scene.browser.session().unwrap().to_owned();
    let mut stale = act.scene.browser.clone();
    act.submit(&page, &[("code", &act.totp(&secret))]).await;
    assert_ne!(act.scene.browser.session().unwrap(), before);
    let request = act.scene.request();
    let answer = stale.open(&request).await;
    answer.is_login();
}

#[tokio::test]
async fn a_code_is_empty_wrong_or_expired_and_the_page_says_which() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let code = act.sms().await;
    for (typed, says) in
        [("", "6文字を入力してください"), (&*wrong(&code), "6文字が正しくありません"), ("12a", "正しくありません")]
    {
        let refused = act.send(&page, &[("code", typed), ("remember", "on")]).await;
        assert!(refused.status == 422 && refused.body.contains(says), "{typed}: {}", refused.body);
        assert!(refused.body.contains("checked"), "the box stays ticked");
    }
    act.scene.wait(600);
    let refused = act.send(&page, &[("code", &code)]).await;
    assert!(refused.status == 422 && refused.body.contains("有効期限が切れています"), "{}", refused.body);
    let resent = act.send_to(&page, &format!("{}/resend", step_of(&page)), &[]).await;
    let page = act.follow(resent).await;
    assert!(page.body.contains("もう一度送信しました"), "{}", page.body);
    let answer = act.submit(&page, &[("code", &act.sms().await)]).await;
    Callback::of(&answer);
}

#[tokio::test]
async fn a_contract_that_does_not_ask_is_not_asked() {
    let mut act = Act::start().await;
    sql::execute(&act.scene.provider, "UPDATE contract SET second_factor = 'disabled'").await;
    let answer = act.password().await;
    let claims = act.id_token(&Callback::of(&answer)).await;
    assert_eq!(
        (claims["amr"].clone(), claims["acr"].clone()),
        (serde_json::json!(["pwd"]), "urn:tegata:acr:1fa".into())
    );
}

#[tokio::test]
async fn prompt_none_is_answered_with_interaction_required_between_the_steps() {
    let mut act = Act::start().await;
    act.password().await;
    let silent = AuthorizeRequest::of(&act.scene.client).with("prompt", "none");
    assert_eq!(act.scene.authorize(&silent).await.error(), "interaction_required");
}

#[tokio::test]
async fn two_tabs_share_one_attempt_and_the_second_goes_on_when_the_first_is_through() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let one = act.password_elsewhere().await;
    let request = act.scene.request();
    let two = act.scene.open(&request).await;
    asks_for_code(&two);
    assert_ne!(step_of(&one), step_of(&two));
    assert_eq!(act.count_sms().await, 2, "one to enroll, one for both tabs");
    let answer = act.submit(&one, &[("code", &act.sms().await)]).await;
    Callback::of(&answer);
    let answer = act.submit(&two, &[("code", "000000")]).await;
    Callback::of(&answer);
}
