//! Who is signed in: the session of a browser's cookie with its account, if both may go on.

use std::time::Duration;

use super::model::Session;
use super::store::find_session;
use crate::account::{SignInRecord, find_account};
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
    let Some(session) = find_session(db, brand, secret, now).await? else { return Ok(None) };
    if !session.is_alive(now, idle) {
        return Ok(None);
    }
    let record = find_account(db, &session.account_id).await?;
    Ok(record.filter(|record| record.refusal(now).is_none()).map(|record| SignedIn { session, record }))
}
