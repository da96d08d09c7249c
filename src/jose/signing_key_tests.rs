use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::jose::{TypeRule, VerifyingKeys, sign_compact, verify_compact};

/// RFC 8032 §7.1 test 1 in PKCS#8: the key of RFC 8037 appendix A.
fn rfc8037_key() -> SigningKey {
    let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    SigningKey::from_pkcs8(Algorithm::EdDsa, &[&prefix[..], &seed].concat()).unwrap()
}

#[test]
fn ed25519_signs_as_the_example_of_rfc_8037() {
    let key = rfc8037_key();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let signature = key.sign_into(message, &mut buffer).unwrap();
    let expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(crate::secret::base64url(signature), expected);
}

#[test]
fn a_published_key_has_its_members_sorted_and_nothing_private() {
    let jwk = rfc8037_key().public_jwk().to_string();
    let expected = concat!(
        r#"{"alg":"EdDSA","crv":"Ed25519","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","kty":"OKP","use":"sig","#,
        r#""x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#
    );
    assert_eq!(jwk, expected);
    for &alg in Algorithm::ALL {
        let jwk = SigningKey::generate(alg).unwrap().public_jwk();
        let names: Vec<&String> = jwk.as_object().unwrap().keys().collect();
        assert!(names.is_sorted(), "{names:?}");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert!(jwk.get(private).is_none(), "{alg} publishes {private}");
        }
    }
}

#[test]
fn a_key_survives_pkcs8_and_keeps_its_name() {
    for &alg in Algorithm::ALL {
        let key = SigningKey::generate(alg).unwrap();
        let again = SigningKey::from_pkcs8(alg, key.to_pkcs8().unwrap().expose()).unwrap();
        assert_eq!((again.kid(), again.public_jwk()), (key.kid(), key.public_jwk()));
        assert_eq!(format!("{key:?}"), format!("SigningKey({alg} {})", key.kid()));
    }
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let ec = SigningKey::generate(Algorithm::Es256).unwrap().to_pkcs8().unwrap();
    for alg in [Algorithm::Rs256, Algorithm::Ps256, Algorithm::EdDsa] {
        assert!(SigningKey::from_pkcs8(alg, ec.expose()).is_err());
    }
    assert!(SigningKey::from_pkcs8(Algorithm::Es256, b"").is_err());
    assert!(SigningKey::from_pkcs8(Algorithm::Es256, &ec.expose()[..ec.expose().len() - 1]).is_err());
}

/// josekit computes with OpenSSL: a second implementation that shares no arithmetic with ours.
#[test]
fn openssl_accepts_our_signatures_of_every_algorithm() {
    for &alg in Algorithm::ALL {
        let key = SigningKey::generate(alg).unwrap();
        let token = sign_compact(&key, Some("JWT"), &serde_json::json!({"a": 1})).unwrap();
        let jwk = josekit::jwk::Jwk::from_bytes(key.public_jwk().to_string()).unwrap();
        let verifier: Box<dyn josekit::jws::JwsVerifier> = match alg {
            Algorithm::Es256 => Box::new(josekit::jws::ES256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::Rs256 => Box::new(josekit::jws::RS256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::Ps256 => Box::new(josekit::jws::PS256.verifier_from_jwk(&jwk).unwrap()),
            Algorithm::EdDsa => Box::new(josekit::jws::EdDSA.verifier_from_jwk(&jwk).unwrap()),
        };
        let (payload, header) = josekit::jws::deserialize_compact(&token, &*verifier).unwrap();
        assert_eq!(payload, br#"{"a":1}"#);
        assert_eq!((header.algorithm(), header.key_id()), (Some(alg.as_str()), Some(key.kid())));
    }
}

#[test]
fn we_accept_the_signatures_of_openssl_for_every_algorithm() {
    use josekit::jwk::alg::{ec::EcKeyPair, ed::EdKeyPair, rsa::RsaKeyPair};
    for &alg in Algorithm::ALL {
        let key = SigningKey::generate(alg).unwrap();
        let der = key.to_pkcs8().unwrap();
        let signer: Box<dyn JwsSigner> = match alg {
            Algorithm::Es256 => {
                let pair = EcKeyPair::from_der(der.expose(), Some(josekit::jwk::alg::ec::EcCurve::P256)).unwrap();
                Box::new(josekit::jws::ES256.signer_from_jwk(&pair.to_jwk_key_pair()).unwrap())
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::from_der(der.expose()).unwrap();
                Box::new(josekit::jws::RS256.signer_from_jwk(&pair.to_jwk_key_pair()).unwrap())
            }
            Algorithm::Ps256 => {
                let pair = RsaKeyPair::from_der(der.expose()).unwrap();
                Box::new(josekit::jws::PS256.signer_from_jwk(&pair.to_jwk_key_pair()).unwrap())
            }
            Algorithm::EdDsa => {
                let pair = EdKeyPair::from_der(der.expose()).unwrap();
                Box::new(josekit::jws::EdDSA.signer_from_jwk(&pair.to_jwk_key_pair()).unwrap())
            }
        };
        let mut header = josekit::jws::JwsHeader::new();
        header.set_key_id(key.kid());
        let token = josekit::jws::serialize_compact(b"payload", &header, &*signer).unwrap();
        let jwks = serde_json::json!({"keys": [key.public_jwk()]});
        let keys = VerifyingKeys::from_jwks(&jwks.to_string()).unwrap();
        let verified = verify_compact(&token, &keys, &[alg], TypeRule::CLIENT_ASSERTION).unwrap();
        assert_eq!(verified.payload, b"payload");
    }
}

#[test]
fn an_elliptic_key_written_by_openssl_is_read() {
    let pair = josekit::jwk::alg::ec::EcKeyPair::generate(josekit::jwk::alg::ec::EcCurve::P256).unwrap();
    assert!(SigningKey::from_pkcs8(Algorithm::Es256, &pair.to_der_private_key()).is_ok());
}

#[test]
fn a_broken_public_key_structure_is_no_panic() {
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let Pair::Rsa(pair) = &key.0.pair else { panic!("an RSA algorithm has an RSA key") };
    let der = pair.public_key().as_ref();
    assert!(rsa_components(der).is_some());
    for length in 0..der.len() {
        assert!(rsa_components(&der[..length]).is_none());
    }
    assert!(rsa_components(&[0x30, 0x84, 1, 1, 1, 1]).is_none());
}
