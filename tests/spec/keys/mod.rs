//! Key rotation from end to end (OpenID Connect Core §10.1.1, security.md line 44).

use std::time::Duration;

use serde_json::Value;
use tegata::clock::Timestamp;
use tegata::jose::Algorithm;
use tegata::keys::{KeySet, KeyState, apply, load_keys, next_actions, rotate};
use tegata::policy::key_rotation::{Action, RotationRules, Urgency};

use crate::spec::scene::{Scene, header, inactive, jwks, verify};
use crate::support::Provider;

const RULES: RotationRules = RotationRules {
    rotate_every: Duration::from_hours(24 * 90),
    publish_before: Duration::from_hours(48),
    retire_after: Duration::from_hours(25),
};

/// Carries out what is due and hangs up the new set, as a node does.
async fn carry_out(provider: &Provider, actions: &[Action<Algorithm>]) {
    let (db, master, now) = (provider.db(), &provider.app.master, provider.clock.now());
    apply(db, master, actions, now).await.unwrap();
    reload(provider).await;
}

async fn reload(provider: &Provider) {
    let rows = load_keys(provider.db()).await.unwrap();
    provider.app.keys.replace(KeySet::build(&rows, &provider.app.master).unwrap());
}

async fn maintain(provider: &Provider) {
    let rows = load_keys(provider.db()).await.unwrap();
    let actions = next_actions(provider.clock.now(), Algorithm::ALL, &rows, &RULES);
    carry_out(provider, &actions).await;
}

async fn order(provider: &Provider, urgency: Urgency) {
    let rows = load_keys(provider.db()).await.unwrap();
    carry_out(provider, &rotate(Algorithm::Es256, &rows, urgency)).await;
}

/// The `kid` of the ES256 key in a state, if there is one.
async fn kid(provider: &Provider, state: KeyState) -> Option<String> {
    let rows = load_keys(provider.db()).await.unwrap();
    let found = rows.into_iter().find(|row| row.alg == Algorithm::Es256 && row.state == state);
    found.map(|row| row.kid.as_str().to_owned())
}

async fn published(scene: &Scene) -> Vec<String> {
    let keys = jwks(&scene.program).await;
    keys["keys"].as_array().unwrap().iter().filter_map(|key| key["kid"].as_str()).map(str::to_owned).collect()
}

/// A scene whose keys are in the database, with long-lived tokens signed with ES256.
async fn scene() -> Scene {
    let scene = Scene::with(|r| {
        r.metadata.id_token_signed_response_alg = Algorithm::Es256;
        r.settings.lifetimes.access_token = Some(20 * 3600);
        r.settings.lifetimes.id_token = Some(20 * 3600);
    })
    .await;
    maintain(&scene.provider).await;
    scene
}

fn kid_of(jwt: &str) -> String {
    header(jwt)["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_until_its_last_token_has_expired() {
    let mut scene = scene().await;
    let provider = &scene.provider;
    let first = kid(provider, KeyState::Current).await.unwrap();
    let document = scene.program.get("/VX7/jwks.json", &[]).await;
    order(provider, Urgency::Announced).await;
    let second = kid(provider, KeyState::Next).await.expect("a next key");
    assert!(published(&scene).await.contains(&second), "published first");
    let changed = scene.program.get("/VX7/jwks.json", &[("if-none-match", document.header("etag"))]).await;
    assert_eq!(changed.status, 200, "the tag moves with the keys");

    let before = scene.tokens().await;
    assert_eq!((kid_of(&before.get("id_token")), kid_of(&before.get("access_token"))), (first.clone(), first.clone()));
    scene.wait(RULES.publish_before - Duration::from_millis(1));
    maintain(&scene.provider).await;
    assert_eq!(kid(&scene.provider, KeyState::Current).await.unwrap(), first, "not a moment too early");
    let late = scene.tokens_of_a_new_sign_in().await;

    scene.wait(Duration::from_millis(1));
    maintain(&scene.provider).await;
    assert_eq!(kid(&scene.provider, KeyState::Current).await.unwrap(), second);
    assert_eq!(kid(&scene.provider, KeyState::Retired).await.unwrap(), first);
    let after = scene.tokens().await;
    assert_eq!((kid_of(&after.get("id_token")), kid_of(&late.get("id_token"))), (second.clone(), first.clone()));
    for tokens in [&late, &after] {
        assert!(verify(&scene.program, &tokens.get("id_token")).await.is_some());
        assert!(scene.is_alive(&tokens.get("access_token")).await);
    }

    scene.wait(RULES.retire_after - Duration::from_millis(1));
    maintain(&scene.provider).await;
    assert!(published(&scene).await.contains(&first), "until everything it signed has expired");
    scene.wait(Duration::from_millis(1));
    maintain(&scene.provider).await;
    assert!(!published(&scene).await.contains(&first));
    assert_eq!(scene.program.introspect(&scene.client, &late.get("access_token")).await, inactive());
}

// A key that leaked: at once, whatever it has signed, and its tokens go with it once it is deleted.
#[tokio::test]
async fn an_immediate_rotation_signs_with_a_new_key_at_once() {
    let mut scene = scene().await;
    let old = scene.tokens().await;
    order(&scene.provider, Urgency::Immediate).await;
    let new = scene.tokens().await;
    assert_ne!(kid_of(&old.get("id_token")), kid_of(&new.get("id_token")));
    for tokens in [&old, &new] {
        assert!(verify(&scene.program, &tokens.get("id_token")).await.is_some());
        assert!(scene.is_alive(&tokens.get("access_token")).await);
    }
}

// security.md 42: the memory of verified tokens must not outlive the key.
#[tokio::test]
async fn tokens_of_a_key_that_is_gone_are_refused_at_once() {
    let mut scene = scene().await;
    let access = scene.tokens().await.get("access_token");
    assert!(scene.is_alive(&access).await);
    let retired = kid(&scene.provider, KeyState::Current).await.unwrap();
    order(&scene.provider, Urgency::Immediate).await;
    assert!(scene.is_alive(&access).await);
    carry_out(&scene.provider, &[Action::Delete { kid: tegata::id::KeyId::new(&retired) }]).await;
    assert!(!published(&scene).await.contains(&retired));
    assert!(!scene.is_alive(&access).await);
}

#[tokio::test]
async fn other_algorithms_keep_their_keys() {
    let scene = scene().await;
    let of = |keys: &Value, alg: &str| {
        keys["keys"].as_array().unwrap().iter().filter(|key| key["alg"] == alg).cloned().collect::<Vec<_>>()
    };
    let before = jwks(&scene.program).await;
    order(&scene.provider, Urgency::Immediate).await;
    let after = jwks(&scene.program).await;
    for alg in ["RS256", "PS256", "EdDSA"] {
        assert_eq!(of(&before, alg), of(&after, alg), "{alg}");
    }
    assert_eq!((of(&before, "ES256").len(), of(&after, "ES256").len()), (1, 2));
}

// Two nodes must not end up with two keys in office, nor sign with one that the other does not publish.
#[tokio::test]
async fn nodes_that_rotate_at_the_same_moment_agree_on_the_key() {
    let scene = scene().await;
    let node = scene.provider.second_node().await;
    let rows = load_keys(scene.provider.db()).await.unwrap();
    let actions = rotate(Algorithm::Es256, &rows, Urgency::Announced);
    let now: Timestamp = scene.provider.clock.now();
    let (one, two) = tokio::join!(
        apply(scene.provider.db(), &scene.provider.app.master, &actions, now),
        apply(node.db(), &node.app.master, &actions, now)
    );
    assert_eq!(one.unwrap() + two.unwrap(), 1, "one of them was first");
    for provider in [&scene.provider, &node] {
        reload(provider).await;
    }
    assert_eq!(scene.provider.app.keys.load().etag(), node.app.keys.load().etag());
}
