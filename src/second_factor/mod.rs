//! Two-step verification of password accounts (`product.md` §4; manual, chapters 1.1 (2) and 5.2).
//!
//! An account has one factor (SMS or an authenticator app), one recovery code and any number of remembered browsers. A
//! sign-in with a password begins a session of one factor; the attempt that belongs to that session leads to a session
//! of two. What the person proves while enrolling waits in the attempt until the recovery code is said to be saved:
//! whoever leaves before that enrols again.
//!
//! ```text
//! open ─ right code of the enrolled factor ──▶ verified (the attempt is deleted, a new session takes over)
//!  │├─── right code while enrolling ─▶ proved ──── box ticked ─▶ enrolled: factor and recovery code stored, verified
//!  │├─── right recovery code ───────▶ recovered ── box ticked ─▶ verified; the new code replaced the old one at once
//!  │└─── fifth wrong code ──────────▶ over: the session ends, the person signs in again
//!  └──── an hour ───────────────────▶ expired
//! ```
//! Wrong codes of either kind also count for the account, over all attempts ([`guess`]). SMS have limits of their own
//! ([`sms`]). [`passkey`]s are kept apart: they survive a reset of the rest.
//!
//! It must not: send anything, know pages or cookies but its own, compare before it has counted.

pub mod attempt;
pub mod enrolment;
pub mod guess;
pub mod passkey;
pub mod phone;
pub mod recovery_code;
pub mod remembered_browser;
mod sealed;
pub mod sms;
mod store;
pub mod totp;
mod typed;

use crate::clock::Timestamp;
use crate::id::{AccountId, SessionId};
use crate::random::Random;
use crate::secret::MasterKey;
use crate::storage::{Fault, Tx};
use crate::text_enum::text_enum;

pub use store::{Factor, STATEMENTS, find_bar, find_factor};

text_enum! {
    /// How a sign-in is verified.
    pub enum Method {
        /// A code by SMS.
        Sms = "sms",
        /// A code of an authenticator app.
        Authenticator = "authenticator",
    }
}

/// What the verbs need besides their transaction.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// The master key: seals numbers and secrets, keys the hashes of codes.
    pub master: &'a MasterKey,
    /// Randomness.
    pub random: &'a Random,
    /// The present instant.
    pub now: Timestamp,
}

/// In which sign-in of which account.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// The session that the password began.
    pub session: &'a SessionId,
    /// The account.
    pub account: &'a AccountId,
}

/// Forgets factor, recovery code, remembered browsers, wrong codes and whatever attempt is open: the next sign-in enrols
/// again (manual, chapter 5.2). Answers whether anything was enrolled. Passkeys stay; they have a verb of their own.
///
/// # Errors
/// When the database fails.
pub async fn reset(tx: &mut Tx, account: &AccountId) -> Result<bool, Fault> {
    // In the order in which a guess takes its locks.
    attempt::delete_of_account(tx, account).await?;
    store::delete_failures(tx, account).await?;
    let enrolled = store::delete_factor(tx, account).await?;
    store::delete_recovery_code(tx, account).await?;
    remembered_browser::forget_all(tx, account).await?;
    Ok(enrolled)
}
