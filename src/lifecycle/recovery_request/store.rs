//! The waiting requests' SQL.

use sqlx::{FromRow, query, query_as};

use super::SealedRequest;
use crate::clock::Timestamp;
use crate::id::BrandCode;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    INSERT = "INSERT INTO recovery_request (id, brand, sealed, created_at) VALUES ($1, $2, $3, $4)";
    TAKE = "DELETE FROM recovery_request WHERE id IN \
            (SELECT id FROM recovery_request ORDER BY created_at, id LIMIT $1) RETURNING id, brand, sealed, created_at";
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM recovery_request LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: String,
    brand: BrandCode,
    sealed: Vec<u8>,
    created_at: Timestamp,
}

/// Writes a request down.
///
/// # Errors
/// When the database fails.
pub async fn insert_request(tx: &mut Tx, request: &SealedRequest) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&request.id)
        .bind(&request.brand)
        .bind(&request.sealed)
        .bind(request.created_at)
        .execute(c)
        .await
        .map(drop))
}

/// Takes up to `batch` requests out, the oldest first. Whoever commits has taken them: each is worked off once, and
/// none is lost when the transaction is not committed.
///
/// # Errors
/// When the database fails.
pub async fn take_requests(tx: &mut Tx, batch: i64) -> Result<Vec<SealedRequest>, Fault> {
    let rows: Vec<Row> = on_tx!(tx, c => query_as(TAKE).bind(batch).fetch_all(c).await)?;
    let sealed =
        |row: Row| SealedRequest { id: row.id, brand: row.brand, sealed: row.sealed, created_at: row.created_at };
    Ok(rows.into_iter().map(sealed).collect())
}

/// How many requests wait; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_waiting_requests(db: &Database) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT).fetch_one(c).await)?;
    Ok(count)
}
