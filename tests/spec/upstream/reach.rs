//! S20 to S23: where a server that a customer named may be, and what is sent there.

use std::net::IpAddr;

use http::StatusCode;
use tegata::account::Role;
use tegata::outbound::Refusal;
use tegata_conformance::upstreams::Fault;

use super::ways::{
    Returning, alert, carries, impatient, in_the_menu, keys_path, permit, point_at, said, token_path, token_requests,
    turned_back,
};
use crate::support::federation::{SECRET, form};
use crate::support::{Federation, sql};

const USER: &str = "taro@corp";

/// Opens the callback after the token endpoint was moved; asserts why it was not asked.
async fn refused_at(world: &Federation, token: &str, expected: Refusal) {
    point_at(world, &world.adfs, token).await;
    let mut returning = Returning::to(world, world.adfs.as_str(), USER).await;
    let answer = returning.arrive().await;
    assert_eq!(world.reasons(&answer).await, [expected.as_str()], "{token}");
    assert_eq!(said(&answer), "unavailable", "{token}");
    assert_eq!(returning.browser.session(), None);
}

#[tokio::test]
async fn s20_a_customers_server_is_asked_by_https_on_a_permitted_port_and_by_its_name_alone() {
    let world = Federation::start().await;
    let port = world.upstreams.port();
    for (token, expected) in [
        (format!("http://adfs-a.sim.test:{port}/adfs/oauth2/token/"), Refusal::Scheme),
        (format!("ftp://adfs-a.sim.test:{port}/adfs/oauth2/token/"), Refusal::Scheme),
        (format!("https://user:word@adfs-a.sim.test:{port}/adfs/oauth2/token/"), Refusal::UserInfo),
        (format!("https://adfs-a.sim.test.:{port}/adfs/oauth2/token/"), Refusal::Host),
        ("https://adfs-a.sim.test:22/adfs/oauth2/token/".to_owned(), Refusal::Port),
        ("https://adfs-a.sim.test/adfs/oauth2/token/".to_owned(), Refusal::Port),
        // Loopback is permitted to this connection; an address still is no name.
        (format!("https://127.0.0.1:{port}/"), Refusal::Literal),
        (format!("https://2130706433:{port}/"), Refusal::Literal),
        (format!("https://0x7f.1:{port}/"), Refusal::Literal),
        (format!("https://0177.0.0.1:{port}/"), Refusal::Literal),
        (format!("https://１２７.0.0.1:{port}/"), Refusal::Literal),
        (format!("https://[::1]:{port}/"), Refusal::Literal),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), Refusal::Literal),
        (format!("https://169.254.169.254:{port}/latest/meta-data/"), Refusal::Literal),
    ] {
        refused_at(&world, &token, expected).await;
    }
    assert!(token_requests(&world, world.adfs.as_str()).is_empty(), "nobody was asked");
}

/// Addresses that no customer's name may lead to.
const FORBIDDEN: [&str; 24] = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::127.0.0.1",
];

#[tokio::test]
async fn s20_a_name_that_leads_to_an_address_that_is_not_public_is_not_asked() {
    let address = |text: &str| -> IpAddr { text.parse().expect("an address") };
    let world = Federation::start_with(|config| {
        let hosts = &mut config.outbound.hosts;
        for (n, text) in FORBIDDEN.iter().enumerate() {
            hosts.insert(format!("n{n}.sim.test"), vec![address(text)]);
        }
        // Rebinding within one answer: public when one looks, here when one connects.
        hosts.insert("both.sim.test".to_owned(), vec![address("8.8.8.8"), address("127.0.0.1")]);
        hosts.insert("both-again.sim.test".to_owned(), vec![address("127.0.0.1"), address("8.8.8.8")]);
    })
    .await;
    permit(&world, &world.adfs, &[]).await;
    let names = (0..FORBIDDEN.len()).map(|n| format!("n{n}"));
    for name in names.chain(["both", "both-again", "adfs-a"].map(str::to_owned)) {
        let token = format!("https://{name}.sim.test:{}/adfs/oauth2/token/", world.upstreams.port());
        refused_at(&world, &token, Refusal::Address).await;
    }
    for local in ["localhost", "adfs-a.localhost"] {
        let token = format!("https://{local}:{}/adfs/oauth2/token/", world.upstreams.port());
        refused_at(&world, &token, Refusal::Address).await;
    }
    assert!(token_requests(&world, world.adfs.as_str()).is_empty(), "nobody was asked");
}

#[tokio::test]
async fn s20_a_redirect_of_an_upstream_is_not_followed_and_carries_the_secret_nowhere() {
    let world = Federation::start().await;
    for connection in world.connections() {
        for path in [token_path(&connection), keys_path(&connection)] {
            for fault in [Fault::Moved, Fault::Redirected, Fault::MovedToMetadata, Fault::RedirectedToMetadata] {
                let mut returning = Returning::to(&world, &connection, world.person_at(&connection)).await;
                world.host(&connection).fault(fault.on(path).once());
                let answer = returning.arrive().await;
                let reason = if path == token_path(&connection) || connection == "facebook" {
                    "redirected"
                } else {
                    "upstream_keys_unavailable"
                };
                turned_back(&world, &answer, "unavailable", reason).await;
                assert!(world.host(&connection).faults().is_empty(), "{connection} {path}: it happened");
            }
        }
    }
    assert!(world.upstreams.attacker().requests("*").is_empty(), "nobody went where they were sent");
}

#[tokio::test]
async fn s21_a_private_network_is_opened_by_an_operator_and_by_nothing_a_customer_saves() {
    let world = Federation::start().await;
    permit(&world, &world.adfs, &[]).await;
    let token = format!("{}/adfs/oauth2/token/", world.upstreams.adfs("adfs-a").origin());
    refused_at(&world, &token, Refusal::Address).await;
    // Whatever the contractor saves, the networks are not among it.
    let brand = tegata::id::BrandCode::new("VX7");
    let db = world.provider.db();
    let found = tegata::upstream::connection::find_connection(db, &brand, &world.adfs).await.unwrap();
    let mut row = found.expect("the connection is there");
    row.permitted_networks = vec!["127.0.0.0/8".parse().unwrap()];
    row.settings.resource = None;
    let mut tx = db.begin().await.unwrap();
    let now = world.provider.clock.now();
    assert!(tegata::upstream::connection::update_connection(&mut tx, &row, now).await.unwrap());
    tx.commit().await.unwrap();
    refused_at(&world, &token, Refusal::Address).await;
    permit(&world, &world.adfs, &["192.168.0.0/16"]).await;
    refused_at(&world, &token, Refusal::Address).await;
    permit(&world, &world.adfs, &["127.0.0.0/8"]).await;
    let mut returning = Returning::to(&world, world.adfs.as_str(), USER).await;
    let answer = returning.arrive().await;
    assert_ne!(world.reasons(&answer).await, ["address"]);
    assert_eq!(token_requests(&world, world.adfs.as_str()).len(), 1);
}

#[tokio::test]
async fn s21_no_field_of_the_contractors_form_opens_a_network_or_moves_the_clock() {
    let world = Federation::start().await;
    permit(&world, &world.adfs, &["10.0.0.0/8"]).await;
    let stored = async || {
        let columns = "permitted_networks || ' ' || clock_leeway || ' ' || state || ' ' || endpoints";
        sql::texts(&world.provider, &format!("SELECT {columns} FROM connection")).await
    };
    let before = stored().await;
    let mut browser = in_the_menu(&world, "keiyaku@vx7.example", Role::Contractor).await;
    let page = browser.get("/VX7/account/active-directory").await;
    let (action, hidden) = form(&page, "/account/active-directory").expect("the contractor's form");
    let issuer = format!("{}/adfs", world.upstreams.adfs("adfs-a").origin());
    let mut fields: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend([("issuer", issuer.as_str()), ("client_id", "tegata-client"), ("client_secret", SECRET)]);
    fields.extend([("subject_claim", "objectguid"), ("resource", ""), ("ca_certificate", "")]);
    for name in ["permitted_networks", "permitted_networks[]", "networks", "permitted"] {
        fields.push((name, "127.0.0.0/8"));
    }
    fields.extend([("clock_leeway", "86400000"), ("state", "enabled"), ("endpoints", "{}"), ("staged", "{}")]);
    for action in [action.clone(), format!("{action}/test")] {
        let page = browser.post(&action, &fields).await;
        assert!(!page.status.is_server_error() && page.status != StatusCode::SEE_OTHER, "{}", page.body);
    }
    assert_eq!(stored().await, before);
    let token = format!("{}/adfs/oauth2/token/", world.upstreams.adfs("adfs-a").origin());
    refused_at(&world, &token, Refusal::Address).await;
}

/// Closed, filtered, reset, another service, no such page: whoever asks a port through us learns no more than that there
/// is no answer.
#[tokio::test]
async fn s22_whatever_is_wrong_with_a_server_the_page_says_the_same_and_repeats_nothing() {
    let world = Federation::start_with(impatient).await;
    let host = world.upstreams.adfs("adfs-a");
    let good = format!("{}/adfs/oauth2/token/", host.origin());
    let mut pages = Vec::new();
    for what in ["closed", "filtered", "reset", "slow", "error", "maintenance", "not found"] {
        let mut returning = Returning::to(&world, world.adfs.as_str(), USER).await;
        point_at(&world, &world.adfs, &good).await;
        match what {
            "closed" => world.upstreams.stop_listening().await,
            "filtered" => host.fault(Fault::SilentHandshake),
            "reset" => host.fault(Fault::Refuse),
            "slow" => host.fault(Fault::Hang.on("/adfs/oauth2/token")),
            "error" => host.fault(Fault::Status(500).on("/adfs/oauth2/token")),
            "maintenance" => host.fault(Fault::Maintenance.on("/adfs/oauth2/token")),
            _ => point_at(&world, &world.adfs, &format!("{}/adfs/nothing/here", host.origin())).await,
        }
        let answer = returning.arrive().await;
        assert_eq!(said(&answer), "unavailable", "{what}");
        let page = returning.browser.follow(answer).await;
        page.is_login();
        assert!(!page.body.contains("メンテナンス") && !page.body.contains("adfs-a"), "{what}: {}", page.body);
        pages.push((page.status, alert(&page)));
        host.clear_faults();
        world.upstreams.listen_again().await.unwrap();
        // The next one shall meet the server, not our patience with it.
        world.provider.clock.advance(std::time::Duration::from_secs(31));
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    assert_eq!(pages[0].0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn s23_the_client_secret_goes_to_the_token_endpoint_and_nowhere_else() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let user = world.person_at(&connection);
        world.member(&connection, user).await;
        assert!(!world.signs_in(&connection, user).await.code().is_empty());
    }
    let basic = crate::support::program::basic("tegata-client", SECRET).replace("Basic ", "");
    let encoded: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let mut carried = Vec::new();
    for host in world.upstreams.hosts() {
        for request in host.requests("*") {
            if [SECRET, &basic, &encoded].iter().any(|text| carries(&request, text)) {
                carried.push(format!("{} {}", request.method, request.path));
            }
        }
    }
    carried.sort_unstable();
    carried.dedup();
    // Facebook's own way of asking about a token: the application proves itself with its secret (Graph, debug_token).
    let expected = [
        "GET /v23.0/debug_token",
        "POST /adfs/oauth2/token/",
        "POST /common/oauth2/v2.0/token",
        "POST /token",
        "POST /v23.0/oauth/access_token",
    ];
    assert_eq!(carried, expected);
}

/// Whoever can change the discovery document cannot have the secret sent elsewhere by it.
#[tokio::test]
async fn s23_a_changed_discovery_document_moves_no_secret() {
    let world = Federation::start().await;
    let host = world.upstreams.adfs("adfs-a");
    world.member(world.adfs.as_str(), USER).await;
    host.set_discovery("token_endpoint", format!("{}/token", host.attacker()));
    host.set_discovery("jwks_uri", format!("{}/keys", host.attacker()));
    // Long enough for every cache to have been asked again.
    world.provider.clock.advance(std::time::Duration::from_secs(26 * 3600));
    assert!(!world.signs_in(world.adfs.as_str(), USER).await.code().is_empty());
    assert!(world.upstreams.attacker().requests("*").is_empty());
}
