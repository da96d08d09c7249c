//! The discovery document of a customer's server (S19): read at its set-up, believed for its own host alone, and never
//! in the middle of a sign-in.

use serde_json::json;
use tegata::id::BrandCode;
use tegata::upstream::connection::{find_connection, update_endpoints};
use tegata::upstream::discovery::DiscoveryProblem;
use tegata_conformance::upstreams::{AdfsVersion, Fault};

use super::steps::{Visitor, asked, attacker_was_left_alone, clear_logs, discovered, token_requests};
use crate::support::Federation;

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
    assert_eq!(discovered(&world, &issuer).await, Err(DiscoveryProblem::NoDocument), "too old");
    a.reset();
    for fault in [Fault::Html, Fault::TruncatedJson, Fault::DuplicateKeys, Fault::Status(404)] {
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

#[tokio::test]
async fn s19_endpoints_that_wait_for_approval_are_not_in_use() {
    let world = Federation::start().await;
    world.member(world.adfs.as_str(), "taro@corp").await;
    let (db, brand) = (world.provider.db(), BrandCode::new("VX7"));
    let row = find_connection(db, &brand, &world.adfs).await.unwrap().unwrap();
    let now_used = row.endpoints.clone().unwrap();
    let mut staged = now_used.clone();
    staged.token = format!("{}/token", world.upstreams.attacker().origin()).parse().unwrap();
    let mut tx = db.begin().await.unwrap();
    let both = (Some(&now_used), Some(&staged));
    assert!(update_endpoints(&mut tx, (&row.id, row.version), both, world.provider.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    let waiting = find_connection(db, &brand, &world.adfs).await.unwrap().unwrap();
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
