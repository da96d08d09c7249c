//! Looking at a typed code: counted first, compared afterwards, both in one transaction.
//!
//! Why so many tries and no more can ever count, on however many nodes: `count_guess` and `count_failure` are guarded
//! writes that raise a counter *before* the comparison, and their rows stay locked until the transaction ends. Of many
//! parallel guesses each waits for the one before it and finds its number; the sixth in an attempt, and any while the
//! account is barred, finds no row to raise and is never compared. The answer leaves the house after the commit, so that
//! a guess that was compared and rolled back has told nobody anything. A right code takes the count back.

use super::attempt::{self, Attempt, Proof};
use super::recovery_code::RecoveryCode;
use super::sealed::{open_secret, seal_recovery_code};
use super::store::{self, Factor};
use super::{Method, Tools, Who, sms, typed};
use crate::policy::second_factor as policy;
use crate::storage::{Fault, Tx};

/// What became of a typed code. Whatever it is, the transaction is to be committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The code of the account's factor. The attempt is used up: a new session takes its place.
    Verified(Method),
    /// The code of a new factor; the recovery code waits in the attempt.
    Proved(Method),
    /// The recovery code; the next one waits in the attempt.
    Recovered,
    /// None of these.
    Wrong,
    /// Wrong for the last time in this attempt: its session must end.
    Over,
    /// The code sent by SMS had its time, or none was sent. Not compared, not counted.
    Expired,
    /// Too many wrong codes in a row in all attempts. Not compared.
    Barred,
    /// The attempt is not open any more: a second click, another tab, or somebody else was faster. Not compared.
    Gone,
}

/// A typed code.
#[derive(Clone, Copy)]
pub struct Guess<'a> {
    /// As typed.
    pub code: &'a str,
    /// On which page: the one that enrols an authenticator app, or the one for the codes of the enrolled factor and of a
    /// number being enrolled.
    pub enrolls_authenticator: bool,
    /// Whether the box to remember the browser was ticked.
    pub remember: bool,
}

/// Looks at a code of six digits.
///
/// # Errors
/// When the database fails, or what is stored cannot be opened.
pub async fn guess_code(tx: &mut Tx, tools: &Tools<'_>, who: Who<'_>, guess: Guess<'_>) -> Result<Verdict, Fault> {
    // What has not six digits is a slip of the finger: no guess, since it cannot be right.
    let Some(code) = typed::six_digits(guess.code) else { return Ok(Verdict::Wrong) };
    let factor = store::load_factor(tx, who.account).await?;
    if factor.is_some() && guess.enrolls_authenticator {
        return Ok(Verdict::Gone);
    }
    let Some(attempt) = attempt::load(tx, who, tools.now).await? else { return Ok(Verdict::Gone) };
    let by_sms = !guess.enrolls_authenticator && factor.as_ref().is_none_or(|factor| factor.method == Method::Sms);
    if by_sms && (attempt.code.is_none() || attempt.code_expires_at <= tools.now) {
        return Ok(if attempt.stage == attempt::Stage::Open { Verdict::Expired } else { Verdict::Gone });
    }
    let (attempt, failures) = match count(tx, tools, who).await? {
        Ok(counted) => counted,
        Err(verdict) => return Ok(verdict),
    };
    let verdict = match &factor {
        Some(factor) => verify(tx, tools, (&attempt, factor), &code).await?,
        None => prove(tx, tools, &attempt, (&code, guess)).await?,
    };
    settle(tx, tools, (&attempt, failures), verdict).await
}

/// Looks at a recovery code. The right one is dead at once and the next one good, whether or not it is ever saved.
///
/// # Errors
/// When the database fails.
pub async fn guess_recovery_code(tx: &mut Tx, tools: &Tools<'_>, who: Who<'_>, typed: &str) -> Result<Verdict, Fault> {
    let Some(code) = RecoveryCode::parse(typed) else { return Ok(Verdict::Wrong) };
    let (attempt, failures) = match count(tx, tools, who).await? {
        Ok(counted) => counted,
        Err(verdict) => return Ok(verdict),
    };
    let next = RecoveryCode::new(tools.random);
    let hashes = (code.hash(), next.hash());
    let verdict = match store::replace_recovery_code(tx, who.account, hashes, tools.now).await? {
        true => {
            attempt::recover(tx, who.session, &seal(tools, who, &next)).await?;
            Some(Verdict::Recovered)
        }
        false => None,
    };
    settle(tx, tools, (&attempt, failures), verdict).await
}

/// Counts the guess for the attempt and for the account, always in this order.
async fn count(tx: &mut Tx, tools: &Tools<'_>, who: Who<'_>) -> Result<Result<(Attempt, i64), Verdict>, Fault> {
    if store::is_barred(tx, who.account, tools.now).await? {
        return Ok(Err(Verdict::Barred));
    }
    let Some(attempt) = attempt::count_guess(tx, who, tools.now).await? else { return Ok(Err(Verdict::Gone)) };
    Ok(match store::count_failure(tx, who.account, tools.now).await? {
        Some(failures) => Ok((attempt, failures)),
        // Barred between the two statements, by a guess in another attempt.
        None => Err(Verdict::Barred),
    })
}

/// What a guess means for the counters: right takes back, wrong may bar or end.
async fn settle(
    tx: &mut Tx,
    tools: &Tools<'_>,
    (attempt, failures): (&Attempt, i64),
    right: Option<Verdict>,
) -> Result<Verdict, Fault> {
    if let Some(verdict) = right {
        store::delete_failures(tx, &attempt.account).await?;
        return Ok(verdict);
    }
    if let Some(wait) = policy::bar(failures) {
        store::bar(tx, &attempt.account, tools.now.plus(wait)).await?;
    }
    if attempt.guesses < policy::MOST_GUESSES {
        return Ok(Verdict::Wrong);
    }
    attempt::close(tx, &attempt.session).await?;
    Ok(Verdict::Over)
}

/// Compares with the account's factor; `None` when wrong.
async fn verify(
    tx: &mut Tx,
    tools: &Tools<'_>,
    (attempt, factor): (&Attempt, &Factor),
    code: &str,
) -> Result<Option<Verdict>, Fault> {
    let (who, now) = (attempt.who(), tools.now);
    let right = match factor.method {
        Method::Sms => {
            // The hash covers the number: a code that was sent to a number being enrolled is not one for the factor.
            let Some(number) = factor.phone(tools.master, who)? else { return Ok(None) };
            let right = sms::is_code(tools, attempt, &number, code);
            if right {
                store::touch_factor(tx, who.account, now).await?;
                sms::mark_converted(tx, tools, who.session, &number).await?;
            }
            right
        }
        Method::Authenticator => match open_secret(tools.master, who.account, &factor.sealed)?.step_of(code, now)? {
            Some(step) => store::use_step(tx, who.account, step, now).await?,
            None => false,
        },
    };
    let consumed = right && attempt::consume(tx, who.session).await?;
    Ok(consumed.then_some(Verdict::Verified(factor.method)))
}

/// Compares with what is being enrolled; `None` when wrong.
async fn prove(
    tx: &mut Tx,
    tools: &Tools<'_>,
    attempt: &Attempt,
    (code, guess): (&str, Guess<'_>),
) -> Result<Option<Verdict>, Fault> {
    let (who, now) = (attempt.who(), tools.now);
    let (method, step) = if guess.enrolls_authenticator {
        let Some(step) = attempt.secret(tools.master)?.step_of(code, now)? else { return Ok(None) };
        (Method::Authenticator, step)
    } else {
        let Some(number) = attempt.phone(tools.master)? else { return Ok(None) };
        if !sms::is_code(tools, attempt, &number, code) {
            return Ok(None);
        }
        sms::mark_converted(tx, tools, who.session, &number).await?;
        (Method::Sms, 0)
    };
    let sealed_recovery = seal(tools, who, &RecoveryCode::new(tools.random));
    let proof = Proof { method, step, remember: guess.remember, sealed_recovery: &sealed_recovery };
    let proved = attempt::prove(tx, who.session, &proof).await?;
    Ok(proved.then_some(Verdict::Proved(method)))
}

fn seal(tools: &Tools<'_>, who: Who<'_>, code: &RecoveryCode) -> Vec<u8> {
    seal_recovery_code(tools.master, who.account, &code.grouped())
}
