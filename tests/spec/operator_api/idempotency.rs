//! Requests that are sent more than once.

use serde_json::json;
use tegata::operator::{OperatorRole, Permission};

use super::{full, new_client, new_contract};
use crate::support::Operators;
use crate::support::operators::together;

#[tokio::test]
async fn of_thirty_two_equal_requests_one_works_and_all_get_its_answer() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let body = json!({ "brand": "VX7", "registration": { "client_name": "Files",
        "redirect_uris": ["https://files.example/cb"] } });
    let requests = (0..32).map(|_| {
        let (ops, key, body) = (&ops, &key, &body);
        async move {
            let headers = [("idempotency-key", "order-4711")];
            ops.call_with(key, ("post", "/api/v1/clients"), Some(body), &headers).await
        }
    });
    let answers = together(requests).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (201, &answers[0].body));
        assert_eq!(answer.header("location"), answers[0].header("location"));
    }
    let first = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count();
    assert_eq!(first, 1);
    let listed = ops.call(&key, "get", "/api/v1/clients", None).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_program_for_a_day() {
    let ops = Operators::start().await;
    let (key, other) = (full(&ops).await, full(&ops).await);
    let headers = [("idempotency-key", "order-1")];
    let post = |key: String, path: &'static str, body: serde_json::Value| {
        let ops = &ops;
        async move { ops.call_with(&key, ("post", path), Some(&body), &headers).await }
    };
    let first = post(key.clone(), "/api/v1/clients", new_client("files")).await;
    assert_eq!(first.status, 201);
    let reused = post(key.clone(), "/api/v1/clients", new_client("other")).await;
    assert_eq!((reused.status.as_u16(), reused.json()["code"].as_str()), (422, Some("idempotency_key_reused")));
    let elsewhere = post(key.clone(), "/api/v1/contracts", new_contract("c", "c@vx7.example")).await;
    assert_eq!(elsewhere.json()["code"], "idempotency_key_reused");
    let somebody_else = post(other, "/api/v1/clients", new_client("theirs")).await;
    assert_eq!(somebody_else.status, 201, "another program's keys are its own");
}

#[tokio::test]
async fn what_failed_is_tried_again_and_not_remembered() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let headers = [("idempotency-key", "order-2")];
    let wish = new_contract("c-1", "one@vx7.example");
    let taken = ops.provider.account("one@vx7.example").await;
    let refused = ops.call_with(&key, ("post", "/api/v1/contracts"), Some(&wish), &headers).await;
    assert_eq!(refused.json()["code"], "address_taken", "{}", taken.email());
    crate::support::sql::execute(&ops.provider, "UPDATE account SET email_key = 'gone@vx7.example'").await;
    let made = ops.call_with(&key, ("post", "/api/v1/contracts"), Some(&wish), &headers).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn a_secret_that_was_lost_on_the_way_comes_again() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    ops.call(&key, "post", "/api/v1/clients", Some(&new_client("files"))).await;
    let headers = [("idempotency-key", "rotate-1")];
    let body = json!({});
    let rotate = || ops.call_with(&key, ("post", "/api/v1/clients/files/secret"), Some(&body), &headers);
    let (first, again) = (rotate().await.json(), rotate().await.json());
    assert_eq!(first["client_secret"], again["client_secret"]);
    let hex = match ops.provider.database.url().starts_with("sqlite:") {
        true => "LOWER(HEX(sealed_answer))",
        false => "ENCODE(sealed_answer, 'hex')",
    };
    let query = format!("SELECT {hex} FROM operator_idempotency");
    let kept = crate::support::sql::texts(&ops.provider, &query).await;
    let secret: String = first["client_secret"].as_str().unwrap().bytes().map(|b| format!("{b:02x}")).collect();
    assert!(kept.len() == 1 && !kept[0].contains(&secret), "what is kept is sealed");
}

#[tokio::test]
async fn a_key_that_is_no_key_is_refused() {
    let ops = Operators::start().await;
    let key = ops.key(OperatorRole::Full, &[Permission::ClientsWrite]).await;
    let long = "x".repeat(256);
    for bad in ["", "a b", "日本", long.as_str()] {
        let headers = [("idempotency-key", bad)];
        let answer = ops.call_with(&key, ("post", "/api/v1/clients"), Some(&new_client("files")), &headers).await;
        assert_eq!(answer.json()["code"], "idempotency_key_invalid", "{bad}");
    }
}
