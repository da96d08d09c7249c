//! Lockout: ten wrong passwords in a row lock an account (`product.md` §5; manual, chapter 6).
//!
//! ```text
//! wrong password ─▶ failures + 1 ─┬─ under 10 ─▶ the neutral message
//!                                 └─ 10 or more ─▶ «locked»; at the tenth an active account becomes `locked`
//! right password ─▶ failures cleared, unless the tenth came first
//! ```
//!
//! Failures are counted by login ID, whether or not anybody has it, so that an address nobody has behaves as any other.
//! What is stored is a keyed hash: the table names nobody. The number is exact without a reservation before the
//! comparison: an outcome, right or wrong, counts only if fewer than ten failures were *committed* before it, so any
//! burst of parallel guesses learns from ten of them at the most. [`limits`] stands in front: one network can fail only
//! so often, and cannot lock a whole company.
//!
//! It must not: change an account (`lifecycle`), know what a page says.

pub mod limits;
mod store;

use crate::account::EmailAddress;
use crate::clock::Timestamp;
use crate::id::BrandCode;
use crate::secret::{MasterKey, TokenHash};

pub use limits::{Limit, Limits};
pub use store::{
    STATEMENTS, clear_failures, count_failure, count_old_failures, delete_old_failures, find_failures,
    find_last_failure, take_failures,
};

/// Wrong passwords in a row that lock.
pub const MOST_FAILURES: i64 = 10;

/// A login ID as the failures are counted by.
#[derive(Clone, Copy)]
pub struct LoginKey(TokenHash);

impl LoginKey {
    /// The key of an address at a brand; without an address, of the text typed.
    pub fn of(master: &MasterKey, brand: &BrandCode, typed: &str) -> Self {
        let text =
            EmailAddress::parse(typed).map_or_else(|_| typed.trim().to_lowercase(), |email| email.key().to_owned());
        let mac = aws_lc_rs::hmac::sign(&master.mac_key("login key"), format!("{brand}\n{text}").as_bytes());
        Self(TokenHash::of(&crate::secret::base64url(mac.as_ref())))
    }

    /// The key of an operator's address. No brand has an empty code.
    pub fn of_operator(master: &MasterKey, typed: &str) -> Self {
        Self::of(master, &BrandCode::new(""), typed)
    }

    /// The key of an account.
    pub fn of_account(master: &MasterKey, brand: &BrandCode, email: &str) -> Self {
        Self::of(master, brand, email)
    }
}

/// Whether so many failures are a lock.
pub const fn is_locked(failures: i64) -> bool {
    failures >= MOST_FAILURES
}

/// When failures are forgotten: as long as an unblock link is good.
pub fn forgotten_before(now: Timestamp) -> Timestamp {
    now.minus(crate::policy::lifetimes::TICKET)
}
