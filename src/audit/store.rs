//! The audit log's SQL.

use std::collections::BTreeMap;

use sqlx::{FromRow, query, query_as};

use super::model::{Event, EventKind};
use crate::clock::Timestamp;
use crate::id::{AccountId, AuditEventId};
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(EventKind);

statements! {
    INSERT = "INSERT INTO audit_event (id, at, event, reason, reference, brand, contract_id, account_id, client_id, \
              session_id, address, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    FIND_BY_REFERENCE = "SELECT at, event, reason, reference, account_id, detail FROM audit_event \
                         WHERE reference = $1 ORDER BY at, id LIMIT 100";
    COUNT_OLD = "SELECT COUNT(*) FROM (SELECT 1 FROM audit_event WHERE at < $1 LIMIT 100000) AS waiting";
}

/// An event as it was written.
#[derive(FromRow, Debug)]
pub struct StoredEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: EventKind,
    /// Why.
    pub reason: Option<String>,
    /// In which request.
    pub reference: String,
    /// Whose.
    pub account_id: Option<AccountId>,
    /// Anything else.
    pub detail: JsonText<BTreeMap<String, String>>,
}

/// Writes an event.
///
/// # Errors
/// When the database fails.
pub async fn insert_event(tx: &mut Tx, id: AuditEventId, event: &Event, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&id)
        .bind(now)
        .bind(event.kind)
        .bind(event.reason)
        .bind(&event.reference)
        .bind(event.brand.as_ref())
        .bind(event.contract.as_ref())
        .bind(event.account.as_ref())
        .bind(event.client.as_ref())
        .bind(event.session.as_ref())
        .bind(event.address.as_deref())
        .bind(JsonText(&event.detail))
        .execute(c)
        .await
        .map(drop))
}

/// The events of one reference, as a person read it out.
///
/// # Errors
/// When the database fails.
pub async fn find_by_reference(db: &Database, reference: &str) -> Result<Vec<StoredEvent>, Fault> {
    on_db!(db, c => query_as(FIND_BY_REFERENCE).bind(reference).fetch_all(c).await)
}

/// How many events are older than `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_old_events(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_OLD).bind(before).fetch_one(c).await)?;
    Ok(count)
}
