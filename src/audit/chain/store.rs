//! The chain's SQL.

use sqlx::{FromRow, query, query_as};

use super::super::search::{Cursor, FoundEvent, Row, columns};
use super::Head;
use crate::clock::Timestamp;
use crate::id::AuditEventId;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

/// Seals written by one statement.
pub(super) const TOGETHER: usize = 16;

statements! {
    // The row stays locked until the batch is committed: the second node waits here and then sees the new end.
    TAKE_HEAD = "UPDATE audit_head SET drained = 0, \
                 sealed_at = CASE WHEN drained = 1 AND sealed_at < $1 THEN $1 ELSE sealed_at END \
                 WHERE id = 1 RETURNING seq, hash, sealed_at";
    MOVE_HEAD = "UPDATE audit_head SET seq = $2, hash = $3, drained = $4 WHERE id = 1 AND seq = $1 RETURNING id";
    FIND_HEAD = "SELECT seq, hash FROM audit_head WHERE id = 1";
    WAITING = concat!(
        "SELECT ", columns!(), "FROM audit_event WHERE id IN \
         (SELECT event_id FROM audit_unsealed ORDER BY event_id LIMIT $1) ORDER BY id"
    );
    INSERT_SEAL = "INSERT INTO audit_seal (sealed_at, seq, event_id, hash) VALUES ($1, $2, $3, $4)";
    INSERT_SEALS = "INSERT INTO audit_seal (sealed_at, seq, event_id, hash) VALUES \
                    ($1, $2, $3, $4), ($1, $5, $6, $7), ($1, $8, $9, $10), ($1, $11, $12, $13), \
                    ($1, $14, $15, $16), ($1, $17, $18, $19), ($1, $20, $21, $22), ($1, $23, $24, $25), \
                    ($1, $26, $27, $28), ($1, $29, $30, $31), ($1, $32, $33, $34), ($1, $35, $36, $37), \
                    ($1, $38, $39, $40), ($1, $41, $42, $43), ($1, $44, $45, $46), ($1, $47, $48, $49)";
    DELETE_WAITING = "DELETE FROM audit_unsealed WHERE event_id IN \
                      (SELECT event_id FROM audit_seal WHERE seq > $1 AND seq <= $2)";
    LAG = "SELECT COUNT(*), MIN(at) FROM (SELECT at FROM audit_unsealed ORDER BY event_id LIMIT 100000) AS waiting";
    LINKS = concat!(
        "SELECT s.seq, s.event_id, s.sealed_at, s.hash, ", columns!(),
        "FROM audit_seal s JOIN audit_event e ON e.id = s.event_id WHERE s.seq > $1 AND s.seq <= $2 ORDER BY s.seq"
    );
    SEALS = "SELECT seq, event_id, sealed_at, hash FROM audit_seal WHERE seq > $1 ORDER BY seq LIMIT $2";
    OLDEST = "SELECT s.seq, s.event_id, s.sealed_at, s.hash, e.at FROM audit_seal s \
              LEFT JOIN audit_event e ON e.id = s.event_id ORDER BY s.seq LIMIT $1";
    SEAL_OF = "SELECT seq, event_id, sealed_at, hash FROM audit_seal WHERE event_id = $1";
    FIND_START = "SELECT seq, hash, sealed_at, removed_at, signature FROM audit_start WHERE id = 1";
    MOVE_START = "INSERT INTO audit_start (id, seq, hash, sealed_at, removed_at, signature) \
                  VALUES (1, $1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, \
                  hash = excluded.hash, sealed_at = excluded.sealed_at, removed_at = excluded.removed_at, \
                  signature = excluded.signature WHERE audit_start.seq < excluded.seq RETURNING id";
    DELETE_EVENTS = "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_seal WHERE seq <= $1)";
    DELETE_SEALS = "DELETE FROM audit_seal WHERE seq <= $1";
    FOREIGN = "SELECT e.id FROM audit_event e WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id) \
               AND NOT EXISTS (SELECT 1 FROM audit_unsealed u WHERE u.event_id = e.id) ORDER BY e.id LIMIT $1";
    WAITING_LONG = "SELECT event_id FROM audit_unsealed WHERE at < $1 ORDER BY event_id LIMIT $2";
    EXPORT = concat!(
        "SELECT ", columns!(), ", s.seq, s.hash FROM audit_event LEFT JOIN audit_seal s ON s.event_id = id \
         WHERE (at, id) > ($1, $2) AND at < $3 ORDER BY at, id LIMIT $4"
    );
}

/// A row of the log, every column as it stands there: a changed one need not be readable.
#[derive(FromRow)]
pub(super) struct RawEvent {
    pub id: String,
    pub at: i64,
    pub event: String,
    pub reason: Option<String>,
    pub reference: String,
    pub brand: Option<String>,
    pub contract_id: Option<String>,
    pub account_id: Option<String>,
    pub client_id: Option<String>,
    pub session_id: Option<String>,
    pub address: Option<String>,
    pub detail: String,
}

/// Where the chain begins after the events before were taken away: the last seal that went with them.
#[derive(FromRow, Clone, PartialEq, Eq, Debug)]
pub(super) struct Start {
    pub seq: i64,
    pub hash: Vec<u8>,
    pub sealed_at: Timestamp,
    pub removed_at: Timestamp,
    pub signature: Vec<u8>,
}

/// A seal without its event.
#[derive(FromRow, Clone, PartialEq, Eq, Debug)]
pub struct Seal {
    /// Its number, from 1.
    pub seq: i64,
    /// The event.
    pub event_id: AuditEventId,
    /// When the run began that made it.
    pub sealed_at: Timestamp,
    /// The hash over its predecessor's and the event.
    pub hash: Vec<u8>,
}

/// An event and, once it has one, its seal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedEvent {
    /// The event.
    pub event: FoundEvent,
    /// Number and hash of its seal.
    pub seal: Option<Head>,
}

#[derive(FromRow)]
pub(super) struct HeadRow {
    pub seq: i64,
    pub hash: Vec<u8>,
    pub sealed_at: Timestamp,
}

pub(super) async fn take_head(tx: &mut Tx, now: Timestamp) -> Result<Option<HeadRow>, Fault> {
    on_tx!(tx, c => query_as(TAKE_HEAD).bind(now).fetch_optional(c).await)
}

/// Moves the end on from `from`; `false` when it is not there any more.
pub(super) async fn move_head(tx: &mut Tx, from: i64, to: &Head, drained: bool) -> Result<bool, Fault> {
    let moved: Option<(i64,)> = on_tx!(tx, c => query_as(MOVE_HEAD)
        .bind(from)
        .bind(to.seq)
        .bind(&to.hash)
        .bind(i64::from(drained))
        .fetch_optional(c)
        .await)?;
    Ok(moved.is_some())
}

pub(super) async fn head(db: &Database) -> Result<Head, Fault> {
    let row: Option<(i64, Vec<u8>)> = on_db!(db, c => query_as(FIND_HEAD).fetch_optional(c).await)?;
    let (seq, hash) = row.ok_or_else(|| Fault::Other("the audit log has lost its head: restore it".to_owned()))?;
    Ok(Head { seq, hash })
}

pub(super) async fn waiting(tx: &mut Tx, most: i64) -> Result<Vec<RawEvent>, Fault> {
    on_tx!(tx, c => query_as(WAITING).bind(most).fetch_all(c).await)
}

pub(super) async fn insert_seals(tx: &mut Tx, sealed_at: Timestamp, seals: &[Seal]) -> Result<(), Fault> {
    let (groups, rest) = seals.as_chunks::<TOGETHER>();
    for group in groups {
        on_tx!(tx, c => {
            let statement = query(INSERT_SEALS).bind(sealed_at);
            let bound = group.iter().fold(statement, |q, s| q.bind(s.seq).bind(&s.event_id).bind(&s.hash));
            bound.execute(c).await.map(drop)
        })?;
    }
    for s in rest {
        on_tx!(tx, c => query(INSERT_SEAL).bind(sealed_at).bind(s.seq).bind(&s.event_id).bind(&s.hash)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(())
}

pub(super) async fn delete_waiting(tx: &mut Tx, after: i64, through: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_WAITING).bind(after).bind(through).execute(c).await.map(|done| done.rows_affected()))
}

/// How many wait, counted up to 100 000, and when the oldest of them happened.
pub(super) async fn lag(db: &Database) -> Result<(i64, Option<Timestamp>), Fault> {
    on_db!(db, c => query_as(LAG).fetch_one(c).await)
}

pub(super) async fn seals(db: &Database, after: i64, most: i64) -> Result<Vec<Seal>, Fault> {
    on_db!(db, c => query_as(SEALS).bind(after).bind(most).fetch_all(c).await)
}

/// A seal and when its event happened, as long as it is there.
#[derive(FromRow)]
pub(super) struct Old {
    #[sqlx(flatten)]
    pub seal: Seal,
    pub at: Option<Timestamp>,
}

/// The first seals of the chain.
pub(super) async fn oldest(tx: &mut Tx, most: i64) -> Result<Vec<Old>, Fault> {
    on_tx!(tx, c => query_as(OLDEST).bind(most).fetch_all(c).await)
}

/// A seal with its event.
#[derive(FromRow)]
pub(super) struct Link {
    #[sqlx(flatten)]
    pub seal: Seal,
    #[sqlx(flatten)]
    pub event: RawEvent,
}

/// The seals after `after` up to `through` whose events are there.
pub(super) async fn links(db: &Database, after: i64, through: i64) -> Result<Vec<Link>, Fault> {
    on_db!(db, c => query_as(LINKS).bind(after).bind(through).fetch_all(c).await)
}

pub(super) async fn start(db: &Database) -> Result<Option<Start>, Fault> {
    on_db!(db, c => query_as(FIND_START).fetch_optional(c).await)
}

/// Moves the beginning on; `false` when another node has moved it as far.
pub(super) async fn move_start(tx: &mut Tx, to: &Start) -> Result<bool, Fault> {
    let moved: Option<(i64,)> = on_tx!(tx, c => query_as(MOVE_START)
        .bind(to.seq)
        .bind(&to.hash)
        .bind(to.sealed_at)
        .bind(to.removed_at)
        .bind(&to.signature)
        .fetch_optional(c)
        .await)?;
    Ok(moved.is_some())
}

/// Deletes everything up to a seal; answers how many events there were.
pub(super) async fn delete_through(tx: &mut Tx, seq: i64) -> Result<u64, Fault> {
    let events = on_tx!(tx, c => query(DELETE_EVENTS).bind(seq).execute(c).await.map(|done| done.rows_affected()))?;
    on_tx!(tx, c => query(DELETE_SEALS).bind(seq).execute(c).await.map(drop))?;
    Ok(events)
}

/// Events that are neither sealed nor waiting for it.
pub(super) async fn foreign(db: &Database, most: i64) -> Result<Vec<AuditEventId>, Fault> {
    let rows: Vec<(AuditEventId,)> = on_db!(db, c => query_as(FOREIGN).bind(most).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Events that have waited for their seal since before an instant.
pub(super) async fn waiting_long(db: &Database, before: Timestamp, most: i64) -> Result<Vec<AuditEventId>, Fault> {
    let rows: Vec<(AuditEventId,)> =
        on_db!(db, c => query_as(WAITING_LONG).bind(before).bind(most).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The seal of an event, once it has one.
///
/// # Errors
/// When the database fails.
pub async fn find_seal(db: &Database, event: &AuditEventId) -> Result<Option<Seal>, Fault> {
    on_db!(db, c => query_as(SEAL_OF).bind(event).fetch_optional(c).await)
}

#[derive(FromRow)]
struct ExportRow {
    #[sqlx(flatten)]
    event: Row,
    seq: Option<i64>,
    hash: Option<Vec<u8>>,
}

/// Up to `most` events after a place and before an instant, oldest first, with their seals.
///
/// # Errors
/// When the database fails.
pub async fn export(db: &Database, after: &Cursor, to: Timestamp, most: i64) -> Result<Vec<SealedEvent>, Fault> {
    let rows: Vec<ExportRow> =
        on_db!(db, c => query_as(EXPORT).bind(after.at).bind(&after.id).bind(to).bind(most).fetch_all(c).await)?;
    let seal = |seq: Option<i64>, hash: Option<Vec<u8>>| Some(Head { seq: seq?, hash: hash? });
    Ok(rows.into_iter().map(|row| SealedEvent { event: row.event.into(), seal: seal(row.seq, row.hash) }).collect())
}
