//! The SQL of transactions, and of ID tokens seen.

use sqlx::{FromRow, query, query_as};

use super::{LIFETIME, NewTransaction, Purpose, seal};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ConnectionId, UpstreamTransactionId};
use crate::secret::{MasterKey, TokenHash};
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements};
use crate::upstream::Person;

statements! {
    INSERT = "INSERT INTO upstream_transaction (id, state_hash, brand, connection, browser_hash, purpose, secrets, \
              created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = "SELECT id, brand, connection, browser_hash, purpose, secrets, identity, expires_at, returned_at, \
            finished_at FROM upstream_transaction WHERE id = $1 AND brand = $2";
    FIND_BY_STATE = "SELECT id, brand, connection, browser_hash, purpose, secrets, identity, expires_at, returned_at, \
                     finished_at FROM upstream_transaction WHERE state_hash = $1 AND brand = $2";
    CONSUME = "UPDATE upstream_transaction SET returned_at = $2 WHERE id = $1 AND returned_at IS NULL RETURNING id";
    KEEP_IDENTITY = "UPDATE upstream_transaction SET identity = $2, expires_at = $3 WHERE id = $1 \
                     AND returned_at IS NOT NULL AND finished_at IS NULL RETURNING id";
    FINISH = "UPDATE upstream_transaction SET finished_at = $2, identity = NULL WHERE id = $1 \
              AND identity IS NOT NULL AND finished_at IS NULL AND expires_at > $2 RETURNING id";
    SEE = "INSERT INTO upstream_id_token (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING expires_at";
    DELETE_EXPIRED = "DELETE FROM upstream_transaction WHERE id IN \
                      (SELECT id FROM upstream_transaction WHERE expires_at < $1 LIMIT $2)";
    DELETE_EXPIRED_TOKENS = "DELETE FROM upstream_id_token WHERE hash IN \
                             (SELECT hash FROM upstream_id_token WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM \
                     (SELECT 1 FROM upstream_transaction WHERE expires_at < $1 LIMIT 100000) AS waiting";
    COUNT_EXPIRED_TOKENS = "SELECT COUNT(*) FROM \
                            (SELECT 1 FROM upstream_id_token WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

/// A transaction, as stored.
#[derive(Clone)]
pub struct Transaction {
    /// Its id.
    pub id: UpstreamTransactionId,
    /// The brand it happens at.
    pub brand: BrandCode,
    /// Through which connection.
    pub connection: ConnectionId,
    /// The hash of the browser's cookie.
    pub browser: TokenHash,
    /// What for.
    pub purpose: Purpose,
    pub(super) secrets: Vec<u8>,
    pub(super) identity: Option<Vec<u8>>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When its state was used.
    pub returned_at: Option<Timestamp>,
    /// When its link was made.
    pub finished_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct Row {
    id: UpstreamTransactionId,
    brand: BrandCode,
    connection: ConnectionId,
    browser_hash: TokenHash,
    purpose: JsonText<Purpose>,
    secrets: Vec<u8>,
    identity: Option<Vec<u8>>,
    expires_at: Timestamp,
    returned_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

impl From<Row> for Transaction {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            brand: row.brand,
            connection: row.connection,
            browser: row.browser_hash,
            purpose: row.purpose.0,
            secrets: row.secrets,
            identity: row.identity,
            expires_at: row.expires_at,
            returned_at: row.returned_at,
            finished_at: row.finished_at,
        }
    }
}

/// Stores a transaction.
///
/// # Errors
/// When the database fails.
pub async fn insert_transaction(tx: &mut Tx, new: &NewTransaction, master: &MasterKey) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&new.id)
        .bind(TokenHash::of(new.state.expose()))
        .bind(&new.brand)
        .bind(&new.connection)
        .bind(new.browser)
        .bind(JsonText(&new.purpose))
        .bind(seal(master, &new.id, "secrets", &new.secrets))
        .bind(new.now)
        .bind(new.now.plus(LIFETIME))
        .execute(c)
        .await
        .map(drop))
}

/// A transaction by its id.
///
/// # Errors
/// When the database fails.
pub async fn find_transaction(
    db: &Database,
    brand: &BrandCode,
    id: &UpstreamTransactionId,
) -> Result<Option<Transaction>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).bind(brand).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The transaction of a `state`; it is not used up by looking.
///
/// # Errors
/// When the database fails.
pub async fn find_by_state(db: &Database, brand: &BrandCode, state: &str) -> Result<Option<Transaction>, Fault> {
    let hash = TokenHash::of(state);
    let row: Option<Row> = on_db!(db, c => query_as(FIND_BY_STATE).bind(hash).bind(brand).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Uses a transaction's state up; `false` when somebody did already.
///
/// # Errors
/// When the database fails.
pub async fn consume_state(tx: &mut Tx, id: &UpstreamTransactionId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(CONSUME).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Keeps who came back until the person confirms, for which they get as long again; `false` when it is finished.
///
/// # Errors
/// When the database fails.
pub async fn keep_identity(
    tx: &mut Tx,
    id: &UpstreamTransactionId,
    person: &Person,
    (master, now): (&MasterKey, Timestamp),
) -> Result<bool, Fault> {
    let (sealed, until) = (seal(master, id, "identity", person), now.plus(LIFETIME));
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(KEEP_IDENTITY).bind(id).bind(sealed).bind(until).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Finishes a transaction whose link is made; `false` when it is finished, over, or nobody came back.
///
/// # Errors
/// When the database fails.
pub async fn finish_transaction(tx: &mut Tx, id: &UpstreamTransactionId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(FINISH).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes an ID token; `false` when it was seen before (`upstreams.md` S15).
///
/// # Errors
/// When the database fails.
pub async fn note_id_token(tx: &mut Tx, hash: TokenHash, expires_at: Timestamp) -> Result<bool, Fault> {
    let row: Option<(i64,)> = on_tx!(tx, c => query_as(SEE).bind(hash).bind(expires_at).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Deletes up to `batch` transactions that ended before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_transactions(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many transactions ended before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_transactions(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}

/// Deletes up to `batch` ID tokens that nobody could use any more; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_id_tokens(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED_TOKENS)
        .bind(before)
        .bind(batch)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}

/// How many ID tokens nobody could use any more; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_id_tokens(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED_TOKENS).bind(before).fetch_one(c).await)?;
    Ok(count)
}
