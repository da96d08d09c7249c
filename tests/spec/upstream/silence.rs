//! What an answer of ours tells a browser to tell others, and what our logs keep (S9; RFC 9700 §4.2, §4.3, §4.12).

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};

use super::payloads::leads_only_home;
use super::steps::{Outcome, Visitor, parameter, token_requests};
use crate::support::federation::{SECRET, submit};
use crate::support::{Answer, Federation, sql};

#[track_caller]
fn assert_protected(answer: &Answer, what: &str) {
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    leads_only_home(answer, "/VX7/callback/x", what);
    assert!(!answer.body.contains("<iframe"), "{what}");
}

#[tokio::test]
async fn s09_departure_and_return_are_303_and_every_answer_of_a_callback_keeps_its_address_to_itself() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    let visitor = Visitor::new(&world, "google");
    let mut browser = world.provider.browser();
    let page = world.login_page(&mut browser).await;
    let answer = submit(&mut browser, &page, "/upstream/google", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    let url = answer.location().parse().unwrap();
    let cancelled = world.upstreams.cancel(&url).await.unwrap();
    let (code, state) = (visitor.permit(&url).await, parameter(&url, "state"));
    let unknown = code.as_str().replace(&state, &"B".repeat(43));
    let elsewhere = code.as_str().replace("/callback/google", "/callback/other");
    let mut stranger = world.provider.browser();
    for (what, answer, status) in [
        ("malformed", browser.get("/VX7/callback/google?code=C0DE&code=C0DE").await, StatusCode::BAD_REQUEST),
        ("unknown", browser.get(&unknown).await, StatusCode::BAD_REQUEST),
        ("another callback", browser.get(&elsewhere).await, StatusCode::BAD_REQUEST),
        ("another browser", stranger.get(code.as_str()).await, StatusCode::BAD_REQUEST),
        ("good", browser.get(code.as_str()).await, StatusCode::SEE_OTHER),
        ("again", browser.get(code.as_str()).await, StatusCode::BAD_REQUEST),
        ("cancelled, late", browser.get(cancelled.as_str()).await, StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(answer.status, status, "{what}");
        assert_protected(&answer, what);
        for secret in [&state, &parameter(&code, "code"), "C0DE"] {
            assert!(!answer.body.contains(secret), "{what}: the page holds {secret}");
        }
    }
    let (mut browser, url) = visitor.set_out().await;
    let cancelled = world.upstreams.cancel(&url).await.unwrap();
    let answer = browser.get(cancelled.as_str()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_protected(&answer, "cancelled");
    let posted = browser.send(Method::POST, "/VX7/callback/google", Some(String::new()), &[]).await;
    assert_eq!((posted.status, posted.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
}

/// What was written to the log while somebody listened.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn s09_no_code_state_nonce_or_secret_is_in_the_log_the_audit_log_or_a_referer() {
    let log = Log::default();
    let subscriber = || {
        let writer = log.clone();
        let filter = tracing_subscriber::EnvFilter::new("info,tegata=trace");
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || writer.clone()).finish()
    };
    // With a single subscriber a log line that another test's thread meets first is switched off for all of them.
    let _second = tracing::Dispatch::new(subscriber());
    let _guard = tracing::subscriber::set_default(subscriber());
    let world = Federation::start().await;
    let mut secrets = vec![SECRET.to_owned()];
    for connection in world.connections() {
        let (browser, back) = Visitor::new(&world, &connection).permitted().await;
        secrets.extend([parameter(&back, "code"), parameter(&back, "state")]);
        let outcome = Outcome::of(&world, browser, back.as_str()).await;
        let mut browser = outcome.browser;
        browser.get(back.as_str()).await;
        browser.get(&back.as_str().replace("state=", "state=x")).await;
        let requests = token_requests(&world.host(&connection));
        secrets.extend(requests.iter().filter_map(|r| r.form().get("code_verifier").map(str::to_owned)));
        let all = world.host(&connection).requests("*");
        assert!(all.iter().all(|request| request.header("referer").is_none()), "{connection}");
    }
    world.host("other").fault(tegata_conformance::upstreams::Fault::CutBody.on("/token").once());
    Visitor::new(&world, "other").come_back().await;
    world.provider.app.audit.flush().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a request to another server failed"), "the log is captured: {log}");
    let columns = "id || event || COALESCE(reason, '') || reference || COALESCE(session_id, '') || detail";
    let rows = sql::texts(&world.provider, &format!("SELECT {columns} FROM audit_event")).await;
    assert!(rows.len() >= 18, "{rows:?}");
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
        assert!(!rows.iter().any(|row| row.contains(&secret)), "the audit log holds {secret}");
    }
}
