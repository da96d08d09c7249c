//! Bursts at two processes on one PostgreSQL (security.md line 88). SQLite has one process by design.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;

use super::node::{Deployment, Node};
use crate::support::flow::VERIFIER;
use crate::support::{Answer, TestClient, postgres};

const BURST: usize = 64;

async fn burst(nodes: [&Node; 2], client: &TestClient, fields: &[(&'static str, String)]) -> Vec<Answer> {
    let start = Arc::new(Barrier::new(BURST));
    let tasks: Vec<_> = (0..BURST)
        .map(|i| {
            let (mut caller, client, fields) = (nodes[i % 2].caller(), client.clone(), fields.to_vec());
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                start.wait().await;
                caller.token(&client, &fields).await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

fn exchange(client: &TestClient, code: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "authorization_code".to_owned()),
        ("code", code.to_owned()),
        ("redirect_uri", client.redirect_uri.clone()),
        ("code_verifier", VERIFIER.to_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_redeem_a_code_and_rotate_a_refresh_token_once() {
    if postgres::server().is_none() {
        return;
    }
    let deployment = Deployment::create("").await;
    let (one, two) = (deployment.start("one").await, deployment.start("two").await);

    let client = &deployment.confidential;
    let code = one.caller().code(client).await;
    let answers = burst([&one, &two], client, &exchange(client, &code)).await;
    let given: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(given.len(), 1, "one of {BURST} gets tokens");
    assert!(answers.iter().filter(|answer| answer.status != 200).all(|answer| answer.status == 400));
    for node in [&one, &two] {
        for name in ["access_token", "refresh_token"] {
            let claims = node.caller().introspect(client, given[0].json()[name].as_str().unwrap()).await;
            assert_eq!(claims, json!({"active": false}), "a code that came twice revokes: {name}");
        }
    }

    let client = &deployment.public;
    let mut caller = two.caller();
    let code = caller.code(client).await;
    let fields = exchange(client, &code);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let tokens = caller.token(client, &fields).await.json();
    let refresh = [
        ("grant_type", "refresh_token".to_owned()),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap().to_owned()),
    ];
    let answers = burst([&one, &two], client, &refresh).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "within the grace window nobody is refused");
    assert!(answers.iter().all(|answer| answer.body == answers[0].body), "all answers are the same bytes");
    one.stop().await;
    two.stop().await;
}
