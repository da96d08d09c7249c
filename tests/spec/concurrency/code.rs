//! One code, many redemptions (security.md lines 21 and 88).

use super::{BURST, burst, programs, successes};
use crate::spec::scene::{Form, Scene, inactive};

async fn a_burst_redeems_a_code_once_and_ends_what_it_gave(nodes: usize) {
    let mut scene = Scene::confidential().await;
    let programs = programs(&scene, nodes).await;
    let code = scene.code().await;
    let answers = burst(&scene, &programs, &Form::code(&scene.client, &code)).await;
    let given = successes(&answers);
    assert_eq!(given.len(), 1, "one of {BURST} gets tokens");
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &"invalid_grant".into()));
    }
    let tokens = given[0].json();
    for program in &programs {
        for name in ["access_token", "refresh_token"] {
            let claims = program.introspect(&scene.client, tokens[name].as_str().unwrap()).await;
            assert_eq!(claims, inactive(), "a code that came twice revokes: {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_at_one_node_redeems_a_code_once() {
    a_burst_redeems_a_code_once_and_ends_what_it_gave(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_at_two_nodes_redeems_a_code_once() {
    a_burst_redeems_a_code_once_and_ends_what_it_gave(2).await;
}

// A burst of different codes must not make any of them fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_codes_at_once_are_all_redeemed() {
    let mut scene = Scene::confidential().await;
    let programs = programs(&scene, 2).await;
    let mut tasks = Vec::new();
    for i in 0..16 {
        let (code, client) = (scene.code().await, scene.client.clone());
        let program = programs[i % 2].clone();
        tasks.push(tokio::spawn(async move { program.exchange(&client, &code).await.0.status }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), 200);
    }
}
