//! After the restart: does the provider keep its word?

use super::ledger::Ledger;
use super::{Counts, Stage};
use crate::load::browser::Browser;
use crate::load::connection::{Connection, Failure};
use crate::load::flow::{self, Code};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Newest of each kind that are looked at: all of them would take longer than the load did.
const SAMPLE: usize = 20;
/// The provider repeats its answer to a retried refresh for 10 s; what is asked later proves nothing.
const GRACE: Duration = Duration::from_secs(8);

/// What one user found.
#[derive(Default)]
pub struct Verdict {
    pub checked: Counts,
    pub violations: Vec<String>,
}

struct Inspector<'a> {
    stage: &'a Stage,
    number: usize,
    browser: Browser,
    verdict: Verdict,
}

/// Checks every promise in `ledger`; the urgent ones first.
pub async fn verify(stage: Arc<Stage>, ledger: Ledger, killed: Instant) -> Verdict {
    let browser = Browser::new(Connection::new(stage.target.clone()));
    let mut inspector = Inspector { stage: &stage, number: ledger.number, browser, verdict: Verdict::default() };
    if let Some(token) = &ledger.unanswered_refresh
        && killed.elapsed() < GRACE
    {
        inspector.refresh_token(token, "under way at the kill").await;
    }
    for token in ledger.families.iter().rev().take(SAMPLE) {
        inspector.refresh_token(token, "at rest").await;
    }
    for cookies in ledger.sessions.iter().rev().take(SAMPLE) {
        inspector.session(cookies.clone()).await;
    }
    if let Some(code) = &ledger.unanswered_code {
        inspector.unanswered_code(code).await;
    }
    // Last: a second redemption revokes what the first one gave.
    for code in ledger.redeemed.iter().rev().take(SAMPLE) {
        inspector.redeemed_code(code).await;
    }
    inspector.verdict
}

impl Inspector<'_> {
    async fn refresh_token(&mut self, token: &str, when: &str) {
        self.verdict.checked.refreshes += 1;
        let client = self.stage.client(self.number);
        let first = flow::refresh(self.browser.connection(), client, token).await;
        let first = match first {
            Ok(tokens) => tokens.refresh_token,
            Err(Failure(kind)) => return self.violated(format!("a refresh token {when} is lost: {kind}")),
        };
        // A refusal is as good as the same answer; only another token would be a second use.
        let second = flow::refresh(self.browser.connection(), client, token).await;
        if second.is_ok_and(|tokens| tokens.refresh_token != first) {
            self.violated(format!("a refresh token {when} was used twice for two different tokens"));
        }
    }

    async fn session(&mut self, cookies: Vec<(String, String)>) {
        self.verdict.checked.sessions += 1;
        self.browser.set_cookies(cookies);
        let client = self.stage.client(self.number);
        if let Err(Failure(kind)) = flow::authorize_silently(&mut self.browser, client).await {
            self.violated(format!("a session is lost: {kind}"));
        }
    }

    async fn unanswered_code(&mut self, code: &Code) {
        self.verdict.checked.codes += 1;
        let client = self.stage.client(self.number);
        // Whether it was redeemed is open; afterwards it is used up either way.
        let _ = flow::redeem(self.browser.connection(), client, code).await;
        if flow::redeem(self.browser.connection(), client, code).await.is_ok() {
            self.violated("a code that was under way was redeemed twice".to_owned());
        }
    }

    async fn redeemed_code(&mut self, code: &Code) {
        self.verdict.checked.codes += 1;
        let client = self.stage.client(self.number);
        match flow::redeem(self.browser.connection(), client, code).await {
            Ok(_) => self.violated("a code was redeemed twice".to_owned()),
            Err(Failure(kind)) if kind == "token_invalid_grant" => {}
            Err(Failure(kind)) => self.violated(format!("a redeemed code is answered with {kind}")),
        }
    }

    fn violated(&mut self, what: String) {
        self.verdict.violations.push(what);
    }
}
