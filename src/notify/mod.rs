//! Mails and SMS: their words, the outbox they wait in, and the carriers that take them away.
//!
//! ```text
//! compose_mail / compose_code_sms ─▶ Content ─ Outbox::insert(tx) ─▶ waiting ─ claim ─▶ Carrier ─▶ sent
//!                                                                      ▲                  │
//!                                                                      └─ try again later ┴─▶ dead (`tegata outbox`)
//! ```
//!
//! A message is written in the transaction of what it tells of, and sent after that has been committed: at least once.
//! A node that dies between sending and noting it leaves a claim that runs out; the message then goes out again with the
//! same `Message-ID` (RFC 5322 §3.6.4) or idempotency key. Recipient and text are sealed until the message was sent,
//! and gone afterwards. Mails: RFC 5322, 2045, 3834, over RFC 5321 with TLS; the words are those of the manuals
//! (chapters 1.5, 2 and 6).
//!
//! It must not: hold a transaction while it talks to a server, log a recipient or a text, put a URL into an SMS.

mod attempt;
mod carrier;
mod clean;
mod deliver;
mod gateway;
mod letter;
mod mail;
mod message;
mod outbox;
mod retry;
mod sms;
mod smtp;
mod store;

pub use carrier::{Carrier, CarrierError};
pub use deliver::Round;
pub use mail::compose_mail;
pub use message::{Channel, Content, Mail, MailKind, MessageState};
pub use outbox::{Due, Outbox};
pub use sms::{SMS_UNITS, compose_code_sms};
pub use store::{
    Backlog, MessageRecord, STATEMENTS, count_done_messages, delete_done_messages, find_message, list_messages,
    load_backlog, retry_dead,
};
