//! The session's record and the rules of its life.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, SessionId};
pub use crate::policy::access_path::AccessPath;
use crate::protocol::acr::{Acr, Amr};
use crate::random::Random;
use crate::secret::{Secret, TokenHash};
use crate::text_enum::text_enum;

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
    /// Over which network: at which of the brand's two issuers.
    pub access_path: AccessPath,
    /// The registered line that was verified, as the keyed hash of its number; never on the internet.
    pub line: Option<TokenHash>,
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

    /// Whether the line is still to be verified: on the carrier's network nothing is good without.
    pub fn asks_for_line(&self) -> bool {
        self.access_path == AccessPath::Line && self.line.is_none()
    }

    /// The same with a line verified: what it adds to `amr`, and to `acr` where something was proved here before.
    #[must_use]
    pub fn with_line(mut self, line: TokenHash) -> Self {
        self.line = Some(line);
        if !self.amr.iter().any(|word| word == Amr::Line.as_str()) {
            self.amr.push(Amr::Line.as_str().to_owned());
        }
        if Acr::parse(&self.acr) == Some(Acr::OneFactor) {
            self.acr = Acr::Line.as_str().to_owned();
        }
        self
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
