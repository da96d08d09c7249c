//! The failures' SQL.

use sqlx::{query, query_as};

use super::LoginKey;
use crate::clock::Timestamp;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    COUNT = "INSERT INTO login_failure (login_key, failures, last_at) VALUES ($1, 1, $2) \
             ON CONFLICT (login_key) DO UPDATE SET failures = login_failure.failures + 1, last_at = excluded.last_at \
             RETURNING failures";
    FIND = "SELECT failures FROM login_failure WHERE login_key = $1";
    FIND_WITH_TIME = "SELECT failures, last_at FROM login_failure WHERE login_key = $1";
    TAKE = "DELETE FROM login_failure WHERE login_key = $1 RETURNING failures, last_at";
    CLEAR = "DELETE FROM login_failure WHERE login_key = $1";
    DELETE_OLD = "DELETE FROM login_failure WHERE login_key IN \
                  (SELECT login_key FROM login_failure WHERE last_at < $1 LIMIT $2)";
    COUNT_OLD = "SELECT COUNT(*) FROM (SELECT 1 FROM login_failure WHERE last_at < $1 LIMIT 100000) AS waiting";
}

/// Counts one more wrong password; answers how many there are now. Two at once get two different numbers.
///
/// # Errors
/// When the database fails.
pub async fn count_failure(tx: &mut Tx, key: LoginKey, now: Timestamp) -> Result<i64, Fault> {
    let (failures,): (i64,) = on_tx!(tx, c => query_as(COUNT).bind(key.0).bind(now).fetch_one(c).await)?;
    Ok(failures)
}

/// How many wrong passwords there were in a row.
///
/// # Errors
/// When the database fails.
pub async fn find_failures(db: &Database, key: LoginKey) -> Result<i64, Fault> {
    let row: Option<(i64,)> = on_db!(db, c => query_as(FIND).bind(key.0).fetch_optional(c).await)?;
    Ok(row.map_or(0, |(failures,)| failures))
}

/// How many wrong passwords there were in a row, and when the last one was.
///
/// # Errors
/// When the database fails.
pub async fn find_last_failure(db: &Database, key: LoginKey) -> Result<Option<(i64, Timestamp)>, Fault> {
    on_db!(db, c => query_as(FIND_WITH_TIME).bind(key.0).fetch_optional(c).await)
}

/// Forgets the wrong passwords of a login ID and answers what they were: whoever does not like the number rolls back.
///
/// # Errors
/// When the database fails.
pub async fn take_failures(tx: &mut Tx, key: LoginKey) -> Result<Option<(i64, Timestamp)>, Fault> {
    on_tx!(tx, c => query_as(TAKE).bind(key.0).fetch_optional(c).await)
}

/// Forgets the wrong passwords of a login ID.
///
/// # Errors
/// When the database fails.
pub async fn clear_failures(tx: &mut Tx, key: LoginKey) -> Result<(), Fault> {
    on_tx!(tx, c => query(CLEAR).bind(key.0).execute(c).await.map(drop))
}

/// Deletes up to `batch` counts that did not move since `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_old_failures(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_OLD).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many counts did not move since `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_old_failures(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_OLD).bind(before).fetch_one(c).await)?;
    Ok(count)
}
