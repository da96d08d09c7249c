//! Who is signed in: the session of a browser's cookie with its account, if both may go on.

use std::time::Duration;

use super::model::Session;
use super::store::find_session_and_account;
use crate::account::SignInRecord;
use crate::clock::Timestamp;
use crate::id::BrandCode;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault};

/// A session that is alive, of an account that may go on.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The account and its contract.
    pub record: SignInRecord,
}

/// The session of a cookie and its account; `None` when the session is over, unused for too long, or the account may
/// not go on (suspended, contract ended).
///
/// # Errors
/// When the database fails.
pub async fn find_signed_in(
    db: &Database,
    brand: &BrandCode,
    secret: Option<&TokenHash>,
    (now, idle): (Timestamp, Duration),
) -> Result<Option<SignedIn>, Fault> {
    let Some(secret) = secret else { return Ok(None) };
    let found = find_session_and_account(db, brand, secret, now).await?;
    Ok(found.filter(|found| found.session.is_alive(now, idle) && found.record.refusal(now).is_none()))
}
