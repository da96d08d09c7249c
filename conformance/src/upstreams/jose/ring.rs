//! The keys of one provider: which are published, which one signs, and how they roll.
//!
//! ```text
//! secondary ──promote──▶ signing ──rotate──▶ published ──drop──▶ dropped (kept for tokens that must be refused)
//!                           └──────────replace (no overlap)─────────▲
//! ```

use super::key::{self, Key};
use super::{base64url, derived, hex};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What names the keys of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KidStyle {
    /// 40 hexadecimal digits.
    Hex,
    /// 27 characters of base64url, with `x5t` and `x5c` beside it: the certificate's thumbprint.
    Certificate,
    /// Neither `kid` nor `alg`.
    None,
}

/// A key with its name.
#[derive(Clone)]
pub struct Published {
    /// `kid`, if the provider names its keys.
    pub kid: Option<String>,
    /// The key.
    pub key: Key,
    /// The `issuer` member of the JWK; Microsoft has one, possibly templated.
    pub issuer: Option<String>,
    /// DER of the certificate in `x5c`.
    pub certificate: Option<Vec<u8>>,
}

/// The keys of one provider.
#[derive(Clone)]
pub struct KeyRing {
    style: KidStyle,
    salt: String,
    own: usize,
    published: Vec<Published>,
    signing: Published,
    dropped: Vec<Published>,
    expired_certificates: bool,
    secondary: Option<Published>,
}

impl KeyRing {
    /// A ring with one signing key. `salt` keeps the names of different providers' keys apart, `own` is its
    /// key of the pool.
    pub fn new(style: KidStyle, salt: &str, own: usize) -> Self {
        let mut ring = Self {
            style,
            salt: salt.to_owned(),
            own,
            published: Vec::new(),
            signing: Published { kid: None, key: Key::Weak, issuer: None, certificate: None },
            dropped: Vec::new(),
            expired_certificates: false,
            secondary: None,
        };
        ring.signing = ring.fresh();
        ring.published.push(ring.signing.clone());
        ring
    }

    /// What signs now.
    pub fn signing(&self) -> &Published {
        &self.signing
    }

    /// What the provider publishes.
    pub fn published(&self) -> &[Published] {
        &self.published
    }

    /// A key that was published once and no longer is; makes one if there never was any.
    pub fn dropped(&mut self) -> Published {
        if self.dropped.is_empty() {
            let old = self.fresh();
            self.dropped.push(old);
        }
        self.dropped.last().cloned().unwrap_or_else(|| self.signing.clone())
    }

    /// A new key signs; the old ones stay published.
    pub fn rotate(&mut self) {
        let next = self.secondary.take().unwrap_or_else(|| self.fresh());
        let issuer = next.issuer.clone().or_else(|| self.signing.issuer.clone());
        self.signing = Published { issuer, ..next };
        self.published.retain(|one| !one.key.is(&self.signing.key));
        self.published.push(self.signing.clone());
    }

    /// A new key signs and is the only one published: an urgent rollover.
    pub fn replace(&mut self) {
        self.secondary = None;
        let issuer = self.signing.issuer.clone();
        let fresh = self.fresh();
        self.dropped.append(&mut self.published);
        self.signing = Published { issuer, ..fresh };
        self.published.push(self.signing.clone());
    }

    /// Publishes the key that will sign next.
    pub fn publish_secondary(&mut self) {
        if self.secondary.is_none() {
            let fresh = self.fresh();
            self.published.push(fresh.clone());
            self.secondary = Some(fresh);
        }
    }

    /// Whether a key waits to be promoted by [`Self::rotate`].
    pub fn has_secondary(&self) -> bool {
        self.secondary.is_some()
    }

    /// Takes every key but the signing one out of what is published.
    pub fn drop_old(&mut self) {
        let (signing, old): (Vec<_>, Vec<_>) = self.published.drain(..).partition(|one| one.key.is(&self.signing.key));
        self.published = signing;
        self.dropped.extend(old);
    }

    /// Takes the key named `kid` out of what is published, even if it signs.
    pub fn drop_kid(&mut self, kid: &str) {
        let (gone, left): (Vec<_>, Vec<_>) = self.published.drain(..).partition(|one| one.kid.as_deref() == Some(kid));
        self.published = left;
        self.dropped.extend(gone);
    }

    /// A new key under the old name: signs, and replaces the old one in what is published.
    pub fn duplicate_kid(&mut self) {
        let kid = self.signing.kid.clone();
        let issuer = self.signing.issuer.clone();
        self.replace();
        self.signing.kid.clone_from(&kid);
        self.signing.issuer.clone_from(&issuer);
        self.published = vec![self.signing.clone()];
    }

    /// Publishes a key of 1024 bits and signs with it.
    pub fn weaken(&mut self) {
        self.signing = Published { kid: self.kid(&Key::Weak, None), key: Key::Weak, issuer: None, certificate: None };
        self.published.push(self.signing.clone());
    }

    /// Publishes `key`, under the name `kid`, beside the others.
    pub fn publish(&mut self, key: Published) {
        self.published.push(key);
    }

    /// The signing key is published under another name.
    pub fn rename(&mut self, kid: &str) {
        for one in self.published.iter_mut().filter(|one| one.key.is(&self.signing.key)) {
            one.kid = Some(kid.to_owned());
        }
        self.signing.kid = Some(kid.to_owned());
    }

    /// The signing key's JWK gets (or loses) an `issuer` member.
    pub fn set_issuer(&mut self, issuer: Option<String>) {
        for one in self.published.iter_mut().filter(|one| one.key.is(&self.signing.key)) {
            one.issuer.clone_from(&issuer);
        }
        self.signing.issuer = issuer;
    }

    /// Another key beside the others, not signing, with this `issuer` member; returns it.
    pub fn publish_for(&mut self, issuer: Option<String>) -> Published {
        let other = Published { issuer, ..self.fresh() };
        self.published.push(other.clone());
        other
    }

    /// A new ES256 key beside the others; returns it.
    pub fn publish_ec(&mut self) -> Option<Published> {
        let key = Key::ec()?;
        let other = Published { kid: self.kid(&key, None), key, issuer: None, certificate: None };
        self.published.push(other.clone());
        Some(other)
    }

    /// Certificates in `x5c` are expired from now on; names follow.
    pub fn expire_certificates(&mut self) {
        self.expired_certificates = true;
        self.replace();
    }

    /// JWK set (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.published.iter().filter_map(|one| self.jwk(one)).collect::<Vec<_>>() })
    }

    fn jwk(&self, one: &Published) -> Option<Value> {
        let mut jwk = one.key.public_members()?;
        jwk["use"] = json!("sig");
        if self.style != KidStyle::None {
            jwk["alg"] = json!(one.key.algorithm());
        }
        if let Some(kid) = &one.kid {
            jwk["kid"] = json!(kid);
        }
        if let Some(certificate) = &one.certificate {
            jwk["x5t"] = json!(sha1(certificate));
            jwk["x5c"] = json!([STANDARD.encode(certificate)]);
        }
        if let Some(issuer) = &one.issuer {
            jwk["issuer"] = json!(issuer);
        }
        Some(jwk)
    }

    fn fresh(&self) -> Published {
        // What is in use twice within one ring would make a rotation a change of name only.
        let used = |ring: &Self, key: &Key| ring.published.iter().chain(&ring.dropped).any(|one| one.key.is(key));
        let candidates = std::iter::once(self.own).chain(key::SPARE..=key::POOL);
        let found = candidates.map(|index| Key::Rsa(key::rsa(index))).find(|key| !used(self, key));
        let key = found.unwrap_or_else(|| Key::Rsa(key::rsa(key::POOL)));
        let certificate = match (&key, self.style) {
            (Key::Rsa(rsa), KidStyle::Certificate) => rsa.certificate(&self.salt, self.expired_certificates),
            _ => None,
        };
        Published { kid: self.kid(&key, certificate.as_deref()), key, issuer: None, certificate }
    }

    fn kid(&self, key: &Key, certificate: Option<&[u8]>) -> Option<String> {
        match (self.style, certificate) {
            (KidStyle::None, _) => None,
            (_, Some(certificate)) => Some(sha1(certificate)),
            _ => Some(hex(derived(&[&self.salt, &key.thumbprint()]).into_iter().take(20).collect::<Vec<u8>>())),
        }
    }
}

/// `x5t` (RFC 7517 §4.8): SHA-1 of the certificate.
fn sha1(certificate: &[u8]) -> String {
    base64url(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, certificate))
}
