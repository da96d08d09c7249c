//! Whoever signs what we believe about lines: a gateway, a notifier, the maker of a table.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::evidence::LineReject;
use crate::clock::Timestamp;
use crate::config::LineArea;
use crate::jose::{Algorithm, JoseError, NumericDate, TypeRule, VerifyingKey, VerifyingKeys, verify_compact};
use crate::secret::TokenHash;

/// The algorithms we accept: no RSA, whose keys are large, and no shared secret (`upstreams.md` §4.3).
const ALGORITHMS: &[Algorithm] = &[Algorithm::Es256, Algorithm::EdDsa];
/// Keys one witness has at the most: the one in use, and the next or the last.
const MOST_KEYS: usize = 2;
/// The longest life of an assertion.
const LONGEST_LIFE: Duration = Duration::from_secs(60);
/// By how much a witness's clock may differ.
pub(super) const LEEWAY: Duration = Duration::from_secs(5);

/// Keys that cannot be used, in words for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}", path = path.display())]
pub struct BadKeys {
    path: PathBuf,
    why: String,
}

/// A name and its keys.
#[derive(Clone)]
pub struct Witness {
    /// What it calls itself: the `iss` of what it signs.
    pub name: String,
    keys: VerifyingKeys,
}

impl Witness {
    /// Reads its keys from a JWK Set.
    ///
    /// # Errors
    /// [`BadKeys`] unless the set holds one or two public keys on P-256 or Ed25519, each with a `kid` of its own.
    pub fn load(name: &str, file: &Path) -> Result<Self, BadKeys> {
        let bad = |why: String| BadKeys { path: file.to_owned(), why };
        let text = std::fs::read_to_string(file).map_err(|why| bad(why.to_string()))?;
        Self::read(name, &text).map_err(bad)
    }

    fn read(name: &str, jwks: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_str(jwks).map_err(|_| "no JWK Set".to_owned())?;
        if !(1..=MOST_KEYS).contains(&set.keys.len()) {
            return Err(format!("{} keys, where there must be one, or two while they change", set.keys.len()));
        }
        let keys: Vec<VerifyingKey> =
            set.keys.iter().map(VerifyingKey::from_jwk).collect::<Result<_, _>>().map_err(|why| why.to_string())?;
        if keys.iter().any(|key| key.kid().is_none()) {
            return Err("each key needs a kid".to_owned());
        }
        if keys.len() == MOST_KEYS && keys[0].kid() == keys[1].kid() {
            return Err("two keys have the same kid".to_owned());
        }
        let usable = |key: &VerifyingKey| {
            let alone = VerifyingKeys::own(vec![key.clone()]);
            ALGORITHMS.iter().any(|alg| alone.can_verify(*alg))
        };
        if !keys.iter().all(usable) {
            return Err("keys for ES256 (P-256) or EdDSA (Ed25519) alone".to_owned());
        }
        Ok(Self { name: name.to_owned(), keys: VerifyingKeys::own(keys) })
    }

    /// Checks form, kind, algorithm, key and signature of what the witness is said to have signed; answers its claims.
    pub(super) fn claims<T: DeserializeOwned>(&self, token: &str, typ: TypeRule) -> Result<T, LineReject> {
        let verified = verify_compact(token, &self.keys, ALGORITHMS, typ).map_err(reject)?;
        verified.claims().map_err(reject)
    }
}

fn reject(error: JoseError) -> LineReject {
    match error {
        JoseError::TooLarge => LineReject::TooLarge,
        JoseError::UnsupportedAlgorithm | JoseError::AlgorithmNotAllowed => LineReject::Algorithm,
        JoseError::WrongType => LineReject::WrongType,
        JoseError::MissingKeyId | JoseError::UnknownKey | JoseError::AmbiguousKey => LineReject::UnknownKey,
        JoseError::BadSignature => LineReject::BadSignature,
        JoseError::Malformed(_)
        | JoseError::ForbiddenMember(_)
        | JoseError::BadClaims
        | JoseError::KeyRejected(_)
        | JoseError::Signing(_) => LineReject::Malformed,
    }
}

crate::text_enum::text_enum! {
    /// What a witness could learn of a line (`st`).
    pub enum Standing {
        /// Its number.
        Notified = "notified",
        /// Nothing: its owner has not said yet whether it may be told.
        NotSet = "not_set",
        /// Nothing: its owner said 「通知しない」.
        Declined = "declined",
        /// Nothing: the carrier told none.
        Unknown = "unknown",
        /// Nothing: the carrier cannot tell now.
        Unavailable = "unavailable",
    }
}

/// What a witness says about a line and about its own word; the same in an assertion and in an answer.
#[derive(Deserialize)]
pub(super) struct Statement {
    pub iss: String,
    pub aud: String,
    pub sub: Option<String>,
    pub area: LineArea,
    pub st: Standing,
    pub jti: String,
    pub iat: NumericDate,
    pub exp: NumericDate,
}

impl Statement {
    /// Whether it is good at this moment.
    pub fn check_times(&self, now: Timestamp) -> Result<(), LineReject> {
        let (iat, exp) = (self.iat.timestamp(), self.exp.timestamp());
        if exp <= iat || exp.since(iat) > LONGEST_LIFE {
            return Err(LineReject::LivesTooLong);
        }
        if iat > now.plus(LEEWAY) {
            return Err(LineReject::NotYetValid);
        }
        if exp.plus(LEEWAY) <= now { Err(LineReject::Expired) } else { Ok(()) }
    }

    /// What it is noted by once it was used, and until when: nobody can use it after that anyway.
    pub fn once(&self) -> Result<(TokenHash, Timestamp), LineReject> {
        let fits = |b: u8| b.is_ascii_graphic();
        if !(16..=128).contains(&self.jti.len()) || !self.jti.bytes().all(fits) {
            return Err(LineReject::Malformed);
        }
        // Neither a name nor a jti holds a line end.
        Ok((TokenHash::of(&format!("{}\n{}", self.iss, self.jti)), self.exp.timestamp().plus(LEEWAY)))
    }
}

#[cfg(test)]
mod tests {
    use crate::jose::SigningKey;

    use super::*;

    fn jwks(keys: &[Value]) -> String {
        serde_json::json!({ "keys": keys }).to_string()
    }

    fn key(alg: Algorithm) -> Value {
        SigningKey::generate(alg).unwrap().public_jwk()
    }

    #[test]
    fn a_witness_has_one_key_or_two() {
        let (one, two) = (key(Algorithm::Es256), key(Algorithm::EdDsa));
        assert!(Witness::read("gw", &jwks(std::slice::from_ref(&one))).is_ok());
        assert!(Witness::read("gw", &jwks(&[one.clone(), two.clone()])).is_ok());
        let mut nameless = one.clone();
        nameless.as_object_mut().unwrap().remove("kid");
        let refusal = |keys: &[Value]| Witness::read("gw", &jwks(keys)).err().unwrap_or_default();
        for (keys, words) in [
            (vec![], "0 keys"),
            (vec![one.clone(), two, key(Algorithm::Es256)], "3 keys"),
            (vec![one.clone(), one], "the same kid"),
            (vec![nameless], "needs a kid"),
            (vec![key(Algorithm::Rs256)], "ES256"),
            (vec![serde_json::json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "k" })], "symmetric"),
        ] {
            assert!(refusal(&keys).contains(words), "{words}: {}", refusal(&keys));
        }
        assert_eq!(Witness::read("gw", "{}").err().as_deref(), Some("no JWK Set"));
    }
}
