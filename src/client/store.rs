//! The client's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{Client, ClientState, Registration};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ClientId};
use crate::jose::VerifyingKeys;
use crate::protocol::redirect_uri::RedirectUri;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(ClientState);

statements! {
    INSERT = "INSERT INTO client (id, brand, metadata, state, secret_hash, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $6)";
    LOAD_ALL = "SELECT id, brand, version, metadata, state, secret_hash, former_secret_hash, former_secret_expires_at \
                FROM client ORDER BY brand, created_at, id";
    FIND = "SELECT id, brand, version, metadata, state, secret_hash, former_secret_hash, former_secret_expires_at \
            FROM client WHERE id = $1";
    UPDATE_STATE = "UPDATE client SET state = $3, updated_at = $4, version = version + 1 WHERE brand = $1 AND id = $2 RETURNING id";
    UPDATE_SECRET = "UPDATE client SET former_secret_hash = secret_hash, former_secret_expires_at = $4, \
                     secret_hash = $3, updated_at = $5, version = version + 1 \
                     WHERE brand = $1 AND id = $2 AND secret_hash IS NOT NULL RETURNING id";
    REPLACE_SECRET = "UPDATE client SET former_secret_hash = secret_hash, former_secret_expires_at = $5, \
                      secret_hash = $4, updated_at = $6, version = version + 1 \
                      WHERE brand = $1 AND id = $2 AND version = $3 AND secret_hash IS NOT NULL RETURNING id";
    UPDATE_REGISTRATION = "UPDATE client SET metadata = $4, updated_at = $5, version = version + 1 \
                           WHERE brand = $1 AND id = $2 AND version = $3 RETURNING id";
    SET_SECRET = "UPDATE client SET secret_hash = $3, former_secret_hash = NULL, former_secret_expires_at = NULL \
                  WHERE brand = $1 AND id = $2";
    CONSUME_ASSERTION = "INSERT INTO client_assertion (client_id, jti, expires_at) VALUES ($1, $2, $3) \
                         ON CONFLICT (client_id, jti) DO NOTHING RETURNING jti";
    DELETE_EXPIRED_ASSERTIONS = "DELETE FROM client_assertion WHERE (client_id, jti) IN \
                                 (SELECT client_id, jti FROM client_assertion WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM client_assertion WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: ClientId,
    brand: BrandCode,
    version: i64,
    metadata: JsonText<Registration>,
    state: ClientState,
    secret_hash: Option<TokenHash>,
    former_secret_hash: Option<TokenHash>,
    former_secret_expires_at: Option<Timestamp>,
}

impl TryFrom<Row> for Client {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let Registration { metadata, settings } = row.metadata.0;
        let keys = match &metadata.jwks {
            Some(jwks) => Some(
                VerifyingKeys::from_jwks(&jwks.to_string())
                    .map_err(|why| Fault::corrupt("client", "metadata", &row.id, format!("jwks: {why}")))?,
            ),
            None => None,
        };
        Ok(Self {
            redirect_uris: metadata.redirect_uris.iter().map(RedirectUri::from_stored).collect(),
            line_redirect_uris: metadata.line_redirect_uris.iter().map(RedirectUri::from_stored).collect(),
            id: row.id,
            brand: row.brand,
            version: row.version,
            state: row.state,
            metadata,
            settings,
            keys,
            secret: row.secret_hash,
            former_secret: row.former_secret_hash.zip(row.former_secret_expires_at),
        })
    }
}

/// Registers a client.
///
/// # Errors
/// [`Fault::Unique`] when its id is taken.
pub async fn insert_client(
    tx: &mut Tx,
    (brand, id): (&BrandCode, &ClientId),
    registration: &Registration,
    secret: Option<TokenHash>,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(id)
        .bind(brand)
        .bind(JsonText(registration))
        .bind(ClientState::Active)
        .bind(secret)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// All clients of all brands. One that cannot be read is left out and logged, so that it harms nobody but itself.
///
/// # Errors
/// When the database fails.
pub async fn load_clients(db: &Database) -> Result<Vec<Client>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LOAD_ALL).fetch_all(c).await)?;
    let readable =
        |row: Row| Client::try_from(row).map_err(|fault| tracing::error!(%fault, "a client was left out")).ok();
    Ok(rows.into_iter().filter_map(readable).collect())
}

/// A client as it stands in the database; the directory may be a second behind.
///
/// # Errors
/// When the database fails, or the client cannot be read.
pub async fn find_client(db: &Database, id: &ClientId) -> Result<Option<Client>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    row.map(Client::try_from).transpose()
}

/// The same inside a transaction.
///
/// # Errors
/// When the database fails, or the client cannot be read.
pub async fn read_client(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, Fault> {
    let row: Option<Row> = on_tx!(tx, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    row.map(Client::try_from).transpose()
}

/// Enables or disables a client; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn update_client_state(
    tx: &mut Tx,
    (brand, id): (&BrandCode, &ClientId),
    state: ClientState,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_STATE).bind(brand).bind(id).bind(state).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Gives a client a new secret; the former one is good until `former_until`. `false` when there is no such
/// confidential client.
///
/// # Errors
/// When the database fails.
pub async fn update_secret(
    tx: &mut Tx,
    (brand, id): (&BrandCode, &ClientId),
    secret: TokenHash,
    former_until: Timestamp,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_SECRET)
        .bind(brand)
        .bind(id)
        .bind(secret)
        .bind(former_until)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// The same for the client as it was read; `false` when it was changed meanwhile, or proves itself otherwise.
pub(super) async fn replace_secret(
    tx: &mut Tx,
    ((brand, id), version): ((&BrandCode, &ClientId), i64),
    (secret, former_until): (TokenHash, Timestamp),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(REPLACE_SECRET)
        .bind(brand)
        .bind(id)
        .bind(version)
        .bind(secret)
        .bind(former_until)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Puts a registration in the place of the one that was read; `false` when the client was changed meanwhile.
pub(super) async fn update_registration(
    tx: &mut Tx,
    ((brand, id), version): ((&BrandCode, &ClientId), i64),
    registration: &Registration,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_REGISTRATION)
        .bind(brand)
        .bind(id)
        .bind(version)
        .bind(JsonText(registration))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Gives a client its only secret, or none.
pub(super) async fn set_secret(
    tx: &mut Tx,
    (brand, id): (&BrandCode, &ClientId),
    secret: Option<TokenHash>,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(SET_SECRET).bind(brand).bind(id).bind(secret).execute(c).await.map(drop))
}

/// Notes an assertion's `jti`; `false` when it was used before (RFC 7523 §3, item 7) or cannot be noted.
///
/// # Errors
/// When the database fails.
pub async fn consume_assertion(tx: &mut Tx, client: &ClientId, jti: &str, expires: Timestamp) -> Result<bool, Fault> {
    // The client chose it. PostgreSQL fails on a NUL where SQLite keeps it.
    if jti.contains('\0') {
        return Ok(false);
    }
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(CONSUME_ASSERTION).bind(client).bind(jti).bind(expires).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Deletes up to `batch` notes of assertions that have expired anyway; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_assertions(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED_ASSERTIONS)
        .bind(before)
        .bind(batch)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}

/// How many notes of assertions expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_assertions(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
