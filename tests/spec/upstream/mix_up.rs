//! Mix-up (S6, S7; RFC 9700 §4.4, RFC 9207): a code goes to the upstream that made it, or nowhere.

use http::StatusCode;
use tegata::contract::Plan;
use tegata::id::{BrandCode, ConnectionId};
use tegata::upstream::connection::{find_connection, update_endpoints};
use tegata::upstream::discovery::DiscoveryProblem;
use tegata_conformance::upstreams::{Arrival, Host, Mutation, ResponseIssuer};
use url::Url;

use super::steps::{
    FAILED, Outcome, Visitor, asked, attacker_was_left_alone, clear_logs, discovered, nobody_was_asked, parameter,
    token_requests,
};
use crate::support::Federation;

/// An honest customer's Active Directory is `adfs-a`; that of an evil customer of the same brand is `adfs-b`.
struct Customers {
    world: Federation,
    evil: ConnectionId,
}

impl Customers {
    async fn start() -> Self {
        let world = Federation::start().await;
        let contract = world.provider.contract("悪意商事", Plan::Basic).await;
        let evil = world.add_adfs("adfs-b", &contract, |_| {}).await;
        clear_logs(&world);
        Self { world, evil }
    }

    fn honest_host(&self) -> Host {
        self.world.upstreams.adfs("adfs-a")
    }

    fn evil_host(&self) -> Host {
        self.world.upstreams.adfs("adfs-b")
    }

    fn honest_authorize(&self) -> String {
        format!("{}/adfs/oauth2/authorize/", self.honest_host().origin())
    }

    /// Asserts that the honest code reached neither the evil host nor, in a transaction that is not its own, its maker.
    #[track_caller]
    fn code_stayed_here(&self, code: &str) {
        let holds = |host: &Host| asked(host).iter().any(|r| r.body.contains(code) || r.query.contains(code));
        assert!(!code.is_empty() && !holds(&self.evil_host()) && !holds(&self.honest_host()));
        nobody_was_asked(&self.world, "mix-up");
    }
}

/// The first half: the evil customer cannot publish the honest authorization endpoint at all.
#[tokio::test]
async fn s06_an_active_directory_that_names_anothers_endpoint_is_refused_at_its_set_up() {
    let customers = Customers::start().await;
    let evil = customers.evil_host();
    let issuer = format!("{}/adfs", evil.origin());
    evil.set_discovery("authorization_endpoint", customers.honest_authorize());
    assert_eq!(discovered(&customers.world, &issuer).await, Err(DiscoveryProblem::OtherHost));
}

/// The second half: had it got in all the same, the honest server would not send anybody to the evil callback.
#[tokio::test]
async fn s06_an_evil_connection_that_leads_to_the_honest_endpoint_gets_no_code() {
    let customers = Customers::start().await;
    let world = &customers.world;
    let (db, brand) = (world.provider.db(), BrandCode::new("VX7"));
    let row = find_connection(db, &brand, &customers.evil).await.unwrap().unwrap();
    let mut endpoints = row.endpoints.clone().unwrap();
    endpoints.authorization = customers.honest_authorize().parse().unwrap();
    let mut tx = db.begin().await.unwrap();
    let now = world.provider.clock.now();
    assert!(update_endpoints(&mut tx, (&row.id, row.version), (Some(&endpoints), None), now).await.unwrap());
    tx.commit().await.unwrap();
    let (_, url) = Visitor::new(world, customers.evil.as_str()).set_out().await;
    assert!(url.as_str().starts_with(&customers.honest_authorize()), "{url}");
    let there = world.upstreams.browser().unwrap();
    let Arrival::Page { status, body } = there.open(&url).await.unwrap() else { panic!("a page was expected") };
    assert!(status == StatusCode::BAD_REQUEST && body.contains("MSIS9224"), "{status} {body}");
    assert!(asked(&customers.evil_host()).is_empty());
}

/// The attack itself: the evil server sends the person on to the honest one, with the state of its own transaction and
/// the honest callback.
#[tokio::test]
async fn s06_an_honest_code_with_the_state_of_an_evil_connection_is_sent_to_nobody() {
    let customers = Customers::start().await;
    let world = &customers.world;
    world.member(world.adfs.as_str(), "taro@corp").await;
    let (mut browser, departure) = Visitor::new(world, customers.evil.as_str()).set_out().await;
    let forwarded = format!("{}?{}", customers.honest_authorize(), departure.query().unwrap());
    let forwarded = forwarded.replace(customers.evil.as_str(), world.adfs.as_str());
    let back = Visitor::new(world, world.adfs.as_str()).permit(&forwarded.parse().unwrap()).await;
    assert!(back.path().ends_with(world.adfs.as_str()), "{back}");
    clear_logs(world);
    let answer = browser.get(back.as_str()).await;
    answer.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
    assert_eq!(world.reasons(&answer).await, ["upstream_state_of_another_connection"]);
    customers.code_stayed_here(&parameter(&back, "code"));
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn s06_an_honest_code_and_state_brought_to_another_callback_is_sent_to_nobody() {
    let customers = Customers::start().await;
    let world = &customers.world;
    let (mut browser, back) = Visitor::new(world, world.adfs.as_str()).permitted().await;
    clear_logs(world);
    for other in [customers.evil.as_str(), "google", "nobody", "adfs-0000000000000000"] {
        let answer = browser.get(&back.as_str().replace(world.adfs.as_str(), other)).await;
        answer.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
        customers.code_stayed_here(&parameter(&back, "code"));
    }
    let outcome = Outcome::of(world, browser, back.as_str()).await;
    outcome.proved("the honest callback");
    assert_eq!(token_requests(&customers.honest_host()).len(), 1);
    assert!(asked(&customers.evil_host()).is_empty());
}

#[tokio::test]
async fn s06_an_id_token_of_another_issuer_is_refused() {
    let world = Federation::start().await;
    for connection in ["google", "microsoft", "daccount", "other", world.adfs.as_str()] {
        world.host(connection).mutate_next(Mutation::WrongIssuer);
        let outcome = Visitor::new(&world, connection).come_back().await;
        outcome.refused("upstream_token_issuer", FAILED, connection);
    }
}

/// RFC 9207 §2.4: the parameter may be missing, and must be right where it is there.
#[tokio::test]
async fn s06_an_answer_of_another_issuer_is_refused_before_its_code_is_sent() {
    let world = Federation::start().await;
    for connection in ["google", "other"] {
        for (issuer, good) in
            [(ResponseIssuer::Right, true), (ResponseIssuer::Absent, true), (ResponseIssuer::Wrong, false)]
        {
            world.host(connection).configure(|settings| settings.response_issuer = issuer);
            clear_logs(&world);
            let outcome = Visitor::new(&world, connection).come_back().await;
            match good {
                true => outcome.proved(connection),
                false => outcome.refused("upstream_response_issuer", FAILED, connection),
            }
            assert_eq!(token_requests(&world.host(connection)).len(), usize::from(good), "{connection} {issuer:?}");
        }
    }
    for connection in ["facebook", "microsoft", "daccount", world.adfs.as_str()] {
        for issuer in [world.upstreams.attacker().origin(), "https://login.example/VX7".to_owned(), "x".to_owned()] {
            let (browser, mut back) = Visitor::new(&world, connection).permitted().await;
            back.query_pairs_mut().append_pair("iss", &issuer);
            clear_logs(&world);
            let outcome = Outcome::of(&world, browser, back.as_str()).await;
            outcome.refused("upstream_response_issuer", FAILED, &format!("{connection} {issuer}"));
            nobody_was_asked(&world, connection);
        }
    }
    attacker_was_left_alone(&world, "iss");
}

fn with(back: &Url, name: &str, value: &str) -> String {
    let mut url = back.clone();
    url.query_pairs_mut().append_pair(name, value);
    url.into()
}

#[tokio::test]
async fn s07_a_parameter_that_is_there_twice_is_refused_and_the_state_not_used_up() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let (mut browser, back) = Visitor::new(&world, &connection).permitted().await;
        let issuer = world.host(&connection).origin();
        clear_logs(&world);
        for (name, value) in [
            ("code", parameter(&back, "code")),
            ("code", "another".to_owned()),
            ("code", String::new()),
            ("state", parameter(&back, "state")),
            ("state", "another".to_owned()),
        ] {
            let answer = browser.get(&with(&back, name, &value)).await;
            answer.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
            assert_eq!(world.reasons(&answer).await, ["upstream_malformed"], "{connection} {name}={value}");
        }
        for name in ["iss", "error"] {
            let twice: Url = with(&back, name, &issuer).parse().unwrap();
            let answer = browser.get(&with(&twice, name, &issuer)).await;
            answer.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
        }
        nobody_was_asked(&world, &connection);
        Outcome::of(&world, browser, back.as_str()).await.proved(&connection);
    }
}
