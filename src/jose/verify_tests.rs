use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::jose::{SigningKey, sign_compact, typ};
use crate::secret::base64url;

static KEYS: LazyLock<Vec<SigningKey>> =
    LazyLock::new(|| Algorithm::ALL.iter().map(|alg| SigningKey::generate(*alg).unwrap()).collect());
static VERIFYING: LazyLock<VerifyingKeys> =
    LazyLock::new(|| VerifyingKeys::own(KEYS.iter().map(|key| key.verifying_key()).collect()));

fn verify(token: &str) -> Result<Verified, JoseError> {
    verify_compact(token, &VERIFYING, Algorithm::ALL, TypeRule::ACCESS_TOKEN)
}

fn token(key: &SigningKey) -> String {
    sign_compact(key, Some(typ::ACCESS_TOKEN), &json!({"sub": "someone", "n": 1})).unwrap()
}

/// A token with any header, rightly signed by our ES256 key.
fn forged(header: &str) -> String {
    let message = format!("{}.{}", base64url(header.as_bytes()), base64url(b"{}"));
    let signature = josekit::jws::JwsSigner::sign(&KEYS[0], message.as_bytes()).unwrap();
    format!("{message}.{}", base64url(&signature))
}

#[test]
fn what_was_signed_is_verified_with_every_algorithm() {
    for key in KEYS.iter() {
        let verified = verify(&token(key)).unwrap();
        assert_eq!(verified.header.alg, key.alg());
        assert_eq!(verified.claims::<serde_json::Value>().unwrap(), json!({"sub": "someone", "n": 1}));
        assert_eq!(verified.claims::<Vec<u8>>(), Err(JoseError::BadClaims));
    }
}

/// RFC 7515 §A.3.
#[test]
fn the_es256_example_of_the_standard_is_verified() {
    let jwks = json!({"keys": [{"kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]});
    let token = concat!(
        "eyJhbGciOiJFUzI1NiJ9.",
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    );
    let keys = VerifyingKeys::from_jwks(&jwks.to_string()).unwrap();
    let verified = verify_compact(token, &keys, &[Algorithm::Es256], TypeRule::CLIENT_ASSERTION).unwrap();
    assert_eq!(verified.claims::<serde_json::Value>().unwrap()["iss"], "joe");
}

#[test]
fn the_header_decides_neither_algorithm_nor_key() {
    let kid = KEYS[0].kid();
    let rsa = KEYS[1].kid();
    for (header, expected) in [
        (format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}"}}"#), None),
        (format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#), Some(JoseError::UnsupportedAlgorithm)),
        (format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#), Some(JoseError::UnsupportedAlgorithm)),
        (format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"{kid}"}}"#), Some(JoseError::UnknownKey)),
        (format!(r#"{{"alg":"PS256","typ":"at+jwt","kid":"{rsa}"}}"#), Some(JoseError::UnknownKey)),
        (format!(r#"{{"alg":"RS256","typ":"at+jwt","kid":"{rsa}"}}"#), Some(JoseError::BadSignature)),
        (r#"{"alg":"ES256","typ":"at+jwt","kid":"x"}"#.to_owned(), Some(JoseError::UnknownKey)),
        (r#"{"alg":"ES256","typ":"at+jwt"}"#.to_owned(), Some(JoseError::MissingKeyId)),
        (format!(r#"{{"alg":"ES256","typ":"JWT","kid":"{kid}"}}"#), Some(JoseError::WrongType)),
        (format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), Some(JoseError::WrongType)),
        (
            format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","crit":["exp"]}}"#),
            Some(JoseError::ForbiddenMember("crit")),
        ),
    ] {
        assert_eq!(verify(&forged(&header)).err(), expected, "{header}");
    }
    let es256 = token(&KEYS[0]);
    let refused = verify_compact(&es256, &VERIFYING, &[Algorithm::Rs256], TypeRule::ACCESS_TOKEN);
    assert_eq!(refused, Err(JoseError::AlgorithmNotAllowed));
}

/// A key inside the token is a stranger's key (CVE-2018-0114 and its many descendants).
#[test]
fn a_key_that_the_token_brings_along_is_ignored() {
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": KEYS[0].kid(), "jwk": stranger.public_jwk()});
    let message = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(b"{}"));
    let signature = josekit::jws::JwsSigner::sign(&stranger, message.as_bytes()).unwrap();
    assert_eq!(verify(&format!("{message}.{}", base64url(&signature))), Err(JoseError::BadSignature));
}

#[test]
fn a_token_has_exactly_one_text() {
    let good = token(&KEYS[0]);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    for bad in [
        format!("{good}="),
        format!("{good} "),
        format!("{good}."),
        format!(".{good}"),
        format!("{message}."),
        format!("{header}..{signature}"),
        format!("{header}.{payload}.{payload}.{signature}"),
        format!("{header}.{payload}"),
        good.replace('.', ""),
        String::new(),
        "..".into(),
    ] {
        assert!(verify(&bad).is_err(), "{bad}");
    }
    // 64 bytes leave four unused bits in the last character: a lenient decoder accepts sixteen spellings.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (short, _) = good.split_at(good.len() - 1);
    let accepted = alphabet.chars().filter(|last| verify(&format!("{}{last}", short)).is_ok());
    assert_eq!(accepted.count(), 1);
}

#[test]
fn a_token_over_the_limit_is_refused_unread() {
    let claims = |length: usize| json!({"filler": "x".repeat(length)});
    let fits = sign_compact(&KEYS[0], Some(typ::ACCESS_TOKEN), &claims(11_900)).unwrap();
    assert!(verify(&fits).is_ok());
    let large = sign_compact(&KEYS[0], Some(typ::ACCESS_TOKEN), &claims(12_400)).unwrap();
    assert_eq!(verify(&large), Err(JoseError::TooLarge));
}

#[test]
fn a_change_of_any_single_byte_is_refused() {
    for key in [&KEYS[0], &KEYS[3]] {
        let good = token(key);
        for at in 0..good.len() {
            for replacement in [b'A', b'z', b'.', b'=', good.as_bytes()[at] ^ 1, good.as_bytes()[at] ^ 0x20] {
                let mut bytes = good.clone().into_bytes();
                if bytes[at] == replacement {
                    continue;
                }
                bytes[at] = replacement;
                let Ok(bad) = String::from_utf8(bytes) else { continue };
                assert!(verify(&bad).is_err(), "byte {at} as {replacement:#x}");
            }
        }
    }
}

fn any_header_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<f64>().prop_map(|n| json!(n)),
        any::<u64>().prop_map(|n| json!(n)),
        ".{0,12}".prop_map(|s| json!(s)),
        prop::sample::select(vec!["ES256", "RS256", "none", "at+jwt", "JWT", "DEF"]).prop_map(|s| json!(s)),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(serde_json::Value::Array))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic_and_never_pass(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(verify(&String::from_utf8_lossy(&bytes)).is_err());
        prop_assert!(Header::parse(&bytes).is_err());
    }

    #[test]
    fn arbitrary_parts_never_panic_and_never_pass(
        header in prop::collection::vec(any::<u8>(), 0..80),
        payload in prop::collection::vec(any::<u8>(), 0..80),
        signature in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let token = format!("{}.{}.{}", base64url(&header), base64url(&payload), base64url(&signature));
        prop_assert!(verify(&token).is_err());
    }

    #[test]
    fn a_good_header_with_an_arbitrary_signature_never_passes(
        which in 0_usize..4,
        signature in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let good = token(&KEYS[which]);
        let message = good.rsplit_once('.').unwrap().0;
        let bad = format!("{message}.{}", base64url(&signature));
        prop_assert!(verify(&bad).is_err());
    }

    #[test]
    fn an_arbitrary_header_object_never_panics(
        members in prop::collection::vec(
            (prop::sample::select(vec!["alg", "kid", "typ", "crit", "b64", "zip", "enc", "x"]), any_header_value()),
            0..6,
        ),
    ) {
        let members: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect();
        let _ = verify(&forged(&format!("{{{}}}", members.join(","))));
    }

    #[test]
    fn two_changed_bytes_are_refused(which in 0_usize..4, a in any::<prop::sample::Index>(), b in any::<(prop::sample::Index, u8)>()) {
        let good = token(&KEYS[which]);
        let mut bytes = good.clone().into_bytes();
        let (from, to) = (a.index(bytes.len()), b.0.index(bytes.len()));
        bytes.swap(from, to);
        bytes[to] = b.1 & 0x7F;
        let bad = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(verify(&bad).is_ok(), bad == good);
    }

    #[test]
    fn an_arbitrary_jwk_set_never_panics(text in ".{0,200}", value in any_header_value()) {
        let _ = VerifyingKeys::from_jwks(&text);
        let jwk = json!({"kty": "RSA", "n": value, "e": value, "crv": value});
        let _ = VerifyingKeys::from_jwks(&json!({"keys": [jwk]}).to_string());
    }
}
