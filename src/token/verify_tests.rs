use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::jose::{SigningKey, sign_compact, typ};
use crate::keys::KeyState;

const ISSUER: &str = "https://id.example/VX7";
const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn set(keys: &[&SigningKey]) -> KeySet {
    KeySet::from_keys(keys.iter().map(|key| (KeyState::Current, (*key).clone())).collect())
}

fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "s", "aud": "a", "client_id": "c", "iat": 1_699_999_900, "exp": 1_700_000_500, "jti": "j"})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn sign(key: &SigningKey, claims: &Value) -> String {
    sign_compact(key, Some(typ::ACCESS_TOKEN), claims).unwrap()
}

fn verifier() -> AccessTokenVerifier {
    AccessTokenVerifier::new(100, Duration::from_secs(600))
}

#[test]
fn an_access_token_is_accepted_by_its_issuer_until_it_expires() {
    let key = key();
    let (keys, verifier) = (set(&[&key]), verifier());
    let table = [
        (claims(), Ok(())),
        (with(claims(), "exp", json!(1_700_000_001)), Ok(())),
        (with(claims(), "exp", json!(1_700_000_000)), Err(Refusal::Expired)),
        (with(claims(), "exp", json!(-1)), Err(Refusal::Expired)),
        (with(claims(), "nbf", json!(1_700_000_000)), Ok(())),
        (with(claims(), "nbf", json!(1_700_000_001)), Err(Refusal::NotYetValid)),
        (with(claims(), "iss", json!("https://id.example/VX8")), Err(Refusal::WrongIssuer)),
        (with(claims(), "iss", json!("https://id.example/VX7/")), Err(Refusal::WrongIssuer)),
        (with(claims(), "exp", json!(1e300)), Err(Refusal::Untrusted(JoseError::BadClaims))),
        (with(claims(), "exp", json!("1700000500")), Err(Refusal::Untrusted(JoseError::BadClaims))),
        (json!({"iss": ISSUER}), Err(Refusal::Untrusted(JoseError::BadClaims))),
    ];
    for (claims, expected) in table {
        let token = sign(&key, &claims);
        assert_eq!(verify_access_token(&keys, ISSUER, &token, NOW).map(drop), expected, "{claims}");
        for _ in 0..2 {
            assert_eq!(verifier.verify(&keys, ISSUER, &token, NOW).map(drop), expected, "{claims}");
        }
    }
}

#[test]
fn an_id_token_is_no_access_token_nor_the_other_way_round() {
    let key = key();
    let keys = set(&[&key]);
    let id_token = sign_compact(&key, Some(typ::JWT), &claims()).unwrap();
    let wrong = Refusal::Untrusted(JoseError::WrongType);
    assert_eq!(verify_access_token(&keys, ISSUER, &id_token, NOW), Err(wrong));
    assert_eq!(verifier().verify(&keys, ISSUER, &id_token, NOW), Err(wrong));
    assert_eq!(verify_id_token_hint(&keys, ISSUER, &sign(&key, &claims())), Err(wrong));
}

#[test]
fn a_remembered_token_still_expires_and_still_belongs_to_one_issuer() {
    let key = key();
    let (keys, verifier) = (set(&[&key]), verifier());
    let token = sign(&key, &claims());
    let first = verifier.verify(&keys, ISSUER, &token, NOW).unwrap();
    let second = verifier.verify(&keys, ISSUER, &token, NOW).unwrap();
    assert!(Arc::ptr_eq(&first, &second), "the second time it came from memory");
    let late = Timestamp::from_seconds(1_700_000_500);
    assert_eq!(verifier.verify(&keys, ISSUER, &token, late), Err(Refusal::Expired));
    assert_eq!(verifier.verify(&keys, "https://id.example/VX8", &token, NOW), Err(Refusal::WrongIssuer));
}

#[test]
fn a_token_is_forgotten_with_the_key_that_signed_it() {
    let (key, other) = (key(), key());
    let verifier = verifier();
    let token = sign(&key, &claims());
    assert!(verifier.verify(&set(&[&key]), ISSUER, &token, NOW).is_ok());
    let gone = Err(Refusal::Untrusted(JoseError::UnknownKey));
    assert_eq!(verifier.verify(&set(&[&other]), ISSUER, &token, NOW), gone);
    assert!(verifier.verify(&set(&[&other, &key]), ISSUER, &token, NOW).is_ok());
}

#[test]
fn a_changed_token_does_not_profit_from_the_memory_of_the_good_one() {
    let key = key();
    let (keys, verifier) = (set(&[&key]), verifier());
    let token = sign(&key, &claims());
    assert!(verifier.verify(&keys, ISSUER, &token, NOW).is_ok());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let other = sign(&key, &with(claims(), "sub", json!("admin")));
    let other_message = other.rsplit_once('.').unwrap().0;
    let mixed = verifier.verify(&keys, ISSUER, &format!("{other_message}.{signature}"), NOW);
    assert_eq!(mixed, Err(Refusal::Untrusted(JoseError::BadSignature)));
    assert!(verifier.verify(&keys, ISSUER, message, NOW).is_err());
    let huge = "a".repeat(crate::jose::MAX_TOKEN_BYTES + 1);
    assert_eq!(verifier.verify(&keys, ISSUER, &huge, NOW), Err(Refusal::Untrusted(JoseError::TooLarge)));
}

#[test]
fn an_expired_id_token_still_tells_who_was_here() {
    let key = key();
    let keys = set(&[&key]);
    let hint =
        |claims: &Value| verify_id_token_hint(&keys, ISSUER, &sign_compact(&key, Some(typ::JWT), claims).unwrap());
    let old = with(with(claims(), "exp", json!(1_000)), "sid", json!("session"));
    let old = hint(&old).unwrap();
    assert_eq!((old.sub.as_str(), old.exp), ("s", 1_000));
    assert_eq!(old.sid.unwrap().as_str(), "session");
    assert!(old.aud.contains("a") && !old.aud.contains("b"));
    assert_eq!(hint(&with(claims(), "iss", json!("https://evil.example"))), Err(Refusal::WrongIssuer));
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let forged = sign_compact(&stranger, Some(typ::JWT), &claims()).unwrap();
    assert_eq!(verify_id_token_hint(&keys, ISSUER, &forged), Err(Refusal::Untrusted(JoseError::UnknownKey)));
}
