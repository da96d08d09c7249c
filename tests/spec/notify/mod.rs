//! Mails and SMS (RFC 5321, 5322, 3834; providers over HTTP), against real servers that fail on demand.

mod failures;
mod mail;
mod nodes;
mod secrets;
mod sms;
mod tls;

use std::time::Duration;

use tegata::clock::Timestamp;
use tegata::id::{BrandCode, MessageId};
use tegata::notify::{
    Content, Due, Mail, MailKind, MessageRecord, MessageState, compose_code_sms, compose_mail, find_message,
};
use tegata::web::Lang;

use crate::support::Provider;

/// Hanako's address and number.
const TO: &str = "hanako@vx7.example";
const PHONE: &str = "+819012345678";
/// The ticket in the mails, and the code in the SMS.
const TICKET: &str = "Zk3-a-ticket-of-43-letters-that-nobody-else-has";
const CODE: &str = "493827";

fn reset_to(provider: &Provider, to: &str) -> Content {
    let link = format!("https://login.example/VX7/lo/reset?ticket={TICKET}");
    let kind = MailKind::PasswordReset;
    let mail = Mail { kind, to, name: "端場 花子", lang: Lang::Ja, link: Some(&link), args: &[] };
    compose_mail(provider.app.faces.of("VX7"), &mail)
}

fn sms(provider: &Provider) -> Content {
    compose_code_sms(provider.app.faces.of("VX7"), Lang::Ja, PHONE, CODE, 10)
}

/// Puts a message into the outbox; it ends after so many minutes.
async fn put(provider: &Provider, content: &Content, minutes: Option<u64>) -> MessageId {
    let now = provider.clock.now();
    let due = Due { now, expires_at: minutes.map(|minutes| now.plus(Duration::from_mins(minutes))) };
    let mut tx = provider.db().begin().await.unwrap();
    let id = provider.app.outbox.insert(&mut tx, (&BrandCode::new("VX7"), None), content, due).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn put_reset(provider: &Provider) -> MessageId {
    put(provider, &reset_to(provider, TO), None).await
}

async fn record(provider: &Provider, id: &MessageId) -> MessageRecord {
    find_message(provider.db(), id).await.unwrap().expect("the message is there")
}

/// State and code of the last failure.
async fn fate(provider: &Provider, id: &MessageId) -> (MessageState, Option<String>) {
    let record = record(provider, id).await;
    (record.state, record.last_error)
}

fn waits_with(code: &str) -> (MessageState, Option<String>) {
    (MessageState::Waiting, Some(code.to_owned()))
}

fn dead_with(code: &str) -> (MessageState, Option<String>) {
    (MessageState::Dead, Some(code.to_owned()))
}

const SENT: (MessageState, Option<String>) = (MessageState::Sent, None);

fn after(provider: &Provider, seconds: u64) -> Timestamp {
    provider.clock.advance(Duration::from_secs(seconds));
    provider.clock.now()
}
