//! The keys in memory.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use bytes::Bytes;
use serde_json::Value;

use super::{KeyError, StoredKey};
use crate::jose::{Algorithm, SigningKey, VerifyingKeys};
use crate::policy::key_rotation::KeyState;
use crate::secret::{MasterKey, base64url};

/// All published keys at one moment. Immutable; made anew when a key changes.
pub struct KeySet {
    current: Vec<SigningKey>,
    verifying: VerifyingKeys,
    jwks: Bytes,
    etag: String,
}

impl KeySet {
    /// From all rows of the key table.
    ///
    /// # Errors
    /// When a key cannot be opened: a set with a hole would refuse valid tokens, so there is none.
    pub fn build(rows: &[StoredKey], master: &MasterKey) -> Result<Self, KeyError> {
        let mut rows: Vec<&StoredKey> = rows.iter().collect();
        // The newest first: should two be current, all nodes agree which one signs.
        rows.sort_by(|a, b| (b.activated_at, b.created_at, &a.kid).cmp(&(a.activated_at, a.created_at, &b.kid)));
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            keys.push((row.state, row.open(master)?));
        }
        Ok(Self::from_keys(keys))
    }

    /// From open keys, of which those that do not sign are forgotten but for their public part. If an algorithm has several `Current` ones, the first signs.
    pub fn from_keys(mut keys: Vec<(KeyState, SigningKey)>) -> Self {
        // Those that sign come first, for clients that look no further than the first key.
        keys.sort_by_key(|(state, key)| (*state, key.alg()));
        let mut current: Vec<SigningKey> = Vec::new();
        for (_, key) in keys.iter().filter(|(state, _)| *state == KeyState::Current) {
            if current.iter().all(|other| other.alg() != key.alg()) {
                current.push(key.clone());
            }
        }
        let published: Vec<Value> = keys.iter().map(|(_, key)| key.public_jwk()).collect();
        let jwks = serde_json::json!({ "keys": published }).to_string();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, jwks.as_bytes());
        Self {
            current,
            verifying: VerifyingKeys::own(keys.iter().map(|(_, key)| key.verifying_key()).collect()),
            jwks: Bytes::from(jwks),
            etag: format!("\"{}\"", base64url(&digest.as_ref()[..16])),
        }
    }

    /// The key that signs with this algorithm.
    pub fn current(&self, alg: Algorithm) -> Option<&SigningKey> {
        self.current.iter().find(|key| key.alg() == alg)
    }

    /// The algorithms that can be signed with, for the discovery document.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        self.current.iter().map(SigningKey::alg).collect()
    }

    /// Whether every algorithm that a client may choose has a key: before that the server is not ready.
    pub fn is_complete(&self) -> bool {
        Algorithm::ALL.iter().all(|alg| self.current(*alg).is_some())
    }

    /// The published keys, to verify our own tokens with.
    pub fn verifying(&self) -> &VerifyingKeys {
        &self.verifying
    }

    /// Whether a key of this `kid` is published.
    pub fn contains(&self, kid: &str) -> bool {
        self.verifying.contains(kid)
    }

    /// The body of the JWKS document (RFC 7517 §5): public parts only, those that sign first.
    pub fn jwks(&self) -> Bytes {
        self.jwks.clone()
    }

    /// A strong entity tag of [`KeySet::jwks`], with its quotes. Two sets with the same tag publish the same keys.
    pub fn etag(&self) -> &str {
        &self.etag
    }
}

/// Where the present [`KeySet`] hangs. Cheap to clone; readers never wait.
#[derive(Clone)]
pub struct KeyRing(Arc<ArcSwap<KeySet>>);

impl KeyRing {
    /// Hangs up the first set.
    pub fn new(set: KeySet) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(set)))
    }

    /// The present set. Take it once per request, so that both tokens of one answer come from the same keys.
    pub fn load(&self) -> Guard<Arc<KeySet>> {
        self.0.load()
    }

    /// The present set, to be kept over an await point.
    pub fn load_full(&self) -> Arc<KeySet> {
        self.0.load_full()
    }

    /// Exchanges the set. Requests that hold the old one finish with it.
    pub fn replace(&self, set: KeySet) {
        self.0.store(Arc::new(set));
    }
}

#[cfg(test)]
#[path = "set_tests.rs"]
mod tests;
