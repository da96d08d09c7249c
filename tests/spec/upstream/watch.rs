//! S19: what customers' discovery documents say is looked at every day, and never followed without a word.

use std::time::Duration;

use tegata::jobs::watch_connections::{Watched, tick};
use tegata_conformance::upstreams::{Fault, KeyAction};

use super::settings::{Desk, SECRET_AS_SENT};
use super::ways::{audit, carries, impatient, token_requests};
use crate::support::Federation;

const DAY: Duration = Duration::from_hours(26);

/// A day later, whatever is due was done.
async fn next_day(world: &Federation) -> Watched {
    world.provider.clock.advance(DAY);
    tick(&world.provider.app).await.unwrap()
}

async fn events(world: &Federation, reason: &str) -> usize {
    audit(world).await.iter().filter(|event| event.starts_with(&format!("connection_changed {reason}"))).count()
}

#[tokio::test]
async fn an_unchanged_document_changes_nothing_and_is_read_once_a_day() {
    let desk = Desk::set_up().await;
    let world = &desk.world;
    let before = desk.row().await;
    assert_eq!(tick(&world.provider.app).await.unwrap(), Watched::default(), "nothing is due yet");
    assert_eq!(next_day(world).await, Watched { read: 1, ..Watched::default() });
    assert_eq!(tick(&world.provider.app).await.unwrap(), Watched::default());
    let after = desk.row().await;
    assert_eq!((before.version, before.endpoints, None), (after.version, after.endpoints, after.staged));
    assert_eq!(next_day(world).await.read, 1);
}

#[tokio::test]
async fn other_endpoints_wait_until_the_contractor_approves_them() {
    let mut desk = Desk::set_up().await;
    desk.world.member(desk.id().as_str(), "taro@corp").await;
    let (adfs, id) = (desk.adfs(), desk.id().to_string());
    let other = format!("{}/adfs2/oauth2/token/", adfs.origin());
    adfs.set_discovery("token_endpoint", other.as_str());
    assert_eq!(next_day(&desk.world).await, Watched { read: 1, staged: 1, in_trouble: 0 });
    assert_eq!(next_day(&desk.world).await.staged, 1);
    assert_eq!(events(&desk.world, "endpoints_staged").await, 1, "told once");
    adfs.clear_log();
    assert!(!desk.world.signs_in(&id, "taro@corp").await.code().is_empty(), "the old ones serve on");
    assert_eq!(token_requests(&desk.world, &id).len(), 1);
    assert!(adfs.requests("/adfs2/oauth2/token/").is_empty());

    desk.sign_in().await;
    let page = desk.open().await;
    assert!(page.body.contains(&other) && page.body.contains("変更を承認"), "{}", page.body);
    let approved = desk.approve(&page).await;
    assert!(approved.body.contains("保存しました") && !approved.body.contains("変更を承認"), "{}", approved.body);
    let row = desk.row().await;
    assert_eq!((row.endpoints.unwrap().token.as_str(), row.staged), (other.as_str(), None));
    assert_eq!(events(&desk.world, "endpoints_approved").await, 1);
    let again = desk.approve(&page).await;
    assert_eq!(again.status, http::StatusCode::CONFLICT, "what was approved is what the page showed");
}

#[tokio::test]
async fn a_document_that_is_as_before_again_leaves_nothing_to_approve() {
    let desk = Desk::set_up().await;
    let adfs = desk.adfs();
    adfs.set_discovery("jwks_uri", format!("{}/adfs/other/keys", adfs.origin()));
    next_day(&desk.world).await;
    assert!(desk.row().await.staged.is_some());
    adfs.reset();
    next_day(&desk.world).await;
    assert!(desk.row().await.staged.is_none());
    assert_eq!(events(&desk.world, "endpoints_as_before").await, 1);
}

/// Whoever can change the document must not get our secret sent elsewhere.
#[tokio::test]
async fn an_endpoint_on_another_host_is_not_even_staged_and_told_once() {
    let mut desk = Desk::set_up().await;
    desk.world.member(desk.id().as_str(), "taro@corp").await;
    let evil = desk.world.upstreams.attacker();
    desk.adfs().set_discovery("token_endpoint", format!("{}/token", evil.origin()));
    for _ in 0..3 {
        assert_eq!(next_day(&desk.world).await.in_trouble, 1);
    }
    assert_eq!(events(&desk.world, "discovery_failed").await, 1);
    let row = desk.row().await;
    assert_eq!((row.staged.is_none(), row.trouble.as_deref()), (true, Some("other_host")));
    assert!(!desk.world.signs_in(desk.id().as_str(), "taro@corp").await.code().is_empty());
    assert!(!evil.requests("*").iter().any(|request| carries(request, SECRET_AS_SENT)));
    desk.sign_in().await;
    assert!(desk.open().await.body.contains("前回は確認できませんでした"));
    desk.adfs().reset();
    next_day(&desk.world).await;
    assert_eq!(events(&desk.world, "discovery_works_again").await, 1);
    assert_eq!(desk.row().await.trouble, None);
}

#[tokio::test]
async fn an_ad_fs_that_is_down_is_looked_at_again_an_hour_later() {
    let desk = Desk::set_up().await;
    desk.adfs().fault(Fault::Refuse);
    assert_eq!(next_day(&desk.world).await.in_trouble, 1);
    desk.adfs().clear_faults();
    desk.world.provider.clock.advance(Duration::from_secs(3_590));
    assert_eq!(tick(&desk.world.provider.app).await.unwrap().read, 0);
    desk.world.provider.clock.advance(Duration::from_secs(10));
    assert_eq!(tick(&desk.world.provider.app).await.unwrap(), Watched { read: 1, ..Watched::default() });
}

#[tokio::test]
async fn of_two_nodes_one_looks_and_a_stopped_or_unfinished_connection_is_left_alone() {
    let world = Federation::start_with(impatient).await;
    let empty = world.provider.contract("まだ", tegata::contract::Plan::Basic).await;
    super::settings::reserve(&world, &empty).await;
    let other = world.provider.second_node().await;
    world.provider.clock.advance(DAY);
    let (one, two) = tokio::join!(tick(&world.provider.app), tick(&other.app));
    assert_eq!(one.unwrap().read + two.unwrap().read, 1);
    crate::support::sql::execute(&world.provider, "UPDATE connection SET state = 'disabled'").await;
    assert_eq!(next_day(&world).await.read, 0);
}

#[tokio::test]
async fn keys_that_change_without_notice_are_told() {
    let desk = Desk::set_up().await;
    let world = &desk.world;
    world.member(desk.id().as_str(), "taro@corp").await;
    let told = async || {
        tick(&world.provider.app).await.unwrap();
        let all = audit(world).await;
        all.into_iter().filter(|event| event.starts_with("upstream_keys_changed")).collect::<Vec<_>>()
    };
    assert!(told().await.is_empty());
    desk.adfs().keys(KeyAction::Replace);
    assert!(!world.signs_in(desk.id().as_str(), "taro@corp").await.code().is_empty());
    let events = told().await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(events[0].starts_with("upstream_keys_changed all_keys_replaced"), "{events:?}");
    assert!(events[0].contains(desk.id().as_str()));
    assert_eq!(told().await.len(), 1, "once");
}
