//! S35: one upstream that is dead or slow takes nothing from the others.

use std::time::Duration;

use tegata::config::Config;
use tegata_conformance::upstreams::Fault;
use tokio::task::JoinSet;

use super::ways::{OtherCompany, Returning, said, token_requests, turned_back};
use crate::support::{Answer, AuthorizeRequest, Callback, Federation, SignIn as _};

const USER: &str = "taro@corp";
const PLACES: u32 = 3;

fn three_places(config: &mut Config) {
    config.outbound.max_concurrent = PLACES.try_into().unwrap();
}

#[tokio::test]
async fn s35_sign_ins_that_hang_at_one_upstream_leave_the_others_alone_and_are_bounded() {
    let world = Federation::start_with(three_places).await;
    let other = OtherCompany::of(&world).await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
    }
    other.member(&world, "b@vx7.example", USER).await;
    let adfs = world.adfs.to_string();
    let asked = token_requests(&world, &adfs).len();
    let mut ready = Vec::new();
    for _ in 0..10 {
        ready.push(Returning::to(&world, &adfs, USER).await);
    }
    world.host(&adfs).fault(Fault::Hang.on("/adfs/oauth2/token"));
    let mut hanging: JoinSet<Answer> = JoinSet::new();
    for mut returning in ready {
        hanging.spawn(async move { returning.arrive().await });
    }
    // Whoever finds no place hears it at once, while the others still wait.
    for _ in PLACES..10 {
        let answer = hanging.join_next().await.unwrap().unwrap();
        turned_back(&world, &answer, "unavailable", "busy").await;
    }
    // Everybody else signs in meanwhile: with every other upstream, another company's server, a password.
    for connection in world.connections().iter().filter(|connection| **connection != adfs) {
        assert!(!world.signs_in(connection, world.person_at(connection)).await.code().is_empty(), "{connection}");
    }
    let mut returning = Returning::to(&world, other.adfs.as_str(), USER).await;
    assert!(!Callback::of(&returning.end().await).code().is_empty());
    let account = world.provider.account("password@vx7.example").await;
    let callback = world.provider.browser().sign_in(&AuthorizeRequest::of(&world.app), &account).await;
    assert!(!callback.code().is_empty());
    assert!(hanging.try_join_next().is_none(), "those that hang still do");
    assert_eq!(hanging.len(), usize::try_from(PLACES).unwrap());
    assert_eq!(token_requests(&world, &adfs).len(), asked + hanging.len());
    // They go away, and their places are free at once.
    hanging.shutdown().await;
    world.host(&adfs).clear_faults();
    assert!(!world.signs_in(&adfs, USER).await.code().is_empty());
}

#[tokio::test]
async fn s35_an_upstream_that_fails_again_and_again_rests_and_is_then_tried_once() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    world.member(&adfs, USER).await;
    world.member("google", "taro").await;
    let host = world.host(&adfs);
    host.fault(Fault::Status(503).on("/adfs/oauth2/token"));
    let asked = token_requests(&world, &adfs).len();
    let attempt = async |reason: &str| {
        let mut returning = Returning::to(&world, &adfs, USER).await;
        let answer = returning.arrive().await;
        turned_back(&world, &answer, "unavailable", reason).await;
    };
    for _ in 0..5 {
        attempt("upstream_down").await;
    }
    for _ in 0..3 {
        attempt("paused").await;
    }
    assert_eq!(token_requests(&world, &adfs).len(), asked + 5, "while it rests it is not asked");
    assert!(!world.signs_in("google", "taro").await.code().is_empty());
    world.provider.clock.advance(Duration::from_secs(29));
    attempt("paused").await;
    world.provider.clock.advance(Duration::from_secs(1));
    attempt("upstream_down").await;
    attempt("paused").await;
    assert_eq!(token_requests(&world, &adfs).len(), asked + 6, "one probe");
    host.clear_faults();
    world.provider.clock.advance(Duration::from_secs(30));
    assert!(!world.signs_in(&adfs, USER).await.code().is_empty());
    assert!(!world.signs_in(&adfs, USER).await.code().is_empty(), "and is used as before");
}

/// What a person did wrong, or an answer that is refused, is no outage: nobody can switch an upstream off for the others.
#[tokio::test]
async fn s35_answers_that_are_refused_do_not_make_an_upstream_rest() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    let host = world.host("google");
    for n in 0..12 {
        let mut returning = Returning::to(&world, "google", "taro").await;
        if n % 2 == 0 {
            host.mutate_next(tegata_conformance::upstreams::Mutation::WrongNonce);
        } else {
            let forged = format!("{}x", returning.callback.as_str().replace("code=", "code=x"));
            returning.callback = forged.replace("statex", "state").trim_end_matches('x').parse().unwrap();
        }
        let answer = returning.arrive().await;
        assert_eq!(said(&answer), "failed", "{:?}", world.reasons(&answer).await);
    }
    assert!(!world.signs_in("google", "taro").await.code().is_empty());
}
