//! Asking an AD FS, as 「接続テスト」 and 「保存」 both do.

use super::Desk;
use super::form::Typed;
use super::report::{is_unreachable, report_of, word_of};
use crate::audit::EventKind;
use crate::context::PageContext;
use crate::upstream::connection::AdfsConnection;
use crate::upstream::probe::{Probe, Prober};
use crate::web::pages::{ActiveDirectoryAlert as Alert, TestStep};

/// What was asked, and what came of it.
pub struct Attempt {
    /// The connection as it would be saved, its endpoints those of the document.
    pub candidate: AdfsConnection,
    /// Whether the document could be read.
    pub is_readable: bool,
    /// What the page says of it.
    pub report: Vec<TestStep>,
}

/// Judges what was typed and asks the server it names.
///
/// # Errors
/// What is wrong with the form, or that there were too many tests.
pub async fn attempt(page: &PageContext, desk: &Desk, typed: &Typed) -> Result<Attempt, Vec<Alert>> {
    let mut candidate = typed.candidate(page, desk)?;
    let app = &page.app;
    if app.limits.count_connection_test(&candidate.contract_id).is_some() {
        return Err(vec![Alert::TooManyRequests]);
    }
    let reach = candidate.reach();
    let line = app.outbound.line(&candidate.test_line(), &reach).map_err(|_| vec![Alert::CaCertificateMalformed])?;
    let redirect_uri = page.issuer().url(&format!("/callback/{}", candidate.id));
    // A stored secret goes where it was given for; one that was typed just now is for the server that was typed with it.
    let kept = typed.secret.expose().is_empty();
    let pinned = desk.set_up().filter(|_| kept).and_then(|stored| stored.endpoints.clone());
    let pinned = pinned.map(|endpoints| endpoints.token);
    let prober = Prober { master: &app.master, random: &app.random, clock: &app.clock, line: &line };
    // However a server is not there (refused, filtered, no such page), finding out takes the same time (S22).
    let patience = tokio::time::sleep(app.config.outbound.request_timeout.0);
    let probe = prober.probe(&candidate, &redirect_uri, pinned.as_ref()).await;
    if is_unreachable(&probe) {
        patience.await;
    }
    let report = report_of(&probe, candidate.clock_leeway);
    note(page, desk, &candidate, &probe, &report);
    candidate.endpoints = probe.endpoints.ok();
    Ok(Attempt { is_readable: candidate.endpoints.is_some(), candidate, report })
}

/// Whose server was asked stays known: a test makes us send requests to an address of somebody's choice.
fn note(page: &PageContext, desk: &Desk, candidate: &AdfsConnection, probe: &Probe, report: &[TestStep]) {
    let word = word_of(probe, report);
    metrics::counter!("tegata_connection_tests_total", "outcome" => word).increment(1);
    let mut event = page.event(EventKind::ConnectionTested).because(word);
    event.contract = Some(candidate.contract_id.clone());
    event.account = Some(desk.signed_in.record.account.id.clone());
    event.session = Some(desk.signed_in.session.id.clone());
    event = event.with("connection", candidate.id.as_str()).with("issuer", &candidate.settings.issuer);
    page.app.audit.record(event);
}
