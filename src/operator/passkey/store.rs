//! The SQL of operators' passkeys and their ceremonies.

use sqlx::{FromRow, query, query_as};
use webauthn_rs::prelude as webauthn;

use super::{OperatorCeremony, OperatorPasskey};
use crate::clock::Timestamp;
use crate::id::{CeremonyId, OperatorId, PasskeyId};
use crate::second_factor::passkey::{CeremonyKind, CeremonyState, LIFETIME, MOST_PASSKEYS, credential_id_text};
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements};

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, operator_id, credential, version, created_at, last_used_at FROM operator_passkey ", $rest)
    };
}

statements! {
    TAKEN = "SELECT slot FROM operator_passkey WHERE operator_id = $1";
    INSERT = "INSERT INTO operator_passkey (id, operator_id, slot, credential_id, credential, version, created_at) \
              VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT DO NOTHING RETURNING id";
    FIND = select!("WHERE credential_id = $1");
    LIST = select!("WHERE operator_id = $1 ORDER BY created_at, slot");
    CHANGE = "UPDATE operator_passkey SET credential = $3, version = version + 1, last_used_at = $4 \
              WHERE id = $1 AND version = $2 RETURNING id";
    TOUCH = "UPDATE operator_passkey SET last_used_at = $3 WHERE id = $1 AND version = $2 RETURNING id";
    DELETE_ALL = "DELETE FROM operator_passkey WHERE operator_id = $1";
    INSERT_CEREMONY = "INSERT INTO operator_ceremony (id, kind, operator_id, browser_hash, state, created_at, expires_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CONSUME_CEREMONY = "UPDATE operator_ceremony SET consumed_at = $5 WHERE id = $1 AND kind = $2 AND operator_id = $3 \
                        AND browser_hash = $4 AND consumed_at IS NULL AND expires_at > $5 RETURNING state";
    DELETE_EXPIRED = "DELETE FROM operator_ceremony WHERE id IN \
                      (SELECT id FROM operator_ceremony WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM \
                     (SELECT 1 FROM operator_ceremony WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: PasskeyId,
    operator_id: OperatorId,
    credential: JsonText<webauthn::Passkey>,
    version: i64,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl From<Row> for OperatorPasskey {
    fn from(row: Row) -> Self {
        let Row { id, operator_id, credential, version, created_at, last_used_at } = row;
        Self { id, operator_id, credential: credential.0, version, created_at, last_used_at }
    }
}

/// Stores a passkey; `false` when somebody has registered it, or the operator has as many as they may.
///
/// # Errors
/// When the database fails.
pub async fn insert_passkey(
    tx: &mut Tx,
    (id, operator): (&PasskeyId, &OperatorId),
    credential: &webauthn::Passkey,
    now: Timestamp,
) -> Result<bool, Fault> {
    let taken: Vec<(i64,)> = on_tx!(tx, c => query_as(TAKEN).bind(operator).fetch_all(c).await)?;
    for slot in (1..=i64::from(MOST_PASSKEYS)).filter(|slot| !taken.contains(&(*slot,))) {
        let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
            .bind(id)
            .bind(operator)
            .bind(slot)
            .bind(credential_id_text(credential.cred_id()))
            .bind(JsonText(credential))
            .bind(now)
            .fetch_optional(c)
            .await)?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The passkey with a credential id.
///
/// # Errors
/// When the database fails.
pub async fn find_passkey(db: &Database, credential_id: &str) -> Result<Option<OperatorPasskey>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(credential_id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The passkeys of an operator, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_passkeys(db: &Database, operator: &OperatorId) -> Result<Vec<OperatorPasskey>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).bind(operator).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Notes a use, with the counter and flags that came with it; `false` when the passkey was removed meanwhile, or its
/// counter has moved.
///
/// # Errors
/// When the database fails.
pub async fn mark_used(
    tx: &mut Tx,
    passkey: &OperatorPasskey,
    changed: Option<&webauthn::Passkey>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let (id, version) = (&passkey.id, passkey.version);
    let row: Option<(String,)> = match changed {
        Some(credential) => on_tx!(tx, c => query_as(CHANGE)
            .bind(id)
            .bind(version)
            .bind(JsonText(credential))
            .bind(now)
            .fetch_optional(c)
            .await)?,
        None => on_tx!(tx, c => query_as(TOUCH).bind(id).bind(version).bind(now).fetch_optional(c).await)?,
    };
    Ok(row.is_some())
}

/// Removes all passkeys of an operator.
///
/// # Errors
/// When the database fails.
pub async fn delete_all(tx: &mut Tx, operator: &OperatorId) -> Result<(), Fault> {
    on_tx!(tx, c => query(DELETE_ALL).bind(operator).execute(c).await.map(drop))
}

/// Stores a ceremony.
///
/// # Errors
/// When the database fails.
pub async fn insert_ceremony(tx: &mut Tx, new: &OperatorCeremony) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT_CEREMONY)
        .bind(&new.id)
        .bind(new.state.kind())
        .bind(&new.operator_id)
        .bind(new.browser)
        .bind(JsonText(&new.state))
        .bind(new.created_at)
        .bind(new.created_at.plus(LIFETIME))
        .execute(c)
        .await
        .map(drop))
}

/// Consumes a ceremony: its state, once; `None` when it is unknown, used, expired or somebody else's.
///
/// # Errors
/// When the database fails.
pub async fn consume_ceremony(
    tx: &mut Tx,
    (id, kind): (&CeremonyId, CeremonyKind),
    (operator, browser): (&OperatorId, TokenHash),
    now: Timestamp,
) -> Result<Option<CeremonyState>, Fault> {
    // The id comes from a form. PostgreSQL fails on a NUL where SQLite finds nothing; there is nothing to find.
    if id.as_str().contains('\0') {
        return Ok(None);
    }
    let row: Option<(JsonText<CeremonyState>,)> = on_tx!(tx, c => query_as(CONSUME_CEREMONY)
        .bind(id)
        .bind(kind)
        .bind(operator)
        .bind(browser)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(state,)| state.0))
}

/// Deletes up to `batch` ceremonies that expired before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_ceremonies(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many ceremonies expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_ceremonies(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
