//! The session's record and the rules of its life.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, SessionId};
use crate::protocol::acr::Amr;
use crate::random::Random;
use crate::secret::Secret;
use crate::text_enum::text_enum;

text_enum! {
    /// Over which network the person came.
    pub enum AccessPath {
        /// The internet host.
        Internet = "internet",
        /// The carrier's closed network, the line verified.
        Line = "line",
    }
}

text_enum! {
    /// How two-step verification stands in a session; whether it is asked for is the contract's setting.
    pub enum SecondFactorProof {
        /// Nothing was shown beyond the primary proof.
        None = "none",
        /// The browser is remembered from an earlier time.
        Remembered = "remembered",
        /// A second factor was verified.
        Verified = "verified",
    }
}

/// What was proved at a sign-in (OpenID Connect Core §2): says only what was verified here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authentication {
    /// When.
    pub auth_time: Timestamp,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// How strongly.
    pub acr: String,
    /// Over which network.
    pub access_path: AccessPath,
    /// How two-step verification stands.
    pub second_factor: SecondFactorProof,
    /// When the upstream asked the person, where one vouches for them and says so.
    pub upstream_auth_time: Option<Timestamp>,
}

impl Authentication {
    /// Whether an upstream vouches for the person.
    pub fn is_federated(&self) -> bool {
        self.amr.iter().any(|word| word == Amr::Federated.as_str())
    }

    /// When the person authenticated, as far as anybody knows: the `auth_time` of ID tokens. `auth_time` itself is when
    /// the proof was shown here, which for an upstream's word may be long after (`upstreams.md` S32).
    pub fn known_auth_time(&self) -> Option<Timestamp> {
        if self.is_federated() { self.upstream_auth_time } else { Some(self.auth_time) }
    }
}

/// A session that is neither ended nor past its absolute limit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its id, the `sid` of clients.
    pub id: SessionId,
    /// The brand it belongs to.
    pub brand: BrandCode,
    /// Whose it is.
    pub account_id: AccountId,
    /// What was proved.
    pub authentication: Authentication,
    /// Last use.
    pub last_seen_at: Timestamp,
    /// The absolute limit.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether it may be used at `now` under the idle limit.
    pub fn is_alive(&self, now: Timestamp, idle: Duration) -> bool {
        now < self.expires_at && now.since(self.last_seen_at) < idle
    }
}

/// A session to be made, with the secret for its cookie.
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// What goes into the cookie.
    pub secret: Secret<String>,
}

impl NewSession {
    /// A session for an account that has just proved itself.
    pub fn new(
        random: &Random,
        (brand, account_id): (BrandCode, AccountId),
        authentication: Authentication,
        absolute: Duration,
    ) -> Self {
        let now = authentication.auth_time;
        let session = Session {
            id: random.uuid().into(),
            brand,
            account_id,
            authentication,
            last_seen_at: now,
            expires_at: now.plus(absolute),
        };
        Self { session, secret: Secret::new(random.token()) }
    }
}
