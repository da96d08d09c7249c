//! Enrolment links: how an operator comes to a password and a second factor.
//!
//! ```text
//! issued (24 h) ── password chosen in a browser ─▶ bound to it, with an authenticator's secret of its own
//!    │                 └─ chosen again in another browser: bound to that one
//!    │                                              └── code of it, or a passkey ─▶ consumed, once
//!    └── a newer link, a suspension ─▶ revoked
//! ```
//!
//! Looking changes nothing. Whoever holds the link and chooses the password last is the one who can finish; what an
//! earlier browser was shown is good for nothing then. The operator's row changes only with the last step.

mod store;

use crate::clock::Timestamp;
use crate::id::{EnrolmentId, OperatorId};
use crate::policy::operator_sign_in::ENROLMENT;
use crate::random::Random;
use crate::secret::{Secret, TokenHash};

pub use store::{
    STATEMENTS, choose_password, consume_enrolment, count_expired_enrolments, delete_expired_enrolments,
    find_enrolment, find_enrolment_of_browser, insert_enrolment, revoke_all,
};

/// A link that may be used.
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// The authenticator's secret that was shown, sealed; absent until a password is chosen.
    pub sealed_totp: Option<Vec<u8>>,
    /// The browser in which the password was chosen.
    pub browser: Option<TokenHash>,
}

/// What was chosen.
pub struct Chosen {
    /// The password's hash.
    pub password_hash: Secret<String>,
    /// The authenticator's secret, sealed.
    pub sealed_totp: Vec<u8>,
}

/// A link about to be issued.
pub struct NewEnrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// What goes into the link; the database gets its hash.
    pub secret: Secret<String>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl NewEnrolment {
    /// A new one.
    pub fn new(random: &Random, operator_id: OperatorId, now: Timestamp) -> Self {
        Self {
            id: random.row_id(now).into(),
            operator_id,
            secret: Secret::new(random.token()),
            created_at: now,
            expires_at: now.plus(ENROLMENT),
        }
    }
}

/// The path of the page that a link opens, with its secret.
pub fn path(secret: &Secret<String>) -> String {
    format!("/enrolment?link={}", secret.expose())
}
