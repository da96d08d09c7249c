//! The SQL of registered lines and of assertions seen.

use std::time::Duration;

use sqlx::{FromRow, query, query_as};

use super::number::{LineKey, LineNumber};
use super::registry::{MOST_LINES, NewLine, Registered, RegisteredLine, open_number};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId, LineId};
use crate::secret::{MasterKey, TokenHash};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

/// A line is noted as seen once in so long: a whole company signs in over one line.
const SEEN_EVERY: Duration = Duration::from_mins(1);

statements! {
    COUNT_OF_CONTRACT = "SELECT COUNT(*) FROM contract_line WHERE contract_id = $1";
    INSERT = "INSERT INTO contract_line (id, brand, contract_id, number_hash, number_sealed, tail, label, created_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (brand, number_hash) DO NOTHING RETURNING id";
    FIND = "SELECT contract_id, id FROM contract_line WHERE brand = $1 AND number_hash = $2";
    LIST = "SELECT id, number_hash, tail, label, created_at, last_seen_at FROM contract_line WHERE contract_id = $1 \
            ORDER BY created_at, id";
    WAS_SEEN = "SELECT COUNT(*) FROM contract_line WHERE contract_id = $1 AND last_seen_at IS NOT NULL";
    SEALED = "SELECT number_sealed FROM contract_line WHERE contract_id = $1 AND id = $2";
    RENAME = "UPDATE contract_line SET label = $3 WHERE contract_id = $1 AND id = $2 RETURNING id";
    REMOVE = "DELETE FROM contract_line WHERE contract_id = $1 AND id = $2 \
              RETURNING id, number_hash, tail, label, created_at, last_seen_at";
    MARK_SEEN = "UPDATE contract_line SET last_seen_at = $2 WHERE id = $1 \
                 AND (last_seen_at IS NULL OR last_seen_at < $3)";
    CONSUME_ASSERTION = "INSERT INTO line_assertion (hash, expires_at) VALUES ($1, $2) \
                         ON CONFLICT (hash) DO NOTHING RETURNING expires_at";
    DELETE_EXPIRED = "DELETE FROM line_assertion WHERE hash IN \
                      (SELECT hash FROM line_assertion WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM \
                     (SELECT 1 FROM line_assertion WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: LineId,
    number_hash: TokenHash,
    tail: String,
    label: String,
    created_at: Timestamp,
    last_seen_at: Option<Timestamp>,
}

impl From<Row> for RegisteredLine {
    fn from(row: Row) -> Self {
        let Row { id, number_hash, tail, label, created_at, last_seen_at } = row;
        Self { id, key: number_hash.into(), tail, label, created_at, last_seen_at }
    }
}

/// Whose line it is, and which of theirs.
///
/// # Errors
/// When the database fails.
pub async fn find_line(db: &Database, brand: &BrandCode, key: &LineKey) -> Result<Option<(ContractId, LineId)>, Fault> {
    on_db!(db, c => query_as(FIND).bind(brand).bind(key.hash()).fetch_optional(c).await)
}

/// The lines of a contract, in the order they were registered.
///
/// # Errors
/// When the database fails.
pub async fn list_lines(db: &Database, contract: &ContractId) -> Result<Vec<RegisteredLine>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).bind(contract).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Whether anybody ever signed in over one of a contract's lines: before that, nothing but lines must not be allowed.
///
/// # Errors
/// When the database fails.
pub async fn was_a_line_seen(db: &Database, contract: &ContractId) -> Result<bool, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(WAS_SEEN).bind(contract).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Registers a line, unless the brand has it already.
///
/// # Errors
/// When the database fails.
pub async fn register_line(tx: &mut Tx, new: &NewLine, now: Timestamp) -> Result<Registered, Fault> {
    let (brand, contract) = &new.owner;
    let (count,): (i64,) = on_tx!(tx, c => query_as(COUNT_OF_CONTRACT).bind(contract).fetch_one(c).await)?;
    if count >= MOST_LINES {
        return Ok(Registered::Full);
    }
    // A line that is taken by the insert's reckoning and gone by the question's was removed in between.
    for _ in 0..3 {
        let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
            .bind(&new.id)
            .bind(brand)
            .bind(contract)
            .bind(new.key.hash())
            .bind(&new.sealed)
            .bind(&new.tail)
            .bind(&new.label)
            .bind(now)
            .fetch_optional(c)
            .await)?;
        if row.is_some() {
            return Ok(Registered::Registered);
        }
        let owner: Option<(ContractId, LineId)> =
            on_tx!(tx, c => query_as(FIND).bind(brand).bind(new.key.hash()).fetch_optional(c).await)?;
        match owner {
            Some((owner, _)) if owner == *contract => return Ok(Registered::TakenHere),
            Some(_) => return Ok(Registered::TakenElsewhere),
            None => {}
        }
    }
    Ok(Registered::TakenElsewhere)
}

/// Gives a contract's line another label; `false` when the contract has no such line.
///
/// # Errors
/// When the database fails.
pub async fn rename_line(tx: &mut Tx, contract: &ContractId, id: &LineId, label: &str) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(RENAME).bind(contract).bind(id).bind(label).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Removes a contract's line and answers what it was; `None` when the contract has no such line (any more).
///
/// # Errors
/// When the database fails.
pub async fn remove_line(tx: &mut Tx, contract: &ContractId, id: &LineId) -> Result<Option<RegisteredLine>, Fault> {
    let row: Option<Row> = on_tx!(tx, c => query_as(REMOVE).bind(contract).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The number of a contract's line; `None` when the contract has no such line.
///
/// # Errors
/// When the database fails; [`Fault::Corrupt`] when the master key is not the one it was sealed with.
pub async fn reveal(
    db: &Database,
    master: &MasterKey,
    contract: &ContractId,
    id: &LineId,
) -> Result<Option<LineNumber>, Fault> {
    let row: Option<(Vec<u8>,)> = on_db!(db, c => query_as(SEALED).bind(contract).bind(id).fetch_optional(c).await)?;
    let Some((sealed,)) = row else { return Ok(None) };
    let unreadable = || Fault::corrupt("contract_line", "number_sealed", id, "sealed with another key");
    open_number(master, id, &sealed).map(Some).ok_or_else(unreadable)
}

/// Notes that somebody signed in over a line.
///
/// # Errors
/// When the database fails.
pub async fn mark_line_seen(tx: &mut Tx, id: &LineId, now: Timestamp) -> Result<(), Fault> {
    let before = now.minus(SEEN_EVERY);
    on_tx!(tx, c => query(MARK_SEEN).bind(id).bind(now).bind(before).execute(c).await.map(drop))
}

/// Uses an assertion up; `false` when it was used before, on whatever node.
///
/// # Errors
/// When the database fails.
pub async fn consume_assertion(tx: &mut Tx, hash: &TokenHash, expires: Timestamp) -> Result<bool, Fault> {
    let row: Option<(i64,)> =
        on_tx!(tx, c => query_as(CONSUME_ASSERTION).bind(hash).bind(expires).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Deletes up to `batch` notes of assertions that have expired anyway; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_assertions(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many notes of assertions expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_assertions(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
