//! The outbox's SQL.

use sqlx::{FromRow, query, query_as};

use super::message::{Channel, MessageState};
use super::outbox::Due;
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, MessageId};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(Channel, MessageState);

statements! {
    INSERT = "INSERT INTO outbox (id, channel, kind, brand, account_id, sealed, state, attempts, next_attempt_at, \
              created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7, $8)";
    ANY_DUE = "SELECT id FROM outbox WHERE channel = $1 AND state = 'waiting' AND next_attempt_at <= $2 \
               AND (claimed_until IS NULL OR claimed_until <= $2) LIMIT 1";
    // The outer condition repeats the inner one: PostgreSQL chooses the rows first and locks them afterwards, and checks
    // a row that another node has changed in between against the outer one alone.
    CLAIM = "UPDATE outbox SET claimed_until = $3, attempts = attempts + 1 WHERE id IN (SELECT id FROM outbox \
             WHERE channel = $1 AND state = 'waiting' AND next_attempt_at <= $2 \
             AND (claimed_until IS NULL OR claimed_until <= $2) ORDER BY next_attempt_at, id LIMIT $4) \
             AND state = 'waiting' AND next_attempt_at <= $2 AND (claimed_until IS NULL OR claimed_until <= $2) \
             RETURNING id, channel, kind, brand, sealed, attempts, claimed_until, route, last_error, created_at, \
             expires_at";
    RENEW = "UPDATE outbox SET claimed_until = $3 WHERE id = $1 AND claimed_until = $2 AND state = 'waiting' \
             RETURNING id";
    SENT = "UPDATE outbox SET state = 'sent', sealed = NULL, claimed_until = NULL, route = $3, last_error = NULL, \
            done_at = $4 WHERE id = $1 AND claimed_until = $2 AND state = 'waiting' RETURNING id";
    AGAIN = "UPDATE outbox SET claimed_until = NULL, route = $3, last_error = $4, next_attempt_at = $5 \
             WHERE id = $1 AND claimed_until = $2 AND state = 'waiting' RETURNING id";
    DEAD = "UPDATE outbox SET state = 'dead', claimed_until = NULL, route = $3, last_error = $4, done_at = $5 \
            WHERE id = $1 AND claimed_until = $2 AND state = 'waiting' RETURNING id";
    EXPIRED = "UPDATE outbox SET state = 'dead', sealed = NULL, claimed_until = NULL, last_error = 'expired', \
               done_at = $3 WHERE id = $1 AND claimed_until = $2 AND state = 'waiting' RETURNING id";
    RETRY = "UPDATE outbox SET state = 'waiting', attempts = 0, next_attempt_at = $2, claimed_until = NULL, \
             done_at = NULL WHERE id = $1 AND state = 'dead' AND sealed IS NOT NULL \
             AND (expires_at IS NULL OR expires_at > $2) RETURNING id";
    LIST = "SELECT id, channel, kind, brand, account_id, state, attempts, next_attempt_at, route, last_error, \
            created_at, expires_at, done_at FROM outbox WHERE state = $1 ORDER BY created_at DESC, id DESC LIMIT $2";
    FIND = "SELECT id, channel, kind, brand, account_id, state, attempts, next_attempt_at, route, last_error, \
            created_at, expires_at, done_at FROM outbox WHERE id = $1";
    WAITING = "SELECT COUNT(*), MIN(created_at) FROM outbox WHERE state = 'waiting'";
    COUNT_DEAD = "SELECT COUNT(*) FROM outbox WHERE state = 'dead'";
    DELETE_DONE = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state <> 'waiting' AND done_at < $1 \
                   LIMIT $2)";
    COUNT_DONE = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE state <> 'waiting' AND done_at < $1 LIMIT 100000) \
                  AS waiting";
}

/// A message about to be put in.
pub struct NewMessage<'a> {
    pub channel: Channel,
    pub kind: &'static str,
    pub brand: &'a BrandCode,
    pub account: Option<&'a AccountId>,
    pub sealed: Vec<u8>,
}

/// A message this node is to send, until `claimed_until`.
#[derive(FromRow)]
pub struct Claimed {
    pub id: MessageId,
    pub channel: Channel,
    pub kind: String,
    pub brand: BrandCode,
    pub sealed: Vec<u8>,
    /// This one included.
    pub attempts: i64,
    pub claimed_until: Timestamp,
    pub route: Option<String>,
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// What anybody may see of a message: all but its content.
#[derive(FromRow, Debug)]
pub struct MessageRecord {
    /// Its id.
    pub id: MessageId,
    /// How it travels.
    pub channel: Channel,
    /// Which it is.
    pub kind: String,
    /// Of which brand.
    pub brand: BrandCode,
    /// About whom.
    pub account_id: Option<AccountId>,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// Who was asked last.
    pub route: Option<String>,
    /// Why the last try failed, as a code.
    pub last_error: Option<String>,
    /// When it was put in.
    pub created_at: Timestamp,
    /// When it is worth nothing any more.
    pub expires_at: Option<Timestamp>,
    /// When it was sent, or given up.
    pub done_at: Option<Timestamp>,
}

/// How full the outbox is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Backlog {
    /// Messages that wait.
    pub waiting: u64,
    /// When the oldest of them was put in.
    pub oldest: Option<Timestamp>,
    /// Messages that were given up.
    pub dead: u64,
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

/// Whether anything is to be sent. Asked every second, so it takes no transaction.
pub async fn any_due(db: &Database, channel: Channel, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_db!(db, c => query_as(ANY_DUE).bind(channel).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Takes up to `limit` messages that are due, until `until`; no other node takes them before that.
pub async fn claim(
    db: &Database,
    channel: Channel,
    (now, until): (Timestamp, Timestamp),
    limit: usize,
) -> Result<Vec<Claimed>, Fault> {
    let mut tx = db.begin().await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows =
        on_tx!(&mut tx, c => query_as(CLAIM).bind(channel).bind(now).bind(until).bind(limit).fetch_all(c).await)?;
    tx.commit().await?;
    Ok(rows)
}

/// What became of a claimed message.
pub enum Mark<'a> {
    /// This node keeps it for longer.
    Renew(Timestamp),
    /// It was sent.
    Sent { route: &'a str, now: Timestamp },
    /// It is tried again.
    Again { route: Option<&'a str>, error: Option<&'a str>, at: Timestamp },
    /// It is given up.
    Dead { route: Option<&'a str>, error: &'a str, now: Timestamp },
    /// Its end has come; what it said is worth nothing and forgotten.
    Expired { now: Timestamp },
}

/// Notes it, unless the claim has run out and somebody else has the message: `false`.
pub async fn mark(db: &Database, message: &Claimed, mark: &Mark<'_>) -> Result<bool, Fault> {
    let (id, until) = (&message.id, message.claimed_until);
    let mut tx = db.begin().await?;
    let row: Option<(String,)> = match mark {
        Mark::Renew(to) => {
            on_tx!(&mut tx, c => query_as(RENEW).bind(id).bind(until).bind(*to).fetch_optional(c).await)
        }
        Mark::Sent { route, now } => {
            on_tx!(&mut tx, c => query_as(SENT).bind(id).bind(until).bind(*route).bind(*now).fetch_optional(c).await)
        }
        Mark::Again { route, error, at } => on_tx!(&mut tx, c => query_as(AGAIN)
            .bind(id).bind(until).bind(*route).bind(*error).bind(*at).fetch_optional(c).await),
        Mark::Dead { route, error, now } => on_tx!(&mut tx, c => query_as(DEAD)
            .bind(id).bind(until).bind(*route).bind(*error).bind(*now).fetch_optional(c).await),
        Mark::Expired { now } => {
            on_tx!(&mut tx, c => query_as(EXPIRED).bind(id).bind(until).bind(*now).fetch_optional(c).await)
        }
    }?;
    tx.commit().await?;
    Ok(row.is_some())
}

/// Has a dead message tried again; `false` when it is not dead, or what it said has expired.
///
/// # Errors
/// When the database fails.
pub async fn retry_dead(tx: &mut Tx, id: &MessageId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(RETRY).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// The newest messages in one state.
///
/// # Errors
/// When the database fails.
pub async fn list_messages(db: &Database, state: MessageState, limit: i64) -> Result<Vec<MessageRecord>, Fault> {
    on_db!(db, c => query_as(LIST).bind(state).bind(limit).fetch_all(c).await)
}

/// One message.
///
/// # Errors
/// When the database fails.
pub async fn find_message(db: &Database, id: &MessageId) -> Result<Option<MessageRecord>, Fault> {
    if id.as_str().contains('\0') {
        return Ok(None);
    }
    on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)
}

/// How full the outbox is.
///
/// # Errors
/// When the database fails.
pub async fn load_backlog(db: &Database) -> Result<Backlog, Fault> {
    let (waiting, oldest): (i64, Option<Timestamp>) = on_db!(db, c => query_as(WAITING).fetch_one(c).await)?;
    let (dead,): (i64,) = on_db!(db, c => query_as(COUNT_DEAD).fetch_one(c).await)?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(Backlog { waiting: count(waiting), oldest, dead: count(dead) })
}

/// Deletes up to `batch` messages that were sent or given up before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_done_messages(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_DONE).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many there are; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_done_messages(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_DONE).bind(before).fetch_one(c).await)?;
    Ok(count)
}
