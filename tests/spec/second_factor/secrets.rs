//! What is kept: nothing that verifies, nothing that rings (ASVS 6.5.2; security lines 70 and 91).

use super::*;

#[tokio::test]
async fn no_table_holds_a_number_a_secret_or_a_code_in_clear() {
    let mut act = Act::start().await;
    let (recovery, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let code = act.sms().await;
    act.send(&page, &[("code", &wrong(&code))]).await;
    act.scene.provider.app.audit.flush().await;
    let mut seen = Vec::new();
    for query in [
        "SELECT COALESCE(reason, '') || detail FROM audit_event",
        "SELECT account_id || method FROM second_factor",
        "SELECT session_id || account_id || stage FROM second_factor_attempt",
        "SELECT name FROM sms_window",
        "SELECT id || session_id || account_id FROM sms_sent",
        "SELECT id || kind || COALESCE(last_error, '') FROM outbox",
    ] {
        seen.extend(sql::texts(&act.scene.provider, query).await);
    }
    assert!(seen.len() > 10);
    for secret in [PHONE, "09012345678", "9012345678", "12345678", TYPED, &recovery, &code] {
        assert!(!seen.iter().any(|text| text.contains(secret)), "{secret}: {seen:#?}");
    }
    assert!(seen.iter().any(|text| text.contains("\"ending\":\"78\"")), "two digits are all there is: {seen:#?}");
}

#[tokio::test]
async fn pages_with_a_secret_are_kept_by_nobody_and_tell_nobody_where_they_were() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let page = act.get(&format!("{}/authenticator", step_of(&first))).await;
    let secret = secret_of(&page);
    let saving = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    recovery_code_of(&saving);
    for page in [&page, &saving] {
        assert!(page.header("cache-control").contains("no-store"));
        assert_eq!(page.header("referrer-policy"), "strict-origin");
        assert!(!page.header("content-security-policy").contains("unsafe"));
    }
}
