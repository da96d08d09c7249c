//! The SQL of deletion requests.

use sqlx::query_as;

use crate::clock::Timestamp;
use crate::id::{BrandCode, ConnectionId};
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    INSERT = "INSERT INTO data_deletion (code, request_hash, brand, connection, requested_at, done_at) \
              VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (request_hash) DO NOTHING RETURNING code";
    FIND_BY_REQUEST = "SELECT code FROM data_deletion WHERE request_hash = $1";
    FIND = "SELECT code FROM data_deletion WHERE code = $1 AND brand = $2";
}

/// A request that was fulfilled.
pub struct Deletion {
    /// The code that the person keeps: 128 random bit.
    pub code: String,
    /// The hash of the request, so that the same one gets the same code.
    pub request: TokenHash,
    /// At which brand it came in.
    pub brand: BrandCode,
    /// From which connection.
    pub connection: ConnectionId,
    /// When; it is fulfilled at once.
    pub requested_at: Timestamp,
}

/// Notes a request; answers its code, which for a repeated one is the first one's.
///
/// # Errors
/// When the database fails.
pub async fn insert_deletion(tx: &mut Tx, new: &Deletion) -> Result<String, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(&new.code)
        .bind(new.request)
        .bind(&new.brand)
        .bind(&new.connection)
        .bind(new.requested_at)
        .fetch_optional(c)
        .await)?;
    if let Some((code,)) = row {
        return Ok(code);
    }
    let (code,): (String,) = on_tx!(tx, c => query_as(FIND_BY_REQUEST).bind(new.request).fetch_one(c).await)?;
    Ok(code)
}

/// Whether a code is one of ours.
///
/// # Errors
/// When the database fails.
pub async fn find_deletion(db: &Database, brand: &BrandCode, code: &str) -> Result<bool, Fault> {
    if code.contains('\0') {
        return Ok(false);
    }
    let row: Option<(String,)> = on_db!(db, c => query_as(FIND).bind(code).bind(brand).fetch_optional(c).await)?;
    Ok(row.is_some())
}
