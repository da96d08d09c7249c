//! An assertion is good once, for one request, for a minute, on all nodes; and where that cannot be known, not at all.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::world::{World, code, line_listener, now};
use crate::process::http::{Http, Person};
use tegata_conformance::line_gateway::LISTENER_NAME;

/// Somebody at the wire with the session of a person who has just signed in, and the path of that person's line step.
async fn captured(world: &World) -> (Person, String) {
    world.gateway.fault(tegata_conformance::line_gateway::Fault::NoNumber);
    let (person, answer) = world.try_sign_in().await;
    world.assert_refused(&answer, "line_number_missing").await;
    world.gateway.fault(tegata_conformance::line_gateway::Fault::None);
    (person.through(&world.at_the_wire()), person.at)
}

#[tokio::test]
async fn a_captured_assertion_is_refused_the_second_time_and_anywhere_else() {
    let world = World::new("\"east\"").await;
    let (mut person, path) = captured(&world).await;
    let bring = async |person: &mut Person, assertion: String| {
        person.extra = vec![("line-assertion", assertion)];
        person.look(&path).await
    };
    let good = world.gateway.forge("GET", &path, &Value::Null);
    assert!(bring(&mut person, good.clone()).await.location().starts_with("/VX7/interaction/"));
    world.assert_refused(&bring(&mut person, good).await, "line_assertion_replayed").await;
    for (changes, reason) in [
        (json!({ "htu": "/VX7/line/elsewhere" }), "line_assertion_wrong_path"),
        (json!({ "htm": "POST" }), "line_assertion_wrong_method"),
        (json!({ "aud": "https://login.example" }), "line_assertion_wrong_audience"),
        (json!({ "iat": now() - 120, "exp": now() - 90 }), "line_assertion_expired"),
        (json!({ "iat": now() + 30, "exp": now() + 60 }), "line_assertion_not_yet_valid"),
        (json!({ "jti": "short" }), "line_assertion_malformed"),
        (json!({ "iss": "linegw-2" }), "line_assertion_wrong_issuer"),
    ] {
        let assertion = world.gateway.forge("GET", &path, &changes);
        world.assert_refused(&bring(&mut person, assertion).await, reason).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_uses_at_once_of_one_assertion_exactly_one_wins_on_all_nodes_together() {
    let world = World::new("\"east\"").await;
    let (person, path) = captured(&world).await;
    let mut ways = vec![world.at_the_wire()];
    let second = match world.place.is_shared() {
        true => Some(world.place.start_as("second").await),
        false => None,
    };
    if second.is_some() {
        let identity = format!("{}{}", world.papers.gateway.certificate, world.papers.gateway.key);
        let listener = line_listener(&world.place, "second").await;
        ways.push(Http::identified(LISTENER_NAME, listener, &world.papers.servers.pem, Some(&identity)));
    }
    let assertion = world.gateway.forge("GET", &path, &Value::Null);
    let start = Arc::new(Barrier::new(16));
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..16 {
        let (mut person, path) = (person.through(&ways[number % ways.len()]), path.clone());
        let (assertion, start) = (assertion.clone(), Arc::clone(&start));
        tries.spawn(async move {
            person.extra = vec![("line-assertion", assertion)];
            start.wait().await;
            person.look(&path).await.status.as_u16()
        });
    }
    let mut statuses = tries.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 303 | 403)), "{statuses:?}");
}

#[tokio::test]
async fn where_a_replay_cannot_be_told_the_sign_in_is_refused_for_now() {
    let world = World::new("\"east\"").await;
    world.meddle("ALTER TABLE line_assertion RENAME TO line_assertion_lost").await;
    let (person, answer) = world.try_sign_in().await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (503, "line_unavailable"));
    assert!(!answer.header("retry-after").is_empty());
    world.assert_refused(&answer, "line_store_unavailable").await;
    world.meddle("ALTER TABLE line_assertion_lost RENAME TO line_assertion").await;
    let (mut person, path) = (person.through(&world.line), person.at);
    code(&person.open(&path).await);
}

#[tokio::test]
async fn a_carrier_or_a_gateway_that_is_down_lets_nobody_past() {
    let world = World::new("\"east\", \"west\"").await;
    let line = |standing| tegata_conformance::line_gateway::Line {
        id: "maintenance".to_owned(),
        standing,
        ..Default::default()
    };
    world.gateway.choose(line(tegata_conformance::line_gateway::Standing::Unavailable));
    let (_, answer) = world.try_sign_in().await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (503, "line_unavailable"));
    world.assert_refused(&answer, "line_carrier_unavailable").await;
    world.gateway.fault(tegata_conformance::line_gateway::Fault::Down);
    assert_eq!(world.line.get("/VX7/authorize").await.status, 502);
}

#[tokio::test]
async fn keys_that_changed_are_read_on_sighup_and_broken_ones_are_not() {
    let world = World::new("\"east\"").await;
    world.gateway.roll_key().unwrap();
    let (_, answer) = world.try_sign_in().await;
    world.assert_refused(&answer, "line_assertion_unknown_key").await;
    world.place.write("linegw-1.json", &world.gateway.jwks());
    world.node.hang_up();
    let works = async || {
        let (_, answer) = world.try_sign_in().await;
        answer.headers.contains_key("location").then_some(())
    };
    crate::process::node::within(crate::process::node::PATIENCE, "the new key", works).await;
    world.place.write("linegw-1.json", "{}");
    world.node.hang_up();
    let told = async || world.node.log().contains("keys stay as they were").then_some(());
    crate::process::node::within(crate::process::node::PATIENCE, "the complaint", told).await;
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
}
