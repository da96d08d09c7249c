//! The JOSE header of a token that somebody hands us, read by a parser stricter than the standard demands.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{Algorithm, JoseError};

/// Values of the `typ` header (RFC 7515 §4.1.9) that keep tokens of different kinds apart (RFC 8725 §3.11).
pub mod typ {
    /// An ID token, or any JWT without a type of its own.
    pub const JWT: &str = "JWT";
    /// An access token (RFC 9068 §2.1).
    pub const ACCESS_TOKEN: &str = "at+jwt";
    /// A logout token (OpenID Connect Back-Channel Logout §2.4).
    pub const LOGOUT_TOKEN: &str = "logout+jwt";
    /// A client's assertion about itself (RFC 7523, as its successor types it).
    pub const CLIENT_ASSERTION: &str = "client-authentication+jwt";
}

/// Which `typ` a token must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TypeRule {
    /// The accepted media types without their `application/` (RFC 7515 §4.1.9), compared without regard to case.
    pub accepted: &'static [&'static str],
    /// Whether a token without `typ` passes.
    pub may_be_absent: bool,
}

impl TypeRule {
    /// Our own access tokens (RFC 9068 §4).
    pub const ACCESS_TOKEN: Self = Self { accepted: &[typ::ACCESS_TOKEN], may_be_absent: false };
    /// Our own ID tokens, when they come back as a hint.
    pub const ID_TOKEN: Self = Self { accepted: &[typ::JWT], may_be_absent: false };
    /// Assertions of clients: most libraries write `JWT` or nothing.
    pub const CLIENT_ASSERTION: Self = Self { accepted: &[typ::JWT, typ::CLIENT_ASSERTION], may_be_absent: true };
    /// ID tokens of other providers: `JWT` or nothing (OpenID Connect Core §2 asks for neither).
    pub const FOREIGN_ID_TOKEN: Self = Self { accepted: &[typ::JWT], may_be_absent: true };

    /// Whether a token with this `typ` passes.
    pub fn accepts(self, typ: Option<&str>) -> bool {
        let Some(typ) = typ else { return self.may_be_absent };
        let short = match typ.split_at_checked("application/".len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
            _ => typ,
        };
        self.accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(short))
    }
}

/// What we take from a JOSE header. Everything else in it is ignored, keys and links to keys above all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The algorithm the token claims to be signed with.
    pub alg: Algorithm,
    /// The key it claims to be signed with.
    pub kid: Option<String>,
    /// The kind of token it claims to be.
    pub typ: Option<String>,
}

impl Header {
    /// Reads the JSON of a header.
    ///
    /// # Errors
    /// When it is no JSON object, has a member twice (the last would win in one parser, the first in another), or has
    /// `crit`, `b64` or `zip`: we understand no extension, and what we do not understand we must refuse
    /// (RFC 7515 §4.1.11).
    pub(super) fn parse(json: &[u8]) -> Result<Self, JoseError> {
        let raw: Members = serde_json::from_slice(json).map_err(|_| JoseError::Malformed("header"))?;
        if let Some(name) = raw.forbidden {
            return Err(JoseError::ForbiddenMember(name));
        }
        let alg = raw.alg.ok_or(JoseError::Malformed("no alg"))?.parse::<Algorithm>()?;
        Ok(Self { alg, kid: raw.kid, typ: raw.typ })
    }

    /// Reads the header of a token that must be signed with HMAC-SHA256, by the same rules; answers its `typ`.
    ///
    /// # Errors
    /// As [`Header::parse`]; [`JoseError::AlgorithmNotAllowed`] for any other algorithm.
    pub(super) fn parse_hs256(json: &[u8]) -> Result<Option<String>, JoseError> {
        let raw: Members = serde_json::from_slice(json).map_err(|_| JoseError::Malformed("header"))?;
        match (raw.forbidden, raw.alg.as_deref()) {
            (Some(name), _) => Err(JoseError::ForbiddenMember(name)),
            (None, Some("HS256")) => Ok(raw.typ),
            (None, _) => Err(JoseError::AlgorithmNotAllowed),
        }
    }
}

/// More members than any honest header has.
const MAX_MEMBERS: usize = 32;

#[derive(Default)]
struct Members {
    alg: Option<String>,
    kid: Option<String>,
    typ: Option<String>,
    forbidden: Option<&'static str>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        let mut seen: Vec<String> = Vec::with_capacity(4);
        while let Some(name) = map.next_key::<String>()? {
            if seen.len() == MAX_MEMBERS || seen.contains(&name) {
                return Err(de::Error::custom("a duplicate member, or too many"));
            }
            match name.as_str() {
                "alg" => members.alg = Some(map.next_value()?),
                "kid" => members.kid = Some(map.next_value()?),
                "typ" => members.typ = Some(map.next_value()?),
                other => {
                    members.forbidden =
                        members.forbidden.or(["crit", "b64", "zip", "enc"].into_iter().find(|name| *name == other));
                    map.next_value::<IgnoredAny>()?;
                }
            }
            seen.push(name);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_three_members_it_needs_and_ignores_the_rest() {
        let header =
            Header::parse(br#"{"alg":"ES256","kid":"k","typ":"JWT","jku":"https://evil.example","x":{"a":[1]}}"#);
        let expected = Header { alg: Algorithm::Es256, kid: Some("k".into()), typ: Some("JWT".into()) };
        assert_eq!(header, Ok(expected));
    }

    #[test]
    fn refuses_a_header_that_two_parsers_could_read_differently() {
        for json in [
            r#"{"alg":"none","alg":"ES256"}"#,
            r#"{"alg":"ES256","\u0061lg":"RS256"}"#,
            r#"{"alg":"ES256","x":1,"x":1}"#,
            r#"{"alg":"ES256"}{}"#,
            r#"["ES256"]"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"ES256","kid":1}"#,
            r#"{"alg":"ES256","kid":null}"#,
            "{}",
            "",
        ] {
            assert!(matches!(Header::parse(json.as_bytes()), Err(JoseError::Malformed(_))), "{json}");
        }
        let many: Vec<String> = (0..40).map(|i| format!(r#""m{i}":1"#)).collect();
        let json = format!(r#"{{"alg":"ES256",{}}}"#, many.join(","));
        assert_eq!(Header::parse(json.as_bytes()), Err(JoseError::Malformed("header")));
    }

    #[test]
    fn refuses_extensions_compression_and_unsigned_tokens() {
        for (json, expected) in [
            (r#"{"alg":"ES256","crit":[]}"#, JoseError::ForbiddenMember("crit")),
            (r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#, JoseError::ForbiddenMember("b64")),
            (r#"{"alg":"ES256","zip":"DEF"}"#, JoseError::ForbiddenMember("zip")),
            (r#"{"alg":"dir","enc":"A128GCM"}"#, JoseError::ForbiddenMember("enc")),
            (r#"{"alg":"none"}"#, JoseError::UnsupportedAlgorithm),
            (r#"{"alg":"HS256"}"#, JoseError::UnsupportedAlgorithm),
        ] {
            assert_eq!(Header::parse(json.as_bytes()), Err(expected), "{json}");
        }
    }

    #[test]
    fn a_type_may_be_written_long_or_short_and_in_any_case() {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
            assert!(TypeRule::ACCESS_TOKEN.accepts(Some(typ)), "{typ}");
        }
        for typ in ["JWT", "", "application/", "at+jwt ", "あぷりけーしょん/at+jwt"] {
            assert!(!TypeRule::ACCESS_TOKEN.accepts(Some(typ)), "{typ}");
        }
        assert!(!TypeRule::ACCESS_TOKEN.accepts(None));
        assert!(TypeRule::CLIENT_ASSERTION.accepts(None));
    }
}
