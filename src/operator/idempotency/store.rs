//! The SQL of idempotent requests.

use sqlx::{query, query_as};

use super::{Earlier, IdempotentRequest};
use crate::clock::Timestamp;
use crate::secret::{MasterKey, TokenHash};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    BEGIN = "INSERT INTO operator_idempotency (api_key_id, key_hash, request_hash, created_at) \
             VALUES ($1, $2, $3, $4) ON CONFLICT (api_key_id, key_hash) DO NOTHING RETURNING api_key_id";
    FIND = "SELECT request_hash, sealed_answer FROM operator_idempotency WHERE api_key_id = $1 AND key_hash = $2";
    FINISH = "UPDATE operator_idempotency SET sealed_answer = $3 WHERE api_key_id = $1 AND key_hash = $2";
    DELETE_OLD = "DELETE FROM operator_idempotency WHERE (api_key_id, key_hash) IN \
                  (SELECT api_key_id, key_hash FROM operator_idempotency WHERE created_at < $1 LIMIT $2)";
    COUNT_OLD = "SELECT COUNT(*) FROM \
                 (SELECT 1 FROM operator_idempotency WHERE created_at < $1 LIMIT 100000) AS waiting";
}

/// Takes a key for a request; `false` when it is taken. Waits for whoever has just taken it.
///
/// # Errors
/// When the database fails.
pub async fn begin_request(tx: &mut Tx, new: &IdempotentRequest, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(BEGIN)
        .bind(&new.api_key)
        .bind(new.key)
        .bind(new.request)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// What became of the request that took the key, as [`begin_request`] found it: in the same transaction, which is to be
/// committed before the answer goes out, since what it read may be waiting for its own commit.
///
/// # Errors
/// When the database fails, or the answer cannot be opened.
pub async fn find_request(
    tx: &mut Tx,
    master: &MasterKey,
    asked: &IdempotentRequest,
) -> Result<Option<Earlier>, Fault> {
    let row: Option<(TokenHash, Option<Vec<u8>>)> =
        on_tx!(tx, c => query_as(FIND).bind(&asked.api_key).bind(asked.key).fetch_optional(c).await)?;
    let Some((request, sealed)) = row else { return Ok(None) };
    let is_same = request == asked.request;
    // The answer of another request is sealed for that one.
    let answer = sealed.filter(|_| is_same).map(|sealed| asked.open(master, &sealed)).transpose()?;
    Ok(Some(Earlier { is_same, answer }))
}

/// Keeps the answer.
///
/// # Errors
/// When the database fails.
pub async fn finish_request(tx: &mut Tx, request: &IdempotentRequest, sealed: &[u8]) -> Result<(), Fault> {
    on_tx!(tx, c => query(FINISH).bind(&request.api_key).bind(request.key).bind(sealed).execute(c).await.map(drop))
}

/// Deletes up to `batch` answers to requests from before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_old_requests(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_OLD).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many answers are to requests from before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_old_requests(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_OLD).bind(before).fetch_one(c).await)?;
    Ok(count)
}
