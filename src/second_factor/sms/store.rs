//! The SQL of what was sent.

use std::time::Duration;

use sqlx::{query, query_as};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::{AccountId, SessionId};
use crate::policy::second_factor::{CODE_LIFETIME, SMS_MEMORY};
use crate::second_factor::Who;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    INSERT = "INSERT INTO sms_sent (id, session_id, account_id, number_key, block_key, at) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    OF_NUMBER = "SELECT at FROM sms_sent WHERE number_key = $1 AND at > $2 ORDER BY at DESC LIMIT 100";
    OF_ACCOUNT = "SELECT at FROM sms_sent WHERE account_id = $1 AND at > $2 ORDER BY at DESC LIMIT 100";
    /// The last ones to a block that were typed in or had their time to be.
    OF_BLOCK = "SELECT verified_at FROM sms_sent WHERE block_key = $1 AND at > $2 \
                AND (verified_at IS NOT NULL OR at <= $3) ORDER BY at DESC LIMIT $4";
    CONVERTED = "UPDATE sms_sent SET verified_at = $3 WHERE session_id = $1 AND number_key = $2 AND verified_at IS NULL";
    /// Counts one more, in a new window when the old one is over; holds the row until the transaction ends.
    COUNT = "INSERT INTO sms_window (name, since, sent) VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE \
             SET sent = CASE WHEN sms_window.since <= $3 THEN 1 ELSE sms_window.sent + 1 END, \
             since = CASE WHEN sms_window.since <= $3 THEN $2 ELSE sms_window.since END RETURNING sent";
    DELETE_SMS = "DELETE FROM sms_sent WHERE id IN (SELECT id FROM sms_sent WHERE at < $1 LIMIT $2)";
    COUNT_SMS = "SELECT COUNT(*) FROM (SELECT 1 FROM sms_sent WHERE at < $1 LIMIT 100000) AS waiting";
    /// Asked twice: a window that began anew while this waited for its row stays.
    DELETE_WINDOWS = "DELETE FROM sms_window WHERE name IN (SELECT name FROM sms_window WHERE since < $1 LIMIT $2) \
                      AND since < $1";
    COUNT_WINDOWS = "SELECT COUNT(*) FROM (SELECT 1 FROM sms_window WHERE since < $1 LIMIT 100000) AS waiting";
}

/// Notes that an SMS goes out. `keys`: of the number and of its block.
pub(super) async fn insert_sms(
    tx: &mut Tx,
    id: Uuid,
    who: Who<'_>,
    (number, block): (TokenHash, TokenHash),
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(id.hyphenated().to_string())
        .bind(who.session)
        .bind(who.account)
        .bind(number)
        .bind(block)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// When SMS went to a number in the last day.
pub(super) async fn list_of_number(tx: &mut Tx, number: TokenHash, now: Timestamp) -> Result<Vec<Timestamp>, Fault> {
    let rows: Vec<(Timestamp,)> =
        on_tx!(tx, c => query_as(OF_NUMBER).bind(number).bind(now.minus(SMS_MEMORY)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// When SMS went out for an account in the last day.
pub(super) async fn list_of_account(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<Vec<Timestamp>, Fault> {
    let rows: Vec<(Timestamp,)> =
        on_tx!(tx, c => query_as(OF_ACCOUNT).bind(account).bind(now.minus(SMS_MEMORY)).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// Of the last `sample` SMS to a block in the last day: how many there were, and how many were typed in.
pub(super) async fn converted(
    tx: &mut Tx,
    block: TokenHash,
    (sample, now): (usize, Timestamp),
) -> Result<(usize, usize), Fault> {
    let sample = i64::try_from(sample).unwrap_or(i64::MAX);
    let rows: Vec<(Option<Timestamp>,)> = on_tx!(tx, c => query_as(OF_BLOCK)
        .bind(block)
        .bind(now.minus(SMS_MEMORY))
        .bind(now.minus(CODE_LIFETIME))
        .bind(sample)
        .fetch_all(c)
        .await)?;
    Ok((rows.len(), rows.iter().filter(|(verified_at,)| verified_at.is_some()).count()))
}

/// Notes that the SMS of an attempt to a number were typed in.
pub(super) async fn mark_converted(
    tx: &mut Tx,
    session: &SessionId,
    number: TokenHash,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(CONVERTED).bind(session).bind(number).bind(now).execute(c).await.map(drop))
}

/// Counts one more in a window of this length; answers how many there are with it.
pub(super) async fn count_in_window(
    tx: &mut Tx,
    name: &str,
    (now, length): (Timestamp, Duration),
) -> Result<i64, Fault> {
    let (sent,): (i64,) =
        on_tx!(tx, c => query_as(COUNT).bind(name).bind(now).bind(now.minus(length)).fetch_one(c).await)?;
    Ok(sent)
}

/// Deletes up to `batch` notes of SMS older than the limits look back; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_old_sms(tx: &mut Tx, now: Timestamp, batch: i64) -> Result<u64, Fault> {
    let before = now.minus(SMS_MEMORY);
    on_tx!(tx, c => query(DELETE_SMS).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many of them there are; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_old_sms(db: &Database, now: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_SMS).bind(now.minus(SMS_MEMORY)).fetch_one(c).await)?;
    Ok(count)
}

/// Deletes up to `batch` windows that are over, whatever their length; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_old_windows(tx: &mut Tx, now: Timestamp, batch: i64) -> Result<u64, Fault> {
    let before = now.minus(SMS_MEMORY);
    on_tx!(tx, c => query(DELETE_WINDOWS).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many of them there are; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_old_windows(db: &Database, now: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_WINDOWS).bind(now.minus(SMS_MEMORY)).fetch_one(c).await)?;
    Ok(count)
}
