//! The SQL of API keys.

use sqlx::{FromRow, query, query_as};

use super::ApiKey;
use crate::clock::Timestamp;
use crate::id::{ApiKeyId, BrandCode};
use crate::policy::operator_access::{OperatorRole, Permission};
use crate::secret::{Secret, TokenHash};
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, role, scopes, brands, created_by, created_at, expires_at, last_used_at, revoked_at ",
            "FROM operator_api_key ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO operator_api_key (id, name, secret_hash, role, scopes, brands, created_by, created_at, \
              expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = select!("WHERE id = $1");
    FIND_BY_SECRET = select!("WHERE secret_hash = $1");
    LIST = select!("ORDER BY created_at, id LIMIT 1000");
    REVOKE = "UPDATE operator_api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id";
    TOUCH = "UPDATE operator_api_key SET last_used_at = $2 \
             WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
}

#[derive(FromRow)]
struct Row {
    id: ApiKeyId,
    name: String,
    role: OperatorRole,
    scopes: JsonText<Vec<Permission>>,
    brands: Option<JsonText<Vec<BrandCode>>>,
    created_by: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
            scopes: row.scopes.0,
            brands: row.brands.map(|brands| brands.0),
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Stores a key.
pub(super) async fn insert_api_key(tx: &mut Tx, key: &ApiKey, secret: &Secret<String>) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&key.id)
        .bind(&key.name)
        .bind(TokenHash::of(secret.expose()))
        .bind(key.role)
        .bind(JsonText(&key.scopes))
        .bind(key.brands.as_ref().map(JsonText))
        .bind(&key.created_by)
        .bind(key.created_at)
        .bind(key.expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// A key by id.
///
/// # Errors
/// When the database fails.
pub async fn find_api_key(db: &Database, id: &ApiKeyId) -> Result<Option<ApiKey>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The key that was presented, dead or alive.
///
/// # Errors
/// When the database fails.
pub async fn find_api_key_by_secret(db: &Database, secret: &str) -> Result<Option<ApiKey>, Fault> {
    let hash = TokenHash::of(secret);
    let row: Option<Row> = on_db!(db, c => query_as(FIND_BY_SECRET).bind(hash).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// All keys, dead ones included, the oldest first; 1000 at the most.
///
/// # Errors
/// When the database fails.
pub async fn list_api_keys(db: &Database) -> Result<Vec<ApiKey>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Revokes a key; `false` when there is none, or it was revoked before.
pub(super) async fn revoke(tx: &mut Tx, id: &ApiKeyId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(REVOKE).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes a use.
///
/// # Errors
/// When the database fails.
pub async fn touch_api_key(tx: &mut Tx, id: &ApiKeyId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(TOUCH).bind(id).bind(now).execute(c).await.map(drop))
}
