//! Private keys: made or read once, then shared.

use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use josekit::jws::{JwsAlgorithm, JwsSigner};
use serde_json::Value;

use super::jwk::PublicKey;
use super::sign::PreparedHeaders;
use super::{Algorithm, JoseError, VerifyingKey};
use crate::secret::Secret;

/// The longest signature we make: RSA with 8192 bit.
pub(super) const MAX_SIGNATURE_BYTES: usize = 1024;

/// A private key with everything that can be computed ahead of signing. Cheap to clone: clones share the key.
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    alg: Algorithm,
    kid: String,
    pair: Pair,
    public: PublicKey,
    verifying: VerifyingKey,
    headers: PreparedHeaders,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Names the key, and shows nothing of it.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({} {})", self.0.alg, self.0.kid)
    }
}

impl SigningKey {
    /// A new key: P-256, RSA with 2048 bit, or Ed25519. RSA takes some 60 ms; not for an async worker.
    ///
    /// The library draws from its own generator, seeded by the operating system: it offers no other for RSA.
    /// RSA stays at 2048 bit since 3072 signs several times slower and both outlive a 90-day key.
    ///
    /// # Errors
    /// [`JoseError::Signing`] when the library fails.
    pub fn generate(alg: Algorithm) -> Result<Self, JoseError> {
        let failed = |_| JoseError::Signing("no key could be made");
        let pair = match alg {
            Algorithm::Es256 => Pair::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?),
            Algorithm::Rs256 | Algorithm::Ps256 => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?),
            Algorithm::EdDsa => Pair::Ed25519(Ed25519KeyPair::generate().map_err(failed)?),
        };
        Self::new(alg, pair)
    }

    /// From PKCS#8 (RFC 5208, DER).
    ///
    /// # Errors
    /// [`JoseError::KeyRejected`] when it is no private key of the kind `alg` needs.
    pub fn from_pkcs8(alg: Algorithm, der: &[u8]) -> Result<Self, JoseError> {
        let rejected = |_| JoseError::KeyRejected("no private key for this algorithm");
        let pair = match alg {
            // Not `from_pkcs8`: this one also reads keys whose inner structure leaves out the curve, as OpenSSL may.
            Algorithm::Es256 => Pair::Ecdsa(
                EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(rejected)?,
            ),
            Algorithm::Rs256 | Algorithm::Ps256 => Pair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(rejected)?),
            Algorithm::EdDsa => Pair::Ed25519(Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(rejected)?),
        };
        Self::new(alg, pair)
    }

    fn new(alg: Algorithm, pair: Pair) -> Result<Self, JoseError> {
        let public = pair.public_key()?;
        let kid = public.thumbprint();
        let verifying = VerifyingKey::own(&kid, alg, &public)?;
        let headers = PreparedHeaders::new(alg, &kid)?;
        Ok(Self(Arc::new(Inner { alg, kid, pair, public, verifying, headers })))
    }

    /// As PKCS#8 version 1 (DER), to be encrypted and stored.
    ///
    /// # Errors
    /// [`JoseError::Signing`] when the library fails.
    pub fn to_pkcs8(&self) -> Result<Secret<Vec<u8>>, JoseError> {
        let failed = |_| JoseError::Signing("the key could not be written");
        let der = match &self.0.pair {
            Pair::Ecdsa(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
            Pair::Rsa(pair) => AsDer::<Pkcs8V1Der<'static>>::as_der(pair).map_err(failed)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec(),
        };
        Ok(Secret::new(der))
    }

    /// The algorithm it signs with.
    pub fn alg(&self) -> Algorithm {
        self.0.alg
    }

    /// Its `kid`: the RFC 7638 thumbprint of the public part.
    pub fn kid(&self) -> &str {
        &self.0.kid
    }

    /// The public part as published in the JWKS, members sorted by name.
    pub fn public_jwk(&self) -> Value {
        self.0.public.jwk(self.0.alg, &self.0.kid)
    }

    /// The public part, ready to verify.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.0.verifying.clone()
    }

    pub(super) fn headers(&self) -> &PreparedHeaders {
        &self.0.headers
    }

    /// Length of every signature this key makes, in bytes.
    pub(super) fn signature_bytes(&self) -> usize {
        match &self.0.pair {
            Pair::Ecdsa(_) | Pair::Ed25519(_) => 64,
            Pair::Rsa(pair) => pair.public_modulus_len(),
        }
    }

    /// Signs into a buffer of the caller and returns the part that was written.
    pub(super) fn sign_into<'b>(
        &self,
        message: &[u8],
        buffer: &'b mut [u8; MAX_SIGNATURE_BYTES],
    ) -> Result<&'b [u8], JoseError> {
        let failed = |_| JoseError::Signing("no signature could be made");
        let out = &mut buffer[..self.signature_bytes()];
        // The library has its own generator and ignores the one it is given.
        let rng = SystemRandom::new();
        match &self.0.pair {
            Pair::Ecdsa(pair) => out.copy_from_slice(pair.sign(&rng, message).map_err(failed)?.as_ref()),
            Pair::Ed25519(pair) => out.copy_from_slice(pair.try_sign(message).map_err(failed)?.as_ref()),
            Pair::Rsa(pair) if self.0.alg == Algorithm::Ps256 => {
                pair.sign(&RSA_PSS_SHA256, &rng, message, out).map_err(failed)?;
            }
            Pair::Rsa(pair) => pair.sign(&RSA_PKCS1_SHA256, &rng, message, out).map_err(failed)?,
        }
        Ok(out)
    }
}

impl JwsSigner for SigningKey {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        self.0.alg.josekit()
    }

    fn key_id(&self) -> Option<&str> {
        Some(&self.0.kid)
    }

    fn signature_len(&self) -> usize {
        self.signature_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, josekit::JoseError> {
        let mut buffer = [0; MAX_SIGNATURE_BYTES];
        match self.sign_into(message, &mut buffer) {
            Ok(signature) => Ok(signature.to_vec()),
            Err(error) => Err(josekit::JoseError::InvalidSignature(error.into())),
        }
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

impl Pair {
    fn public_key(&self) -> Result<PublicKey, JoseError> {
        let unexpected = JoseError::KeyRejected("its public part has an unexpected form");
        match self {
            Self::Ecdsa(pair) => pair.public_key().as_ref().try_into().map(PublicKey::P256).map_err(|_| unexpected),
            Self::Ed25519(pair) => {
                pair.public_key().as_ref().try_into().map(PublicKey::Ed25519).map_err(|_| unexpected)
            }
            Self::Rsa(pair) => {
                let (n, e) = rsa_components(pair.public_key().as_ref()).ok_or(unexpected)?;
                Ok(PublicKey::Rsa { n: n.to_vec(), e: e.to_vec() })
            }
        }
    }
}

/// Modulus and exponent out of `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017 §A.1.1).
fn rsa_components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (body, []) = der_element(0x30, der)? else { return None };
    let (n, rest) = der_element(0x02, body)?;
    let (e, []) = der_element(0x02, rest)? else { return None };
    // DER puts a zero before a number whose first bit is set; JWK does not (RFC 7518 §6.3.1.1).
    let unsigned = |number: &'_ [u8]| number.iter().take_while(|byte| **byte == 0).count();
    Some((&n[unsigned(n)..], &e[unsigned(e)..]))
}

/// The content of the DER element at the front of `input`, and what follows it.
fn der_element(tag: u8, input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = input.strip_prefix(&[tag])?.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => (usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])), &rest[2..]),
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
#[path = "signing_key_tests.rs"]
mod tests;
