use serde_json::json;

use super::*;

/// RFC 7638 §3.1.
const RSA_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
/// RFC 7515 §A.3.1.
const EC_X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const EC_Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
/// RFC 8037 §A.2.
const ED_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn rsa_jwk() -> Value {
    json!({"kty": "RSA", "n": RSA_N, "e": "AQAB"})
}

fn ec_jwk() -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": EC_X, "y": EC_Y})
}

fn ed_jwk() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": ED_X})
}

fn with(mut jwk: Value, member: &str, value: Value) -> Value {
    jwk[member] = value;
    jwk
}

fn thumbprint(jwk: &Value) -> String {
    ForeignJwk::deserialize(jwk).unwrap().public_key().unwrap().thumbprint()
}

#[test]
fn thumbprints_are_those_of_the_standards() {
    // RFC 7638 §3.1 and RFC 8037 §A.3.
    assert_eq!(thumbprint(&rsa_jwk()), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(thumbprint(&ed_jwk()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn accepts_the_kinds_of_key_that_verify_our_algorithms() {
    for (jwk, algorithms) in [
        (rsa_jwk(), vec![Algorithm::Rs256, Algorithm::Ps256]),
        (with(rsa_jwk(), "alg", json!("PS256")), vec![Algorithm::Ps256]),
        (ec_jwk(), vec![Algorithm::Es256]),
        (with(ed_jwk(), "use", json!("sig")), vec![Algorithm::EdDsa]),
        (with(ec_jwk(), "key_ops", json!(["verify"])), vec![Algorithm::Es256]),
        (with(ec_jwk(), "x5c", json!(["ignored"])), vec![Algorithm::Es256]),
    ] {
        let key = VerifyingKey::from_jwk(&jwk).unwrap();
        let found: Vec<Algorithm> = Algorithm::ALL.iter().copied().filter(|alg| key.parsed(*alg).is_some()).collect();
        assert_eq!(found, algorithms, "{jwk}");
    }
}

#[test]
fn refuses_keys_that_cannot_or_must_not_verify() {
    let modulus = |bytes: usize| base64url(&vec![0xFF; bytes]);
    for jwk in [
        with(rsa_jwk(), "d", json!("AQAB")),
        json!({"kty": "oct", "k": "c2VjcmV0"}),
        with(ec_jwk(), "use", json!("enc")),
        with(ec_jwk(), "key_ops", json!(["sign"])),
        with(ec_jwk(), "alg", json!("RS256")),
        with(ec_jwk(), "alg", json!("none")),
        with(ec_jwk(), "crv", json!("P-384")),
        with(ec_jwk(), "y", json!(EC_X)),
        with(ec_jwk(), "x", json!("AA")),
        with(ec_jwk(), "x", json!("not base64url!")),
        with(ed_jwk(), "crv", json!("X25519")),
        with(ed_jwk(), "x", json!("AA")),
        with(rsa_jwk(), "n", json!(modulus(255))),
        with(rsa_jwk(), "n", json!(modulus(1025))),
        with(rsa_jwk(), "n", json!(modulus(20_000))),
        with(rsa_jwk(), "n", json!("")),
        with(rsa_jwk(), "n", json!(base64url(&[&[0][..], &[0xFF; 256]].concat()))),
        with(rsa_jwk(), "e", json!("AQ")),
        with(rsa_jwk(), "e", json!("AQAA")),
        with(rsa_jwk(), "e", json!("")),
        with(rsa_jwk(), "e", json!(modulus(256))),
        with(rsa_jwk(), "kty", json!(1)),
        json!({}),
        json!([]),
        json!(null),
    ] {
        assert!(VerifyingKey::from_jwk(&jwk).is_err(), "{jwk}");
    }
}

#[test]
fn a_set_leaves_out_what_it_cannot_use_but_must_leave_something() {
    let set = json!({"keys": [{"kty": "oct", "k": "AA"}, ec_jwk(), {"kty": "AKP", "alg": "ML-DSA-44"}]});
    assert_eq!(VerifyingKeys::from_jwks(&set.to_string()).unwrap().len(), 1);
    for text in [r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AA"}]}"#, "{}", "[]", "", r#"{"keys":{}}"#] {
        assert!(VerifyingKeys::from_jwks(text).is_err(), "{text}");
    }
    let crowd = json!({"keys": vec![ec_jwk(); 65]});
    assert_eq!(VerifyingKeys::from_jwks(&crowd.to_string()).err(), Some(JoseError::KeyRejected("too many keys")));
}

#[test]
fn the_one_fitting_key_is_found_and_doubt_is_refused() {
    let keys = |jwks: &[Value]| VerifyingKeys::from_jwks(&json!({ "keys": jwks }).to_string()).unwrap();
    let find = |keys: &VerifyingKeys, alg, kid: Option<&str>| {
        keys.find(&Header { alg, kid: kid.map(str::to_owned), typ: None }).map(drop)
    };
    let named = |jwk: Value, kid: &str| with(jwk, "kid", json!(kid));

    let mixed = keys(&[named(ec_jwk(), "a"), named(rsa_jwk(), "a"), ed_jwk()]);
    assert_eq!(find(&mixed, Algorithm::Es256, Some("a")), Ok(()));
    assert_eq!(find(&mixed, Algorithm::Rs256, Some("a")), Ok(()));
    assert_eq!(find(&mixed, Algorithm::Rs256, Some("b")), Err(JoseError::UnknownKey));
    assert_eq!(find(&mixed, Algorithm::Es256, None), Ok(()));
    assert_eq!(find(&mixed, Algorithm::EdDsa, Some("any")), Ok(()), "a key without kid serves a token with one");

    let rivals = keys(&[named(ec_jwk(), "a"), named(ec_jwk(), "b"), ed_jwk(), ed_jwk()]);
    assert_eq!(find(&rivals, Algorithm::Es256, Some("b")), Ok(()));
    assert_eq!(find(&rivals, Algorithm::Es256, None), Err(JoseError::MissingKeyId));
    assert_eq!(find(&rivals, Algorithm::EdDsa, Some("a")), Err(JoseError::AmbiguousKey));

    let own = VerifyingKeys::own(vec![VerifyingKey::from_jwk(&ec_jwk()).unwrap()]);
    assert_eq!(find(&own, Algorithm::Es256, None), Err(JoseError::MissingKeyId));
}
