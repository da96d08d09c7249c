//! The audit log over the API.

use serde_json::Value;
use tegata::operator::{OperatorRole, Permission};

use super::{full, new_client};
use crate::support::Operators;

#[tokio::test]
async fn what_a_program_did_is_found_by_its_reference() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let made = ops.call(&key, "post", "/api/v1/clients", Some(&new_client("files"))).await;
    let path = format!("/api/v1/audit-events?reference={}", made.reference());
    let found = ops.call(&key, "get", &path, None).await.json();
    let event = &found["items"][0];
    assert_eq!((&event["event"], &event["reason"]), (&"client_changed".into(), &"added".into()));
    assert_eq!((&event["client_id"], &event["brand"]), (&"files".into(), &"VX7".into()));
    assert!(event["detail"]["by"].as_str().unwrap().starts_with("api_key "));
    for wrong in ["event=nothing", "from=yesterday", "cursor=x", "limit=0", "limit=201", "zzz=1", "limit=1&limit=2"] {
        let answer = ops.call(&key, "get", &format!("/api/v1/audit-events?{wrong}"), None).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (400, Some("query_invalid")), "{wrong}");
    }
}

#[tokio::test]
async fn a_search_is_turned_to_its_end() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    for n in 0..5 {
        ops.call(&key, "post", "/api/v1/clients", Some(&new_client(&format!("client-{n}")))).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/audit-events?event=client_changed&limit=2{cursor}");
        let page = ops.call(&key, "get", &path, None).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|event| event["client_id"].to_string()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.len(), 5);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn an_export_has_every_event_a_line_each() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    for n in 0..3 {
        ops.call(&key, "post", "/api/v1/clients", Some(&new_client(&format!("client-{n}")))).await;
    }
    let answer = ops.call(&key, "get", "/api/v1/audit-events/export", None).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/jsonl"));
    let lines: Vec<Value> = answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let clients = lines.iter().filter(|event| event["event"] == "client_changed").count();
    assert_eq!(clients, 3);
    let times: Vec<_> = lines.iter().map(|event| event["at"].to_string()).collect();
    assert!(times.is_sorted(), "the oldest first");
    let other = ops.key_for(OperatorRole::ReadOnly, &[Permission::AuditRead], Some(&["VX9"])).await;
    let foreign = ops.call(&other, "get", "/api/v1/audit-events/export", None).await;
    assert_eq!(foreign.body, "", "nothing of it happened at the key's brand");
}
