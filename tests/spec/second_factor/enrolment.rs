//! The first time: a number or an authenticator app, and the recovery code.

use super::*;

#[tokio::test]
async fn a_number_is_enrolled_and_its_recovery_code_shown_until_it_is_saved() {
    let mut act = Act::start().await;
    let first = act.password().await;
    asks_for_number(&first);
    assert!(first.body.contains("/authenticator\""), "the way to the authenticator app is there");
    let page = act.submit(&first, &[("phone", "０９０－１２３４－５６７８")]).await;
    asks_for_code(&page);
    assert!(page.body.contains("090-****-5678") && !page.body.contains("1234-5678"), "{}", page.body);
    let page = act.submit(&page, &[("code", &act.sms().await)]).await;
    let shown = recovery_code_of(&page);
    let step = step_of(&page);
    let again = act.get(&format!("{step}/recovery-code")).await;
    assert_eq!(recovery_code_of(&again), shown, "a reload shows the same");
    let file = act.get(&format!("{step}/recovery-code.txt")).await;
    assert!(file.body.contains(&shown) && file.body.contains("M-Drive"), "{}", file.body);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"recovery-code.txt\"");
    assert!(file.header("cache-control").contains("no-store") && file.header("content-type").contains("text/plain"));
    let unticked = act.send(&page, &[]).await;
    assert_eq!(unticked.status, 422);
    assert_eq!(recovery_code_of(&unticked), shown);
    assert_eq!(sql::texts(&act.scene.provider, "SELECT method FROM second_factor").await, [""; 0], "not yet");
    let (_, callback) = act.save(&page).await;
    let claims = act.id_token(&callback).await;
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "sms", "mfa"]));
    assert_eq!(claims["acr"], "urn:tegata:acr:2fa");
    assert_eq!(sql::texts(&act.scene.provider, "SELECT method FROM second_factor").await, ["sms"]);
    for url in [format!("{step}/recovery-code"), format!("{step}/recovery-code.txt")] {
        let gone = act.get(&url).await;
        assert!(!gone.body.contains(&shown), "never again");
    }
    for kind in ["sms_sent", "second_factor_enrolled", "second_factor_verified", "signed_in"] {
        assert_eq!(act.events(kind).await, 1, "{kind}");
    }
}

#[tokio::test]
async fn an_authenticator_app_is_enrolled_with_what_it_scans_or_what_is_typed() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let url = format!("{}/authenticator", step_of(&first));
    let page = act.get(&url).await;
    assert!(page.body.contains("<svg ") && !page.body.contains("style="), "{}", page.body);
    let secret = secret_of(&page);
    assert_eq!(secret.len(), 20, "160 bit");
    assert_eq!(secret_of(&act.get(&url).await), secret, "a reload shows the same");
    let refused = act.send(&page, &[("code", &wrong(&act.totp(&secret)))]).await;
    assert_eq!((refused.status.as_u16(), secret_of(&refused)), (422, secret.clone()));
    let page = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    let (_, callback) = act.save(&page).await;
    assert_eq!(act.id_token(&callback).await["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
    assert_eq!(act.count_sms().await, 0);
}

#[tokio::test]
async fn whoever_leaves_before_the_code_is_saved_enrolls_again() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let page = act.submit(&first, &[("phone", TYPED)]).await;
    let page = act.submit(&page, &[("code", &act.sms().await)]).await;
    let lost = recovery_code_of(&page);
    let first = act.password_elsewhere().await;
    asks_for_number(&first);
    act.scene.wait(60);
    let page = act.submit(&first, &[("phone", TYPED)]).await;
    let page = act.submit(&page, &[("code", &act.sms().await)]).await;
    assert_ne!(recovery_code_of(&page), lost);
    act.save(&page).await;
}

#[tokio::test]
async fn a_number_that_gets_no_sms_is_refused_for_what_it_is() {
    let mut act = Act::start().await;
    let first = act.password().await;
    for (typed, says) in [
        ("", "電話番号を入力してください"),
        ("あいう", "電話番号が正しくありません"),
        ("050-1234-5678", "この番号ではSMSを受信できません"),
        ("03-1234-5678", "この番号ではSMSを受信できません"),
        ("0200 1234567890", "この番号ではSMSを受信できません"),
        ("+1 202 555 0123", "この国・地域の電話番号にはSMSを送信できません"),
    ] {
        let refused = act.send(&first, &[("phone", typed)]).await;
        assert!(refused.status == 422 && refused.body.contains(says), "{typed}: {} {}", refused.status, refused.body);
    }
    assert_eq!(act.scene.provider.deliver().await.sent, 0);
}

#[tokio::test]
async fn another_number_can_be_typed_and_the_code_of_the_first_one_is_dead() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let page = act.submit(&first, &[("phone", TYPED)]).await;
    let old = act.sms().await;
    let first = act.get(&step_of(&page)).await;
    asks_for_number(&first);
    let page = act.submit(&first, &[("phone", "080-1111-2222")]).await;
    assert!(page.body.contains("080-****-2222"), "{}", page.body);
    assert_eq!(act.send(&page, &[("code", &old)]).await.status, 422);
    act.scene.provider.deliver().await;
    let new = code(&act.scene.provider.inbox().sms_to("+818011112222")[0]).to_owned();
    recovery_code_of(&act.submit(&page, &[("code", &new)]).await);
}

#[tokio::test]
async fn the_same_number_sent_twice_by_a_double_click_sends_one_sms() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let one = act.send(&first, &[("phone", TYPED)]).await;
    let two = act.send(&first, &[("phone", TYPED)]).await;
    assert_eq!(one.location(), two.location());
    assert_eq!(act.count_sms().await, 1);
}

#[tokio::test]
async fn without_a_route_for_sms_the_page_says_so_and_offers_the_app() {
    let mut act = Act::at(Provider::start().await).await;
    let first = act.password().await;
    let refused = act.send(&first, &[("phone", TYPED)]).await;
    assert_eq!(refused.status, 503);
    assert!(refused.body.contains("ただいまSMSを送信できません") && refused.body.contains("/authenticator\""));
}
