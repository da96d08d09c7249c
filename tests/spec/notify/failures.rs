//! Servers that refuse, hang up, dawdle or are not there.

use tegata::notify::{list_messages, load_backlog, retry_dead};
use tegata_conformance::sink::Faults;
use tokio::net::TcpListener;

use super::*;
use crate::support::Inbox;
use crate::support::inbox::header;

/// A port where nobody listens.
async fn nobody() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_mail_that_is_refused_for_now_goes_a_minute_later() {
    let provider = Provider::with_inbox().await;
    provider.inbox().set_faults(Faults { refuse: 2, ..Faults::default() });
    let id = put_reset(&provider).await;
    assert_eq!(provider.deliver().await.again, 1);
    assert_eq!(fate(&provider, &id).await, waits_with("smtp_451"));
    after(&provider, 50);
    assert_eq!(provider.deliver().await.again, 0, "not before its time");
    after(&provider, 20);
    assert_eq!(provider.deliver().await.again, 1);
    after(&provider, 121);
    assert_eq!(provider.deliver().await.sent, 1);
    assert_eq!((fate(&provider, &id).await, record(&provider, &id).await.attempts), (SENT, 3));
    assert_eq!(provider.inbox().messages().len(), 1);
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_dead_visible_and_can_be_revived() {
    let provider = Provider::with_inbox().await;
    provider.inbox().set_faults(Faults { reject: 1, ..Faults::default() });
    let id = put_reset(&provider).await;
    assert_eq!(provider.deliver().await.dead, 1);
    assert_eq!(fate(&provider, &id).await, dead_with("smtp_550"));
    let dead = list_messages(provider.db(), MessageState::Dead, 10).await.unwrap();
    assert_eq!(dead.iter().map(|message| &message.id).collect::<Vec<_>>(), [&id]);
    assert_eq!(load_backlog(provider.db()).await.unwrap().dead, 1);
    after(&provider, 10 * 24 * 3600);
    assert_eq!(provider.deliver().await.sent, 0, "it is not tried by itself");
    let mut tx = provider.db().begin().await.unwrap();
    assert!(retry_dead(&mut tx, &id, provider.clock.now()).await.unwrap());
    assert!(!retry_dead(&mut tx, &id, provider.clock.now()).await.unwrap(), "it waits already");
    tx.commit().await.unwrap();
    assert_eq!(provider.deliver().await.sent, 1);
    let mut tx = provider.db().begin().await.unwrap();
    assert!(!retry_dead(&mut tx, &id, provider.clock.now()).await.unwrap(), "it was sent");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_replaced_by_the_next_or_waited_for() {
    let (inbox, port) = (Inbox::open().await, nobody().await);
    let provider = Provider::with_config(|config| {
        inbox.configure(config);
        let mut gone = inbox.sender("gone");
        gone.port = Some(port);
        config.mail.sender.insert(0, gone);
        config.brand[1].mail_senders = vec!["gone".to_owned()];
    })
    .await;
    let id = put_reset(&provider).await;
    assert_eq!(provider.deliver().await.sent, 1);
    assert_eq!(record(&provider, &id).await.route.as_deref(), Some("inbox"));
    let due = Due { now: provider.clock.now(), expires_at: None };
    let mut tx = provider.db().begin().await.unwrap();
    let content = reset_to(&provider, TO);
    let id = provider.app.outbox.insert(&mut tx, (&BrandCode::new("VX9"), None), &content, due).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(provider.deliver().await.again, 1);
    assert_eq!(fate(&provider, &id).await, waits_with("unreachable"));
    assert_eq!(record(&provider, &id).await.route.as_deref(), Some("gone"));
}

#[tokio::test]
async fn a_server_that_dawdles_is_given_up_in_time() {
    let provider = Provider::with_inbox_and(|config| config.mail.timeout = "40ms".parse().unwrap()).await;
    provider.inbox().set_faults(Faults { delay_ms: 2_000, ..Faults::default() });
    let id = put_reset(&provider).await;
    assert_eq!(provider.deliver().await.again, 1);
    assert_eq!(fate(&provider, &id).await, waits_with("time_out"));
}

/// Nobody knows whether it was taken, so it goes again; the reader's program knows it by its `Message-ID`.
#[tokio::test]
async fn a_server_that_hangs_up_after_the_mail_gets_it_again_with_the_same_message_id() {
    for kept in [true, false] {
        let provider = Provider::with_inbox().await;
        let faults = Faults { drop_after_data: 1, keep_dropped: kept, ..Faults::default() };
        provider.inbox().set_faults(faults);
        let id = put_reset(&provider).await;
        assert_eq!(provider.deliver().await.again, 1);
        assert_eq!(fate(&provider, &id).await, waits_with("no_answer"));
        after(&provider, 61);
        assert_eq!(provider.deliver().await.sent, 1);
        let mails = provider.inbox().mails_to(TO);
        assert_eq!(mails.len(), 1 + usize::from(kept));
        for mail in &mails {
            assert_eq!(header(mail, "Message-ID"), [format!("<{id}@vx7.example>")]);
            assert_eq!((&mail.text, &mail.headers[2]), (&mails[0].text, &mails[0].headers[2]));
        }
    }
}

#[tokio::test]
async fn what_nobody_carries_waits() {
    let provider = Provider::start().await;
    let (mail, code) = (put_reset(&provider).await, put(&provider, &sms(&provider), Some(10)).await);
    assert_eq!(provider.deliver().await, tegata::notify::Round::default());
    for id in [mail, code] {
        assert_eq!(fate(&provider, &id).await, (MessageState::Waiting, None));
    }
    let backlog = load_backlog(provider.db()).await.unwrap();
    assert_eq!((backlog.waiting, backlog.oldest, backlog.dead), (2, Some(provider.clock.now()), 0));
}

#[tokio::test]
async fn after_three_days_a_mail_is_given_up_and_after_its_own_end_forgotten() {
    let provider = Provider::with_inbox().await;
    provider.inbox().set_faults(Faults { refuse: 1_000, ..Faults::default() });
    let patient = put_reset(&provider).await;
    let short = put(&provider, &reset_to(&provider, TO), Some(90)).await;
    for _ in 0..30 {
        provider.deliver().await;
        let waiting = record(&provider, &patient).await;
        if waiting.state == MessageState::Dead {
            break;
        }
        provider.clock.advance(waiting.next_attempt_at.since(provider.clock.now()));
    }
    assert_eq!(fate(&provider, &patient).await, dead_with("smtp_451"));
    let days = record(&provider, &patient).await.done_at.unwrap().since(record(&provider, &patient).await.created_at);
    assert!((3 * 86_400..5 * 86_400).contains(&days.as_secs()), "{days:?}");
    let end = record(&provider, &short).await;
    assert_eq!((end.state, end.last_error.as_deref()), (MessageState::Dead, Some("expired")));
    let mut tx = provider.db().begin().await.unwrap();
    assert!(!retry_dead(&mut tx, &short, provider.clock.now()).await.unwrap(), "its link is worth nothing");
}
