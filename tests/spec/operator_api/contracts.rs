//! Contracts: the contract system makes them and drives plan and state.

use serde_json::json;
use tegata::operator::{OperatorRole, Permission};

use super::{full, new_contract};
use crate::support::operators::configure;
use crate::support::{Operators, Provider};

#[tokio::test]
async fn a_contract_is_made_with_its_contractor_who_gets_the_invitation() {
    let ops = Operators::of(Provider::with_inbox_and(configure).await);
    let key = full(&ops).await;
    let answer = ops.call(&key, "post", "/api/v1/contracts", Some(&new_contract("c-1", "keiyaku@vx7.example"))).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("location"), "/api/v1/contracts/c-1");
    let contract = answer.json();
    assert_eq!((&contract["plan"], &contract["state"]), (&json!("trial"), &json!("active")));
    assert!(contract["plan_change_until"].is_string(), "a trial can still become a basic contract for a while");
    let read = ops.call(&key, "get", "/api/v1/contracts/c-1", None).await;
    assert_eq!((read.json(), read.header("etag")), (contract, answer.header("etag")));
    let people = ops.call(&key, "get", "/api/v1/contracts/c-1/accounts", None).await.json();
    assert_eq!(people["items"][0]["email"], "keiyaku@vx7.example");
    assert_eq!((&people["items"][0]["role"], &people["items"][0]["state"]), (&json!("contractor"), &json!("invited")));
    ops.provider.deliver().await;
    let mails = ops.provider.inbox().mails_to("keiyaku@vx7.example");
    assert!(mails[0].subject.as_deref().unwrap_or_default().contains("利用者登録のご案内"), "{mails:?}");
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let wish = json!({ "brand": "VX7", "contract_id": "a b", "name": " ", "plan": "basic", "started_at": "yesterday",
        "contractor": { "name": "see www.evil.example", "email": "nobody", "language": "fr" } });
    let answer = ops.call(&key, "post", "/api/v1/contracts", Some(&wish)).await;
    assert_eq!(answer.status, 422);
    let fields: Vec<_> = answer.json()["errors"].as_array().unwrap().iter().map(|e| e["field"].to_string()).collect();
    for field in ["name", "contractor.name", "contract_id", "contractor.email", "contractor.language", "started_at"] {
        assert!(fields.contains(&format!("\"{field}\"")), "{field} in {fields:?}");
    }
}

#[tokio::test]
async fn an_id_and_an_address_are_taken_once() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let make = |id: &'static str, email: &'static str| {
        let (ops, key) = (&ops, &key);
        async move { ops.call(key, "post", "/api/v1/contracts", Some(&new_contract(id, email))).await }
    };
    assert_eq!(make("c-1", "one@vx7.example").await.status, 201);
    assert_eq!(make("c-1", "two@vx7.example").await.json()["code"], "id_taken");
    assert_eq!(make("c-2", "one@vx7.example").await.json()["code"], "address_taken");
    assert_eq!(ops.call(&key, "get", "/api/v1/contracts/c-2", None).await.status, 404, "nothing is left of it");
}

#[tokio::test]
async fn plan_state_and_settings_move_as_the_contract_system_says() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    ops.call(&key, "post", "/api/v1/contracts", Some(&new_contract("c-1", "one@vx7.example"))).await;
    for (path, body, status, code) in [
        ("plan", json!({ "plan": "basic" }), 200, ""),
        ("plan", json!({ "plan": "basic" }), 409, "already_so"),
        ("plan", json!({ "plan": "trial" }), 409, "not_possible"),
        ("plan", json!({ "plan": "gold" }), 400, "body_invalid"),
        ("name", json!({ "name": "新社名株式会社" }), 200, ""),
        ("second-factor", json!({ "second_factor": "disabled" }), 200, ""),
        ("second-factor", json!({ "second_factor": "disabled" }), 409, "already_so"),
        ("access-path", json!({ "access_path": "line_only" }), 409, "not_possible"),
        ("access-path", json!({ "access_path": "line_only", "even_unseen": true }), 200, ""),
        ("access-path", json!({ "access_path": "line_and_internet" }), 200, ""),
        ("state", json!({ "state": "active" }), 409, "already_so"),
        ("state", json!({ "state": "cancelled" }), 200, ""),
        ("state", json!({ "state": "active" }), 200, ""),
    ] {
        let answer = ops.call(&key, "put", &format!("/api/v1/contracts/c-1/{path}"), Some(&body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.body);
        assert_eq!(answer.json()["code"].as_str().unwrap_or_default(), code, "{path} {body}");
        if status == 200 {
            assert!(ops.audit_of(&answer).await.contains("ContractChanged"), "{path} {body}");
            assert!(ops.audit_of(&answer).await.contains("api_key "), "who did it");
        }
    }
    let contract = ops.call(&key, "get", "/api/v1/contracts/c-1", None).await.json();
    assert_eq!((&contract["plan"], &contract["name"]), (&json!("basic"), &json!("新社名株式会社")));
}

#[tokio::test]
async fn a_change_is_held_to_what_its_sender_read() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    ops.call(&key, "post", "/api/v1/contracts", Some(&new_contract("c-1", "one@vx7.example"))).await;
    let etag = ops.call(&key, "get", "/api/v1/contracts/c-1", None).await.header("etag").to_owned();
    let rename = |name: &'static str, etag: String| {
        let (ops, key) = (&ops, &key);
        async move {
            let body = json!({ "name": name });
            let path = "/api/v1/contracts/c-1/name";
            ops.call_with(key, ("put", path), Some(&body), &[("if-match", &etag)]).await
        }
    };
    assert_eq!(rename("甲", etag.clone()).await.status, 200);
    let late = rename("乙", etag).await;
    assert_eq!((late.status.as_u16(), late.json()["code"].as_str()), (412, Some("precondition_failed")));
    assert_eq!(rename("丙", "*".to_owned()).await.status, 200);
}

#[tokio::test]
async fn a_list_is_turned_to_its_end_without_a_gap_or_a_repetition() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    for n in 0..7 {
        let wish = new_contract(&format!("c-{n}"), &format!("p{n}@vx7.example"));
        assert_eq!(ops.call(&key, "post", "/api/v1/contracts", Some(&wish)).await.status, 201);
        ops.provider.clock.advance(std::time::Duration::from_secs(n % 2));
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/contracts?limit=3&brand=VX7&plan=trial{cursor}");
        let page = ops.call(&key, "get", &path, None).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|one| one["contract_id"].to_string()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.sort();
    assert_eq!(seen, (0..7).map(|n| format!("\"c-{n}\"")).collect::<Vec<_>>());
    let found = ops.call(&key, "get", "/api/v1/contracts?name=%E3%83%8F%E3%83%AF&limit=200", None).await.json();
    assert_eq!(found["items"].as_array().unwrap().len(), 8, "the usual contract has the name too");
    let none = ops.call(&key, "get", "/api/v1/contracts?name=%25", None).await.json();
    assert_eq!(none["items"].as_array().unwrap().len(), 0, "a wildcard is a letter");
}

#[tokio::test]
async fn a_key_of_several_brands_says_which_list_it_wants() {
    let ops = Operators::start().await;
    let key = ops.key_for(OperatorRole::Full, Permission::ALL, Some(&["VX7", "VX9"])).await;
    assert_eq!(ops.call(&key, "get", "/api/v1/contracts", None).await.json()["code"], "query_invalid");
    assert_eq!(ops.call(&key, "get", "/api/v1/contracts?brand=VX9", None).await.status, 200);
    assert_eq!(ops.call(&key, "get", "/api/v1/contracts?brand=OWN", None).await.status, 404);
}
