//! Crashes, claims that run out, and several nodes on one outbox.

use std::collections::BTreeSet;

use tegata::boot::{Ground, assemble_on};
use tegata::random::Random;
use tegata::server::stop::{Phase, StopOrder};
use tegata_conformance::sink::Faults;

use super::*;
use crate::support::inbox::header;

#[tokio::test]
async fn what_was_committed_before_a_crash_is_sent_after_it() {
    let provider = Provider::with_inbox().await;
    let id = put_reset(&provider).await;
    let next = provider.second_node().await;
    drop(provider);
    assert_eq!(next.deliver().await.sent, 1);
    assert_eq!(fate(&next, &id).await, SENT);
    assert_eq!(next.inbox().mails_to(TO).len(), 1);
}

#[tokio::test]
async fn a_node_that_dies_while_it_sends_leaves_one_duplicate_at_most() {
    let provider = Provider::with_inbox().await;
    let id = put_reset(&provider).await;
    provider.inbox().set_faults(Faults { delay_ms: 60_000, ..Faults::default() });
    let claimed = async {
        while record(&provider, &id).await.attempts == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        round = provider.deliver() => panic!("the server answers nothing, and yet: {round:?}"),
        () = claimed => {} // and so the node dies in the middle
    }
    provider.inbox().set_faults(Faults::default());
    let other = provider.second_node().await;
    after(&provider, 100);
    assert_eq!(other.deliver().await.sent, 0, "the claim of the dead node holds");
    after(&provider, 100);
    assert_eq!(other.deliver().await.sent, 1);
    after(&provider, 24 * 3600);
    assert_eq!(other.deliver().await.sent + provider.deliver().await.sent, 0);
    let mails = provider.inbox().mails_to(TO);
    assert!((1..=2).contains(&mails.len()), "{}", mails.len());
    assert!(mails.iter().all(|mail| header(mail, "Message-ID") == [format!("<{id}@vx7.example>")]));
}

#[tokio::test]
async fn two_nodes_send_every_message_once() {
    let provider = Provider::with_inbox().await;
    let nodes = [provider.second_node().await, provider.second_node().await];
    let mut ids = BTreeSet::new();
    for i in 0..40 {
        ids.insert(put(&provider, &reset_to(&provider, &format!("user{i}@d{}.example", i % 7)), None).await);
        ids.insert(put(&provider, &sms(&provider), Some(10)).await);
    }
    let (a, b) = tokio::join!(nodes[0].deliver(), nodes[1].deliver());
    assert_eq!((a.sent + b.sent, a.again + b.again + a.dead + b.dead), (80, 0));
    let keys = provider.inbox().messages().into_iter().map(|message| match header(&message, "X-Entity-Ref-ID")[..] {
        [id] => MessageId::new(id),
        _ => MessageId::new(message.idempotency_key.clone().unwrap()),
    });
    let keys: Vec<_> = keys.collect();
    assert_eq!(keys.len(), 80);
    assert_eq!(keys.into_iter().collect::<BTreeSet<_>>(), ids);
}

#[tokio::test]
async fn a_node_that_stops_takes_nothing_more() {
    let provider = Provider::with_inbox().await;
    let id = put_reset(&provider).await;
    let other = provider.second_node().await;
    provider.app.carrier.stop();
    assert_eq!(provider.deliver().await.sent, 0);
    assert_eq!(record(&provider, &id).await.attempts, 0);
    assert_eq!(other.deliver().await.sent, 1);
}

/// With the real loops, which look once a second, and at once when somebody rings.
#[tokio::test]
async fn a_running_node_sends_what_was_committed_as_soon_as_it_is_woken() {
    let provider = Provider::with_inbox().await;
    let node = provider.second_node().await;
    let (order, stop) = StopOrder::new();
    let (config, clock) = (node.app.config.clone(), provider.clock.clone());
    let (random, master, db) = (Random::seeded(9), node.app.master.clone(), provider.database.open().await);
    let (app, background) = assemble_on(Ground { config, clock, random, master, db }).await.unwrap();
    let tasks = background.start(&app, &stop);
    for round in 1..=3 {
        put_reset(&provider).await;
        app.outbox.wake();
        let arrived = async {
            while provider.inbox().messages().len() < round {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("it arrives");
    }
    order.advance(Phase::Draining);
    app.carrier.stop();
    tasks.finish(Duration::from_secs(5)).await;
}
