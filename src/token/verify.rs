//! Verifying our own tokens when they come back.

use std::sync::Arc;

use aws_lc_rs::digest;
use moka::sync::Cache;

use super::claims::{AccessTokenClaims, IdTokenHint};
use crate::clock::Timestamp;
use crate::jose::{Algorithm, JoseError, TypeRule, verify_compact};
use crate::keys::KeySet;

/// Why a token of ours is not accepted. For the log: the wire says `invalid_token`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Not signed by us, or not a token of this kind.
    #[error(transparent)]
    Untrusted(#[from] JoseError),
    /// From another brand's issuer.
    #[error("the token is from another issuer")]
    WrongIssuer,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
}

/// Checks an access token (RFC 9068 §4): type, signature, issuer, time. Not whether it was revoked, nor its audience:
/// those are questions of the endpoint.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn verify_access_token(
    keys: &KeySet,
    issuer: &str,
    token: &str,
    now: Timestamp,
) -> Result<AccessTokenClaims, Refusal> {
    let claims = read_access_token(keys, token)?;
    check_access_token(&claims, issuer, now)?;
    Ok(claims)
}

/// Checks an `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): type, signature, issuer. An expired
/// one is as good as a fresh one: it says who was here, not that he still is.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn verify_id_token_hint(keys: &KeySet, issuer: &str, token: &str) -> Result<IdTokenHint, Refusal> {
    let hint: IdTokenHint = verify_compact(token, keys.verifying(), Algorithm::ALL, TypeRule::ID_TOKEN)?.claims()?;
    if hint.iss == issuer { Ok(hint) } else { Err(Refusal::WrongIssuer) }
}

/// The key fixes the algorithm, so the allow-list is that of the keys: every one of ours has exactly one.
fn read_access_token(keys: &KeySet, token: &str) -> Result<AccessTokenClaims, Refusal> {
    Ok(verify_compact(token, keys.verifying(), Algorithm::ALL, TypeRule::ACCESS_TOKEN)?.claims()?)
}

fn check_access_token(claims: &AccessTokenClaims, issuer: &str, now: Timestamp) -> Result<(), Refusal> {
    if claims.iss != issuer {
        return Err(Refusal::WrongIssuer);
    }
    if now >= claims.expires_at() {
        return Err(Refusal::Expired);
    }
    if claims.nbf.is_some_and(|nbf| now < Timestamp::from_seconds(nbf)) {
        return Err(Refusal::NotYetValid);
    }
    Ok(())
}

/// [`verify_access_token`] with a memory, for the endpoints that see one token many times.
///
/// A signature that was right stays right as long as its key is published, so the arithmetic is done once. Issuer and
/// time are checked each time. An entry is found by the SHA-256 of key set and token: when a key is added or deleted,
/// every old entry is out of reach at once and leaves by age. Refused tokens are not remembered.
#[derive(Clone)]
pub struct AccessTokenVerifier {
    seen: Cache<[u8; 32], Arc<AccessTokenClaims>>,
}

impl AccessTokenVerifier {
    /// Remembers up to `capacity` tokens (about 1 KiB each), none for longer than `lifetime`, the life of a token.
    pub fn new(capacity: u64, lifetime: std::time::Duration) -> Self {
        Self { seen: Cache::builder().max_capacity(capacity).time_to_live(lifetime).build() }
    }

    /// As [`verify_access_token`].
    ///
    /// # Errors
    /// The first [`Refusal`] that applies.
    pub fn verify(
        &self,
        keys: &KeySet,
        issuer: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Arc<AccessTokenClaims>, Refusal> {
        if token.len() > crate::jose::MAX_TOKEN_BYTES {
            return Err(JoseError::TooLarge.into());
        }
        let place = place(keys, token);
        if let Some(claims) = self.seen.get(&place) {
            check_access_token(&claims, issuer, now)?;
            return Ok(claims);
        }
        let claims = Arc::new(read_access_token(keys, token)?);
        check_access_token(&claims, issuer, now)?;
        self.seen.insert(place, Arc::clone(&claims));
        Ok(claims)
    }
}

fn place(keys: &KeySet, token: &str) -> [u8; 32] {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(keys.etag().as_bytes());
    hash.update(token.as_bytes());
    let mut place = [0; 32];
    place.copy_from_slice(hash.finish().as_ref());
    place
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
