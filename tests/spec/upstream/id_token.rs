//! What an ID token must be (S12 to S16; RFC 8725; OpenID Connect Core §3.1.3.7). Every way to spoil one stands in
//! [`super::matrix`]; here are the boundaries, and what a connection's settings decide.

use http::StatusCode;
use tegata::config::UpstreamAlgorithm;
use tegata::id::BrandCode;
use tegata::upstream::transaction::find_by_state;
use tegata_conformance::upstreams::Mutation;

use super::steps::{
    FAILED, Outcome, Visitor, asked, attacker_was_left_alone, bytes_in_sql, clear_logs, hex, key_fetches,
    nobody_was_asked, parameter, token_requests,
};
use crate::support::{Federation, sql};

/// The connections that have ID tokens, with the seconds by which their clocks may differ.
fn connections(world: &Federation) -> [(String, i64); 5] {
    let adfs = world.adfs.to_string();
    [("google".into(), 60), ("microsoft".into(), 60), ("daccount".into(), 60), ("other".into(), 60), (adfs, 300)]
}

/// A world in which a configured connection pins another algorithm.
async fn pinned(connection: &str, algorithm: UpstreamAlgorithm) -> Federation {
    Federation::start_with(|config| {
        let all = config.upstream.iter_mut();
        all.filter(|upstream| upstream.id.as_str() == connection)
            .for_each(|upstream| upstream.signing_algorithm = Some(algorithm));
    })
    .await
}

#[tokio::test]
async fn s12_a_token_of_another_algorithm_than_the_pinned_one_is_refused_whatever_signed_it() {
    let world = Federation::start().await;
    for (connection, _) in connections(&world) {
        for mutation in [Mutation::AlgNone, Mutation::HmacWithPublicKey, Mutation::KidPath, Mutation::Es256] {
            world.host(&connection).mutate_next(mutation);
            let outcome = Visitor::new(&world, &connection).come_back().await;
            outcome.refused("upstream_token_algorithm", FAILED, &format!("{connection} {mutation:?}"));
        }
    }
}

/// The simulator signs with RS256, and its key is published: the connection wants ES256 all the same.
#[tokio::test]
async fn s12_the_token_does_not_choose_among_the_published_keys() {
    let world = pinned("other", UpstreamAlgorithm::Es256).await;
    Visitor::new(&world, "other").come_back().await.refused("upstream_token_algorithm", FAILED, "RS256 for ES256");
    world.host("other").mutate_next(Mutation::Es256);
    Visitor::new(&world, "other").come_back().await.proved("ES256 for ES256");
}

#[tokio::test]
async fn s12_hs256_is_for_a_connection_configured_so_and_then_no_key_is_fetched() {
    let world = pinned("daccount", UpstreamAlgorithm::Hs256).await;
    let host = world.host("daccount");
    Visitor::new(&world, "daccount").come_back().await.refused("upstream_token_algorithm", FAILED, "RS256 for HS256");
    host.change_client(crate::support::federation::CLIENT_ID, |client| client.hs256 = true);
    Visitor::new(&world, "daccount").come_back().await.proved("HS256 for HS256");
    for mutation in [Mutation::AlgNone, Mutation::HmacWithPublicKey, Mutation::WrongSignature, Mutation::JwkHeader] {
        host.mutate_next(mutation);
        let outcome = Visitor::new(&world, "daccount").come_back().await;
        let reason = match mutation {
            Mutation::HmacWithPublicKey => "upstream_token_signature",
            _ => "upstream_token_algorithm",
        };
        outcome.refused(reason, FAILED, &format!("{mutation:?}"));
    }
    assert_eq!(key_fetches(&host), 0, "the JWKS is ignored");
    let usual = Federation::start().await;
    usual.host("daccount").change_client(crate::support::federation::CLIENT_ID, |client| client.hs256 = true);
    let outcome = Visitor::new(&usual, "daccount").come_back().await;
    outcome.refused("upstream_token_algorithm", FAILED, "HS256 for RS256");
}

#[tokio::test]
async fn s13_keys_and_extensions_in_the_header_are_not_followed() {
    let world = Federation::start().await;
    for (connection, _) in connections(&world) {
        let host = world.host(&connection);
        Visitor::new(&world, &connection).come_back().await.proved(&connection);
        clear_logs(&world);
        let all = [
            (Mutation::JkuHeader, "upstream_token_signature"),
            (Mutation::JwkHeader, "upstream_token_signature"),
            (Mutation::X5uHeader, "upstream_token_signature"),
            (Mutation::UnknownCritical, "upstream_token_malformed"),
            (Mutation::Nested, "upstream_token_malformed"),
            (Mutation::Encrypted, "upstream_token_malformed"),
        ];
        for (mutation, reason) in all {
            host.mutate_next(mutation);
            let outcome = Visitor::new(&world, &connection).come_back().await;
            outcome.refused(reason, FAILED, &format!("{connection} {mutation:?}"));
        }
        // One more fetch of the keys it names itself, for the first unknown key; nothing else but the codes.
        assert_eq!(asked(&host).len(), all.len() + 1, "{connection}: {:?}", asked(&host));
        assert_eq!(token_requests(&host).len(), all.len(), "{connection}");
    }
    attacker_was_left_alone(&world, "jku, jwk, x5u");
}

#[tokio::test]
async fn s14_a_token_is_for_us_alone() {
    let world = Federation::start().await;
    for (connection, _) in connections(&world) {
        for (mutation, reason) in [
            (Mutation::WrongAudience, "upstream_token_audience"),
            (Mutation::ExtraAudience, "upstream_token_audience"),
            (Mutation::WrongAuthorizedParty, "upstream_token_audience"),
            (Mutation::OtherClient, "upstream_token_audience"),
            (Mutation::MissingAudience, "upstream_token_malformed"),
            (Mutation::MissingExpiry, "upstream_token_malformed"),
        ] {
            world.host(&connection).mutate_next(mutation);
            let outcome = Visitor::new(&world, &connection).come_back().await;
            outcome.refused(reason, FAILED, &format!("{connection} {mutation:?}"));
        }
    }
}

#[tokio::test]
async fn s14_times_hold_to_the_second_with_the_leeway_of_the_connection() {
    let world = Federation::start().await;
    for (connection, leeway) in connections(&world) {
        let visitor = Visitor::new(&world, &connection);
        for (mutation, refusal) in [
            (Mutation::IssuedAhead(leeway), None),
            (Mutation::IssuedAhead(leeway + 1), Some("upstream_token_clock")),
            (Mutation::NotBeforeAhead(leeway), None),
            (Mutation::NotBeforeAhead(leeway + 1), Some("upstream_token_clock")),
            (Mutation::IssuedAgo(600 + leeway), None),
            (Mutation::IssuedAgo(601 + leeway), Some("upstream_token_expired")),
        ] {
            world.host(&connection).mutate_next(mutation);
            judged(&visitor.come_back().await, refusal, &format!("{connection} {mutation:?}"));
        }
        for (lifetime, refusal) in [(1 - leeway, None), (-leeway, Some("upstream_token_expired"))] {
            world.host(&connection).configure(|settings| settings.id_token_lifetime = lifetime);
            judged(&visitor.come_back().await, refusal, &format!("{connection} exp {lifetime}"));
        }
    }
}

#[track_caller]
fn judged(outcome: &Outcome, refusal: Option<&str>, what: &str) {
    match refusal {
        Some(reason) => outcome.refused(reason, FAILED, what),
        None => outcome.proved(what),
    }
}

/// A customer's clock may be four minutes ahead, not six; the administrator reads by how much it differs.
#[tokio::test]
async fn s14_an_active_directorys_clock_may_differ_and_the_audit_log_says_by_how_much() {
    let world = Federation::start().await;
    let host = world.upstreams.adfs("adfs-a");
    let visitor = Visitor::new(&world, world.adfs.as_str());
    for (offset, refusal) in [
        (60, None),
        (240, None),
        (360, Some(("upstream_token_clock", "clock differs by 360 s"))),
        (1_800, Some(("upstream_token_clock", "clock differs by 1800 s"))),
        (-60, None),
        (-240, None),
        (-360, None),
        (-1_800, Some(("upstream_token_expired", "issued 1800 s ago by its own clock"))),
    ] {
        host.set_clock_offset(offset);
        let (mut browser, back) = visitor.permitted().await;
        let answer = browser.get(back.as_str()).await;
        world.provider.app.audit.flush().await;
        let events = tegata::audit::find_by_reference(world.provider.db(), answer.reference()).await.unwrap();
        let said = (events[0].reason.as_deref(), events[0].detail.0.get("hint").map(String::as_str));
        let expected = refusal.map_or((Some("upstream_not_linked"), None), |(why, hint)| (Some(why), Some(hint)));
        assert_eq!(said, expected, "{offset} s");
        let page = browser.follow(answer).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.body.contains("clock"), "not the person's business");
    }
}

/// The nonce stops a replay first; were it the same by some accident, the token would still be good once.
#[tokio::test]
async fn s15_an_id_token_is_good_once_even_for_the_same_nonce() {
    let world = Federation::start().await;
    for (connection, _) in connections(&world) {
        let visitor = Visitor::new(&world, &connection);
        world.member(&connection, world.person_at(&connection)).await;
        let before = hex(&world, "hash", "upstream_id_token").await.len();
        let (browser, first) = visitor.set_out().await;
        let back = visitor.permit(&first).await;
        Outcome::of(&world, browser, back.as_str()).await.signed_in(&connection);
        assert_eq!(hex(&world, "hash", "upstream_id_token").await.len(), before + 1, "{connection}");

        world.host(&connection).mutate_next(Mutation::Replayed);
        let outcome = visitor.come_back().await;
        outcome.refused("upstream_token_nonce", FAILED, &connection);

        let (browser, second) = visitor.set_out().await;
        take_over_nonce(&world, &parameter(&second, "state"), parameter(&first, "nonce")).await;
        world.host(&connection).mutate_next(Mutation::Replayed);
        let back = visitor.permit(&second).await;
        let outcome = Outcome::of(&world, browser, back.as_str()).await;
        outcome.refused("upstream_token_replayed", FAILED, &connection);
    }
}

/// Gives a transaction the nonce of another one, as no request can.
async fn take_over_nonce(world: &Federation, state: &str, nonce: String) {
    let app = &world.provider.app;
    let transaction = find_by_state(&app.db, &BrandCode::new("VX7"), state).await.unwrap().unwrap();
    let mut secrets = transaction.secrets(&app.master).unwrap();
    secrets.nonce = nonce;
    let json = serde_json::to_vec(&secrets).unwrap();
    let sealed = app.master.seal("upstream transaction", format!("secrets {}", transaction.id).as_bytes(), &json);
    let (bytes, id) = (bytes_in_sql(world, &sealed), &transaction.id);
    let statement = format!("UPDATE upstream_transaction SET secrets = {bytes} WHERE id = '{id}'");
    sql::execute(&world.provider, &statement).await;
}

#[tokio::test]
async fn s15_a_token_that_the_browser_brings_is_not_looked_at() {
    let world = Federation::start().await;
    for (connection, _) in connections(&world) {
        let (mut browser, url) = Visitor::new(&world, &connection).set_out().await;
        clear_logs(&world);
        let state = parameter(&url, "state");
        let path = format!("/VX7/callback/{connection}?state={state}&id_token=a.b.c&access_token=x&token_type=Bearer");
        let answer = browser.get(&path).await;
        answer.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
        let fields = [("state", state.as_str()), ("id_token", "a.b.c")];
        let posted = browser.post(&format!("/VX7/callback/{connection}"), &fields).await;
        assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED, "{connection}");
        nobody_was_asked(&world, &connection);
    }
}

/// What is never asked for can neither contradict a verified claim nor override it.
#[tokio::test]
async fn s16_userinfo_is_asked_nowhere_whatever_it_would_say() {
    let world = Federation::start().await;
    for (connection, _) in connections(&world) {
        let host = world.host(&connection);
        world.member(&connection, world.person_at(&connection)).await;
        host.mutate_next(Mutation::UserInfoSubject);
        Visitor::new(&world, &connection).come_back().await.signed_in(&connection);
        assert!(host.requests("/userinfo").is_empty(), "{connection}");
    }
}
