//! The known browsers' SQL.

use sqlx::{query, query_as};

use crate::clock::Timestamp;
use crate::id::AccountId;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    RECOGNIZE = "INSERT INTO known_browser (account_id, browser_hash, first_at, last_at, sign_ins) \
                 VALUES ($1, $2, $3, $3, 1) ON CONFLICT (account_id, browser_hash) \
                 DO UPDATE SET last_at = excluded.last_at, sign_ins = known_browser.sign_ins + 1 RETURNING sign_ins";
    ANY_OTHER = "SELECT 1 FROM known_browser WHERE account_id = $1 AND browser_hash <> $2 LIMIT 1";
    DELETE_OLD = "DELETE FROM known_browser WHERE (account_id, browser_hash) IN \
                  (SELECT account_id, browser_hash FROM known_browser WHERE last_at < $1 LIMIT $2)";
    COUNT_OLD = "SELECT COUNT(*) FROM (SELECT 1 FROM known_browser WHERE last_at < $1 LIMIT 100000) AS waiting";
}

/// What the account knows of a browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recognized {
    /// It signed in with it before.
    Known,
    /// The very first browser of the account: nothing to be told.
    First,
    /// Another one than before.
    New,
}

/// Writes down that an account signed in with a browser.
///
/// # Errors
/// When the database fails.
pub async fn recognize_browser(
    tx: &mut Tx,
    account: &AccountId,
    browser: TokenHash,
    now: Timestamp,
) -> Result<Recognized, Fault> {
    let (sign_ins,): (i64,) =
        on_tx!(tx, c => query_as(RECOGNIZE).bind(account).bind(browser).bind(now).fetch_one(c).await)?;
    if sign_ins > 1 {
        return Ok(Recognized::Known);
    }
    let other: Option<(i32,)> =
        on_tx!(tx, c => query_as(ANY_OTHER).bind(account).bind(browser).fetch_optional(c).await)?;
    Ok(if other.is_some() { Recognized::New } else { Recognized::First })
}

/// Forgets up to `batch` browsers not used since `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_forgotten_browsers(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_OLD).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many browsers were not used since `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_forgotten_browsers(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_OLD).bind(before).fetch_one(c).await)?;
    Ok(count)
}
