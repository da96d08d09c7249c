//! The SQL of what an account has: factor, recovery code, wrong codes in a row.

use sqlx::{FromRow, query, query_as};

use super::Method;
use crate::clock::Timestamp;
use crate::id::AccountId;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(Method);

statements! {
    FIND = "SELECT method, sealed, last_step, created_at FROM second_factor WHERE account_id = $1";
    INSERT = "INSERT INTO second_factor (account_id, method, sealed, last_step, created_at, verified_at) \
              VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (account_id) DO NOTHING RETURNING account_id";
    /// RFC 6238 §5.2: of all who present a code of one step, the first one wins; an older step never does.
    USE_STEP = "UPDATE second_factor SET last_step = $2, verified_at = $3 \
                WHERE account_id = $1 AND last_step < $2 RETURNING account_id";
    TOUCH = "UPDATE second_factor SET verified_at = $2 WHERE account_id = $1";
    DELETE = "DELETE FROM second_factor WHERE account_id = $1 RETURNING account_id";
    SET_RECOVERY = "INSERT INTO recovery_code (account_id, hash, created_at) VALUES ($1, $2, $3) \
                    ON CONFLICT (account_id) DO UPDATE SET hash = $2, created_at = $3";
    REPLACE_RECOVERY = "UPDATE recovery_code SET hash = $3, created_at = $4 \
                        WHERE account_id = $1 AND hash = $2 RETURNING account_id";
    DELETE_RECOVERY = "DELETE FROM recovery_code WHERE account_id = $1";
    COUNT_FAILURE = "INSERT INTO second_factor_failure (account_id, failures, barred_until, last_at) \
                     VALUES ($1, 1, 0, $2) ON CONFLICT (account_id) DO UPDATE \
                     SET failures = second_factor_failure.failures + 1, last_at = $2 \
                     WHERE second_factor_failure.barred_until <= $2 RETURNING failures";
    BAR = "UPDATE second_factor_failure SET barred_until = $2 WHERE account_id = $1";
    FIND_BAR = "SELECT barred_until FROM second_factor_failure WHERE account_id = $1 AND barred_until > $2";
    DELETE_FAILURES = "DELETE FROM second_factor_failure WHERE account_id = $1";
}

/// What an account is enrolled with.
#[derive(FromRow)]
pub struct Factor {
    /// Which kind.
    pub method: Method,
    /// Phone number or secret, sealed for the account.
    pub(super) sealed: Vec<u8>,
    /// The newest time step whose code was accepted; 0 for SMS.
    pub last_step: i64,
    /// When the person enrolled.
    pub created_at: Timestamp,
}

/// What an account is enrolled with, if it is.
///
/// # Errors
/// When the database fails.
pub async fn find_factor(db: &Database, account: &AccountId) -> Result<Option<Factor>, Fault> {
    on_db!(db, c => query_as(FIND).bind(account).fetch_optional(c).await)
}

/// The same, as a transaction sees it.
pub(super) async fn load_factor(tx: &mut Tx, account: &AccountId) -> Result<Option<Factor>, Fault> {
    on_tx!(tx, c => query_as(FIND).bind(account).fetch_optional(c).await)
}

/// Enrols an account; `false` when it is enrolled already.
pub(super) async fn insert_factor(
    tx: &mut Tx,
    account: &AccountId,
    factor: &Factor,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(account)
        .bind(factor.method)
        .bind(factor.sealed.as_slice())
        .bind(factor.last_step)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Uses up a time step; `false` when it, or a later one, was used before.
pub(super) async fn use_step(tx: &mut Tx, account: &AccountId, step: i64, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(USE_STEP).bind(account).bind(step).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes that the factor was used.
pub(super) async fn touch_factor(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(TOUCH).bind(account).bind(now).execute(c).await.map(drop))
}

/// Deletes an account's factor; `false` when it had none.
pub(super) async fn delete_factor(tx: &mut Tx, account: &AccountId) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(DELETE).bind(account).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Gives an account its recovery code.
pub(super) async fn set_recovery_code(
    tx: &mut Tx,
    account: &AccountId,
    hash: TokenHash,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(SET_RECOVERY).bind(account).bind(hash).bind(now).execute(c).await.map(drop))
}

/// Uses up a recovery code and puts the next one in its place; `false` when it was not the account's.
pub(super) async fn replace_recovery_code(
    tx: &mut Tx,
    account: &AccountId,
    (old, new): (TokenHash, TokenHash),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(REPLACE_RECOVERY)
        .bind(account)
        .bind(old)
        .bind(new)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Deletes an account's recovery code.
pub(super) async fn delete_recovery_code(tx: &mut Tx, account: &AccountId) -> Result<(), Fault> {
    on_tx!(tx, c => query(DELETE_RECOVERY).bind(account).execute(c).await.map(drop))
}

/// Counts a guess as wrong before it is looked at; `None` when the account is barred. Answers how many there are in a
/// row with it, and holds the row until the transaction ends.
pub(super) async fn count_failure(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> = on_tx!(tx, c => query_as(COUNT_FAILURE).bind(account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(failures,)| failures))
}

/// Bars an account's codes until then.
pub(super) async fn bar(tx: &mut Tx, account: &AccountId, until: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(BAR).bind(account).bind(until).execute(c).await.map(drop))
}

/// Until when an account's codes are not looked at, if they are not.
///
/// # Errors
/// When the database fails.
pub async fn find_bar(db: &Database, account: &AccountId, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
    let row: Option<(Timestamp,)> =
        on_db!(db, c => query_as(FIND_BAR).bind(account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(until,)| until))
}

/// The same, as a transaction sees it.
pub(super) async fn is_barred(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(Timestamp,)> =
        on_tx!(tx, c => query_as(FIND_BAR).bind(account).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Forgets an account's wrong codes.
pub(super) async fn delete_failures(tx: &mut Tx, account: &AccountId) -> Result<(), Fault> {
    on_tx!(tx, c => query(DELETE_FAILURES).bind(account).execute(c).await.map(drop))
}
