//! Bursts: the same request many times at once, against one node and against two nodes on one database
//! (security.md line 88, and the classes of attack above 2.1).

mod assertion;
mod code;
mod refresh;

use std::sync::Arc;

use tokio::sync::Barrier;

use crate::spec::scene::{Form, Scene};
use crate::support::{Answer, Program};

/// How many requests are released together.
const BURST: usize = 64;

/// The programs of a burst: half of them at another node, or all at one.
async fn programs(scene: &Scene, nodes: usize) -> Vec<Program> {
    let mut programs = vec![scene.program.clone()];
    if nodes == 2 {
        programs.push(scene.provider.second_node().await.program());
    }
    programs
}

/// Sends the form [`BURST`] times at once as the client and answers the answers.
async fn burst(scene: &Scene, programs: &[Program], form: &Form) -> Vec<Answer> {
    let start = Arc::new(Barrier::new(BURST));
    let tasks: Vec<_> = (0..BURST)
        .map(|i| {
            let (program, client, form) = (programs[i % programs.len()].clone(), scene.client.clone(), form.clone());
            let start = Arc::clone(&start);
            tokio::spawn(async move {
                start.wait().await;
                program.post_as(&client, "/VX7/token", &form.pairs()).await
            })
        })
        .collect();
    let mut answers = Vec::with_capacity(BURST);
    for task in tasks {
        answers.push(task.await.expect("the request ends"));
    }
    for answer in &answers {
        assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
    }
    answers
}

/// The answers with tokens.
fn successes(answers: &[Answer]) -> Vec<&Answer> {
    answers.iter().filter(|answer| answer.status == 200).collect()
}
