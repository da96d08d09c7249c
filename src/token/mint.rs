//! Minting: facts, keys and time in, text out.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::claims::{AccessTokenClaims, Audience, Authentication, BrandClaims, IdTokenClaims, RESERVED};
use crate::clock::Timestamp;
use crate::id::{ClientId, TokenFamilyId};
use crate::jose::{Algorithm, JoseError, SigningKey, sign_compact, typ};
use crate::keys::KeySet;
use crate::random::Random;

/// Secrets that mean nothing by themselves. Each kind starts with letters of its own, so that a secret scanner finds
/// one in a log or a repository, and a token of one kind is never looked up as another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpaqueToken {
    /// An access token, for clients that want no JWT.
    Access,
    /// A refresh token.
    Refresh,
    /// An authorization code.
    Code,
}

impl OpaqueToken {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Access, Self::Refresh, Self::Code];

    /// How its tokens begin.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "tga_",
            Self::Refresh => "tgr_",
            Self::Code => "tgc_",
        }
    }

    /// A new secret of 256 bit: the prefix and 43 characters of base64url.
    pub fn mint(self, random: &Random) -> String {
        let mut token = String::with_capacity(47);
        token.push_str(self.prefix());
        token.push_str(&random.token());
        token
    }

    /// The kind of a presented secret; `None` for anything that is none of ours. A JWT is none: it begins with `eyJ`.
    pub fn of(token: &str) -> Option<Self> {
        let alphabet =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        Self::ALL
            .into_iter()
            .find(|kind| token.strip_prefix(kind.prefix()).is_some_and(|secret| secret.len() == 43 && alphabet(secret)))
    }
}

/// Why no token came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MintError {
    /// The client's algorithm has no key (yet).
    #[error("there is no current {0} key")]
    NoKey(Algorithm),
    /// The engine failed.
    #[error(transparent)]
    Jose(#[from] JoseError),
}

/// What both tokens of an answer have in common.
#[derive(Clone, Copy)]
pub struct MintFacts<'a> {
    /// The brand's issuer.
    pub issuer: &'a str,
    /// To whom the tokens go.
    pub client_id: &'a ClientId,
    /// About whom: the account's `sub`, or the `client_id` under `client_credentials` (RFC 9068 §2.2).
    pub subject: &'a str,
    /// How the user signed in; `None` under `client_credentials`.
    pub authentication: Option<&'a Authentication>,
    /// When.
    pub now: Timestamp,
}

/// What an access token says beyond [`MintFacts`].
#[derive(Clone, Copy)]
pub struct AccessTokenFacts<'a> {
    /// The resource servers it is for; at least one.
    pub audience: &'a [String],
    /// Granted scopes, separated by spaces.
    pub scope: &'a str,
    /// The unit of revocation.
    pub family: Option<&'a TokenFamilyId>,
    /// Where the user belongs.
    pub brand: Option<&'a BrandClaims>,
    /// How long it is valid.
    pub lifetime: Duration,
}

/// What an ID token says beyond [`MintFacts`].
#[derive(Clone, Default)]
pub struct IdTokenFacts<'a> {
    /// The request's `nonce`.
    pub nonce: Option<&'a str>,
    /// The access token of the same answer.
    pub access_token: Option<&'a str>,
    /// The code of the same answer, when it comes from the authorization endpoint.
    pub code: Option<&'a str>,
    /// Recipients beside the client.
    pub further_audience: &'a [String],
    /// What the scopes and the `claims` parameter asked for.
    pub requested: Map<String, Value>,
    /// How long it is valid.
    pub lifetime: Duration,
}

/// The claims of an access token: also what an opaque one stands for in the database.
pub fn access_token_claims(facts: &MintFacts<'_>, access: &AccessTokenFacts<'_>, jti: String) -> AccessTokenClaims {
    AccessTokenClaims {
        iss: facts.issuer.to_owned(),
        sub: facts.subject.to_owned(),
        aud: Audience::new(access.audience),
        client_id: facts.client_id.clone(),
        scope: access.scope.to_owned(),
        iat: facts.now.as_seconds(),
        exp: facts.now.plus(access.lifetime).as_seconds(),
        nbf: None,
        jti,
        authentication: facts.authentication.cloned().unwrap_or_default(),
        family: access.family.cloned(),
        brand: access.brand.cloned().unwrap_or_default(),
    }
}

/// Signs an access token (RFC 9068).
///
/// # Errors
/// [`MintError::NoKey`] when the algorithm has no current key.
pub fn mint_access_token(keys: &KeySet, alg: Algorithm, claims: &AccessTokenClaims) -> Result<String, MintError> {
    Ok(sign_compact(current(keys, alg)?, Some(typ::ACCESS_TOKEN), claims)?)
}

/// Signs an ID token (OpenID Connect Core §2). A requested claim cannot replace one that the token makes itself.
///
/// # Errors
/// [`MintError::NoKey`] when the algorithm has no current key.
pub fn mint_id_token(
    keys: &KeySet,
    alg: Algorithm,
    facts: &MintFacts<'_>,
    id: IdTokenFacts<'_>,
) -> Result<String, MintError> {
    let key = current(keys, alg)?;
    Ok(sign_compact(key, Some(typ::JWT), &id_token_claims(alg, facts, id))?)
}

fn id_token_claims<'a>(alg: Algorithm, facts: &MintFacts<'a>, id: IdTokenFacts<'a>) -> IdTokenClaims<'a> {
    let client = facts.client_id.as_str();
    let audience: Vec<String> =
        std::iter::once(client).chain(id.further_audience.iter().map(String::as_str)).map(str::to_owned).collect();
    let mut requested = id.requested;
    requested.retain(|name, _| !RESERVED.contains(&name.as_str()));
    IdTokenClaims {
        iss: facts.issuer,
        sub: facts.subject,
        // OpenID Connect Core §2: azp is needed when the audience is not the client alone.
        azp: (audience.len() > 1).then(|| facts.client_id.as_str()),
        aud: Audience::new(&audience),
        exp: facts.now.plus(id.lifetime).as_seconds(),
        iat: facts.now.as_seconds(),
        nonce: id.nonce,
        at_hash: id.access_token.map(|token| alg.half_hash(token)),
        c_hash: id.code.map(|code| alg.half_hash(code)),
        authentication: facts.authentication.map_or_else(Cow::default, Cow::Borrowed),
        requested,
    }
}

/// Signs an answer of the userinfo endpoint (OpenID Connect Core §5.3.2): the claims with `iss` and `aud`.
///
/// # Errors
/// [`MintError::NoKey`] when the algorithm has no current key.
pub fn mint_userinfo(
    keys: &KeySet,
    alg: Algorithm,
    facts: &MintFacts<'_>,
    claims: Map<String, Value>,
) -> Result<String, MintError> {
    let mut body = Map::with_capacity(claims.len() + 3);
    body.extend(claims);
    for (name, value) in [("iss", facts.issuer), ("aud", facts.client_id.as_str()), ("sub", facts.subject)] {
        body.insert(name.to_owned(), value.into());
    }
    mint_signed(keys, alg, typ::JWT, &body)
}

/// Signs anything else of a given `typ`, for example a logout token.
///
/// # Errors
/// [`MintError::NoKey`] when the algorithm has no current key.
pub fn mint_signed(keys: &KeySet, alg: Algorithm, typ: &str, claims: &impl Serialize) -> Result<String, MintError> {
    Ok(sign_compact(current(keys, alg)?, Some(typ), claims)?)
}

fn current(keys: &KeySet, alg: Algorithm) -> Result<&SigningKey, MintError> {
    keys.current(alg).ok_or(MintError::NoKey(alg))
}

#[cfg(test)]
#[path = "mint_tests.rs"]
mod tests;
