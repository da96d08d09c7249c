//! Secrets that cannot be printed, and the hashes we keep of them.
//!
//! A [`Secret`] has no `Debug`, no `Display` and no `Serialize`: to send it somewhere, say [`Secret::expose`] and be
//! seen by the reviewer. Random secrets of 256 bit (codes, tokens, cookies, client secrets) are stored as a plain
//! [`TokenHash`]; only passwords deserve a slow hash.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A value that must not reach a log, a URL or an error page.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Wraps a secret.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The secret itself. Each call is a place a reviewer looks at.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> ZeroizeOnDrop for Secret<T> {}

impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// SHA-256 of a random secret of at least 128 bit: what the database keeps of a code, token, ticket or cookie.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of a presented secret.
    pub fn of(secret: &str) -> Self {
        let mut out = [0; 32];
        out.copy_from_slice(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
        Self(out)
    }

    /// From 32 bytes that are a keyed hash already.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes for the database.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// From the database; `None` unless 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

/// Compares without telling by its duration where two values differ (`security.md` line 46).
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// The deployment's master key: everything kept secret at rest and every form token hangs from it.
///
/// It never encrypts anything itself: each purpose gets a key of its own by HKDF-SHA256 (RFC 5869).
#[derive(Clone)]
pub struct MasterKey(std::sync::Arc<Secret<[u8; 32]>>);

impl MasterKey {
    /// From 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(std::sync::Arc::new(Secret::new(bytes)))
    }

    /// The key of one purpose, for example `"csrf"`.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        hkdf(self.0.expose(), purpose)
    }

    /// A keyed hash (HMAC-SHA256) under the key of one purpose.
    pub fn mac_key(&self, purpose: &str) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose))
    }

    /// Encrypts under the key of one purpose; `context` binds the result to its place (row id, column).
    pub fn seal(&self, purpose: &str, context: &[u8], plain: &[u8]) -> Vec<u8> {
        seal(&self.derive(purpose), context, plain)
    }

    /// Decrypts what [`MasterKey::seal`] made; `None` when key, context or text were changed.
    pub fn open(&self, purpose: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.derive(purpose), context, sealed)
    }
}

/// One 256-bit key from another and a purpose (HKDF-SHA256, RFC 5869).
#[expect(clippy::expect_used, reason = "32 bytes are within HKDF's limits, always")]
pub fn hkdf(key: &[u8], purpose: &str) -> [u8; 32] {
    use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
    let mut out = [0; 32];
    Salt::new(HKDF_SHA256, b"tegata")
        .extract(key)
        .expand(&[purpose.as_bytes()], HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut out))
        .expect("32 bytes are within HKDF's limits");
    out
}

/// AES-256-GCM with a random nonce in front of the ciphertext.
#[expect(clippy::expect_used, reason = "the key's length is in its type, and nothing we seal nears 64 GiB")]
pub fn seal(key: &[u8; 32], context: &[u8], plain: &[u8]) -> Vec<u8> {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, RandomizedNonceKey};
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).expect("a 32-byte key fits AES-256-GCM");
    let mut text = plain.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(context), &mut text).expect("within AES-GCM's limits");
    [nonce.as_ref().as_slice(), &text].concat()
}

/// The reverse of [`seal`]; `None` when key, context or ciphertext do not fit.
pub fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
    let (nonce, text) = sealed.split_at_checked(12)?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut text = text.to_vec();
    let plain = key.open_in_place(nonce, Aad::from(context), &mut text).ok()?;
    Some(plain.to_vec())
}

/// Base64url without padding (RFC 4648 §5), the alphabet of JOSE and of everything we put into a URL.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "(secret)");
    }

    #[test]
    fn what_was_sealed_opens_only_with_the_same_key_purpose_and_context() {
        let key = MasterKey::new([7; 32]);
        let sealed = key.seal("keys", b"row 1", b"plain");
        assert_eq!(key.open("keys", b"row 1", &sealed).as_deref(), Some(&b"plain"[..]));
        assert_eq!(key.open("keys", b"row 2", &sealed), None);
        assert_eq!(key.open("other", b"row 1", &sealed), None);
        assert_eq!(MasterKey::new([8; 32]).open("keys", b"row 1", &sealed), None);
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(key.open("keys", b"row 1", &changed), None);
        assert_eq!(key.open("keys", b"row 1", b"short"), None);
    }
}
