use serde_json::Value;

use super::*;
use crate::clock::Timestamp;
use crate::jose::{TypeRule, sign_compact, typ, verify_compact};

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

fn key(alg: Algorithm) -> SigningKey {
    SigningKey::generate(alg).unwrap()
}

fn published(set: &KeySet) -> Vec<(String, String)> {
    let jwks: Value = serde_json::from_slice(&set.jwks()).unwrap();
    let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
    jwks["keys"].as_array().unwrap().iter().map(|key| (text(key, "alg"), text(key, "kid"))).collect()
}

#[test]
fn every_state_is_published_and_only_the_current_key_signs() {
    let (current, next, retired, rsa) =
        (key(Algorithm::Es256), key(Algorithm::Es256), key(Algorithm::Es256), key(Algorithm::Rs256));
    let set = KeySet::from_keys(vec![
        (KeyState::Retired, retired.clone()),
        (KeyState::Next, next.clone()),
        (KeyState::Current, rsa.clone()),
        (KeyState::Current, current.clone()),
    ]);
    assert_eq!(set.current(Algorithm::Es256).unwrap().kid(), current.kid());
    assert_eq!(set.current(Algorithm::Rs256).unwrap().kid(), rsa.kid());
    assert!(set.current(Algorithm::EdDsa).is_none());
    assert_eq!(set.algorithms(), [Algorithm::Es256, Algorithm::Rs256]);

    let expected = [&current, &rsa, &next, &retired].map(|key| (key.alg().to_string(), key.kid().to_owned()));
    assert_eq!(published(&set), expected);
    for key in [&current, &next, &retired, &rsa] {
        assert!(set.contains(key.kid()));
        let token = sign_compact(key, Some(typ::JWT), &()).unwrap();
        assert!(verify_compact(&token, set.verifying(), Algorithm::ALL, TypeRule::ID_TOKEN).is_ok());
    }
    assert!(!set.contains("other"));
}

#[test]
fn the_document_holds_no_private_member() {
    let keys = Algorithm::ALL.iter().map(|alg| (KeyState::Current, key(*alg)));
    let jwks: Value = serde_json::from_slice(&KeySet::from_keys(keys.collect()).jwks()).unwrap();
    let public = ["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
    for key in jwks["keys"].as_array().unwrap() {
        assert!(key.as_object().unwrap().keys().all(|name| public.contains(&name.as_str())), "{key}");
    }
}

#[test]
fn the_same_rows_in_any_order_give_the_same_document_and_tag() {
    let master = MasterKey::new([1; 32]);
    let states = [KeyState::Current, KeyState::Next, KeyState::Retired];
    let mut rows: Vec<StoredKey> = states
        .into_iter()
        .flat_map(|state| {
            [Algorithm::Es256, Algorithm::EdDsa].map(|alg| StoredKey::seal(&key(alg), state, NOW, &master).unwrap())
        })
        .collect();
    let first = KeySet::build(&rows, &master).unwrap();
    rows.reverse();
    let second = KeySet::build(&rows, &master).unwrap();
    assert_eq!((first.jwks(), first.etag()), (second.jwks(), second.etag()));
    rows.pop();
    assert_ne!(KeySet::build(&rows, &master).unwrap().etag(), first.etag());
    assert!(first.etag().starts_with('"') && first.etag().ends_with('"'));
}

#[test]
fn of_two_current_keys_the_one_activated_last_signs() {
    let master = MasterKey::new([1; 32]);
    let row = |at| StoredKey::seal(&key(Algorithm::Es256), KeyState::Current, at, &master).unwrap();
    let (old, new) = (row(NOW), row(Timestamp::from_seconds(1_700_000_001)));
    for rows in [[old.clone(), new.clone()], [new.clone(), old]] {
        let set = KeySet::build(&rows, &master).unwrap();
        assert_eq!(set.current(Algorithm::Es256).unwrap().kid(), new.kid.as_str());
    }
}

#[test]
fn a_set_with_a_key_that_cannot_be_opened_is_not_built() {
    let row = StoredKey::seal(&key(Algorithm::Es256), KeyState::Retired, NOW, &MasterKey::new([1; 32])).unwrap();
    let error = KeySet::build(&[row], &MasterKey::new([2; 32])).err().unwrap();
    assert!(error.to_string().contains("master key"), "{error}");
}

#[test]
fn a_request_that_holds_the_old_set_finishes_with_it() {
    let ring = KeyRing::new(KeySet::from_keys(vec![(KeyState::Current, key(Algorithm::Es256))]));
    let held = ring.load_full();
    ring.clone().replace(KeySet::from_keys(Vec::new()));
    assert!(held.current(Algorithm::Es256).is_some());
    assert!(ring.load().current(Algorithm::Es256).is_none());
    assert_eq!(ring.load().jwks(), r#"{"keys":[]}"#);
}
