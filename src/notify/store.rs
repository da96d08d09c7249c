//! The outbox's SQL.

use sqlx::query;

use super::message::{Channel, MessageState};
use super::outbox::Due;
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, MessageId};
use crate::storage::{Fault, Tx, on_tx, statements, text_column};

text_column!(Channel, MessageState);

statements! {
    INSERT = "INSERT INTO outbox (id, channel, kind, brand, account_id, sealed, state, attempts, next_attempt_at, \
              created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7, $8)";
}

/// A message about to be put in.
pub struct NewMessage<'a> {
    pub channel: Channel,
    pub kind: &'static str,
    pub brand: &'a BrandCode,
    pub account: Option<&'a AccountId>,
    pub sealed: Vec<u8>,
}

/// Puts a message in.
pub async fn insert(tx: &mut Tx, id: &MessageId, new: &NewMessage<'_>, due: Due) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(id)
        .bind(new.channel)
        .bind(new.kind)
        .bind(new.brand)
        .bind(new.account)
        .bind(new.sealed.as_slice())
        .bind(due.now)
        .bind(due.expires_at)
        .execute(c)
        .await
        .map(drop))
}
