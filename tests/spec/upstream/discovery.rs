//! The discovery document of a customer's server (S19): read at its set-up, believed for its own host alone, and never
//! in the middle of a sign-in.

use std::time::Duration;

use serde_json::json;
use tegata::audit::{Event, EventKind};
use tegata::id::BrandCode;
use tegata::jobs::watch_connections::{Watched, tick};
use tegata::upstream::connection::{AdfsConnection, Clerk, approve_endpoints, find_connection, update_endpoints};
use tegata::upstream::discovery::DiscoveryProblem;
use tegata_conformance::upstreams::{AdfsVersion, Fault};

use super::steps::{Visitor, asked, attacker_was_left_alone, clear_logs, discovered, token_requests};
use crate::support::{Federation, sql};

#[tokio::test]
async fn s19_a_document_of_another_issuer_or_with_another_host_is_refused() {
    let world = Federation::start().await;
    let (a, b) = (world.upstreams.adfs("adfs-a"), world.upstreams.adfs("adfs-b"));
    let issuer = format!("{}/adfs", a.origin());
    assert!(discovered(&world, &issuer).await.is_ok());
    for (member, value, expected) in [
        ("issuer", json!(format!("{}/adfs", b.origin())), DiscoveryProblem::OtherIssuer),
        ("issuer", json!(format!("{issuer}/")), DiscoveryProblem::OtherIssuer),
        ("issuer", json!(issuer.to_uppercase()), DiscoveryProblem::OtherIssuer),
        ("issuer", json!(null), DiscoveryProblem::NoDocument),
        ("issuer", json!([issuer]), DiscoveryProblem::OtherIssuer),
        ("token_endpoint", json!(format!("{}/token", a.attacker())), DiscoveryProblem::OtherHost),
        ("token_endpoint", json!(format!("{}/adfs/oauth2/token/", b.origin())), DiscoveryProblem::OtherHost),
        ("token_endpoint", json!(a.origin().replace("https:", "http:")), DiscoveryProblem::OtherHost),
        ("token_endpoint", json!(7), DiscoveryProblem::NoDocument),
        ("jwks_uri", json!(format!("{}/keys", a.attacker())), DiscoveryProblem::OtherHost),
        ("jwks_uri", json!(null), DiscoveryProblem::NoDocument),
        ("authorization_endpoint", json!(format!("{}/x", a.attacker())), DiscoveryProblem::OtherHost),
        ("authorization_endpoint", json!("/adfs/oauth2/authorize/"), DiscoveryProblem::NoDocument),
    ] {
        a.set_discovery(member, value.clone());
        assert_eq!(discovered(&world, &issuer).await, Err(expected), "{member} = {value}");
        a.reset();
    }
    a.configure(|settings| settings.version = AdfsVersion::Server2012R2);
    assert_eq!(discovered(&world, &issuer).await, Err(DiscoveryProblem::NoPage), "too old");
    a.reset();
    for fault in [Fault::Html, Fault::TruncatedJson, Fault::DuplicateKeys] {
        a.fault(fault.on("/openid-configuration").once());
        assert_eq!(discovered(&world, &issuer).await, Err(DiscoveryProblem::NoDocument), "{fault:?}");
    }
    attacker_was_left_alone(&world, "discovery");
}

/// The document changes after the set-up: people sign in as before, the code and our secret go where they always went.
#[tokio::test]
async fn s19_a_token_endpoint_that_moves_to_another_host_gets_neither_code_nor_secret() {
    let world = Federation::start().await;
    world.member(world.adfs.as_str(), "taro@corp").await;
    let host = world.upstreams.adfs("adfs-a");
    let elsewhere = host.attacker();
    for member in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        host.set_discovery(member, json!(format!("{elsewhere}/{member}")));
    }
    clear_logs(&world);
    Visitor::new(&world, world.adfs.as_str()).come_back().await.signed_in("with the old endpoints");
    assert_eq!(token_requests(&host).len(), 1);
    assert!(host.requests("/openid-configuration").is_empty(), "no sign-in reads it");
    attacker_was_left_alone(&world, "a moved endpoint");
}

async fn connection(world: &Federation) -> AdfsConnection {
    find_connection(world.provider.db(), &BrandCode::new("VX7"), &world.adfs).await.unwrap().unwrap()
}

/// The reading of the next day: what it did, and what was written down about the connection.
async fn next_day(world: &Federation) -> (Watched, Vec<String>) {
    let told = async || {
        let columns = "COALESCE(reason, '') || ' ' || detail";
        let about = "event = 'connection_changed' ORDER BY at, id";
        sql::texts(&world.provider, &format!("SELECT {columns} FROM audit_event WHERE {about}")).await
    };
    let before = told().await.len();
    world.provider.clock.advance(Duration::from_hours(26));
    let watched = tick(&world.provider.app).await.unwrap();
    (watched, told().await.split_off(before))
}

/// What a document names anew on its own host waits for approval; what it names elsewhere is refused. In both cases the
/// old one stays, and it is told.
#[tokio::test]
async fn s19_the_daily_reading_changes_nothing_that_is_in_use_and_tells_what_has_changed() {
    let world = Federation::start().await;
    world.member(world.adfs.as_str(), "taro@corp").await;
    let host = world.upstreams.adfs("adfs-a");
    let in_use = connection(&world).await.endpoints;
    let quiet = Watched { read: 1, staged: 0, in_trouble: 0 };
    assert_eq!(next_day(&world).await, (quiet, Vec::new()), "as before");
    let (elsewhere, issuer) = (host.attacker(), format!("{}/adfs", host.origin()));
    for (member, value, why) in [
        ("token_endpoint", format!("{elsewhere}/token"), "other_host"),
        ("jwks_uri", format!("{elsewhere}/keys"), "other_host"),
        ("issuer", elsewhere.clone(), "other_issuer"),
    ] {
        host.set_discovery(member, value);
        let (watched, told) = next_day(&world).await;
        assert_eq!(watched, Watched { read: 1, staged: 0, in_trouble: 1 }, "{member}");
        assert!(told.len() == 1 && told[0].starts_with("discovery_failed") && told[0].contains(why), "{told:?}");
        let row = connection(&world).await;
        assert_eq!((&row.endpoints, row.staged), (&in_use, None), "{member}");
        host.reset();
        let (_, told) = next_day(&world).await;
        assert!(told.len() == 1 && told[0].starts_with("discovery_works_again"), "{told:?}");
    }
    host.set_discovery("token_endpoint", format!("{issuer}/oauth2/token2/"));
    let (watched, told) = next_day(&world).await;
    assert_eq!(watched, Watched { read: 1, staged: 1, in_trouble: 0 });
    assert!(told.len() == 1 && told[0].starts_with("endpoints_staged") && told[0].contains("token2"), "{told:?}");
    assert_eq!(connection(&world).await.endpoints, in_use);
    clear_logs(&world);
    Visitor::new(&world, world.adfs.as_str()).come_back().await.signed_in("with the old endpoints");
    assert_eq!(token_requests(&host)[0].path, "/adfs/oauth2/token/");
    attacker_was_left_alone(&world, "the daily reading");
    approve(&world).await;
    clear_logs(&world);
    Visitor::new(&world, world.adfs.as_str()).come_back().await;
    let paths: Vec<_> = asked(&host).into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/adfs/oauth2/token2/"], "an administrator has approved");
}

async fn approve(world: &Federation) {
    let (app, row) = (&world.provider.app, connection(world).await);
    let event = Event::new(EventKind::ConnectionChanged, app.random.reference());
    let clerk = Clerk { random: &app.random, now: app.clock.now(), event };
    let mut tx = app.db.begin().await.unwrap();
    assert!(approve_endpoints(&mut tx, &clerk, &row).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn s19_endpoints_that_wait_for_approval_are_not_in_use() {
    let world = Federation::start().await;
    world.member(world.adfs.as_str(), "taro@corp").await;
    let (db, row) = (world.provider.db(), connection(&world).await);
    let now_used = row.endpoints.clone().unwrap();
    let mut staged = now_used.clone();
    staged.token = format!("{}/token", world.upstreams.attacker().origin()).parse().unwrap();
    let mut tx = db.begin().await.unwrap();
    let both = (Some(&now_used), Some(&staged));
    assert!(update_endpoints(&mut tx, (&row.id, row.version), both, world.provider.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    let waiting = connection(&world).await;
    assert_eq!((waiting.endpoints, waiting.staged), (Some(now_used), Some(staged)));
    Visitor::new(&world, world.adfs.as_str()).come_back().await.signed_in("with the approved endpoints");
    attacker_was_left_alone(&world, "staged endpoints");
}

/// The other upstreams' endpoints stand in the configuration: theirs is not read at all.
#[tokio::test]
async fn s19_no_other_upstream_is_asked_what_it_says_of_itself() {
    let world = Federation::start().await;
    for connection in ["google", "facebook", "microsoft", "daccount", "other"] {
        let host = world.host(connection);
        host.set_discovery("token_endpoint", json!(format!("{}/token", host.attacker())));
        Visitor::new(&world, connection).come_back().await.proved(connection);
        assert!(host.requests("/openid-configuration").is_empty(), "{connection}");
        assert!(asked(&host).len() <= 3, "{connection}: a code, the keys, at Facebook two questions");
    }
    attacker_was_left_alone(&world, "discovery");
}
