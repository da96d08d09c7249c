//! The signature algorithms this product knows.

use aws_lc_rs::digest;
use josekit::jws::{self, JwsAlgorithm};

use crate::secret::base64url;

pub use crate::protocol::signing_algorithm::SigningAlgorithm as Algorithm;

impl Algorithm {
    /// The left half of the algorithm's hash of `value`, in base64url: `at_hash` and `c_hash`
    /// (OpenID Connect Core §3.1.3.6, §3.3.2.11). Ed25519 hashes with SHA-512, the others with SHA-256.
    pub fn half_hash(self, value: &str) -> String {
        let hash = match self {
            Self::Es256 | Self::Rs256 | Self::Ps256 => &digest::SHA256,
            Self::EdDsa => &digest::SHA512,
        };
        let digest = digest::digest(hash, value.as_bytes());
        base64url(&digest.as_ref()[..digest.as_ref().len() / 2])
    }

    pub(super) fn josekit(self) -> &'static dyn JwsAlgorithm {
        match self {
            Self::Es256 => &jws::ES256,
            Self::Rs256 => &jws::RS256,
            Self::Ps256 => &jws::PS256,
            Self::EdDsa => &jws::EdDSA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_reads_and_writes_its_registered_name() {
        for &alg in Algorithm::ALL {
            assert_eq!(alg.as_str().parse(), Ok(alg));
            assert_eq!(serde_json::to_value(alg).unwrap(), alg.as_str());
        }
    }

    #[test]
    fn none_hmac_and_other_spellings_are_no_algorithms() {
        for text in ["none", "None", "HS256", "es256", "ES256 ", "", "RS512"] {
            assert_eq!(Algorithm::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn half_hash_is_that_of_the_example_in_openid_connect_core() {
        // OpenID Connect Core appendix A.3: access token and at_hash.
        assert_eq!(Algorithm::Rs256.half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(Algorithm::EdDsa.half_hash("x").len(), 43);
    }
}
