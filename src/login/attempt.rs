//! One try with a password: limits, comparison, decision, and what is counted.
//!
//! Whoever the address belongs to, and if to nobody, the steps and their cost are the same: one look-up of the account,
//! one of the failures, one hash, one write.

use std::time::Duration;

use super::password::Credentials;
use crate::account::{EmailAddress, LoginMethod, SignInRecord, find_by_email, update_rehash};
use crate::context::PageContext;
use crate::lifecycle;
use crate::lockout::{Limit, LoginKey, count_failure, find_failures, is_locked};
use crate::password::Outcome;
use crate::policy::sign_in::{self, Decision, PrimaryProof, Purpose, Reason};
use crate::secret::Secret;
use crate::storage::Fault;
use crate::web::pages::LoginAlert;

/// What became of a try.
pub enum Attempt {
    /// The password is right; what is stored for it now, and where its failures are counted.
    Allowed(Box<Proved>),
    /// Not so; the reason is for the audit log.
    Refused(Reason, LoginAlert, Option<Box<SignInRecord>>),
    /// Too many failures from this network: when to come back.
    Limited(Duration),
    /// Too many passwords wait.
    Overloaded,
}

/// A password that was right a moment ago.
pub struct Proved {
    /// The account.
    pub record: SignInRecord,
    /// The hash as it is stored now.
    pub hash: Secret<String>,
    /// Where the failures of its login ID are counted.
    pub key: LoginKey,
}

/// Compares and decides.
pub async fn attempt(page: &PageContext, purpose: Purpose, credentials: Credentials) -> Result<Attempt, Fault> {
    let (app, brand) = (&page.app, &page.issuer().brand);
    if let Some(wait) = app.limits.wait(Limit::Failures, page.request.address) {
        return Ok(Attempt::Limited(wait));
    }
    // An address that is none is looked up all the same: it is nobody's.
    let email = EmailAddress::parse(&credentials.email).or_else(|_| EmailAddress::parse("nobody@invalid.invalid"));
    let record = match &email {
        Ok(email) => find_by_email(&app.db, brand, email).await?,
        Err(_) => None,
    };
    let key = LoginKey::of(&app.master, brand, &credentials.email);
    let failures = find_failures(&app.db, key).await?;
    let stored = record.as_ref().and_then(|record| record.password_hash.as_ref()).map(|hash| hash.expose().clone());
    let rehash = credentials.password.clone();
    let Ok(outcome) = app.passwords.verify(credentials.password, stored).await else {
        return Ok(Attempt::Overloaded);
    };
    let facts = sign_in::Facts {
        purpose,
        access_path: page.issuer().access_path,
        now: page.now,
        too_many_failures: is_locked(failures) && !record.as_ref().is_some_and(|record| record.is_lockable(page.now)),
        account: record.as_ref().map(|record| record.facts(proof(record, outcome))),
    };
    match (sign_in::decide(&facts), record) {
        (Decision::Allow, Some(record)) => {
            Ok(Attempt::Allowed(Box::new(prove(page, record, rehash, key, outcome).await?)))
        }
        (Decision::Refuse { reason, disclosed }, record) => {
            refuse(page, (reason, disclosed), record.map(Box::new), key).await
        }
        (Decision::Allow, None) => refuse(page, (Reason::UnknownAccount, false), None, key).await,
    }
}

fn proof(record: &SignInRecord, outcome: Outcome) -> PrimaryProof {
    match outcome {
        _ if record.account.login_method != LoginMethod::Password => PrimaryProof::OtherMethod,
        Outcome::Match | Outcome::MatchNeedsRehash => PrimaryProof::Match,
        Outcome::Mismatch => PrimaryProof::Mismatch,
    }
}

/// Counts the failure, locks at the tenth, and words the refusal.
pub async fn refuse(
    page: &PageContext,
    (reason, disclosed): (Reason, bool),
    record: Option<Box<SignInRecord>>,
    key: LoginKey,
) -> Result<Attempt, Fault> {
    let alert = alert(reason, disclosed);
    if matches!(alert, LoginAlert::Unavailable | LoginAlert::LineRequired | LoginAlert::TrialEnded) {
        // The password was right: nothing was guessed.
        return Ok(Attempt::Refused(reason, alert, record));
    }
    let app = &page.app;
    app.limits.count(Limit::Failures, page.request.address);
    let mut tx = app.db.begin().await?;
    let failures = count_failure(&mut tx, key, page.now).await?;
    let mut locked = false;
    if is_locked(failures)
        && let Some(record) = record.as_deref().filter(|record| record.is_lockable(page.now))
    {
        locked = lifecycle::lock(&mut tx, &page.registrar(), &record.account).await?;
    }
    tx.commit().await?;
    if locked {
        app.outbox.wake();
    }
    let alert = if is_locked(failures) { LoginAlert::Locked } else { alert };
    Ok(Attempt::Refused(reason, alert, record))
}

/// Only what the policy lets out is said; everything else is the one neutral sentence.
fn alert(reason: Reason, disclosed: bool) -> LoginAlert {
    match (reason, disclosed) {
        (_, false) => LoginAlert::Mismatch,
        (Reason::AccountLocked | Reason::TooManyFailures, true) => LoginAlert::Locked,
        (reason, true) => LoginAlert::of_refusal(reason.told()).unwrap_or(LoginAlert::Unavailable),
    }
}

/// Catches up with today's parameters where needed. Too busy for it now: next time.
async fn prove(
    page: &PageContext,
    record: SignInRecord,
    password: Secret<String>,
    key: LoginKey,
    outcome: Outcome,
) -> Result<Proved, Fault> {
    let old = record.password_hash.as_ref().map_or_else(String::new, |hash| hash.expose().clone());
    let mut hash = Secret::new(old);
    if outcome == Outcome::MatchNeedsRehash
        && let Ok(new) = page.app.passwords.hash(password).await
    {
        let mut tx = page.app.db.begin().await?;
        let renewed = update_rehash(&mut tx, &record.account.id, &hash, &new).await?;
        tx.commit().await?;
        if renewed {
            hash = Secret::new(new);
        }
    }
    Ok(Proved { record, hash, key })
}
