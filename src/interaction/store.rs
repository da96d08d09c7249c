//! The interaction's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{Interaction, KEPT_AFTER_EXPIRY, Target, TargetKind};
use crate::clock::Timestamp;
use crate::id::{BrandCode, InteractionId};
use crate::policy::access_path::AccessPath;
use crate::policy::prompts::ConsentAnswer;
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(ConsentAnswer, TargetKind);

statements! {
    INSERT = "INSERT INTO interaction (id, brand, client_id, browser_hash, request, created_at, expires_at, access_path, \
              target) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FIND = "SELECT id, brand, browser_hash, request, authenticated_at, consent, created_at, \
            expires_at, access_path, target, line_rounds FROM interaction WHERE id = $1 AND brand = $2 AND access_path = $3";
    BIND = "UPDATE interaction SET browser_hash = $2 WHERE id = $1 AND browser_hash IS NULL RETURNING id";
    AUTHENTICATED = "UPDATE interaction SET authenticated_at = $2 WHERE id = $1";
    ANSWERED = "UPDATE interaction SET consent = $2 WHERE id = $1";
    COUNT_ROUND = "UPDATE interaction SET line_rounds = line_rounds + 1 WHERE id = $1 AND line_rounds < $2 RETURNING id";
    CLEAR = "UPDATE interaction SET authenticated_at = NULL, consent = NULL WHERE id = $1";
    DELETE_EXPIRED = "DELETE FROM interaction WHERE id IN (SELECT id FROM interaction WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM interaction WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: InteractionId,
    brand: BrandCode,
    browser_hash: Option<TokenHash>,
    request: JsonText<Option<AuthorizationRequest>>,
    authenticated_at: Option<Timestamp>,
    consent: Option<ConsentAnswer>,
    created_at: Timestamp,
    expires_at: Timestamp,
    access_path: AccessPath,
    target: TargetKind,
    line_rounds: i64,
}

impl From<Row> for Interaction {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            brand: row.brand,
            browser: row.browser_hash,
            access_path: row.access_path,
            target: match (row.request.0, row.target) {
                (Some(request), _) => Target::Client(Box::new(request)),
                (None, TargetKind::AdminConsole) => Target::AdminConsole,
                (None, TargetKind::AccountMenu | TargetKind::Client) => Target::AccountMenu,
            },
            line_rounds: u32::try_from(row.line_rounds).unwrap_or(u32::MAX),
            authenticated_at: row.authenticated_at,
            consent: row.consent,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Stores a new interaction.
///
/// # Errors
/// When the database fails.
pub async fn insert_interaction(tx: &mut Tx, new: &Interaction) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&new.id)
        .bind(&new.brand)
        .bind(new.target.client_id().map_or("", |client| client.as_str()))
        .bind(new.browser)
        .bind(JsonText(&new.target.request()))
        .bind(new.created_at)
        .bind(new.expires_at)
        .bind(new.access_path)
        .bind(new.target.kind())
        .execute(c)
        .await
        .map(drop))
}

/// An interaction of one of a brand's issuers. Whether the browser may see it, and whether it has expired, is the caller's to check.
///
/// # Errors
/// When the database fails.
pub async fn find_interaction(
    db: &Database,
    (brand, access_path): (&BrandCode, AccessPath),
    id: &InteractionId,
) -> Result<Option<Interaction>, Fault> {
    // The id comes from a URL. PostgreSQL fails on a NUL where SQLite finds nothing; there is nothing to find.
    if id.as_str().contains('\0') {
        return Ok(None);
    }
    let row: Option<Row> =
        on_db!(db, c => query_as(FIND).bind(id).bind(brand).bind(access_path).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Binds an interaction that has no browser yet; `false` when another browser was first.
///
/// # Errors
/// When the database fails.
pub async fn bind_browser(tx: &mut Tx, id: &InteractionId, browser: TokenHash) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(BIND).bind(id).bind(browser).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes that the person signed in for it.
///
/// # Errors
/// When the database fails.
pub async fn mark_authenticated(tx: &mut Tx, id: &InteractionId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(AUTHENTICATED).bind(id).bind(now).execute(c).await.map(drop))
}

/// Notes what the person answered on the consent page.
///
/// # Errors
/// When the database fails.
pub async fn mark_consent(tx: &mut Tx, id: &InteractionId, answer: ConsentAnswer) -> Result<(), Fault> {
    on_tx!(tx, c => query(ANSWERED).bind(id).bind(answer).execute(c).await.map(drop))
}

/// Counts that the person is sent to the carrier's page; `false` when that was done `most` times already.
///
/// # Errors
/// When the database fails.
pub async fn count_line_round(tx: &mut Tx, id: &InteractionId, most: u32) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(COUNT_ROUND).bind(id).bind(i64::from(most)).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Forgets what the person did for it, since the request has been answered: `prompt=login` asks again.
///
/// # Errors
/// When the database fails.
pub async fn clear_facts(tx: &mut Tx, id: &InteractionId) -> Result<(), Fault> {
    on_tx!(tx, c => query(CLEAR).bind(id).execute(c).await.map(drop))
}

/// Deletes up to `batch` interactions a day after their expiry; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_interactions(tx: &mut Tx, now: Timestamp, batch: i64) -> Result<u64, Fault> {
    let before = now.minus(KEPT_AFTER_EXPIRY);
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many interactions may be deleted; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_interactions(db: &Database, now: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) =
        on_db!(db, c => query_as(COUNT_EXPIRED).bind(now.minus(KEPT_AFTER_EXPIRY)).fetch_one(c).await)?;
    Ok(count)
}
