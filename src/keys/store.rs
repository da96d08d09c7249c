//! The signing keys' SQL, and the rotation that applies what the policy decided.

use sqlx::{FromRow, query, query_as};

use super::model::StoredKey;
use crate::clock::Timestamp;
use crate::id::KeyId;
use crate::jose::Algorithm;
use crate::policy::key_rotation::KeyState;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    LOAD = "SELECT kid, alg, state, sealed_private, created_at, published_at, activated_at, retired_at FROM signing_key \
            ORDER BY created_at, kid";
    INSERT = "INSERT INTO signing_key (kid, alg, state, sealed_private, created_at, published_at, activated_at, retired_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING kid";
    RETIRE = "UPDATE signing_key SET state = 'retired', retired_at = $2 WHERE alg = $1 AND state = 'current'";
    RETIRE_FOR = "UPDATE signing_key SET state = 'retired', retired_at = $2 WHERE alg = $1 AND state = 'current' \
                  AND EXISTS (SELECT 1 FROM signing_key n WHERE n.kid = $3 AND n.state = 'next')";
    PROMOTE = "UPDATE signing_key SET state = 'current', activated_at = $2 WHERE kid = $1 AND state = 'next' RETURNING kid";
    DELETE = "DELETE FROM signing_key WHERE kid = $1 AND state = 'retired' RETURNING kid";
}

#[derive(FromRow)]
struct Row {
    kid: KeyId,
    alg: String,
    state: String,
    sealed_private: Vec<u8>,
    created_at: Timestamp,
    published_at: Timestamp,
    activated_at: Option<Timestamp>,
    retired_at: Option<Timestamp>,
}

impl TryFrom<Row> for StoredKey {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let unknown = |column| Fault::corrupt("signing_key", column, &row.kid, "unknown word");
        Ok(Self {
            alg: Algorithm::parse(&row.alg).ok_or_else(|| unknown("alg"))?,
            state: KeyState::parse(&row.state).ok_or_else(|| unknown("state"))?,
            kid: row.kid,
            created_at: row.created_at,
            published_at: row.published_at,
            activated_at: row.activated_at,
            retired_at: row.retired_at,
            sealed_private: row.sealed_private,
        })
    }
}

/// All keys, the oldest first.
///
/// # Errors
/// When the database fails or a row cannot be read.
pub async fn load_keys(db: &Database) -> Result<Vec<StoredKey>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LOAD).fetch_all(c).await)?;
    rows.into_iter().map(StoredKey::try_from).collect()
}

/// Adds a key; `false` when another node was first (there is one current and one next key per algorithm).
///
/// # Errors
/// When the database fails.
pub async fn insert_key(tx: &mut Tx, key: &StoredKey) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(&key.kid)
        .bind(key.alg.as_str())
        .bind(key.state.as_str())
        .bind(&key.sealed_private)
        .bind(key.created_at)
        .bind(key.published_at)
        .bind(key.activated_at)
        .bind(key.retired_at)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Ends the service of the current key of an algorithm.
///
/// # Errors
/// When the database fails.
pub async fn retire_current(tx: &mut Tx, alg: Algorithm, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(RETIRE).bind(alg.as_str()).bind(now).execute(c).await.map(drop))
}

/// Makes a next key the current one and retires its predecessor; `false`, and nothing changed, when another node was
/// first.
///
/// # Errors
/// When the database fails.
pub async fn promote_key(tx: &mut Tx, kid: &KeyId, alg: Algorithm, now: Timestamp) -> Result<bool, Fault> {
    on_tx!(&mut *tx, c => query(RETIRE_FOR).bind(alg.as_str()).bind(now).bind(kid).execute(c).await.map(drop))?;
    let row: Option<(String,)> = on_tx!(tx, c => query_as(PROMOTE).bind(kid).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Forgets a retired key; `false` when another node was first, or when it is not retired.
///
/// # Errors
/// When the database fails.
pub async fn delete_key(tx: &mut Tx, kid: &KeyId) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(DELETE).bind(kid).fetch_optional(c).await)?;
    Ok(row.is_some())
}
