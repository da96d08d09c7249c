//! The end of an enrolment or a recovery: the person has saved the recovery code.

use super::recovery_code::RecoveryCode;
use super::store::{self, Factor};
use super::{Method, Tools, Who, attempt};
use crate::storage::{Fault, Tx};

/// What the ticked box brought about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Completion {
    /// The account is enrolled; a new session takes the place of the old one.
    Enrolled {
        /// With what.
        method: Method,
        /// Whether the browser is to be remembered.
        remember: bool,
    },
    /// The sign-in by recovery code is complete; a new session takes the place of the old one.
    Recovered,
    /// The account was enrolled meanwhile from another browser: what was proved here counts for nothing, the person is
    /// asked for the factor that is there.
    EnrolledElsewhere,
    /// Nothing waits to be saved, or another request was faster.
    Gone,
}

/// Makes effective what waited for the recovery code to be saved. Of many requests one does it.
///
/// # Errors
/// When the database fails, or what is stored cannot be opened.
pub async fn complete(tx: &mut Tx, tools: &Tools<'_>, who: Who<'_>) -> Result<Completion, Fault> {
    let Some(attempt) = attempt::finish(tx, who, tools.now).await? else { return Ok(Completion::Gone) };
    let Some(method) = attempt.proved else { return Ok(Completion::Recovered) };
    let sealed = match method {
        Method::Sms => attempt.sealed_phone.clone().unwrap_or_default(),
        Method::Authenticator => attempt.sealed_secret.clone(),
    };
    // The step that proved it is used up: it does not verify the next sign-in.
    let factor = Factor { method, sealed, last_step: attempt.proved_step, created_at: tools.now };
    if !store::insert_factor(tx, who.account, &factor, tools.now).await? {
        return Ok(Completion::EnrolledElsewhere);
    }
    let code = attempt.recovery_code(tools.master)?.and_then(|code| RecoveryCode::parse(code.expose()));
    let code =
        code.ok_or_else(|| Fault::corrupt("second_factor_attempt", "sealed_recovery", who.session, "no code"))?;
    store::set_recovery_code(tx, who.account, code.hash(), tools.now).await?;
    Ok(Completion::Enrolled { method, remember: attempt.remember })
}
