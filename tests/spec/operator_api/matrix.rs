//! Every route × every key: generated from the router's own list, so that a new route is in it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tegata::operator::{OperatorRole, Permission};
use tegata::policy::operator_access::allows;
use tegata::router::operator_api::ROUTES;

use super::{full, new_client, new_contract};
use crate::support::Operators;

/// A path of the route with values in the place of its parameters.
fn path_of(path: &str, known: &BTreeMap<&str, String>) -> String {
    let mut out = String::new();
    for part in path.split('/').skip(1) {
        let name = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        out.push('/');
        out.push_str(name.map_or(part, |name| known.get(name).map_or("unknown", String::as_str)));
    }
    out
}

/// A body that the route takes, so that what is refused is refused for want of a right.
fn body_of(method: &str, path: &str) -> Option<Value> {
    let body = match path.rsplit('/').next().unwrap() {
        _ if method == "get" || method == "delete" => return None,
        "contracts" => new_contract("matrix", "matrix@vx7.example"),
        "clients" => new_client("matrix"),
        "name" => json!({ "name": "新しい名前" }),
        "plan" => json!({ "plan": "basic" }),
        "state" if path.contains("connection") => json!({ "state": "enabled" }),
        "state" => json!({ "state": "active" }),
        "access-path" => json!({ "access_path": "line_only", "even_unseen": true }),
        "second-factor" => json!({ "second_factor": "enabled" }),
        "secret" => json!({}),
        "networks" => json!({ "permitted_networks": [] }),
        "explanations" => json!({ "brand": "VX7", "email": "x@vx7.example", "access_path": "internet" }),
        "rotation" => json!({ "alg": "ES256" }),
        "{client_id}" => new_client("x")["registration"].clone(),
        _ => return None,
    };
    Some(body)
}

async fn scene() -> (Operators, BTreeMap<&'static str, String>) {
    let ops = Operators::start().await;
    let account = ops.provider.account("hanako@vx7.example").await.account;
    let client = ops.provider.storage_app().await;
    let known = BTreeMap::from([
        ("brand", "VX7".to_owned()),
        ("contract_id", ops.provider.usual_contract().to_string()),
        ("sub", account.subject.to_string()),
        ("client_id", client.id),
    ]);
    (ops, known)
}

#[tokio::test]
async fn a_route_takes_its_scope_and_a_role_that_allows_it_and_nothing_less() {
    let (ops, known) = scene().await;
    let mut keys = Vec::new();
    for role in OperatorRole::ALL {
        for scope in Permission::ALL {
            keys.push((*role, *scope, ops.key(*role, &[*scope]).await));
        }
    }
    for route in ROUTES {
        let (path, body) = (path_of(route.path, &known), body_of(route.method, route.path));
        for (role, scope, key) in &keys {
            let may = *scope == route.permission && allows(*role, *scope);
            let answer = ops.call(key, route.method, &path, body.as_ref()).await;
            let status = answer.status.as_u16();
            let what = format!("{} {} as {role} with {scope}: {status} {}", route.method, route.path, answer.body);
            if may {
                // 404, 409, 428: it was looked at, and is not there, or not in a state for it.
                assert!(matches!(status, 200 | 201 | 204 | 404 | 409 | 428), "{what}");
            } else {
                assert_eq!((status, answer.json()["code"].as_str()), (403, Some("scope_missing")), "{what}");
                let challenge = answer.header("www-authenticate");
                let wanted = format!("scope=\"{}\"", route.permission);
                assert!(
                    challenge.contains("error=\"insufficient_scope\"") && challenge.contains(&wanted),
                    "{challenge}"
                );
            }
        }
    }
}

#[tokio::test]
async fn without_a_good_key_every_route_answers_401() {
    let (ops, known) = scene().await;
    let good = full(&ops).await;
    let unknown = format!("tegata_key_{}", "A".repeat(43));
    let cut = good[..good.len() - 1].to_owned();
    for route in ROUTES {
        let (path, body) = (path_of(route.path, &known), body_of(route.method, route.path));
        let method = http::Method::from_bytes(route.method.to_uppercase().as_bytes()).unwrap();
        let bytes = body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let json = ("content-type", "application/json");
        let bare = ops.program().send(method.clone(), &path, &[json], bytes.clone()).await;
        assert_eq!((bare.status.as_u16(), bare.json()["code"].as_str()), (401, Some("key_missing")), "{path}");
        assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"operators\"", "RFC 6750 §3: no error code");
        for wrong in [unknown.as_str(), cut.as_str(), "x"] {
            let answer = ops.call(wrong, route.method, &path, body.as_ref()).await;
            assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (401, Some("key_invalid")), "{path}");
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        }
        let in_query = format!("{path}?access_token={good}");
        assert_eq!(ops.program().send(method, &in_query, &[json], bytes).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn a_key_of_one_brand_knows_nothing_of_another() {
    let (ops, known) = scene().await;
    let other = ops.key_for(OperatorRole::Full, Permission::ALL, Some(&["VX9"])).await;
    for route in ROUTES {
        let (path, body) = (path_of(route.path, &known), body_of(route.method, route.path));
        let answer = ops.call(&other, route.method, &path, body.as_ref()).await;
        let status = answer.status.as_u16();
        let about_one = route.path.contains('{') || route.method != "get";
        if about_one {
            assert!(matches!(status, 403 | 404), "{} {}: {status} {}", route.method, route.path, answer.body);
        } else if status == 200 {
            for ours in [known["contract_id"].as_str(), known["client_id"].as_str(), "VX7"] {
                assert!(!answer.body.contains(&format!("\"{ours}\"")), "{} shows {ours}: {}", route.path, answer.body);
            }
        } else {
            assert_eq!(status, 403, "{}: {}", route.path, answer.body);
        }
    }
}

#[tokio::test]
async fn a_key_that_was_revoked_or_had_its_time_opens_nothing() {
    let ops = Operators::start().await;
    let (admin, key) = (full(&ops).await, ops.key(OperatorRole::ReadOnly, &[Permission::BrandsRead]).await);
    assert_eq!(ops.call(&key, "get", "/api/v1/brands", None).await.status, 200);
    let listed = ops.call(&admin, "get", "/api/v1/api-keys", None).await.json();
    let of_role = |key: &&Value| key["role"] == "read_only";
    let id = listed["items"].as_array().unwrap().iter().find(of_role).unwrap()["api_key_id"].clone();
    let path = format!("/api/v1/api-keys/{}", id.as_str().unwrap());
    assert_eq!(ops.call(&admin, "delete", &path, None).await.status, 204);
    assert_eq!(ops.call(&key, "get", "/api/v1/brands", None).await.status, 401);
    assert_eq!(ops.call(&admin, "delete", &path, None).await.json()["code"], "already_so");
    ops.provider.clock.advance(std::time::Duration::from_hours(24));
    assert_eq!(ops.call(&admin, "get", "/api/v1/brands", None).await.status, 401, "its day is over");
}

#[tokio::test]
async fn a_key_makes_so_many_requests_a_minute_and_no_more() {
    let ops = Operators::with(|config| config.requests_per_minute = 5.try_into().unwrap()).await;
    let (key, other) = (full(&ops).await, full(&ops).await);
    for n in 0..5 {
        assert_eq!(ops.call(&key, "get", "/api/v1/brands", None).await.status, 200, "{n}");
    }
    let answer = ops.call(&key, "get", "/api/v1/brands", None).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (429, Some("too_many_requests")));
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(ops.call(&other, "get", "/api/v1/brands", None).await.status, 200, "each counts for itself");
    ops.provider.clock.advance(std::time::Duration::from_secs(wait));
    assert_eq!(ops.call(&key, "get", "/api/v1/brands", None).await.status, 200);
}
