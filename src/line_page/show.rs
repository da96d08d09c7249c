//! What a person sees whose line was not verified.

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::step::{Step, described};
use crate::audit::EventKind;
use crate::context::{LineStanding, PageContext, reason_of};
use crate::line::LineOutcome;
use crate::web::pages::{CarrierPage, CarrierReason, LineRefusal, LineRefusedPage, LineTrouble, LineTroublePage};
use crate::web::render;

/// How many times a person is sent to the carrier in one sign-in (`upstreams.md` §4.3).
pub const MOST_ROUNDS: u32 = 2;

/// Whether the person has just come back from the carrier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visit {
    /// From the dispatcher, or by 「もう一度確認する」.
    First,
    /// From the carrier.
    Back,
}

/// The purpose of the form that leads to the carrier.
pub fn purpose(step: &Step) -> String {
    format!("line/{}", step.interaction.id)
}

/// The page about a line that was not verified, its reason in the audit log.
pub fn answer(page: &PageContext, step: &Step, standing: &LineStanding, visit: Visit) -> Response {
    let event = step.event(page, EventKind::LineRefused);
    let (reason, event) = match standing {
        LineStanding::Registered { evidence, .. } => ("line_verified", described(event, evidence)),
        LineStanding::Unregistered { is_anothers: false, evidence, .. } => {
            ("line_not_registered", described(event, evidence))
        }
        LineStanding::Unregistered { is_anothers: true, evidence, .. } => {
            ("line_of_another_contract", described(event, evidence))
        }
        LineStanding::Unproved(outcome) => (reason_of(outcome), event),
    };
    metrics::counter!("tegata_line_checks_total", "outcome" => reason).increment(1);
    page.app.audit.record(event.because(reason));
    page.seal(match standing {
        LineStanding::Registered { .. } => page.to_dispatcher(&step.interaction.id),
        LineStanding::Unregistered { tail, .. } => refused(page, step, LineRefusal::NotRegistered(tail.clone())),
        LineStanding::Unproved(outcome) => unproved(page, step, outcome, visit),
    })
}

fn unproved(page: &PageContext, step: &Step, outcome: &LineOutcome, visit: Visit) -> Response {
    match outcome {
        LineOutcome::Redirect { url, .. } if visit == Visit::First => {
            if step.interaction.line_rounds >= MOST_ROUNDS {
                return trouble(page, step, LineTrouble::Abandoned);
            }
            carrier(page, step, CarrierReason::Ask, &url.origin().ascii_serialization())
        }
        LineOutcome::Redirect { .. } => trouble(page, step, LineTrouble::Abandoned),
        LineOutcome::NotNotified { .. } => not_notified(page, step, visit),
        LineOutcome::Declined => trouble(page, step, LineTrouble::Declined),
        LineOutcome::Unavailable { retry_after, .. } => {
            let mut response = trouble(page, step, LineTrouble::Unavailable);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
            response
        }
        LineOutcome::NotOnLine | LineOutcome::Rejected(_) | LineOutcome::Verified(_) => {
            refused(page, step, LineRefusal::NotProved)
        }
    }
}

/// 回線情報通知設定: to the carrier, as long as that may help.
fn not_notified(page: &PageContext, step: &Step, visit: Visit) -> Response {
    if step.interaction.line_rounds >= MOST_ROUNDS {
        return trouble(page, step, LineTrouble::StillNotNotified);
    }
    let request = page.line_request(Some(&step.interaction.id));
    let way = page.app.line.as_ref().and_then(|verifier| verifier.west_page(&request));
    let Some((url, _)) = way else { return trouble(page, step, LineTrouble::NotNotified) };
    let why = if visit == Visit::Back { CarrierReason::WestAgain } else { CarrierReason::West };
    carrier(page, step, why, &url.origin().ascii_serialization())
}

/// Where the step begins anew.
fn own(page: &PageContext, step: &Step) -> String {
    page.issuer().page(&format!("/line/{}", step.interaction.id))
}

fn refused(page: &PageContext, step: &Step, why: LineRefusal) -> Response {
    let mut frame = page.frame("");
    frame.here = own(page, step);
    let (retry, service_url) = (own(page, step), page.issuer().service_url.clone());
    render(StatusCode::FORBIDDEN, &LineRefusedPage { frame, why, retry, service_url })
}

/// A page of its own for each trouble.
pub fn trouble(page: &PageContext, step: &Step, trouble: LineTrouble) -> Response {
    let mut frame = page.frame("");
    frame.here = own(page, step);
    let (retry, service_url) = (own(page, step), page.issuer().service_url.clone());
    let status = match trouble {
        LineTrouble::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    render(status, &LineTroublePage { frame, trouble, retry, service_url })
}

fn carrier(page: &PageContext, step: &Step, why: CarrierReason, origin: &str) -> Response {
    let mut frame = page.frame(&purpose(step));
    frame.here = own(page, step);
    let request = step.interaction.target.request();
    let redirect_uri = request.map(|request| request.callback.redirect_uri().to_owned()).unwrap_or_default();
    let (action, origin) = (own(page, step), origin.to_owned());
    render(StatusCode::OK, &CarrierPage { frame, why, action, origin, redirect_uri })
}
