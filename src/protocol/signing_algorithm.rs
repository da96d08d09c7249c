//! The JWS algorithms we sign with and accept (RFC 7518 §3.1, RFC 8037 §3.1).

words! {
    /// `alg`. Symmetric algorithms and `none` cannot be written down (`security.md` lines 42 and 45).
    SigningAlgorithm {
        /// ECDSA over P-256; the default of everything we sign but ID tokens of foreign clients:
        Es256 = "ES256",
        /// RSASSA-PKCS1-v1_5; required by OpenID Connect Core §15.1:
        Rs256 = "RS256",
        /// RSASSA-PSS:
        Ps256 = "PS256",
        /// Ed25519:
        EdDsa = "EdDSA",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_none_nor_a_symmetric_algorithm_can_be_named() {
        for bad in ["none", "None", "HS256", "RS1", "es256", ""] {
            assert_eq!(SigningAlgorithm::parse(bad), None);
        }
        assert_eq!(serde_json::from_str::<SigningAlgorithm>("\"EdDSA\"").unwrap(), SigningAlgorithm::EdDsa);
        assert!(serde_json::from_str::<SigningAlgorithm>("\"HS256\"").is_err());
    }
}
