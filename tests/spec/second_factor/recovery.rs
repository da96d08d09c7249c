//! The device is lost (manual, chapter 5.2 「参考」).

use super::*;
use crate::support::scene::HANAKO;

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_leaves_a_new_one() {
    let mut act = Act::start().await;
    let (old, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    assert!(page.body.contains("/recovery\""), "{}", page.body);
    let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
    for (typed, says) in [
        ("", "リカバリコードを入力してください"),
        ("01234-56789-ABCDE-FGHJK-MNPQR", "リカバリコードが正しくありません"),
        ("abc", "リカバリコードが正しくありません"),
    ] {
        let refused = act.send(&entry, &[("code", typed)]).await;
        assert!(refused.status == 422 && refused.body.contains(says), "{typed}: {}", refused.body);
    }
    let wide: String = old.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    let page = act.submit(&entry, &[("code", &format!(" {} ", wide.to_lowercase()))]).await;
    let new = recovery_code_of(&page);
    assert!(new != old && page.body.contains("新たなリカバリコードが発行されました"), "{}", page.body);
    let (_, callback) = act.save(&page).await;
    let claims = act.id_token(&callback).await;
    assert_eq!(claims["amr"], serde_json::json!(["pwd", "mfa"]));
    assert_eq!(claims["acr"], "urn:tegata:acr:2fa");
    act.scene.provider.deliver().await;
    let mails = act.scene.provider.inbox().mails_to(HANAKO);
    assert!(mails.iter().any(|mail| mail.text.contains("リカバリコードを使用したログインがありました")), "a notice");
    assert_eq!(act.events("recovery_code_used").await, 1);

    let page = act.password_elsewhere().await;
    let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
    assert_eq!(act.send(&entry, &[("code", &old)]).await.status, 422, "the old one is dead");
    let page = act.submit(&entry, &[("code", &new)]).await;
    act.save(&page).await;
}

#[tokio::test]
async fn the_end_says_how_to_go_on_without_the_device() {
    let mut act = Act::start().await;
    let (old, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
    let page = act.submit(&entry, &[("code", &old)]).await;
    let done = act.submit(&page, &[("saved", "on")]).await;
    assert!(done.body.contains("デバイスを紛失した場合は"), "{}", done.body);
    asks_for_code(&act.password_elsewhere().await);
}

#[tokio::test]
async fn the_fifth_wrong_recovery_code_leads_back_to_the_password() {
    let mut act = Act::start().await;
    let (old, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
    for _ in 0..4 {
        assert_eq!(act.send(&entry, &[("code", "01234-56789-ABCDE-FGHJK-MNPQR")]).await.status, 422);
    }
    assert_eq!(act.send(&entry, &[("code", "01234-56789-ABCDE-FGHJK-MNPQR")]).await.status, 403);
    act.submit(&entry, &[("code", &old)]).await.is_login();
}
