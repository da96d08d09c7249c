//! What our tokens say.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::id::{BrandCode, ClientId, ContractId, SessionId, TokenFamilyId};

/// `aud` (RFC 7519 §4.1.3): one name as a text, several as an array.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One recipient.
    One(String),
    /// Several recipients.
    Many(Vec<String>),
}

impl Audience {
    /// From the recipients' names.
    pub fn new(names: &[String]) -> Self {
        match names {
            [one] => Self::One(one.clone()),
            many => Self::Many(many.to_vec()),
        }
    }

    /// The recipients' names.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }

    /// Whether this recipient is meant.
    pub fn contains(&self, name: &str) -> bool {
        self.names().iter().any(|other| other == name)
    }
}

/// How and when the user signed in; the same in both tokens of one grant.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Authentication {
    /// When, in seconds since the Unix epoch (OpenID Connect Core §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How strongly (OpenID Connect Core §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By which means (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub amr: Vec<String>,
    /// In which session (OpenID Connect Front-Channel Logout §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
}

/// What the brand's services want to know of the user without asking: where he belongs and what he may.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct BrandClaims {
    /// The customer company's contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_id: Option<ContractId>,
    /// The role inside the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The brand's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandCode>,
    /// Over which path the user came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_path: Option<String>,
}

/// A JWT access token (RFC 9068 §2.2). Times in seconds since the Unix epoch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The user, or the client itself under `client_credentials`.
    pub sub: String,
    /// The resource servers it is for.
    pub aud: Audience,
    /// The client it was issued to.
    pub client_id: ClientId,
    /// Granted scopes, separated by spaces.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Issued at.
    pub iat: i64,
    /// Not valid from here on.
    pub exp: i64,
    /// Not valid before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The token's own id.
    pub jti: String,
    /// How the user signed in (RFC 9068 §2.2.1); empty under `client_credentials`.
    #[serde(flatten)]
    pub authentication: Authentication,
    /// The unit of revocation it belongs to. Private to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<TokenFamilyId>,
    /// Where the user belongs.
    #[serde(flatten)]
    pub brand: BrandClaims,
}

impl AccessTokenClaims {
    /// Whether it was granted this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|granted| granted == scope)
    }

    /// When it ceases to be valid.
    pub const fn expires_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.exp)
    }
}

/// An ID token to be issued (OpenID Connect Core §2). Times in seconds since the Unix epoch.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct IdTokenClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// The user.
    pub sub: &'a str,
    /// The clients it is for.
    pub aud: Audience,
    /// Not valid from here on.
    pub exp: i64,
    /// Issued at.
    pub iat: i64,
    /// What the client sent, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// The client it was issued to, when the audience does not say so by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azp: Option<&'a str>,
    /// Ties the access token of the same answer to it (§3.1.3.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Ties the code of the same answer to it (§3.3.2.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// How the user signed in.
    #[serde(flatten)]
    pub authentication: Cow<'a, Authentication>,
    /// What the scopes and the `claims` parameter asked for; none of the names above.
    #[serde(flatten)]
    pub requested: Map<String, Value>,
}

/// Names that a requested claim must not take: what the token says by itself.
pub const RESERVED: [&str; 17] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "auth_time",
    "acr",
    "amr",
    "sid",
    "events",
];

/// What we read of our own ID token when it comes back as `id_token_hint`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct IdTokenHint {
    /// The issuer.
    pub iss: String,
    /// The user it was about.
    pub sub: String,
    /// The clients it was for.
    pub aud: Audience,
    /// Issued at, seconds since the Unix epoch.
    pub iat: i64,
    /// Not valid from here on; usually past.
    pub exp: i64,
    /// The session it came from.
    #[serde(default)]
    pub sid: Option<SessionId>,
}
