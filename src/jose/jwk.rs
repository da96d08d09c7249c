//! Public keys as JSON (RFC 7517), their thumbprints (RFC 7638), and sets of keys that verify.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::{Algorithm, Header, JoseError};
use crate::secret::base64url;

/// The numbers of a public key.
pub(super) enum PublicKey {
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// The point as `0x04 || x || y`.
    P256([u8; 65]),
    /// The encoded point.
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Whether keys of this kind can sign with `alg`.
    fn fits(&self, alg: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => matches!(alg, Algorithm::Rs256 | Algorithm::Ps256),
            Self::P256(_) => alg == Algorithm::Es256,
            Self::Ed25519(_) => alg == Algorithm::EdDsa,
        }
    }

    /// The members that make the key, in the order RFC 7638 §3.3 hashes them. None needs escaping.
    fn required_members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Rsa { n, e } => vec![("e", base64url(e)), ("kty", "RSA".into()), ("n", base64url(n))],
            Self::P256(point) => vec![
                ("crv", "P-256".into()),
                ("kty", "EC".into()),
                ("x", base64url(&point[1..33])),
                ("y", base64url(&point[33..])),
            ],
            Self::Ed25519(x) => vec![("crv", "Ed25519".into()), ("kty", "OKP".into()), ("x", base64url(x))],
        }
    }

    /// The SHA-256 thumbprint (RFC 7638): the same key always gets the same `kid`.
    ///
    /// Written by hand because `serde_json` keeps the order of insertion in this program (a feature josekit turns on).
    pub(super) fn thumbprint(&self) -> String {
        let members: Vec<String> =
            self.required_members().iter().map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
        let json = format!("{{{}}}", members.join(","));
        base64url(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, json.as_bytes()).as_ref())
    }

    /// The key as published: members sorted by name.
    pub(super) fn jwk(&self, alg: Algorithm, kid: &str) -> Value {
        let mut members = self.required_members();
        members.extend([("alg", alg.as_str().into()), ("kid", kid.into()), ("use", "sig".into())]);
        members.sort_unstable();
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect())
    }

    /// Hands the key to the library, which checks that the point is on the curve.
    pub(super) fn parse(&self, alg: Algorithm) -> Result<ParsedPublicKey, JoseError> {
        let rejected = |_| JoseError::KeyRejected("no valid public key");
        match (self, alg) {
            (Self::Rsa { n, e }, Algorithm::Rs256) => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(rejected)
            }
            (Self::Rsa { n, e }, Algorithm::Ps256) => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PSS_2048_8192_SHA256).map_err(rejected)
            }
            (Self::P256(point), Algorithm::Es256) => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(rejected)
            }
            (Self::Ed25519(x), Algorithm::EdDsa) => ParsedPublicKey::new(&ED25519, x).map_err(rejected),
            _ => Err(JoseError::KeyRejected("the algorithm does not fit the key")),
        }
    }
}

/// A JWK as a client registers it. Unknown members are ignored (RFC 7517 §4).
#[derive(Deserialize)]
struct ForeignJwk {
    kty: String,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    key_use: Option<String>,
    key_ops: Option<Vec<String>>,
    d: Option<Value>,
    k: Option<Value>,
}

impl ForeignJwk {
    fn public_key(&self) -> Result<PublicKey, JoseError> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => rsa(decode(self.n.as_ref())?, decode(self.e.as_ref())?),
            ("EC", Some("P-256")) => {
                let (x, y) = (decode(self.x.as_ref())?, decode(self.y.as_ref())?);
                // RFC 7518 §6.2.1.2: the full length of a coordinate, leading zeros included.
                if x.len() != 32 || y.len() != 32 {
                    return Err(JoseError::KeyRejected("a coordinate has the wrong length"));
                }
                let point: [u8; 65] =
                    [&[4][..], &x, &y].concat().try_into().map_err(|_| JoseError::KeyRejected("no point"))?;
                Ok(PublicKey::P256(point))
            }
            ("OKP", Some("Ed25519")) => decode(self.x.as_ref())?
                .try_into()
                .map(PublicKey::Ed25519)
                .map_err(|_| JoseError::KeyRejected("a coordinate has the wrong length")),
            _ => Err(JoseError::KeyRejected("a kind of key that is not supported")),
        }
    }

    /// The algorithms the key may be used with: its own if it names one, else all that fit.
    fn algorithms(&self, key: &PublicKey) -> Result<Vec<Algorithm>, JoseError> {
        let named: Option<Algorithm> = self.alg.as_deref().map(str::parse::<Algorithm>).transpose()?;
        let fitting: Vec<Algorithm> = Algorithm::ALL
            .iter()
            .copied()
            .filter(|alg| key.fits(*alg) && named.is_none_or(|named| named == *alg))
            .collect();
        if fitting.is_empty() {
            return Err(JoseError::KeyRejected("the algorithm does not fit the key"));
        }
        Ok(fitting)
    }
}

fn decode(member: Option<&String>) -> Result<Vec<u8>, JoseError> {
    let text = member.ok_or(JoseError::KeyRejected("a member is missing"))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JoseError::KeyRejected("a member is not base64url"))
}

/// Checks the size before anything multiplies: a modulus of 160,000 bit would keep a core busy for minutes.
fn rsa(n: Vec<u8>, e: Vec<u8>) -> Result<PublicKey, JoseError> {
    let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
    if n.first() == Some(&0) || !(2048..=8192).contains(&bits) {
        return Err(JoseError::KeyRejected("an RSA modulus must have 2048 to 8192 bit"));
    }
    let odd = e.last().is_some_and(|last| last & 1 == 1);
    if !odd || e.first() == Some(&0) || e.len() > 4 || e == [1] {
        return Err(JoseError::KeyRejected("the RSA exponent is out of range"));
    }
    Ok(PublicKey::Rsa { n, e })
}

/// A public key that is ready to verify.
#[derive(Clone)]
pub struct VerifyingKey {
    kid: Option<String>,
    parsed: Vec<(Algorithm, ParsedPublicKey)>,
}

impl VerifyingKey {
    /// One of a client's keys.
    ///
    /// # Errors
    /// [`JoseError::KeyRejected`] unless it is an RSA key of 2048–8192 bit, a point on P-256 or an Ed25519 key, meant
    /// for signatures. A JWK with a private part is refused: its owner has published a secret.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JoseError> {
        let jwk = ForeignJwk::deserialize(jwk).map_err(|_| JoseError::KeyRejected("no JWK"))?;
        if jwk.d.is_some() || jwk.k.is_some() {
            return Err(JoseError::KeyRejected("it contains a private or symmetric key"));
        }
        let for_verifying = jwk.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if jwk.key_use.as_deref().is_some_and(|key_use| key_use != "sig") || !for_verifying {
            return Err(JoseError::KeyRejected("it is not meant for signatures"));
        }
        let key = jwk.public_key()?;
        let parsed = jwk.algorithms(&key)?.into_iter().map(|alg| Ok((alg, key.parse(alg)?)));
        Ok(Self { parsed: parsed.collect::<Result<_, JoseError>>()?, kid: jwk.kid })
    }

    pub(super) fn own(kid: &str, alg: Algorithm, key: &PublicKey) -> Result<Self, JoseError> {
        Ok(Self { kid: Some(kid.to_owned()), parsed: vec![(alg, key.parse(alg)?)] })
    }

    /// Its `kid`, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    fn parsed(&self, alg: Algorithm) -> Option<&ParsedPublicKey> {
        self.parsed.iter().find(|(own, _)| *own == alg).map(|(_, key)| key)
    }
}

/// The keys of one party.
#[derive(Clone)]
pub struct VerifyingKeys {
    keys: Vec<VerifyingKey>,
    kid_required: bool,
}

impl VerifyingKeys {
    /// Our own published keys: a token must name the one that signed it.
    pub fn own(keys: Vec<VerifyingKey>) -> Self {
        Self { keys, kid_required: true }
    }

    /// The keys of another party, read one by one with [`VerifyingKey::from_jwk`].
    pub const fn foreign(keys: Vec<VerifyingKey>) -> Self {
        Self { keys, kid_required: false }
    }

    /// A client's JWK Set (RFC 7517 §5). Keys we cannot use are left out, as §5 wants it.
    ///
    /// # Errors
    /// When it is no JWK Set, holds more than 64 keys, or leaves no usable key: the reason of the last refused key.
    pub fn from_jwks(json: &str) -> Result<Self, JoseError> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_str(json).map_err(|_| JoseError::KeyRejected("no JWK Set"))?;
        if set.keys.len() > 64 {
            return Err(JoseError::KeyRejected("too many keys"));
        }
        let mut reason = JoseError::KeyRejected("the set is empty");
        let usable = |jwk| VerifyingKey::from_jwk(jwk).map_err(|why| reason = why).ok();
        let keys: Vec<VerifyingKey> = set.keys.iter().filter_map(usable).collect();
        if keys.is_empty() { Err(reason) } else { Ok(Self { keys, kid_required: false }) }
    }

    /// Whether one of them has this `kid`.
    pub fn contains(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid() == Some(kid))
    }

    /// Whether one of them can verify signatures of this algorithm.
    pub fn can_verify(&self, alg: Algorithm) -> bool {
        self.keys.iter().any(|key| key.parsed(alg).is_some())
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The one key that a token with this header must be signed with.
    ///
    /// A key without a `kid` may serve a token with one; where several fit, the token had to name one
    /// (OpenID Connect Core §10.1).
    pub(super) fn find<'a>(&'a self, header: &'a Header) -> Result<&'a ParsedPublicKey, JoseError> {
        let Some(kid) = header.kid.as_deref() else {
            let all = self.keys.iter().filter_map(|key| key.parsed(header.alg));
            return if self.kid_required { Err(JoseError::MissingKeyId) } else { only(all, JoseError::MissingKeyId) };
        };
        match only(self.named(Some(kid), header.alg), JoseError::AmbiguousKey) {
            Err(JoseError::UnknownKey) => only(self.named(None, header.alg), JoseError::AmbiguousKey),
            found => found,
        }
    }

    fn named<'a>(&'a self, kid: Option<&'a str>, alg: Algorithm) -> impl Iterator<Item = &'a ParsedPublicKey> {
        self.keys.iter().filter(move |key| key.kid() == kid).filter_map(move |key| key.parsed(alg))
    }
}

fn only<'a>(
    mut fitting: impl Iterator<Item = &'a ParsedPublicKey>,
    otherwise: JoseError,
) -> Result<&'a ParsedPublicKey, JoseError> {
    let first = fitting.next().ok_or(JoseError::UnknownKey)?;
    if fitting.next().is_some() { Err(otherwise) } else { Ok(first) }
}

#[cfg(test)]
#[path = "jwk_tests.rs"]
mod tests;
