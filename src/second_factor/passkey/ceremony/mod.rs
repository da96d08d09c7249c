//! Ceremonies: a challenge that was given out and waits for its answer.
//!
//! The challenge stays here, on the server; the page gets a copy and the ceremony's random id. Whoever answers must be
//! the same browser, and for a known account the same account in the same session. The answer consumes the ceremony
//! before it is looked at, so that no answer is verified twice, right or wrong.
//!
//! It must not: know what a challenge looks like (`webauthn-rs` makes 256 random bits of its own).

mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use webauthn_rs::prelude as webauthn;

use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, CeremonyId, SessionId};
use crate::random::Random;
use crate::secret::{TokenHash, base64url};
use crate::text_enum::text_enum;

pub use store::{STATEMENTS, consume_ceremony, count_expired_ceremonies, delete_expired_ceremonies, insert_ceremony};

/// How long a person may take: what §15.1 recommends where user verification is required.
pub const LIFETIME: Duration = Duration::from_mins(5);

text_enum! {
    /// What a ceremony is for.
    pub enum CeremonyKind {
        /// A new passkey.
        Register = "register",
        /// A sign-in.
        Authenticate = "authenticate",
    }
}

/// What the answer is verified against.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CeremonyState {
    /// Of a registration.
    Register(Box<webauthn::PasskeyRegistration>),
    /// Of a sign-in. It names no passkeys: the counter to compare with is the one stored when the answer comes.
    Authenticate(Box<webauthn::DiscoverableAuthentication>),
}

impl CeremonyState {
    /// What the ceremony is for.
    pub const fn kind(&self) -> CeremonyKind {
        match self {
            Self::Register(_) => CeremonyKind::Register,
            Self::Authenticate(_) => CeremonyKind::Authenticate,
        }
    }
}

/// Who may answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CeremonyOwner {
    /// At which brand.
    pub brand: BrandCode,
    /// With which browser: the hash of its cookie.
    pub browser: TokenHash,
    /// Which account in which session; `None` where the answer is to say who signs in.
    pub account: Option<(AccountId, SessionId)>,
}

/// A ceremony about to begin.
pub struct Ceremony {
    /// Its id.
    pub id: CeremonyId,
    /// Who may answer.
    pub owner: CeremonyOwner,
    /// What the answer is verified against.
    pub state: CeremonyState,
    /// When it began.
    pub created_at: Timestamp,
}

impl Ceremony {
    /// A new one.
    pub fn new(random: &Random, owner: CeremonyOwner, state: CeremonyState, now: Timestamp) -> Self {
        Self { id: CeremonyId::new(base64url(&random.bytes::<16>())), owner, state, created_at: now }
    }
}
