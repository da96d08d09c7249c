//! Ways to spoil an ID token, each of which a relying party must refuse (OpenID Connect Core §3.1.3.7, RFC 8725).
//! A mutation hits the next ID token that the provider mints and is used up by it.

use super::jose::{Key, KeyRing, Published, compact, key};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What is wrong with the token.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mutation {
    /// `aud` is another client.
    WrongAudience,
    /// `aud` is a list with a stranger in it, without `azp`.
    ExtraAudience,
    /// The same, and `azp` is the stranger.
    WrongAuthorizedParty,
    /// A genuine token of another client of the same provider. At Facebook: the access token is one.
    OtherClient,
    /// `iss` is the attacker's host.
    WrongIssuer,
    /// No `iss`.
    MissingIssuer,
    /// No `aud`.
    MissingAudience,
    /// No `nonce`.
    MissingNonce,
    /// Another `nonce`.
    WrongNonce,
    /// `exp` and `iat` of yesterday.
    Expired,
    /// No `exp`.
    MissingExpiry,
    /// `iat` so many seconds ahead. In [`Mutation::ALL`] an hour: beyond every leeway.
    IssuedAhead(i64),
    /// `iat` so many seconds ago, `exp` still ahead.
    IssuedAgo(i64),
    /// `nbf` so many seconds ahead.
    NotBeforeAhead(i64),
    /// No `sub`.
    MissingSubject,
    /// `sub` is the empty text.
    EmptySubject,
    /// `sub` has 256 characters.
    LongSubject,
    /// `sub` has a line break and a NUL in it.
    ControlSubject,
    /// `sub` has a Cyrillic letter for a Latin one: OpenID Connect Core §2 allows ASCII only.
    LookAlikeSubject,
    /// `sub` is a number.
    NumericSubject,
    /// `alg` is `none`, no signature.
    AlgNone,
    /// HS256 with the PEM of the public RSA key for a secret.
    HmacWithPublicKey,
    /// Signed by the attacker, with `jku` leading to his keys.
    JkuHeader,
    /// Signed by the attacker, with his key in `jwk`.
    JwkHeader,
    /// Signed by the attacker, with `x5u` leading to his certificate.
    X5uHeader,
    /// A critical extension nobody knows.
    UnknownCritical,
    /// `kid` is a path, signed with the empty key a file like that may be.
    KidPath,
    /// `kid` is an injection into SQL, signed by the attacker.
    KidSql,
    /// `kid` that is published nowhere, signed by the attacker.
    UnknownKid,
    /// The right `kid`, another key's signature.
    WrongSignature,
    /// ES256 with a key that is published.
    Es256,
    /// A true signature by a key that is no longer published, under its old name.
    DroppedKey,
    /// The token of the sign-in before, again. Without one before it is a good token.
    Replayed,
    /// The token is not a token.
    Garbage,
    /// Five parts, as an encrypted token has them (RFC 7516).
    Encrypted,
    /// A token within a token (`cty: JWT`).
    Nested,
    /// No ID token in the answer at all.
    MissingToken,
    /// `at_hash` of another access token. Not in [`Mutation::ALL`]: with the code flow checking it is optional
    /// (OpenID Connect Core §3.1.3.8).
    WrongAccessTokenHash,
    /// `sub` of the userinfo answer is somebody else's. Not in [`Mutation::ALL`], since it spoils no ID token; it waits
    /// for a call of userinfo.
    UserInfoSubject,
}

impl Mutation {
    /// One of each that every relying party must refuse. [`Mutation::Replayed`] needs a sign-in before it.
    pub const ALL: &'static [Self] = &[
        Self::WrongAudience,
        Self::ExtraAudience,
        Self::WrongAuthorizedParty,
        Self::OtherClient,
        Self::WrongIssuer,
        Self::MissingIssuer,
        Self::MissingAudience,
        Self::MissingNonce,
        Self::WrongNonce,
        Self::Expired,
        Self::MissingExpiry,
        Self::IssuedAhead(3_600),
        Self::IssuedAgo(1_200),
        Self::NotBeforeAhead(3_600),
        Self::MissingSubject,
        Self::EmptySubject,
        Self::LongSubject,
        Self::ControlSubject,
        Self::LookAlikeSubject,
        Self::NumericSubject,
        Self::AlgNone,
        Self::HmacWithPublicKey,
        Self::JkuHeader,
        Self::JwkHeader,
        Self::X5uHeader,
        Self::UnknownCritical,
        Self::KidPath,
        Self::KidSql,
        Self::UnknownKid,
        Self::WrongSignature,
        Self::Es256,
        Self::DroppedKey,
        Self::Replayed,
        Self::Garbage,
        Self::Encrypted,
        Self::Nested,
        Self::MissingToken,
    ];
}

/// A token about to be signed.
pub struct Draft {
    /// JOSE header.
    pub header: Value,
    /// Claims.
    pub claims: Map<String, Value>,
    /// What signs.
    pub key: Key,
}

/// What a mutation may need to know.
pub struct Surroundings<'a> {
    /// The provider's keys; some mutations publish one more.
    pub ring: &'a mut KeyRing,
    /// The client the token is for.
    pub client: &'a str,
    /// Origin of the attacker's host.
    pub attacker: &'a str,
    /// The provider's time, seconds since 1970.
    pub now: i64,
    /// The last token of this client.
    pub last: Option<String>,
}

impl Draft {
    /// The compact token.
    pub fn sign(&self) -> String {
        compact(&self.header, &self.payload(), Some(&self.key))
    }

    /// The compact token, spoilt; `None` where there shall be no token.
    pub fn spoil(mut self, mutation: Mutation, around: &mut Surroundings<'_>) -> Option<String> {
        self.spoil_claims(mutation, around);
        self.spoil_header(mutation, around);
        Some(match mutation {
            Mutation::MissingToken => return None,
            Mutation::Garbage => "not-a-token".to_owned(),
            Mutation::Encrypted => format!("{}.AAAA", self.sign().replacen('.', ".AAAA.", 1)),
            Mutation::Nested => {
                let inner = self.sign();
                self.header["cty"] = json!("JWT");
                compact(&self.header, &inner, Some(&self.key))
            }
            Mutation::AlgNone => compact(&self.header, &self.payload(), None),
            Mutation::Replayed => around.last.take().unwrap_or_else(|| self.sign()),
            _ => self.sign(),
        })
    }

    fn payload(&self) -> String {
        Value::Object(self.claims.clone()).to_string()
    }

    fn set(&mut self, claim: &str, value: impl Into<Value>) {
        self.claims.insert(claim.to_owned(), value.into());
    }

    fn spoil_claims(&mut self, mutation: Mutation, around: &Surroundings<'_>) {
        const STRANGER: &str = "another-client";
        let now = around.now;
        match mutation {
            Mutation::WrongAudience => self.set("aud", STRANGER),
            Mutation::OtherClient => {
                self.set("aud", STRANGER);
                self.set("azp", STRANGER);
            }
            Mutation::ExtraAudience => {
                self.set("aud", json!([around.client, STRANGER]));
                self.claims.remove("azp");
            }
            Mutation::WrongAuthorizedParty => {
                self.set("aud", json!([around.client, STRANGER]));
                self.set("azp", STRANGER);
            }
            Mutation::WrongIssuer => self.set("iss", around.attacker),
            Mutation::WrongNonce => self.set("nonce", "somebody-elses-nonce"),
            Mutation::Expired => {
                self.set("iat", now - 86_400);
                self.set("exp", now - 82_800);
            }
            Mutation::IssuedAhead(seconds) => {
                self.set("iat", now + seconds);
                self.set("exp", now + seconds + 3_600);
            }
            Mutation::IssuedAgo(seconds) => self.set("iat", now - seconds),
            Mutation::NotBeforeAhead(seconds) => self.set("nbf", now + seconds),
            Mutation::EmptySubject => self.set("sub", ""),
            Mutation::LongSubject => self.set("sub", "9".repeat(256)),
            Mutation::ControlSubject => self.set("sub", "1\r\n2\0"),
            Mutation::LookAlikeSubject => self.set("sub", "\u{0430}dmin"),
            Mutation::NumericSubject => self.set("sub", 42),
            Mutation::WrongAccessTokenHash => self.set("at_hash", super::jose::half_hash("another access token")),
            Mutation::MissingIssuer => drop(self.claims.remove("iss")),
            Mutation::MissingAudience => drop(self.claims.remove("aud")),
            Mutation::MissingNonce => drop(self.claims.remove("nonce")),
            Mutation::MissingExpiry => drop(self.claims.remove("exp")),
            Mutation::MissingSubject => drop(self.claims.remove("sub")),
            _ => (),
        }
    }

    fn spoil_header(&mut self, mutation: Mutation, around: &mut Surroundings<'_>) {
        let attacker = || Key::Rsa(key::attacker());
        match mutation {
            Mutation::AlgNone => self.header = json!({ "alg": "none", "typ": "JWT" }),
            Mutation::HmacWithPublicKey => self.confuse_algorithms(around.ring.signing()),
            Mutation::JkuHeader => {
                self.header["jku"] = json!(format!("{}/keys", around.attacker));
                self.header["kid"] = json!("attacker");
                self.key = attacker();
            }
            Mutation::JwkHeader => {
                self.header["jwk"] = attacker().public_members().unwrap_or_default();
                self.key = attacker();
            }
            Mutation::X5uHeader => {
                self.header["x5u"] = json!(format!("{}/certificate", around.attacker));
                self.key = attacker();
            }
            Mutation::UnknownCritical => {
                self.header["crit"] = json!(["urn:example:unknown"]);
                self.header["urn:example:unknown"] = json!(true);
            }
            Mutation::KidPath => {
                self.header["kid"] = json!("../../../../../../dev/null");
                self.header["alg"] = json!("HS256");
                self.key = Key::Hmac(Vec::new());
            }
            Mutation::KidSql => {
                self.header["kid"] = json!("x' UNION SELECT 'secret'; -- ");
                self.key = attacker();
            }
            Mutation::UnknownKid => {
                self.header["kid"] = json!(format!("unknown-{}", crate::random::name()));
                self.key = attacker();
            }
            Mutation::WrongSignature => self.key = attacker(),
            Mutation::Es256 => {
                if let Some(ec) = around.ring.publish_ec() {
                    self.take_key(ec);
                }
            }
            Mutation::DroppedKey => self.take_key(around.ring.dropped()),
            _ => return,
        }
        // Where tokens are signed with a secret (HS256), the attacker's own key says RS256 all the same.
        if self.header["alg"] != "none" {
            self.header["alg"] = json!(self.key.algorithm());
        }
    }

    fn take_key(&mut self, key: Published) {
        if let Some(kid) = key.kid {
            self.header["kid"] = json!(kid);
        }
        self.key = key.key;
    }

    fn confuse_algorithms(&mut self, published: &Published) {
        let pem = match &published.key {
            Key::Rsa(rsa) => rsa.public_pem(),
            _ => String::new(),
        };
        self.key = Key::Hmac(pem.into_bytes());
    }
}
