//! Signing as the providers do it, and as nobody should: RFC 7515 compact serialization over keys that may be weak,
//! missing or foreign. Broken tokens are the purpose, so no library that refuses to make them is of use here.
//!
//! - [`key`]: what signs; a pool of RSA keys for the whole process.
//! - [`ring`]: the keys of one provider, published and signing, and how they roll.
//! - [`weak`]: an RSA key of 1024 bits, for the test that nobody believes it.
//!
//! It must not: verify anything for the product's sake, leave this crate.

pub mod key;
pub mod ring;
pub mod weak;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

pub use key::Key;
pub use ring::{KeyRing, Published};

/// Unpadded base64url (RFC 7515 §2).
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `header.payload.signature`; without a key the signature is empty (RFC 7518 §3.6).
pub fn compact(header: &Value, payload: &str, key: Option<&Key>) -> String {
    let input = format!("{}.{}", base64url(header.to_string()), base64url(payload));
    let signature = key.map(|key| base64url(key.sign(input.as_bytes()))).unwrap_or_default();
    format!("{input}.{signature}")
}

/// The left half of the SHA-256 of `text`, as `at_hash` and `c_hash` carry it (OpenID Connect Core §3.1.3.6).
pub fn half_hash(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    base64url(digest.as_ref().iter().take(16).copied().collect::<Vec<u8>>())
}

/// SHA-256 of the parts, each closed by a zero byte: pairwise subjects and the like.
pub fn derived(parts: &[&str]) -> Vec<u8> {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in parts {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    context.finish().as_ref().to_vec()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
