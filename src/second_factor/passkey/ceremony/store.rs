//! The ceremony's SQL.

use sqlx::{FromRow, query, query_as};

use super::{Ceremony, CeremonyKind, CeremonyOwner, CeremonyState, LIFETIME};
use crate::clock::Timestamp;
use crate::id::{AccountId, CeremonyId, SessionId};
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(CeremonyKind);

statements! {
    INSERT = "INSERT INTO passkey_ceremony (id, kind, brand, account_id, session_id, browser_hash, state, created_at, \
              expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    CONSUME = "UPDATE passkey_ceremony SET consumed_at = $5 WHERE id = $1 AND kind = $2 AND brand = $3 \
               AND browser_hash = $4 AND consumed_at IS NULL AND expires_at > $5 \
               RETURNING account_id, session_id, state";
    DELETE_EXPIRED = "DELETE FROM passkey_ceremony WHERE id IN \
                      (SELECT id FROM passkey_ceremony WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM passkey_ceremony WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    account_id: Option<AccountId>,
    session_id: Option<SessionId>,
    state: JsonText<CeremonyState>,
}

/// Stores a ceremony.
///
/// # Errors
/// When the database fails.
pub async fn insert_ceremony(tx: &mut Tx, new: &Ceremony) -> Result<(), Fault> {
    let (account, session) = new.owner.account.clone().unzip();
    on_tx!(tx, c => query(INSERT)
        .bind(&new.id)
        .bind(new.state.kind())
        .bind(&new.owner.brand)
        .bind(&account)
        .bind(&session)
        .bind(new.owner.browser)
        .bind(JsonText(&new.state))
        .bind(new.created_at)
        .bind(new.created_at.plus(LIFETIME))
        .execute(c)
        .await
        .map(drop))
}

/// Consumes a ceremony: its state, once; `None` when it is unknown, used, expired or somebody else's.
///
/// In another account or session of the same browser it is consumed all the same: that page is out of date.
///
/// # Errors
/// When the database fails.
pub async fn consume_ceremony(
    tx: &mut Tx,
    (id, kind): (&CeremonyId, CeremonyKind),
    owner: &CeremonyOwner,
    now: Timestamp,
) -> Result<Option<CeremonyState>, Fault> {
    // The id comes from a form. PostgreSQL fails on a NUL where SQLite finds nothing; there is nothing to find.
    if id.as_str().contains('\0') {
        return Ok(None);
    }
    let row: Option<Row> = on_tx!(tx, c => query_as(CONSUME)
        .bind(id)
        .bind(kind)
        .bind(&owner.brand)
        .bind(owner.browser)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.filter(|row| row.account_id.clone().zip(row.session_id.clone()) == owner.account).map(|row| row.state.0))
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
