//! The second factor's page, and the code of the authenticator.

use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::finish::{open, record_refusal, signed_in};
use super::pending::{PURPOSE, Pending, find, relying_party};
use crate::context::OperatorPage;
use crate::operator::session::{count_guess, end_session};
use crate::operator::{bar_codes, count_code_failure, open_totp, use_totp_step};
use crate::policy::operator_sign_in::MOST_GUESSES;
use crate::policy::second_factor::bar;
use crate::secret::Secret;
use crate::storage::Fault;
use crate::web::pages::{OperatorAlert, OperatorFactorPage, PasskeyForm};
use crate::web::render;

/// What became of a code. Whatever it is, the transaction was committed.
enum Verdict {
    Right(Secret<String>),
    Wrong,
    /// Wrong for the last time in this sign-in, or the sign-in takes no codes any more.
    Over,
    /// Too many wrong codes in a row over all sign-ins: not compared.
    Barred,
}

/// Shows the page.
pub async fn get(mut page: OperatorPage) -> Response {
    page.ensure_browser();
    match find(&page).await {
        Ok(Ok(pending)) => show(&page, &pending, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// Compares a code.
pub async fn post(page: OperatorPage, body: Bytes) -> Response {
    let code = match page.read_form(&body, &[PURPOSE]).and_then(|form| form.text("code")) {
        Ok(code) => code,
        Err(problem) => return page.refuse(&problem),
    };
    let done = async {
        let pending = match find(&page).await? {
            Ok(pending) => pending,
            Err(response) => return Ok(*response),
        };
        Ok(match guess(&page, &pending, &code).await? {
            Verdict::Right(secret) => signed_in(&page, &pending, &secret),
            Verdict::Wrong => {
                record_refusal(&page, &pending, "code_mismatch");
                show(&page, &pending, Some(OperatorAlert::CodeWrong))
            }
            Verdict::Over => {
                record_refusal(&page, &pending, "codes_over");
                page.go("/sign-in?over=1")
            }
            Verdict::Barred => {
                record_refusal(&page, &pending, "codes_barred");
                show(&page, &pending, Some(OperatorAlert::TooManyRequests))
            }
        })
    };
    done.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// Counts first and compares afterwards, both in one transaction: of many codes at once no more than the limit are
/// compared.
async fn guess(page: &OperatorPage, pending: &Pending, code: &str) -> Result<Verdict, Fault> {
    let (app, operator) = (&page.app, &pending.record.operator.id);
    let secret = match &pending.record.sealed_totp {
        Some(sealed) => open_totp(&app.master, operator, sealed)?,
        None => return Ok(Verdict::Wrong),
    };
    let mut tx = app.db.begin().await?;
    let Some(failures) = count_code_failure(&mut tx, operator, page.now).await? else { return Ok(Verdict::Barred) };
    let Some(guesses) = count_guess(&mut tx, &pending.session.id, page.now).await? else { return Ok(Verdict::Over) };
    let right = match secret.step_of(code, page.now)? {
        Some(step) => use_totp_step(&mut tx, operator, step).await?,
        None => false,
    };
    if right {
        let opened = open(page, &mut tx, pending, "pwd otp").await?;
        let Some(secret) = opened else { return Ok(Verdict::Over) };
        tx.commit().await?;
        return Ok(Verdict::Right(secret));
    }
    if let Some(wait) = bar(failures) {
        bar_codes(&mut tx, operator, page.now.plus(wait)).await?;
    }
    let over = guesses >= MOST_GUESSES;
    if over {
        end_session(&mut tx, &pending.session.id, page.now).await?;
    }
    tx.commit().await?;
    Ok(if over { Verdict::Over } else { Verdict::Wrong })
}

/// The page, with what the operator has.
pub fn show(page: &OperatorPage, pending: &Pending, alert: Option<OperatorAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = super::pending::SECOND_FACTOR.to_owned();
    let has_passkey = !pending.passkeys.is_empty() && relying_party(page).is_some();
    let shown = OperatorFactorPage {
        frame,
        has_authenticator: pending.record.sealed_totp.is_some(),
        passkey: has_passkey.then(|| PasskeyForm {
            options_action: "/sign-in/passkey/options".to_owned(),
            action: "/sign-in/passkey".to_owned(),
        }),
        alert,
    };
    let status = alert.map_or(StatusCode::OK, |alert| OperatorAlert::status(Some(alert)));
    page.seal(render(status, &shown))
}
