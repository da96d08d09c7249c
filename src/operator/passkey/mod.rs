//! Passkeys of operators: the engine of `second_factor::passkey` with tables of its own, since operators are no accounts.
//!
//! A passkey is made at enrolment and answered as the second step after the password; the answer consumes its ceremony
//! before it is looked at.

mod store;

use webauthn_rs::prelude as webauthn;

use crate::clock::Timestamp;
use crate::id::{CeremonyId, OperatorId, PasskeyId};
use crate::random::Random;
use crate::second_factor::passkey::CeremonyState;
use crate::secret::{TokenHash, base64url};

pub use store::{
    STATEMENTS, consume_ceremony, count_expired_ceremonies, delete_all, delete_expired_ceremonies, find_passkey,
    insert_ceremony, insert_passkey, list_passkeys, mark_used,
};

/// A registered passkey.
#[derive(Clone, Debug)]
pub struct OperatorPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// Public key, counter and flags.
    pub credential: webauthn::Passkey,
    /// How often `credential` has changed.
    pub version: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// A ceremony about to begin.
pub struct OperatorCeremony {
    /// Its id.
    pub id: CeremonyId,
    /// Who may answer.
    pub operator_id: OperatorId,
    /// With which browser.
    pub browser: TokenHash,
    /// What the answer is verified against.
    pub state: CeremonyState,
    /// When it began.
    pub created_at: Timestamp,
}

impl OperatorCeremony {
    /// A new one.
    pub fn new(random: &Random, owner: (OperatorId, TokenHash), state: CeremonyState, now: Timestamp) -> Self {
        let (operator_id, browser) = owner;
        Self { id: CeremonyId::new(base64url(&random.bytes::<16>())), operator_id, browser, state, created_at: now }
    }
}
