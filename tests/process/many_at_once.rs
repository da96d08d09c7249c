//! One code, one rotating token, and many who want them at the same moment: over HTTP, at every node there is.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::http::Http;
use super::node::{Node, Place};
use crate::support::Answer;

const BURST: usize = 64;

/// Sends [`BURST`] requests at once, in turn to each node, and gathers the answers.
async fn burst<F: Future<Output = Answer> + Send + 'static>(nodes: &[Node], ask: impl Fn(Http) -> F) -> Vec<Answer> {
    let gate = Arc::new(Barrier::new(BURST));
    let mut requests = JoinSet::new();
    for number in 0..BURST {
        let (gate, request) = (Arc::clone(&gate), ask(nodes[number % nodes.len()].http.clone()));
        requests.spawn(async move {
            gate.wait().await;
            request.await
        });
    }
    requests.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_redemptions_of_one_code_at_all_nodes_one_succeeds() {
    let place = Place::furnished().await;
    let nodes = place.start_all().await;
    for client in ["web", "app"] {
        let code = nodes[0].http.code(client).await;
        let answers = burst(&nodes, |http| {
            let code = code.clone();
            async move { http.redeem(client, &code).await }
        })
        .await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(good.len(), 1, "{client}: {answers:?}");
        assert!(bad.iter().all(|answer| answer.status == 400 && answer.json()["error"] == "invalid_grant"), "{bad:?}");
        // RFC 6749 §4.1.2: the code came twice, so what it gave is worth nothing any more, at any node.
        let tokens = good[0].json();
        for node in &nodes {
            for name in ["access_token", "refresh_token"] {
                let presented = [("token", tokens[name].as_str().unwrap())];
                // A public client may not ask; the other one is told nothing about tokens that are not its own.
                let told = node.http.post_as("web", "/VX7/introspect", &presented).await.json();
                assert_eq!(told, serde_json::json!({"active": false}), "{client}: {name}");
            }
            assert_eq!(node.http.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401, "{client}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_refreshes_of_one_rotating_token_one_rotates_it_and_all_get_the_identical_answer() {
    let place = Place::furnished().await;
    let nodes = place.start_all().await;
    let first = nodes[0].http.tokens("app").await["refresh_token"].as_str().unwrap().to_owned();
    let answers = burst(&nodes, |http| {
        let token = first.clone();
        async move { http.refresh("app", &token).await }
    })
    .await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &answers[0].body));
    }
    let second = answers[0].json()["refresh_token"].as_str().unwrap().to_owned();
    let next = nodes[nodes.len() - 1].http.refresh("app", &second).await;
    assert_eq!(next.status, 200, "the family lives on: {}", next.body);
    // RFC 9700 §4.14.2: the successor was used, so nobody honest asks for the same answer any more.
    assert_eq!(nodes[0].http.refresh("app", &first).await.json()["error"], "invalid_grant");
    let third = next.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(nodes[0].http.refresh("app", &third).await.json()["error"], "invalid_grant");
}
