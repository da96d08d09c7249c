//! Sessions of operators: the cookie carries a secret, the row its hash.
//!
//! A session begins with the password and is good for nothing but the second step then; with it, it gets a new secret
//! (`security.md` line 78) and is open. A suspended operator's session is found by nobody.

mod store;

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::{OperatorId, SessionId};
use crate::policy::operator_sign_in::{FRESH, SECOND_FACTOR};
use crate::random::Random;
use crate::secret::Secret;
use crate::text_enum::text_enum;

pub use store::{
    STATEMENTS, count_expired_sessions, count_guess, delete_expired_sessions, end_session, end_sessions_of,
    find_session, insert_session, open_session, touch_session,
};

/// How often a use is noted.
const NOTED_EVERY: Duration = Duration::from_mins(1);

text_enum! {
    /// How far a sign-in has come.
    pub enum Stage {
        /// The password was right.
        SecondFactor = "second_factor",
        /// So was the second factor.
        Open = "open",
    }
}

/// A session that may be used, for whatever its stage is good for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperatorSession {
    /// Its id, for the audit log.
    pub id: SessionId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// How far the sign-in has come.
    pub stage: Stage,
    /// The path the sign-in began at.
    pub next: String,
    /// When password and second factor were proved.
    pub auth_time: Timestamp,
    /// Last use.
    pub last_seen_at: Timestamp,
}

impl OperatorSession {
    /// Whether the sign-in is recent enough for dangerous acts.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.auth_time) <= FRESH
    }

    /// Whether its use has to be noted now.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= NOTED_EVERY
    }
}

/// A session to be made, with the secret for its cookie.
pub struct NewOperatorSession {
    /// The session.
    pub session: OperatorSession,
    /// What goes into the cookie.
    pub secret: Secret<String>,
    /// When it is over.
    pub expires_at: Timestamp,
}

impl NewOperatorSession {
    /// The session of an operator whose password was right; `next` is where they want to go.
    pub fn new(random: &Random, operator_id: OperatorId, next: String, now: Timestamp) -> Self {
        let session = OperatorSession {
            id: random.uuid().into(),
            operator_id,
            stage: Stage::SecondFactor,
            next,
            auth_time: now,
            last_seen_at: now,
        };
        Self { session, secret: Secret::new(random.token()), expires_at: now.plus(SECOND_FACTOR) }
    }
}
