//! What signs. RSA keys come from a pool that is made once per process, because making one takes long.

use super::{base64url, weak};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

/// How many RSA keys the pool holds: each provider that is there from the start has one for itself, and
/// [`SPARE`] are what keys roll to.
pub const POOL: usize = 10;
/// The first key of the pool that belongs to no provider.
pub const SPARE: usize = 7;

/// Something that signs tokens.
#[derive(Clone)]
pub enum Key {
    /// RS256 with 2048 bits.
    Rsa(Arc<Rsa>),
    /// RS256 with 1024 bits.
    Weak,
    /// ES256.
    Ec(Arc<EcdsaKeyPair>),
    /// HS256 with these bytes.
    Hmac(Vec<u8>),
}

/// An RSA key pair of 2048 bits with its public half taken apart.
pub struct Rsa {
    pair: RsaKeyPair,
    modulus: Vec<u8>,
}

/// The `index`th key of the process; the first [`POOL`] are kept, later ones are new each time.
pub fn rsa(index: usize) -> Arc<Rsa> {
    static KEYS: [OnceLock<Arc<Rsa>>; POOL] = [const { OnceLock::new() }; POOL];
    match KEYS.get(index) {
        Some(key) => key.get_or_init(Rsa::generate).clone(),
        None => Rsa::generate(),
    }
}

/// A key that no provider publishes: the attacker's.
pub fn attacker() -> Arc<Rsa> {
    static KEY: OnceLock<Arc<Rsa>> = OnceLock::new();
    KEY.get_or_init(Rsa::generate).clone()
}

impl Rsa {
    #[expect(clippy::expect_used, reason = "without keys there is nothing to play; it happens at start")]
    fn generate() -> Arc<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA key can be made");
        let modulus = modulus(pair.public_key().as_ref());
        Arc::new(Self { pair, modulus })
    }

    /// PEM of the public key: what a mix-up of algorithms takes for a secret (RFC 8725 §2.1).
    pub fn public_pem(&self) -> String {
        let der: Option<PublicKeyX509Der<'_>> = self.pair.public_key().as_der().ok();
        let text = der.map(|der| base64::engine::general_purpose::STANDARD.encode(der.as_ref())).unwrap_or_default();
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// DER of a self-signed certificate about this key, as AD FS has it; `expired` in 2021.
    pub fn certificate(&self, owner: &str, expired: bool) -> Option<Vec<u8>> {
        let private: Pkcs8V1Der<'_> = self.pair.as_der().ok()?;
        let private = rustls_pki_types::PrivatePkcs8KeyDer::from(private.as_ref());
        let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&private, &rcgen::PKCS_RSA_SHA256).ok()?;
        let mut params = rcgen::CertificateParams::new(Vec::new()).ok()?;
        params.distinguished_name.push(rcgen::DnType::CommonName, format!("ADFS Signing - {owner}"));
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(if expired { 2021 } else { 2040 }, 1, 1);
        Some(params.self_signed(&key).ok()?.der().to_vec())
    }
}

impl Key {
    /// A new ES256 key.
    pub fn ec() -> Option<Self> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok().map(|pair| Self::Ec(Arc::new(pair)))
    }

    /// `alg` of what it signs (RFC 7518 §3.1).
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) | Self::Weak => "RS256",
            Self::Ec(_) => "ES256",
            Self::Hmac(_) => "HS256",
        }
    }

    /// Signature over `message`; empty when the library has none to give.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.pair.public_modulus_len()];
                match key.pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature) {
                    Ok(()) => signature,
                    Err(_) => Vec::new(),
                }
            }
            Self::Weak => weak::sign(message),
            Self::Ec(key) => {
                key.sign(&random, message).map(|signature| signature.as_ref().to_vec()).unwrap_or_default()
            }
            Self::Hmac(secret) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec(),
        }
    }

    /// The public key's own members of a JWK (RFC 7518 §6); `None` for a secret.
    pub fn public_members(&self) -> Option<Value> {
        match self {
            Self::Rsa(key) => Some(json!({ "kty": "RSA", "n": base64url(&key.modulus), "e": "AQAB" })),
            Self::Weak => Some(json!({ "kty": "RSA", "n": base64url(weak::modulus()), "e": "AQAB" })),
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = (point.get(1..33)?, point.get(33..65)?);
                Some(json!({ "kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y) }))
            }
            Self::Hmac(_) => None,
        }
    }

    /// RFC 7638 thumbprint, base64url; of a secret the empty text.
    pub fn thumbprint(&self) -> String {
        let Some(members) = self.public_members() else { return String::new() };
        let member = |name: &str| members[name].as_str().unwrap_or_default().to_owned();
        let text = match self {
            Self::Ec(_) => format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, member("x"), member("y")),
            _ => format!(r#"{{"e":"AQAB","kty":"RSA","n":"{}"}}"#, member("n")),
        };
        base64url(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
    }

    /// Whether both are the same key.
    pub fn is(&self, other: &Self) -> bool {
        self.public_members() == other.public_members()
    }
}

/// `n` of an `RSAPublicKey` (RFC 8017 §A.1.1): SEQUENCE, then INTEGER, both with their lengths in two bytes.
fn modulus(der: &[u8]) -> Vec<u8> {
    let integer = der.get(4..).unwrap_or_default();
    let length = integer.get(2..4).map_or(0, |length| usize::from(length[0]) << 8 | usize::from(length[1]));
    let bytes = integer.get(4..4 + length).unwrap_or_default();
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    #[test]
    fn a_signature_verifies_with_the_published_modulus() {
        let key = rsa(0);
        let public = RsaPublicKeyComponents { n: key.modulus.clone(), e: vec![1, 0, 1] };
        let signature = Key::Rsa(key.clone()).sign(b"message");
        assert_eq!(key.modulus.len(), 256);
        assert!(public.verify(&RSA_PKCS1_2048_8192_SHA256, b"message", &signature).is_ok());
        assert!(key.certificate("adfs", true).is_some() && key.public_pem().lines().count() > 5);
    }
}
