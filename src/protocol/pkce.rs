//! Proof Key for Code Exchange (RFC 7636), with S256 alone (RFC 9700 §2.1.1: `plain` would show the verifier).

use serde::{Deserialize, Serialize};

use super::Error;
use crate::secret::{Secret, TokenHash, base64url, constant_time_eq};

/// The methods offered, as discovery says them.
pub const METHODS: &[&str] = &["S256"];

/// `code_challenge` of method S256: the SHA-256 of the verifier as 43 characters of base64url (RFC 7636 §4.2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method`.
    ///
    /// # Errors
    /// `invalid_request` for `plain` (which an absent method means, RFC 7636 §4.3), for a method without a challenge,
    /// and for a challenge that no SHA-256 can be.
    pub fn from_params(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, Error> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Error::invalid_request("code_challenge_method is sent without a code_challenge")),
            (Some(challenge), Some("S256")) => Self::parse(challenge).map(Some),
            (Some(_), _) => Err(Error::invalid_request("the only code_challenge_method offered is S256")),
        }
    }

    /// Checks length and alphabet.
    ///
    /// # Errors
    /// `invalid_request` unless 43 characters of base64url.
    pub fn parse(challenge: &str) -> Result<Self, Error> {
        let fits = challenge.len() == 43 && challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if fits {
            Ok(Self(challenge.to_owned()))
        } else {
            Err(Error::invalid_request("code_challenge must be the 43 characters of a base64url SHA-256"))
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `code_verifier`: 43 to 128 unreserved characters (RFC 7636 §4.1).
#[derive(Clone)]
pub struct CodeVerifier(Secret<String>);

impl CodeVerifier {
    /// Checks length and alphabet.
    ///
    /// # Errors
    /// `invalid_grant`: a malformed verifier belongs to no challenge (RFC 7636 §4.6).
    pub fn parse(verifier: &str) -> Result<Self, Error> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved) {
            Ok(Self(Secret::new(verifier.to_owned())))
        } else {
            Err(Error::invalid_grant("code_verifier must be 43 to 128 unreserved characters"))
        }
    }

    /// Whether the challenge was made from this verifier, in constant time.
    pub fn matches(&self, challenge: &CodeChallenge) -> bool {
        constant_time_eq(self.challenge().0.as_bytes(), challenge.0.as_bytes())
    }

    /// The S256 challenge of this verifier (RFC 7636 §4.2).
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(base64url(TokenHash::of(self.0.expose()).as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_matches_and_nothing_else_does() {
        let verifier = CodeVerifier::parse(VERIFIER).unwrap();
        assert!(verifier.matches(&CodeChallenge::parse(CHALLENGE).unwrap()));
        assert!(!verifier.matches(&CodeChallenge::parse(VERIFIER).unwrap()));
    }

    #[test]
    fn plain_is_refused_by_name_and_by_default() {
        for method in [Some("plain"), None, Some("s256")] {
            assert!(CodeChallenge::from_params(Some(CHALLENGE), method).is_err());
        }
        assert!(CodeChallenge::from_params(None, Some("S256")).is_err());
        assert_eq!(CodeChallenge::from_params(None, None).unwrap(), None);
    }

    #[test]
    fn a_challenge_no_hash_can_be_is_refused() {
        for bad in
            [&CHALLENGE[1..], &format!("{CHALLENGE}A"), &CHALLENGE.replace('-', "+"), &CHALLENGE.replace('-', "~")]
        {
            assert!(CodeChallenge::from_params(Some(bad), Some("S256")).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        assert!(CodeVerifier::parse(&"~".repeat(128)).is_ok());
        for bad in ["a".repeat(42), "a".repeat(129), "a b".repeat(20), "ä".repeat(43)] {
            assert_eq!(CodeVerifier::parse(&bad).err().map(|e| e.code().as_str()), Some("invalid_grant"));
        }
    }
}
