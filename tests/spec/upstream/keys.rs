//! An upstream's keys (S17, S18): kept, fetched anew when needed, and never as often as an attacker could wish.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tegata::contract::Plan;
use tegata_conformance::upstreams::{Arrival, Browser as BrowserThere, Fault, Host, KeyAction, Mutation};

use super::steps::{FAILED, Outcome, UNAVAILABLE, Visitor, clear_logs, key_fetches, token_requests};
use crate::support::federation::form;
use crate::support::{Browser, Federation};

const HOUR: u64 = 3_600;

fn wait(world: &Federation, seconds: u64) {
    world.provider.clock.advance(Duration::from_secs(seconds));
}

/// Somebody unknown signs in, which takes the keys; answers how often they have been fetched since the log was cleared.
async fn fetches(world: &Federation, connection: &str) -> usize {
    Visitor::new(world, connection).come_back().await.proved(connection);
    key_fetches(&world.host(connection))
}

#[tokio::test]
async fn s17_keys_are_kept_as_long_as_they_may_but_five_minutes_at_the_least_and_a_day_at_the_most() {
    for (max_age, kept) in [(0, 300), (299, 300), (1_800, 1_800), (24 * HOUR, 24 * HOUR), (168 * HOUR, 24 * HOUR)] {
        let world = Federation::start().await;
        world.host("other").configure(|settings| settings.keys_max_age = max_age);
        assert_eq!(fetches(&world, "other").await, 1, "the first sign-in fetches them");
        wait(&world, kept - 1);
        assert_eq!(fetches(&world, "other").await, 1, "max-age={max_age}: kept");
        wait(&world, 1);
        assert_eq!(fetches(&world, "other").await, 2, "max-age={max_age}: fetched anew");
    }
}

/// A browser of ours with a login page open, one that is signed in at the upstream, and the form that leads there.
type Tab = (Browser, BrowserThere, (String, BTreeMap<String, String>));

/// Signs in so many times, each time with a key that nobody knows; answers where that led.
async fn sign_in_with_unknown_keys(tab: Tab, host: Host, times: usize) -> BTreeSet<String> {
    let (mut browser, there, (action, fields)) = tab;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut ends = BTreeSet::new();
    for _ in 0..times {
        let departure = browser.post(&action, &fields).await;
        let arrival = there.open(&departure.location().parse().unwrap()).await.unwrap();
        let Arrival::Redirect(back) = arrival else { panic!("{arrival:?}") };
        host.mutate_next(Mutation::UnknownKid);
        let answer = browser.get(back.as_str()).await;
        ends.insert(answer.location().rsplit('?').next().unwrap_or_default().to_owned());
    }
    ends
}

/// Random key names would make us fetch a thousand times, were it not for the limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s17_a_thousand_tokens_with_random_key_names_cause_one_fetch() {
    let world = Federation::start_with(|config| {
        let plenty = std::num::NonZeroU32::new(10_000).unwrap();
        (config.limits.upstream_per_address, config.limits.upstream_per_network) = (plenty, plenty);
    })
    .await;
    let host = world.host("other");
    assert_eq!(fetches(&world, "other").await, 1);
    clear_logs(&world);
    let mut tabs = Vec::new();
    for _ in 0..4 {
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let there = world.upstreams.browser().unwrap();
        there.sign_in(&world.depart(&mut browser, &page, "other").await, "taro").await.unwrap();
        tabs.push((browser, there, form(&page, "/upstream/other").unwrap()));
    }
    let mut all = tokio::task::JoinSet::new();
    for tab in tabs {
        all.spawn(sign_in_with_unknown_keys(tab, host.clone(), 250));
    }
    for ends in all.join_all().await {
        assert_eq!(ends, BTreeSet::from(["upstream=failed".to_owned()]));
    }
    assert_eq!(token_requests(&host).len(), 1_000);
    assert_eq!(key_fetches(&host), 1, "one, out of turn");
    clear_logs(&world);
    wait(&world, 299);
    host.mutate_next(Mutation::UnknownKid);
    Visitor::new(&world, "other").come_back().await.refused("upstream_token_signature", FAILED, "within five minutes");
    assert_eq!(key_fetches(&host), 0);
    wait(&world, 1);
    host.mutate_next(Mutation::UnknownKid);
    Visitor::new(&world, "other").come_back().await.refused("upstream_token_signature", FAILED, "after five minutes");
    assert_eq!(key_fetches(&host), 1);
}

/// Between the authorization and the token, as it happens.
#[tokio::test]
async fn s17_keys_that_roll_in_the_middle_of_a_sign_in_cost_one_fetch_and_nobody_notices() {
    let world = Federation::start().await;
    for connection in ["google", "microsoft", "daccount", "other", world.adfs.as_str()] {
        let host = world.host(connection);
        assert_eq!(fetches(&world, connection).await, 1);
        let (browser, back) = Visitor::new(&world, connection).permitted().await;
        host.keys(KeyAction::Replace);
        Outcome::of(&world, browser, back.as_str()).await.proved(connection);
        assert_eq!(key_fetches(&host), 2, "{connection}");
        assert_eq!(fetches(&world, connection).await, 2, "{connection}: the new ones are kept");
    }
    for (connection, expected) in [("other", 1), ("google", 0)] {
        let (world, what) = (Federation::start().await, "Google publishes a key before it signs, others with it");
        assert_eq!(fetches(&world, connection).await, 1);
        world.host(connection).rotate_keys();
        assert_eq!(fetches(&world, connection).await, 1 + expected, "{what}");
    }
}

/// The same name for another key, and (at d-account) no name at all: the signature alone tells.
#[tokio::test]
async fn s17_another_key_under_the_same_name_costs_one_fetch_under_the_same_limit() {
    let world = Federation::start().await;
    for (connection, action) in [("other", KeyAction::DuplicateKid), ("daccount", KeyAction::Replace)] {
        let host = world.host(connection);
        assert_eq!(fetches(&world, connection).await, 1);
        host.keys(action.clone());
        assert_eq!(fetches(&world, connection).await, 2, "{connection}");
        host.keys(action);
        let outcome = Visitor::new(&world, connection).come_back().await;
        outcome.refused("upstream_token_signature", FAILED, "too soon again");
        assert_eq!(key_fetches(&host), 2, "{connection}");
        wait(&world, 300);
        assert_eq!(fetches(&world, connection).await, 3, "{connection}: after five minutes");
    }
}

#[tokio::test]
async fn s17_many_at_once_with_an_unknown_key_wait_for_one_fetch() {
    let world = Federation::start().await;
    let host = world.host("other");
    assert_eq!(fetches(&world, "other").await, 1);
    let mut waiting = Vec::new();
    for _ in 0..8 {
        waiting.push(Visitor::new(&world, "other").permitted().await);
    }
    host.keys(KeyAction::Rotate);
    host.fault(Fault::SlowHeaders(200).on("/keys").once());
    let mut all = tokio::task::JoinSet::new();
    for (mut browser, back) in waiting {
        all.spawn(async move { browser.get(back.as_str()).await.location().to_owned() });
    }
    for location in all.join_all().await {
        assert!(location.ends_with("upstream=not-linked"), "{location}");
    }
    assert_eq!(key_fetches(&host), 2);
}

#[tokio::test]
async fn s17_keys_serve_on_for_a_day_while_the_upstream_cannot_give_new_ones() {
    let world = Federation::start().await;
    let host = world.host("other");
    assert_eq!(fetches(&world, "other").await, 1);
    for fault in [Fault::Status(503), Fault::HugeKeySet, Fault::Html, Fault::MovedToMetadata, Fault::EndlessBody] {
        host.fault(fault.on("/keys"));
        wait(&world, HOUR);
        Visitor::new(&world, "other").come_back().await.proved(&format!("{fault:?}: stale keys serve on"));
        host.clear_faults();
        wait(&world, 60);
        fetches(&world, "other").await;
    }
    host.fault(Fault::Status(503).on("/keys"));
    wait(&world, 25 * HOUR - 1);
    Visitor::new(&world, "other").come_back().await.proved("an hour fresh and a day stale, less a second");
    wait(&world, 1);
    let outcome = Visitor::new(&world, "other").come_back().await;
    outcome.refused("upstream_keys_unavailable", UNAVAILABLE, "gone");
    host.clear_faults();
    fetches(&world, "other").await;
}

#[tokio::test]
async fn s17_without_any_keys_a_sign_in_fails_closed_after_one_fetch() {
    for fault in [Fault::Status(500), Fault::HugeKeySet, Fault::TruncatedJson, Fault::Html, Fault::EndlessBody] {
        let world = Federation::start().await;
        let host = world.host("other");
        host.fault(fault.on("/keys"));
        let outcome = Visitor::new(&world, "other").come_back().await;
        outcome.refused("upstream_keys_unavailable", UNAVAILABLE, &format!("{fault:?}"));
        assert_eq!(key_fetches(&host), 1, "{fault:?}");
        host.clear_faults();
        assert_eq!(fetches(&world, "other").await, 2, "{fault:?}: nothing bad is kept");
    }
}

/// An unknown key while the keys cannot be fetched: no other answer than without that trouble.
#[tokio::test]
async fn s17_an_unknown_key_while_no_keys_can_be_had_is_refused_after_one_fetch() {
    let world = Federation::start().await;
    let host = world.host("other");
    assert_eq!(fetches(&world, "other").await, 1);
    host.fault(Fault::Status(503).on("/keys"));
    for _ in 0..3 {
        host.mutate_next(Mutation::UnknownKid);
        let outcome = Visitor::new(&world, "other").come_back().await;
        outcome.refused("upstream_token_signature", FAILED, "fails closed");
    }
    assert_eq!(key_fetches(&host), 2, "one of them out of turn");
    Visitor::new(&world, "other").come_back().await.proved("the known key still serves");
}

#[tokio::test]
async fn s17_a_key_of_1024_bit_signs_nothing() {
    let world = Federation::start().await;
    for connection in ["google", "daccount", "other", world.adfs.as_str()] {
        world.host(connection).keys(KeyAction::Weaken);
        let outcome = Visitor::new(&world, connection).come_back().await;
        outcome.refused("upstream_token_signature", FAILED, connection);
        world.host(connection).keys(KeyAction::Replace);
        wait(&world, 300);
        Visitor::new(&world, connection).come_back().await.proved(connection);
    }
}

/// Two customers with the same keys and the same names for them, and people of the same names and ids.
#[tokio::test]
async fn s18_two_active_directories_with_one_key_have_each_their_own_people() {
    let world = Federation::start().await;
    let contract = world.provider.contract("別の会社", Plan::Basic).await;
    let other = world.add_adfs("adfs-b", &contract, |_| {}).await;
    let (a, b) = (world.upstreams.adfs("adfs-a"), world.upstreams.adfs("adfs-b"));
    b.share_keys_of(&a);
    let guid = a.user("taro@corp").unwrap().claims["objectguid"].clone();
    b.set_claim("taro@corp", "objectguid", guid);
    assert_eq!(a.kid(), b.kid());
    world.member(world.adfs.as_str(), "taro@corp").await;
    clear_logs(&world);
    Visitor::new(&world, other.as_str()).come_back().await.proved("the other company's Taro is nobody here");
    assert_eq!((key_fetches(&a), key_fetches(&b)), (0, 1), "each connection fetches its own");
    Visitor::new(&world, world.adfs.as_str()).come_back().await.signed_in("Taro");
}

/// The same name for two keys: what one customer's server signed counts at that customer alone.
#[tokio::test]
async fn s18_a_key_of_the_same_name_at_another_customer_is_another_key() {
    let world = Federation::start().await;
    let contract = world.provider.contract("別の会社", Plan::Basic).await;
    let other = world.add_adfs("adfs-b", &contract, |_| {}).await;
    let (a, b) = (world.upstreams.adfs("adfs-a"), world.upstreams.adfs("adfs-b"));
    let kid = a.kid().unwrap();
    b.set_kid(&kid);
    for _ in 0..2 {
        Visitor::new(&world, world.adfs.as_str()).come_back().await.proved("the first customer");
        Visitor::new(&world, other.as_str()).come_back().await.proved("the second customer");
    }
    assert_eq!((key_fetches(&a), key_fetches(&b)), (1, 1), "no fetch out of turn: neither disturbs the other");
    a.keys(KeyAction::DuplicateKid);
    Visitor::new(&world, world.adfs.as_str()).come_back().await.proved("the first customer's key has changed");
    Visitor::new(&world, other.as_str()).come_back().await.proved("the second customer's has not");
    assert_eq!((key_fetches(&a), key_fetches(&b)), (2, 1));
}
