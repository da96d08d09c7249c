//! Signing keys over the API.

use serde_json::{Value, json};

use super::full;
use crate::support::Operators;

fn of(list: &Value, alg: &str, state: &str) -> Vec<String> {
    let fits = |key: &&Value| key["alg"] == alg && key["state"] == state;
    list["items"].as_array().unwrap().iter().filter(fits).map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_key_that_leaked_is_replaced_at_once_and_then_withdrawn() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let before = ops.call(&key, "get", "/api/v1/signing-keys", None).await.json();
    let leaked = of(&before, "ES256", "current").remove(0);
    let path = format!("/api/v1/signing-keys/{leaked}");
    assert_eq!(ops.call(&key, "delete", &path, None).await.json()["code"], "not_possible", "it signs");
    let wish = json!({ "alg": "ES256", "immediately": true });
    let after = ops.call(&key, "post", "/api/v1/signing-keys/rotation", Some(&wish)).await.json();
    assert_ne!(of(&after, "ES256", "current").remove(0), leaked);
    assert_eq!(of(&after, "ES256", "retired"), std::slice::from_ref(&leaked));
    assert_eq!(of(&after, "RS256", "current"), of(&before, "RS256", "current"), "the others stay");
    let withdrawn = ops.call(&key, "delete", &path, None).await;
    assert_eq!(withdrawn.status, 204);
    assert!(ops.audit_of(&withdrawn).await.contains("withdrawn"));
    assert_eq!(ops.call(&key, "delete", &path, None).await.status, 404);
    assert!(!after.to_string().contains("private"));
}

#[tokio::test]
async fn an_announced_rotation_is_under_way_until_it_is_over() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let wish = json!({ "alg": "ES256" });
    let first = ops.call(&key, "post", "/api/v1/signing-keys/rotation", Some(&wish)).await.json();
    assert_eq!(of(&first, "ES256", "next").len(), 1);
    let again = ops.call(&key, "post", "/api/v1/signing-keys/rotation", Some(&wish)).await;
    assert_eq!((again.status.as_u16(), again.json()["code"].as_str()), (409, Some("already_so")));
}
