//! SMS: one code, however many providers are asked.

use tegata_conformance::sink::Faults;

use super::*;
use crate::support::Inbox;
use crate::support::inbox::code;

/// A provider with two SMS routes, each an inbox of its own.
async fn two_routes() -> (Provider, Inbox, Inbox) {
    let (first, second) = (Inbox::open().await, Inbox::open().await);
    let provider = Provider::with_config(|config| {
        config.sms.route = vec![first.route("first"), second.route("second")];
        config.sms.timeout = "500ms".parse().unwrap();
    })
    .await;
    (provider, first, second)
}

#[tokio::test]
async fn a_code_arrives_with_its_key_from_the_sender_of_the_brand() {
    for twilio in [false, true] {
        let inbox = Inbox::open().await;
        let provider = Provider::with_config(|config| {
            config.sms.route = vec![if twilio { inbox.twilio_route("one") } else { inbox.route("one") }];
        })
        .await;
        let id = put(&provider, &sms(&provider), Some(10)).await;
        assert_eq!(provider.deliver().await.sent, 1);
        let arrived = inbox.sms_to(PHONE);
        let [sms] = &arrived[..] else { panic!("one SMS, not {}", arrived.len()) };
        assert_eq!((code(sms), sms.from.as_str()), (CODE, "M-Drive"));
        assert_eq!(sms.idempotency_key.as_deref(), Some(id.as_str()));
        assert_eq!(sms.authenticated.as_deref(), Some("tegata"));
    }
}

#[tokio::test]
async fn a_provider_that_refuses_is_followed_by_the_next_with_the_same_text_and_key() {
    let (provider, first, second) = two_routes().await;
    first.set_faults(Faults { refuse: 1, ..Faults::default() });
    let id = put(&provider, &sms(&provider), Some(10)).await;
    assert_eq!(provider.deliver().await.sent, 1);
    assert!(first.messages().is_empty());
    let arrived = &second.sms_to(PHONE)[0];
    assert_eq!((code(arrived), arrived.idempotency_key.as_deref()), (CODE, Some(id.as_str())));
    assert_eq!(record(&provider, &id).await.route.as_deref(), Some("second"));
}

#[tokio::test]
async fn after_no_answer_nothing_is_sent_for_half_a_minute_then_the_same_provider_is_asked() {
    let (provider, first, second) = two_routes().await;
    first.set_faults(Faults { delay_ms: 10_000, ..Faults::default() });
    let id = put(&provider, &sms(&provider), Some(10)).await;
    assert_eq!(provider.deliver().await.again, 1);
    assert_eq!(fate(&provider, &id).await, waits_with("no_answer"));
    first.set_faults(Faults::default());
    after(&provider, 28);
    assert_eq!(provider.deliver().await, tegata::notify::Round::default(), "it may be on its way");
    after(&provider, 4);
    assert_eq!(provider.deliver().await.sent, 1);
    assert_eq!((first.sms_to(PHONE).len(), second.messages().len()), (1, 0));
    assert_eq!(code(&first.sms_to(PHONE)[0]), CODE);
}

#[tokio::test]
async fn a_provider_that_is_silent_twice_is_followed_by_the_next() {
    let (provider, first, second) = two_routes().await;
    first.set_faults(Faults { delay_ms: 10_000, ..Faults::default() });
    let id = put(&provider, &sms(&provider), Some(10)).await;
    assert_eq!(provider.deliver().await.again, 1);
    assert!(second.messages().is_empty());
    after(&provider, 32);
    assert_eq!(provider.deliver().await.sent, 1);
    let arrived = &second.sms_to(PHONE)[0];
    assert_eq!((code(arrived), arrived.idempotency_key.as_deref()), (CODE, Some(id.as_str())));
}

#[tokio::test]
async fn a_code_that_has_expired_is_not_sent_any_more() {
    let (provider, first, second) = two_routes().await;
    let down = Faults { refuse: 1_000, ..Faults::default() };
    first.set_faults(down.clone());
    second.set_faults(down);
    let id = put(&provider, &sms(&provider), Some(10)).await;
    let mut tries = 0;
    while record(&provider, &id).await.state == MessageState::Waiting {
        provider.deliver().await;
        tries += 1;
        after(&provider, 61);
    }
    assert!((8..=11).contains(&tries), "{tries}");
    assert_eq!(fate(&provider, &id).await, dead_with("expired"));
    assert!(first.messages().is_empty() && second.messages().is_empty());
}

#[tokio::test]
async fn a_number_that_every_provider_refuses_is_given_up_at_once() {
    let (provider, first, second) = two_routes().await;
    for inbox in [&first, &second] {
        inbox.set_faults(Faults { reject: 1, ..Faults::default() });
    }
    let id = put(&provider, &sms(&provider), Some(10)).await;
    assert_eq!(provider.deliver().await.dead, 1);
    assert_eq!(fate(&provider, &id).await, dead_with("http_400"));
}
