//! A signing key as the database keeps it.

use crate::clock::Timestamp;
use crate::id::KeyId;
use crate::jose::{Algorithm, JoseError, SigningKey};
use crate::policy::key_rotation::{self, Action, KeyState, RotationRules, Urgency};
use crate::secret::{MasterKey, Secret};

/// The purpose under which private keys are encrypted; the key's `kid` is the context.
const PURPOSE: &str = "signing-key";

/// [`key_rotation::KeyFacts`] of our algorithms.
pub type KeyFacts = key_rotation::KeyFacts<Algorithm>;

/// Why the stored keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Encrypted under another master key, or changed since.
    #[error("signing key {0} cannot be decrypted: is this the master key file it was made with?")]
    Sealed(KeyId),
    /// Decrypts to another key than its `kid` says.
    #[error("signing key {0} is not the key its id names")]
    Mismatch(KeyId),
    /// Decrypts to something that is no key.
    #[error("signing key {kid} cannot be read")]
    Unreadable {
        /// Which key.
        kid: KeyId,
        /// What is wrong with it.
        source: JoseError,
    },
}

/// A row of the key table. Holds the private part encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// RFC 7638 thumbprint of the public part.
    pub kid: KeyId,
    /// What it signs with.
    pub alg: Algorithm,
    /// Where it stands.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it entered the JWKS.
    pub published_at: Timestamp,
    /// When it began to sign.
    pub activated_at: Option<Timestamp>,
    /// When it ceased to sign.
    pub retired_at: Option<Timestamp>,
    /// PKCS#8 under AES-256-GCM.
    pub sealed_private: Vec<u8>,
}

impl StoredKey {
    /// A new key as a row, published from `now` on, and signing from `now` on if it is `Current`.
    ///
    /// # Errors
    /// [`JoseError::Signing`] when the library cannot write the key.
    pub fn seal(key: &SigningKey, state: KeyState, now: Timestamp, master: &MasterKey) -> Result<Self, JoseError> {
        let private = key.to_pkcs8()?;
        Ok(Self {
            kid: KeyId::new(key.kid()),
            alg: key.alg(),
            state,
            created_at: now,
            published_at: now,
            activated_at: (state != KeyState::Next).then_some(now),
            retired_at: (state == KeyState::Retired).then_some(now),
            sealed_private: master.seal(PURPOSE, key.kid().as_bytes(), private.expose()),
        })
    }

    /// The key itself.
    ///
    /// # Errors
    /// When the master key is not the one it was sealed with, or the row was tampered with.
    pub fn open(&self, master: &MasterKey) -> Result<SigningKey, KeyError> {
        let context = self.kid.as_str().as_bytes();
        let private = master.open(PURPOSE, context, &self.sealed_private).map(Secret::new);
        let private = private.ok_or_else(|| KeyError::Sealed(self.kid.clone()))?;
        let key = SigningKey::from_pkcs8(self.alg, private.expose())
            .map_err(|source| KeyError::Unreadable { kid: self.kid.clone(), source })?;
        if key.kid() == self.kid.as_str() { Ok(key) } else { Err(KeyError::Mismatch(self.kid.clone())) }
    }

    /// What the rotation rules want to know.
    pub fn facts(&self) -> KeyFacts {
        KeyFacts {
            kid: self.kid.clone(),
            alg: self.alg,
            state: self.state,
            published_at: self.published_at,
            activated_at: self.activated_at,
            retired_at: self.retired_at,
        }
    }
}

/// What is due now for these rows; see [`key_rotation::next_actions`].
pub fn next_actions(
    now: Timestamp,
    wanted: &[Algorithm],
    rows: &[StoredKey],
    rules: &RotationRules,
) -> Vec<Action<Algorithm>> {
    let facts: Vec<KeyFacts> = rows.iter().map(StoredKey::facts).collect();
    key_rotation::next_actions(now, wanted, &facts, rules)
}

/// What an operator's order to rotate comes to; see [`key_rotation::rotate`].
pub fn rotate(alg: Algorithm, rows: &[StoredKey], urgency: Urgency) -> Vec<Action<Algorithm>> {
    let facts: Vec<KeyFacts> = rows.iter().map(StoredKey::facts).collect();
    key_rotation::rotate(alg, &facts, urgency)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    #[test]
    fn a_sealed_key_opens_to_itself_for_every_algorithm() {
        let master = MasterKey::new([1; 32]);
        for &alg in Algorithm::ALL {
            let key = SigningKey::generate(alg).unwrap();
            let row = StoredKey::seal(&key, KeyState::Next, NOW, &master).unwrap();
            assert_eq!(row.open(&master).unwrap().public_jwk(), key.public_jwk());
            assert_eq!((row.published_at, row.activated_at, row.retired_at), (NOW, None, None));
        }
    }

    #[test]
    fn another_master_key_or_a_swapped_row_is_refused() {
        let master = MasterKey::new([1; 32]);
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let row = StoredKey::seal(&key, KeyState::Current, NOW, &master).unwrap();
        assert!(matches!(row.open(&MasterKey::new([2; 32])), Err(KeyError::Sealed(_))));
        let renamed = StoredKey { kid: KeyId::new("other"), ..row.clone() };
        assert!(matches!(renamed.open(&master), Err(KeyError::Sealed(_))));
        let relabeled = StoredKey { alg: Algorithm::Rs256, ..row.clone() };
        assert!(matches!(relabeled.open(&master), Err(KeyError::Unreadable { .. })));
        let private = key.to_pkcs8().unwrap();
        let resealed = StoredKey { sealed_private: master.seal(PURPOSE, b"other", private.expose()), ..renamed };
        assert!(matches!(resealed.open(&master), Err(KeyError::Mismatch(_))));
    }
}
