//! One attempt at the second factor: it belongs to one session that a password began, and so to one account, one browser
//! and one sign-in. Several tabs of that browser share it, and the code that was sent for it.
//!
//! It must not: compare anything ([`super::guess`]) or count SMS ([`super::sms`]).

mod model;
mod store;

pub use model::{Attempt, Stage};
pub(super) use store::{
    NewCode, Proof, close, consume, count_guess, delete_of_account, finish, insert, load, prove, recover, set_code,
};
pub use store::{STATEMENTS, count_expired_attempts, delete_expired_attempts, find_attempt};

use super::totp::TotpSecret;
use super::{Tools, Who, sealed};
use crate::policy::second_factor::ATTEMPT_LIFETIME;
use crate::storage::{Fault, Tx};

/// Begins the attempt of a session, unless it has one. A secret for an authenticator app is made along with it, so that
/// a reload of its page shows the same.
///
/// # Errors
/// When the database fails.
pub async fn begin_attempt(tx: &mut Tx, tools: &Tools<'_>, who: Who<'_>) -> Result<(), Fault> {
    let secret = TotpSecret::new(tools.random);
    let sealed = sealed::seal_secret(tools.master, who.account, &secret);
    insert(tx, who, &sealed, (tools.now, tools.now.plus(ATTEMPT_LIFETIME))).await
}
