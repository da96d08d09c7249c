//! The enrolment's SQL.

use sqlx::{FromRow, query, query_as};

use super::{Chosen, Enrolment, NewEnrolment};
use crate::clock::Timestamp;
use crate::id::{EnrolmentId, OperatorId};
use crate::secret::{Secret, TokenHash};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    INSERT = "INSERT INTO operator_enrolment (id, secret_hash, operator_id, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, operator_id, sealed_totp, browser_hash FROM operator_enrolment \
            WHERE secret_hash = $1 AND consumed_at IS NULL AND expires_at > $2";
    FIND_OF_BROWSER = "SELECT id, operator_id, sealed_totp, browser_hash FROM operator_enrolment \
                       WHERE browser_hash = $1 AND consumed_at IS NULL AND expires_at > $2 \
                       ORDER BY created_at DESC LIMIT 1";
    CHOOSE = "UPDATE operator_enrolment SET password_hash = $2, sealed_totp = $3, browser_hash = $4 \
              WHERE id = $1 AND consumed_at IS NULL AND expires_at > $5 RETURNING id";
    CONSUME = "UPDATE operator_enrolment SET consumed_at = $4 WHERE id = $1 AND browser_hash = $2 \
               AND sealed_totp = $3 AND password_hash IS NOT NULL AND consumed_at IS NULL AND expires_at > $4 \
               RETURNING password_hash, sealed_totp";
    REVOKE_ALL = "UPDATE operator_enrolment SET consumed_at = $2 WHERE operator_id = $1 AND consumed_at IS NULL";
    DELETE_EXPIRED = "DELETE FROM operator_enrolment WHERE id IN \
                      (SELECT id FROM operator_enrolment WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM \
                     (SELECT 1 FROM operator_enrolment WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: EnrolmentId,
    operator_id: OperatorId,
    sealed_totp: Option<Vec<u8>>,
    browser_hash: Option<TokenHash>,
}

impl From<Row> for Enrolment {
    fn from(row: Row) -> Self {
        let Row { id, operator_id, sealed_totp, browser_hash } = row;
        Self { id, operator_id, sealed_totp, browser: browser_hash }
    }
}

/// Stores a link.
///
/// # Errors
/// When the database fails.
pub async fn insert_enrolment(tx: &mut Tx, new: &NewEnrolment) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&new.id)
        .bind(TokenHash::of(new.secret.expose()))
        .bind(&new.operator_id)
        .bind(new.created_at)
        .bind(new.expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// The enrolment of a link that may be used.
///
/// # Errors
/// When the database fails.
pub async fn find_enrolment(db: &Database, secret: &str, now: Timestamp) -> Result<Option<Enrolment>, Fault> {
    let hash = TokenHash::of(secret);
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(hash).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The enrolment for which this browser chose the password.
///
/// # Errors
/// When the database fails.
pub async fn find_enrolment_of_browser(
    db: &Database,
    browser: TokenHash,
    now: Timestamp,
) -> Result<Option<Enrolment>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND_OF_BROWSER).bind(browser).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Notes what was chosen, for one browser; `false` when the link was used or is over.
///
/// # Errors
/// When the database fails.
pub async fn choose_password(
    tx: &mut Tx,
    id: &EnrolmentId,
    (chosen, browser): (&Chosen, TokenHash),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(CHOOSE)
        .bind(id)
        .bind(chosen.password_hash.expose())
        .bind(&chosen.sealed_totp)
        .bind(browser)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Uses a link up, with what was chosen in this browser and nothing else; `None` when it was used, chosen anew, revoked
/// or over a moment before.
///
/// # Errors
/// When the database fails.
pub async fn consume_enrolment(tx: &mut Tx, enrolment: &Enrolment, now: Timestamp) -> Result<Option<Chosen>, Fault> {
    let row: Option<(String, Vec<u8>)> = on_tx!(tx, c => query_as(CONSUME)
        .bind(&enrolment.id)
        .bind(enrolment.browser)
        .bind(&enrolment.sealed_totp)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(|(hash, sealed_totp)| Chosen { password_hash: Secret::new(hash), sealed_totp }))
}

/// Makes every link of an operator useless.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all(tx: &mut Tx, operator: &OperatorId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_ALL).bind(operator).bind(now).execute(c).await.map(drop))
}

/// Deletes up to `batch` links that were over before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_enrolments(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many links were over before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_enrolments(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
