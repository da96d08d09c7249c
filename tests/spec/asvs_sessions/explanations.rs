//! Errors are generic on the page and explained in the audit log (ASVS 16.3, 16.5). Security lines 90 and 91.

use http::StatusCode;

use crate::support::provider::PASSWORD;
use crate::support::{Scene, SignIn as _, sql};

/// Security line 91: every authentication and every refusal leaves a row.
#[tokio::test]
async fn every_authentication_and_refusal_is_in_the_audit_log() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    scene.browser.submit(&login, "nobody@vx7.example", PASSWORD).await;
    scene.log_in(&login).await;
    let question = scene.browser.get("/VX7/logout").await;
    let csrf = question.field("csrf").unwrap();
    scene.browser.post("/VX7/logout/confirm", &[("csrf", &csrf), ("answer", "yes")]).await;
    scene.open(&scene.request().with("prompt", "none")).await;
    scene.browser.get("/VX7/nowhere").await;
    scene.provider.app.audit.flush().await;
    let mut events = sql::texts(&scene.provider, "SELECT event FROM audit_event").await;
    events.sort();
    assert_eq!(
        events,
        ["authorization_refused", "authorized", "page_refused", "sign_in_refused", "signed_in", "signed_out"]
    );
    let who = sql::texts(&scene.provider, "SELECT account_id FROM audit_event WHERE account_id IS NOT NULL").await;
    assert!(who.iter().all(|id| *id == scene.account.account.id.as_str()) && who.len() == 3, "{who:?}");
}

/// Security line 91: the reason a person's reference finds, for every page that refuses.
#[tokio::test]
async fn the_reference_of_every_error_page_finds_its_reason() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let action = login.action().to_owned();
    let mut stranger = scene.provider.browser();
    stranger.host = "evil.example";
    for (answer, reason) in [
        (scene.open(&scene.request().with("client_id", "nobody")).await, "unknown_client"),
        (scene.open(&scene.request().with("redirect_uri", "https://evil.example/")).await, "redirect_uri_mismatch"),
        (scene.browser.get("/VX7/authorize?a=%ff").await, "request_malformed"),
        (scene.browser.get("/VX7/login/nothing").await, "interaction_expired"),
        (scene.provider.browser().get(&action).await, "interaction_elsewhere"),
        (scene.browser.post(&action, &[("csrf", "x")]).await, "csrf_failed"),
        (scene.browser.get("/VX7/nowhere").await, "not_found"),
        (scene.browser.get("/nowhere").await, "not_found"),
        (scene.browser.post("/VX7/account", &[]).await, "method_not_allowed"),
        (stranger.get("/VX7/login/x").await, "misdirected"),
        (scene.browser.post(&action, &[("password", &"x".repeat(70_000))]).await, "request_too_large"),
    ] {
        assert_eq!(answer.problem(), reason, "{}", answer.body);
        assert!(answer.body.contains(answer.reference()), "{reason}: the page shows the reference");
        assert_eq!(scene.provider.explained(&answer).await, [reason]);
    }
}

/// Security line 90: when the database fails, the person sees a neutral page, and nothing of the fault.
#[tokio::test]
async fn a_fault_is_a_neutral_page_and_opens_nothing() {
    let mut scene = Scene::signed_in().await;
    sql::execute(&scene.provider, "ALTER TABLE session RENAME TO session_away").await;
    let answer = scene.open(&scene.request()).await;
    answer.shows(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    for inside in ["session", "sql", "SELECT", "database"] {
        let body = answer.body.replace("session_ended", "");
        assert!(!body.contains(inside), "{inside}: {body}");
    }
    assert_eq!(scene.provider.explained(&answer).await, ["internal"]);
    sql::execute(&scene.provider, "ALTER TABLE session_away RENAME TO session").await;
    assert!(!scene.authorize(&scene.request()).await.code().is_empty(), "and goes on afterwards");
}
