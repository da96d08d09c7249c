//! One dead server takes nothing from the others, and is not asked all the time.

use super::server::{Deed, bare, ok};
use super::*;

fn three_failures(config: &mut OutboundConfig) {
    config.breaker_failures = 3.try_into().unwrap();
}

fn unwell() -> Deed {
    Deed::Answer(bare("503 Service Unavailable", ""))
}

#[tokio::test]
async fn a_connection_that_fails_again_and_again_is_paused_and_then_tried_once() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::BreakOff(Vec::new())).await;
    let way = Way::with(&server, &authority, three_failures);
    for _ in 0..3 {
        assert!(!way.line().is_open());
        assert_eq!(failed(way.get("/").await), Failure::Broken);
    }
    assert!(way.line().is_open());
    let failure = failed(way.get("/").await);
    assert_eq!(failure, Failure::Paused);
    assert!(failure.before_sent() && server.connections() == 3);

    way.clock.advance(Duration::from_millis(29_999));
    assert_eq!(failed(way.get("/").await), Failure::Paused);
    way.clock.advance(Duration::from_millis(1));
    assert!(!way.line().is_open());
    assert_eq!(failed(way.get("/").await), Failure::Broken);
    assert_eq!(failed(way.get("/").await), Failure::Paused);
    assert_eq!(server.connections(), 4);

    way.clock.advance(Duration::from_secs(30));
    server.does_now(Deed::Answer(ok("{}")));
    assert!(way.get("/").await.is_ok() && way.get("/").await.is_ok());
}

#[tokio::test]
async fn an_answer_that_says_the_server_is_unwell_counts_and_any_other_answer_ends_the_count() {
    let authority = Authority::new();
    let server = Server::doing(&authority, unwell()).await;
    let way = Way::with(&server, &authority, three_failures);
    for answer in [bare("404 Not Found", ""), bare("302 Found", "location: /\r\n"), ok(&"x".repeat(300_000))] {
        for _ in 0..2 {
            server.does_now(unwell());
            assert_eq!(way.get("/").await.unwrap().status(), 503);
        }
        server.does_now(Deed::Answer(answer));
        let _ = way.get("/").await;
        assert!(!way.line().is_open());
    }
    server.does_now(unwell());
    for _ in 0..3 {
        assert_eq!(way.get("/").await.unwrap().status(), 503);
    }
    assert_eq!(failed(way.get("/").await), Failure::Paused);
}

#[tokio::test]
async fn what_never_left_says_nothing_about_the_server() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok("{}"))).await;
    let way = Way::with(&server, &authority, three_failures);
    let line = way.outbound.line("closed", &Reach::default()).unwrap();
    for _ in 0..10 {
        assert!(matches!(failed(line.send(get(&way.url("/")), None).await), Failure::Refused(_)));
        assert!(!line.is_open());
    }
}

#[tokio::test]
async fn while_one_request_finds_out_the_others_do_not_wait() {
    let authority = Authority::new();
    let server = Server::doing(&authority, unwell()).await;
    let way = Way::with(&server, &authority, three_failures);
    for _ in 0..3 {
        assert_eq!(way.get("/").await.unwrap().status(), 503);
    }
    server.does_now(Deed::Hang(Vec::new()));
    way.clock.advance(Duration::from_secs(30));
    let (line, url) = (way.line(), way.url("/probe"));
    let probe = tokio::spawn(async move { line.send(get(&url), None).await.map(drop) });
    server.has_read(4).await;
    assert!(way.line().is_open());
    assert_eq!(failed(way.get("/").await), Failure::Paused);

    // The person who waited for it has gone; the next one finds out.
    probe.abort();
    assert!(probe.await.unwrap_err().is_cancelled());
    server.does_now(Deed::Answer(ok("{}")));
    assert!(way.get("/").await.is_ok() && way.get("/").await.is_ok());
}

#[tokio::test]
async fn a_dead_server_holds_its_own_places_and_nobody_elses() {
    let authority = Authority::new();
    let dead = Server::doing(&authority, Deed::Hang(Vec::new())).await;
    let alive = Server::doing(&authority, Deed::Answer(ok("{}"))).await;
    let way = Way::with(&dead, &authority, |config| {
        config.ports.push(alive.port);
        config.max_concurrent = 16.try_into().unwrap();
    });
    let waiting: Vec<_> = (0..200)
        .map(|_| {
            let (line, url) = (way.line(), way.url("/"));
            tokio::spawn(async move { line.send(get(&url), None).await.map(drop) })
        })
        .collect();
    dead.has_read(16).await;
    let failure = failed(way.get("/").await);
    assert_eq!(failure, Failure::Busy);
    assert!(failure.before_sent());

    let other = way.outbound.line("other", &way.reach).unwrap();
    let url = format!("https://other.sim.test:{}/", alive.port);
    for _ in 0..20 {
        assert!(other.send(get(&url), None).await.is_ok());
    }
    let busy = waiting.iter().filter(|task| task.is_finished()).count();
    assert_eq!((busy, dead.connections()), (184, 16));

    for task in waiting {
        task.abort();
        let _ = task.await;
    }
    dead.does_now(Deed::Answer(ok("{}")));
    assert!(way.get("/").await.is_ok());
}

#[tokio::test]
async fn a_connection_keeps_its_line_until_what_it_may_reach_changes() {
    let authority = Authority::new();
    let server = Server::doing(&authority, unwell()).await;
    let way = Way::with(&server, &authority, three_failures);
    for _ in 0..3 {
        assert_eq!(way.get("/").await.unwrap().status(), 503);
    }
    assert!(Arc::ptr_eq(&way.line(), &way.line()) && way.line().is_open());
    assert!(!way.outbound.line("other", &way.reach).unwrap().is_open());
    let changed = Reach { permitted_networks: vec!["127.0.0.1/32".parse().unwrap()], ..way.reach.clone() };
    let line = way.outbound.line("adfs-test", &changed).unwrap();
    assert_eq!(line.send(get(&way.url("/")), None).await.unwrap().status(), 503);
}
