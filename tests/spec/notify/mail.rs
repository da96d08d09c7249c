//! What arrives: header and body, envelope, strange addresses.

use tegata_conformance::sink::Faults;

use super::*;
use crate::support::inbox::{header, link};

#[tokio::test]
async fn a_mail_arrives_with_every_header_that_it_needs_and_none_that_it_must_not_have() {
    let provider = Provider::with_inbox_and(|config| {
        config.brand[0].mail_reply_to = Some("サポート <support@vx7.example>".parse().unwrap());
    })
    .await;
    let id = put_reset(&provider).await;
    assert_eq!(provider.deliver().await.sent, 1);
    assert_eq!(fate(&provider, &id).await, SENT);
    let mails = provider.inbox().mails_to(TO);
    let [mail] = &mails[..] else { panic!("one mail, not {}", mails.len()) };
    assert_eq!(mail.subject.as_deref(), Some("【M-Drive】パスワードリセット"));
    assert!(link(mail).ends_with(TICKET) && mail.html.as_ref().unwrap().contains(TICKET));
    assert_eq!(mail.authenticated.as_deref(), Some("tegata"));
    let one = |name: &str| match header(mail, name)[..] {
        [value] => value.to_owned(),
        ref other => panic!("{name}: {other:?}"),
    };
    assert_eq!(one("Date"), "Fri, 20 Nov 2026 00:00:00 +0000");
    assert_eq!(one("From"), "M-Drive <no-reply@vx7.example>");
    assert_eq!(one("To"), TO);
    assert!(one("Reply-To").ends_with("<support@vx7.example>"));
    assert!(one("Subject").starts_with("=?utf-8?b?"));
    assert_eq!(one("Message-ID"), format!("<{id}@vx7.example>"));
    assert_eq!(one("MIME-Version"), "1.0");
    assert!(one("Content-Type").starts_with("multipart/alternative"));
    assert_eq!(one("Content-Language"), "ja");
    assert_eq!(one("Auto-Submitted"), "auto-generated");
    assert_eq!(one("X-Auto-Response-Suppress"), "All");
    assert_eq!(one("X-Entity-Ref-ID"), id.as_str());
    assert_eq!(one("Feedback-ID"), "password-reset:VX7:transactional:vx7.example");
    assert_eq!(one("Return-Path"), format!("<bounce+{id}@bounce.example>"));
    for absent in ["List-Unsubscribe", "Bcc", "Cc", "X-Mailer", "User-Agent"] {
        assert!(header(mail, absent).is_empty(), "{absent}");
    }
}

#[tokio::test]
async fn the_mobile_carriers_old_addresses_get_their_mail_and_impossible_ones_are_named() {
    let provider = Provider::with_inbox().await;
    for (to, arrives) in [
        ("a..b@docomo.ne.jp", Some("\"a..b\"@docomo.ne.jp")),
        ("a.@ezweb.ne.jp", Some("\"a.\"@ezweb.ne.jp")),
        ("x@日本.jp", Some("x@xn--wgv71a.jp")),
        ("花子@vx7.example", None),
    ] {
        let id = put(&provider, &reset_to(&provider, to), None).await;
        provider.deliver().await;
        match arrives {
            Some(to) => {
                assert_eq!(fate(&provider, &id).await, SENT, "{to}");
                assert_eq!(provider.inbox().mails_to(to).len(), 1, "{to}");
            }
            None => assert_eq!(fate(&provider, &id).await, dead_with("recipient_not_ascii")),
        }
    }
}

#[tokio::test]
async fn no_more_than_two_mails_at_a_time_go_to_one_domain() {
    let provider = Provider::with_inbox().await;
    for i in 0..6 {
        put(&provider, &reset_to(&provider, &format!("user{i}@docomo.ne.jp")), None).await;
    }
    provider.inbox().set_faults(Faults { delay_ms: 10, ..Faults::default() });
    assert_eq!(provider.deliver().await.sent, 6);
    assert_eq!(provider.inbox().busiest(), 2);
}

#[tokio::test]
async fn a_mail_of_a_transaction_that_was_rolled_back_is_never_sent() {
    let provider = Provider::with_inbox().await;
    let due = Due { now: provider.clock.now(), expires_at: None };
    let (brand, content) = (BrandCode::new("VX7"), reset_to(&provider, TO));
    let mut tx = provider.db().begin().await.unwrap();
    provider.app.outbox.insert(&mut tx, (&brand, None), &content, due).await.unwrap();
    drop(tx);
    provider.app.outbox.wake();
    assert_eq!(provider.deliver().await.sent, 0);
    assert!(provider.inbox().messages().is_empty());
}
