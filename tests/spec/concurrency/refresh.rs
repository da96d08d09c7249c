//! One refresh token, many refreshes (security.md lines 26 and 88).

use std::time::Duration;

use tegata::client::AccessTokenFormat;
use tegata::protocol::client_metadata::TokenEndpointAuthMethod;
use tegata::storage::Engine;

use super::{BURST, burst, programs, successes};
use crate::spec::scene::{Form, Scene};

/// How many rows a table has.
async fn rows(scene: &Scene, table: &str) -> i64 {
    let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    match scene.provider.db().engine() {
        Engine::Sqlite { reader, .. } => sqlx::query_scalar(count).fetch_one(reader).await.unwrap(),
        Engine::Postgres(pool) => sqlx::query_scalar(count).fetch_one(pool).await.unwrap(),
    }
}

async fn a_burst_rotates_a_token_once_and_all_get_the_same_answer(nodes: usize) {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let mut scene = Scene::with(|r| {
            r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::None;
            r.settings.access_token_format = format;
        })
        .await;
        let programs = programs(&scene, nodes).await;
        let old = scene.tokens().await.get("refresh_token");
        let answers = burst(&scene, &programs, &Form::refresh(&old)).await;
        assert_eq!(successes(&answers).len(), BURST, "within the grace window nobody is refused");
        assert!(answers.iter().all(|answer| answer.body == answers[0].body), "all answers are the same bytes");
        assert_eq!(rows(&scene, "refresh_token").await, 2, "the old one and exactly one successor");
        let opaque = if format == AccessTokenFormat::Opaque { 2 } else { 0 };
        assert_eq!(rows(&scene, "access_token").await, opaque, "and no access token that nobody has");

        let successor = answers[0].json()["refresh_token"].as_str().unwrap().to_owned();
        scene.program.refresh(&scene.client, &successor).await.ok();
        scene.wait(Duration::from_secs(10));
        assert_eq!(scene.program.refresh(&scene.client, &old).await.error(), "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_at_one_node_rotates_a_refresh_token_once() {
    a_burst_rotates_a_token_once_and_all_get_the_same_answer(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_at_two_nodes_rotates_a_refresh_token_once() {
    a_burst_rotates_a_token_once_and_all_get_the_same_answer(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_of_reuse_is_refused_to_the_last() {
    let mut scene = Scene::public().await;
    let programs = programs(&scene, 2).await;
    let old = scene.tokens().await.get("refresh_token");
    let new = scene.program.refresh(&scene.client, &old).await.ok().get("refresh_token");
    scene.wait(Duration::from_secs(10));
    assert!(successes(&burst(&scene, &programs, &Form::refresh(&old)).await).is_empty());
    assert_eq!(scene.program.refresh(&scene.client, &new).await.error(), "invalid_grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_confidential_clients_burst_is_served_and_leaves_one_token() {
    let mut scene = Scene::confidential().await;
    let programs = programs(&scene, 2).await;
    let token = scene.tokens().await.get("refresh_token");
    assert_eq!(successes(&burst(&scene, &programs, &Form::refresh(&token)).await).len(), BURST);
    assert_eq!(rows(&scene, "refresh_token").await, 1);
}
