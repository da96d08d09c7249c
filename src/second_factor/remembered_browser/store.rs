//! The remembered browser's SQL.

use sqlx::{query, query_as};

use super::MOST_SECRETS;
use crate::clock::Timestamp;
use crate::id::{AccountId, RememberedBrowserId};
use crate::policy::second_factor::REMEMBERED;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    INSERT = "INSERT INTO remembered_browser (id, account_id, secret_hash, created_at, last_at, expires_at) \
              VALUES ($1, $2, $3, $4, $4, $5)";
    FIND = "SELECT id FROM remembered_browser WHERE account_id = $1 AND expires_at > $2 \
            AND secret_hash IN ($3, $4, $5, $6, $7, $8, $9, $10) ORDER BY last_at DESC LIMIT 1";
    TOUCH = "UPDATE remembered_browser SET last_at = $2, expires_at = $3 WHERE id = $1 AND expires_at > $2 RETURNING id";
    COUNT = "SELECT COUNT(*) FROM remembered_browser WHERE account_id = $1 AND expires_at > $2";
    FORGET = "DELETE FROM remembered_browser WHERE account_id = $1";
    DELETE_EXPIRED = "DELETE FROM remembered_browser WHERE id IN \
                      (SELECT id FROM remembered_browser WHERE expires_at < $1 LIMIT $2) AND expires_at < $1";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM remembered_browser WHERE expires_at < $1 LIMIT 100000) \
                     AS waiting";
}

/// Adds a browser.
pub(super) async fn insert(
    tx: &mut Tx,
    (id, account): (&RememberedBrowserId, &AccountId),
    secret: TokenHash,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(id)
        .bind(account)
        .bind(secret)
        .bind(now)
        .bind(now.plus(REMEMBERED))
        .execute(c)
        .await
        .map(drop))
}

/// The browser that one of these secrets is of, if the account is remembered there.
///
/// # Errors
/// When the database fails.
pub async fn find(
    db: &Database,
    account: &AccountId,
    secrets: &[TokenHash],
    now: Timestamp,
) -> Result<Option<RememberedBrowserId>, Fault> {
    let Some(first) = secrets.first() else { return Ok(None) };
    // Both engines bind one value for one place: what is short of eight is filled up with the first one.
    let at = |place: usize| *secrets.get(place).unwrap_or(first);
    let eight: [TokenHash; MOST_SECRETS] = std::array::from_fn(at);
    let row: Option<(RememberedBrowserId,)> = on_db!(db, c => {
        let [a, b, d, e, f, g, h, i] = eight;
        let question = query_as(FIND).bind(account).bind(now);
        question.bind(a).bind(b).bind(d).bind(e).bind(f).bind(g).bind(h).bind(i).fetch_optional(c).await
    })?;
    Ok(row.map(|(id,)| id))
}

/// In how many browsers an account is remembered.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &Database, account: &AccountId, now: Timestamp) -> Result<u64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT).bind(account).bind(now).fetch_one(c).await)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Lets a browser be remembered for 30 more days; `false` when it was forgotten meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut Tx, id: &RememberedBrowserId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(TOUCH)
        .bind(id)
        .bind(now)
        .bind(now.plus(REMEMBERED))
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Forgets all browsers of an account.
///
/// # Errors
/// When the database fails.
pub async fn forget_all(tx: &mut Tx, account: &AccountId) -> Result<(), Fault> {
    on_tx!(tx, c => query(FORGET).bind(account).execute(c).await.map(drop))
}

/// Deletes up to `batch` browsers that expired before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_browsers(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_browsers(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
