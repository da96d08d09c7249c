//! Wrong codes and SMS, rationed.

use super::*;

#[tokio::test]
async fn the_fifth_wrong_code_leads_back_to_the_password() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    for _ in 0..4 {
        let bad = wrong(&act.totp(&secret));
        assert_eq!(act.send(&page, &[("code", &bad)]).await.status, 422);
    }
    let over = act.send(&page, &[("code", &wrong(&act.totp(&secret)))]).await;
    assert!(over.status == 403 && over.body.contains("はじめからやり直してください"), "{}", over.body);
    let right = act.totp(&secret);
    act.submit(&page, &[("code", &right)]).await.is_login();
    act.scene.browser.session();
    let page = act.password().await;
    let answer = act.submit(&page, &[("code", &right)]).await;
    Callback::of(&answer);
    assert_eq!(act.events("second_factor_refused").await, 5);
}

#[tokio::test]
async fn the_tenth_wrong_code_in_a_row_bars_the_account_for_a_while_in_every_browser() {
    let mut act = Act::start().await;
    let (secret, recovery) = act.enroll_authenticator().await;
    act.scene.wait(60);
    for _ in 0..2 {
        let page = act.password_elsewhere().await;
        for _ in 0..5 {
            act.send(&page, &[("code", &wrong(&act.totp(&secret)))]).await;
        }
    }
    let page = act.password_elsewhere().await;
    assert_eq!((page.status.as_u16(), page.header("retry-after")), (429, "900"));
    assert!(page.body.contains("2段階認証を一時的に停止しています"), "{}", page.body);
    let barred = act.send(&page, &[("code", &act.totp(&secret))]).await;
    assert_eq!(barred.status, 429);
    let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
    assert_eq!(act.send(&entry, &[("code", &recovery)]).await.status, 429, "recovery codes are barred, too");
    act.scene.wait(15 * 60);
    let answer = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    Callback::of(&answer);
}

#[tokio::test]
async fn sms_are_rationed_and_the_page_offers_the_app() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let page = act.submit(&first, &[("phone", TYPED)]).await;
    let resend = format!("{}/resend", step_of(&page));
    let soon = act.send_to(&page, &resend, &[]).await;
    assert!(soon.status == 429 && soon.body.contains("少し前に送信しました"), "{}", soon.body);
    for wait in [30, 60] {
        act.scene.wait(wait);
        assert_eq!(act.send_to(&page, &resend, &[]).await.status, 303);
    }
    act.scene.wait(120);
    assert_eq!(act.send_to(&page, &resend, &[]).await.status, 429, "three in ten minutes");
    let first = act.password_elsewhere().await;
    let refused = act.send(&first, &[("phone", TYPED)]).await;
    assert!(refused.status == 429 && refused.body.contains("/authenticator\""), "{}", refused.body);
    assert_eq!((act.count_sms().await, act.events("sms_refused").await), (3, 3));
    let page = act.get(&format!("{}/authenticator", step_of(&refused))).await;
    let secret = secret_of(&page);
    recovery_code_of(&act.submit(&page, &[("code", &act.totp(&secret))]).await);
}

#[tokio::test]
async fn a_spent_budget_is_no_fault_of_the_person() {
    let provider = Provider::with_inbox_and(|config| config.second_factor.sms_per_contract_per_day = 0).await;
    let mut act = Act::at(provider).await;
    let first = act.password().await;
    let refused = act.send(&first, &[("phone", TYPED)]).await;
    assert!(refused.status == 503 && refused.body.contains("ただいまSMSを送信できません"), "{}", refused.body);
    let reasons = act.scene.provider.explained(&refused).await;
    assert_eq!(reasons, ["contract_budget"]);
}
