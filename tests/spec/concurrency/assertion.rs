//! One client assertion, many uses (security.md lines 31 and 88).

use super::{BURST, burst, programs, successes};
use crate::spec::rfc7523::{JWT_BEARER, claims, scene};
use crate::spec::scene::{ClientKey, Form};

async fn a_burst_uses_an_assertion_once(nodes: usize) {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let programs = programs(&scene, nodes).await;
    let form = Form::credentials()
        .with("client_assertion_type", JWT_BEARER)
        .with("client_assertion", &key.assertion(&claims("burst")));
    let answers = burst(&scene, &programs, &form).await;
    assert_eq!(successes(&answers).len(), 1, "one of {BURST} is believed");
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (401, &"invalid_client".into()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_at_one_node_uses_a_client_assertion_once() {
    a_burst_uses_an_assertion_once(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_at_two_nodes_uses_a_client_assertion_once() {
    a_burst_uses_an_assertion_once(2).await;
}
