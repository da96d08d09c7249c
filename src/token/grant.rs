//! What stands behind a code or token: the records, and whether they are still good.

use serde::{Deserialize, Serialize};

use super::claims::{Authentication, BrandClaims};
use crate::account::SignInRecord;
use crate::clock::Timestamp;
use crate::id::{ClientId, SessionId, TokenFamilyId};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::Reason;
use crate::protocol::claims::ClaimsRequest;
use crate::protocol::pkce::CodeChallenge;
use crate::protocol::scope::Scope;
use crate::secret::TokenHash;

/// What all tokens of a family have in common, fixed when the person signed in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FamilyFacts {
    /// What was granted.
    pub scope: Scope,
    /// Claims asked for one by one.
    pub claims: ClaimsRequest,
    /// How the person signed in.
    pub authentication: Authentication,
    /// Over which network: the tokens are good at that issuer alone.
    pub access_path: AccessPath,
    /// The resource servers asked for (RFC 8707); empty: the issuer alone.
    pub resource: Vec<String>,
    /// The request's `nonce`, for the first ID token alone (OpenID Connect Core §12.2).
    pub nonce: Option<String>,
}

/// All tokens that came from one authorization.
#[derive(Clone, Debug)]
pub struct TokenFamily {
    /// Its id; private claim `family` of its access tokens.
    pub id: TokenFamilyId,
    /// Whose tokens they are.
    pub client_id: ClientId,
    /// The session they came from.
    pub session_id: SessionId,
    /// What they have in common.
    pub facts: FamilyFacts,
    /// Whether they outlive the session (`offline_access`).
    pub offline: bool,
    /// The registered line that was verified at the sign-in, as the keyed hash of its number.
    pub line: Option<TokenHash>,
    /// When the last of them is dead.
    pub expires_at: Timestamp,
}

/// A family with all that decides whether its tokens are alive.
#[derive(Debug)]
pub struct TokenStanding {
    /// The family.
    pub family: TokenFamily,
    /// Whether it, or the token that was looked up, was revoked.
    pub revoked: bool,
    /// When the session ends, or ended; a session that is no longer there was deleted after its absolute limit.
    pub session_ends_at: Option<Timestamp>,
    /// The account and its contract as they are now.
    pub record: SignInRecord,
}

impl TokenStanding {
    /// Whether revocation, session and time leave the family alive. What the account and contract permit is
    /// `policy::sign_in`'s to say.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        !self.revoked && (self.family.offline || !self.is_session_over(now)) && now < self.family.expires_at
    }

    /// Whether the session was ended or has reached its absolute limit.
    pub fn is_session_over(&self, now: Timestamp) -> bool {
        self.session_ends_at.is_none_or(|end| end <= now)
    }

    /// Why the account or its contract lets these tokens do nothing more; `None`: they may.
    pub fn refusal(&self, now: Timestamp) -> Option<Reason> {
        self.record.refusal(self.family.facts.access_path, now)
    }

    /// The brand's own claims, as the account is now.
    pub fn brand_claims(&self) -> BrandClaims {
        brand_claims(&self.record, self.family.facts.access_path)
    }
}

/// The brand's own claims of an account.
pub fn brand_claims(record: &SignInRecord, access_path: AccessPath) -> BrandClaims {
    BrandClaims {
        contract_id: Some(record.contract.id.clone()),
        role: Some(record.account.role.as_str().to_owned()),
        brand: Some(record.account.brand.clone()),
        access_path: Some(access_path.as_str().to_owned()),
    }
}

/// What a code is bound to beyond its family (RFC 6749 §4.1.3, RFC 7636 §4.4).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CodeFacts {
    /// The redirect URI as the request spelled it.
    pub redirect_uri: String,
    /// The challenge, when there was one.
    pub code_challenge: Option<CodeChallenge>,
}

/// A code as it is stored.
pub struct StoredCode {
    /// What it is bound to.
    pub facts: CodeFacts,
    /// The client it was given to.
    pub client_id: ClientId,
    /// When it is dead.
    pub expires_at: Timestamp,
    /// Whether it was used.
    pub consumed: bool,
    /// Its family.
    pub standing: TokenStanding,
}

/// A refresh token as it is stored.
pub struct RefreshToken {
    /// Last use, for the idle limit.
    pub last_used_at: Timestamp,
    /// When it is dead unless used.
    pub expires_at: Timestamp,
    /// When it was replaced.
    pub rotated_at: Option<Timestamp>,
    /// The sealed answer it was replaced in.
    pub answer: Option<Vec<u8>>,
    /// Its family.
    pub standing: TokenStanding,
}
