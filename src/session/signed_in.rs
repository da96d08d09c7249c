//! Who is signed in: the session of a browser's cookie with its account, if both may go on.

use std::time::Duration;

use super::model::{Authentication, SecondFactorProof, Session};
use super::store::find_session_and_account;
use crate::account::{LoginMethod, SignInRecord};
use crate::brand::Issuer;
use crate::clock::Timestamp;
use crate::policy::sign_in::Purpose;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault};

/// A session that is alive, of an account that may go on.
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The account and its contract.
    pub record: SignInRecord,
}

impl SignedIn {
    /// Whether the line is still to be verified before this session is good for anything.
    pub fn asks_for_line(&self) -> bool {
        self.session.authentication.asks_for_line()
    }

    /// Whether everything that policy asks for has been shown.
    pub fn is_complete(&self) -> bool {
        !self.asks_for_line() && !self.asks_for_second_factor()
    }

    /// Whether two-step verification is still to be done before this session is good for anything.
    pub fn asks_for_second_factor(&self) -> bool {
        asks_for_second_factor(&self.record, &self.session.authentication)
    }
}

/// Whether an account that authenticated so far has to show a second factor (`product.md` §4): it signs in by password,
/// its contract asks for it and is not open to lines alone, no verified line stands in for it, and neither was it shown
/// nor is the browser remembered.
pub fn asks_for_second_factor(record: &SignInRecord, authentication: &Authentication) -> bool {
    record.account.login_method == LoginMethod::Password
        && record.contract.asks_for_second_factor()
        && authentication.line.is_none()
        && authentication.second_factor == SecondFactorProof::None
}

/// The session of a cookie and its account, for a client or the account menu; `None` when the session is over, unused for too long, or the account may
/// not go on (suspended, contract ended).
///
/// # Errors
/// When the database fails.
pub async fn find_signed_in(
    db: &Database,
    issuer: &Issuer,
    (secret, purpose): (Option<&TokenHash>, Purpose),
    (now, idle): (Timestamp, Duration),
) -> Result<Option<SignedIn>, Fault> {
    let Some(secret) = secret else { return Ok(None) };
    let found = find_session_and_account(db, &issuer.brand, secret, now).await?;
    Ok(found.filter(|found| {
        let path = found.session.authentication.access_path;
        // A session of the one network is nothing to the other, whoever carries the cookie over.
        path == issuer.access_path
            && found.session.is_alive(now, idle)
            && found.record.refusal_for((purpose, path), now).is_none()
    }))
}
