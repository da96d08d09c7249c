//! The attempt's SQL. Every verb says in its WHERE what it expects to find.

use sqlx::{FromRow, query, query_as};

use super::model::{Attempt, Stage};
use crate::clock::Timestamp;
use crate::id::{AccountId, SessionId};
use crate::policy::second_factor::MOST_GUESSES;
use crate::second_factor::{Method, Who};
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(Stage);

macro_rules! columns {
    () => {
        "session_id, account_id, stage, guesses, sends, sent_at, code_expires_at, proved_method, proved_step, \
         remember, code_hash, sealed_phone, sealed_secret, sealed_recovery"
    };
}

statements! {
    /// An attempt that has expired makes room for a new one of the same session.
    INSERT = "INSERT INTO second_factor_attempt (session_id, account_id, stage, guesses, sealed_secret, code_expires_at, \
              sends, sent_at, proved_step, remember, created_at, expires_at) \
              VALUES ($1, $2, 'open', 0, $3, 0, 0, 0, 0, 0, $4, $5) ON CONFLICT (session_id) DO UPDATE \
              SET account_id = $2, stage = 'open', guesses = 0, sealed_phone = NULL, sealed_secret = $3, \
              code_hash = NULL, code_expires_at = 0, sends = 0, sent_at = 0, proved_method = NULL, proved_step = 0, \
              remember = 0, sealed_recovery = NULL, created_at = $4, expires_at = $5 \
              WHERE second_factor_attempt.expires_at <= $4";
    FIND = concat!("SELECT ", columns!(), " FROM second_factor_attempt \
                    WHERE session_id = $1 AND account_id = $2 AND expires_at > $3");
    COUNT_GUESS = concat!("UPDATE second_factor_attempt SET guesses = guesses + 1 WHERE session_id = $1 \
                           AND account_id = $2 AND expires_at > $3 AND stage = 'open' AND guesses < $4 RETURNING ",
                          columns!());
    SET_CODE = "UPDATE second_factor_attempt SET sealed_phone = $4, code_hash = $5, code_expires_at = $6, \
                sends = sends + 1, sent_at = $3 WHERE session_id = $1 AND account_id = $2 AND expires_at > $3 \
                AND stage = 'open' AND sends = $7 RETURNING session_id";
    PROVE = "UPDATE second_factor_attempt SET stage = 'proved', proved_method = $2, proved_step = $3, remember = $4, \
             sealed_recovery = $5, code_hash = NULL WHERE session_id = $1 AND stage = 'open' RETURNING session_id";
    RECOVER = "UPDATE second_factor_attempt SET stage = 'recovered', sealed_recovery = $2, code_hash = NULL \
               WHERE session_id = $1 AND stage = 'open' RETURNING session_id";
    CLOSE = "UPDATE second_factor_attempt SET stage = 'over', code_hash = NULL WHERE session_id = $1";
    CONSUME = "DELETE FROM second_factor_attempt WHERE session_id = $1 AND stage = 'open' RETURNING session_id";
    FINISH = concat!("DELETE FROM second_factor_attempt WHERE session_id = $1 AND account_id = $2 AND expires_at > $3 \
                      AND stage IN ('proved', 'recovered') RETURNING ", columns!());
    DELETE_OF_ACCOUNT = "DELETE FROM second_factor_attempt WHERE account_id = $1";
    DELETE_EXPIRED = "DELETE FROM second_factor_attempt WHERE session_id IN \
                      (SELECT session_id FROM second_factor_attempt WHERE expires_at < $1 LIMIT $2) AND expires_at < $1";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM second_factor_attempt WHERE expires_at < $1 LIMIT 100000) \
                     AS waiting";
}

#[derive(FromRow)]
struct Row {
    session_id: SessionId,
    account_id: AccountId,
    stage: Stage,
    guesses: i64,
    sends: i64,
    sent_at: Timestamp,
    code_expires_at: Timestamp,
    proved_method: Option<Method>,
    proved_step: i64,
    remember: i64,
    code_hash: Option<TokenHash>,
    sealed_phone: Option<Vec<u8>>,
    sealed_secret: Vec<u8>,
    sealed_recovery: Option<Vec<u8>>,
}

impl From<Row> for Attempt {
    fn from(row: Row) -> Self {
        Self {
            session: row.session_id,
            account: row.account_id,
            stage: row.stage,
            guesses: row.guesses,
            sends: row.sends,
            sent_at: row.sent_at,
            code_expires_at: row.code_expires_at,
            proved: row.proved_method,
            proved_step: row.proved_step,
            remember: row.remember != 0,
            code: row.code_hash,
            sealed_phone: row.sealed_phone,
            sealed_secret: row.sealed_secret,
            sealed_recovery: row.sealed_recovery,
        }
    }
}

/// Stores a new attempt, unless the session has one that has not expired.
pub(in crate::second_factor) async fn insert(
    tx: &mut Tx,
    who: Who<'_>,
    sealed_secret: &[u8],
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(who.session)
        .bind(who.account)
        .bind(sealed_secret)
        .bind(now)
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// The attempt of a session, at whatever stage, unless it has expired.
///
/// # Errors
/// When the database fails.
pub async fn find_attempt(db: &Database, who: Who<'_>, now: Timestamp) -> Result<Option<Attempt>, Fault> {
    let row: Option<Row> =
        on_db!(db, c => query_as(FIND).bind(who.session).bind(who.account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The same, as a transaction sees it.
pub(in crate::second_factor) async fn load(
    tx: &mut Tx,
    who: Who<'_>,
    now: Timestamp,
) -> Result<Option<Attempt>, Fault> {
    let row: Option<Row> =
        on_tx!(tx, c => query_as(FIND).bind(who.session).bind(who.account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Counts a guess before it is looked at, and holds the attempt until the transaction ends; `None` when it is not open
/// or has had all its guesses.
pub(in crate::second_factor) async fn count_guess(
    tx: &mut Tx,
    who: Who<'_>,
    now: Timestamp,
) -> Result<Option<Attempt>, Fault> {
    let row: Option<Row> = on_tx!(tx, c => query_as(COUNT_GUESS)
        .bind(who.session)
        .bind(who.account)
        .bind(now)
        .bind(MOST_GUESSES)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(Into::into))
}

/// A code that is about to be sent.
pub(in crate::second_factor) struct NewCode<'a> {
    /// The number, sealed, while enrolling.
    pub sealed_phone: Option<&'a [u8]>,
    /// The keyed hash of the code.
    pub hash: TokenHash,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How many were sent before, as the caller knows.
    pub sends: i64,
}

/// Puts a new code in the place of the one before; `false` when another request was faster or the attempt is not open.
pub(in crate::second_factor) async fn set_code(
    tx: &mut Tx,
    who: Who<'_>,
    code: &NewCode<'_>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(SET_CODE)
        .bind(who.session)
        .bind(who.account)
        .bind(now)
        .bind(code.sealed_phone)
        .bind(code.hash)
        .bind(code.expires_at)
        .bind(code.sends)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// What was proved while enrolling.
pub(in crate::second_factor) struct Proof<'a> {
    /// With what.
    pub method: Method,
    /// The time step of the code; 0 for SMS.
    pub step: i64,
    /// Whether the browser is to be remembered.
    pub remember: bool,
    /// The recovery code to be saved, sealed.
    pub sealed_recovery: &'a [u8],
}

/// Notes what was proved; `false` when the attempt is not open.
pub(in crate::second_factor) async fn prove(
    tx: &mut Tx,
    session: &SessionId,
    proof: &Proof<'_>,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(PROVE)
        .bind(session)
        .bind(proof.method)
        .bind(proof.step)
        .bind(i64::from(proof.remember))
        .bind(proof.sealed_recovery)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Notes that the recovery code was used; `false` when the attempt is not open.
pub(in crate::second_factor) async fn recover(
    tx: &mut Tx,
    session: &SessionId,
    sealed_recovery: &[u8],
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(RECOVER).bind(session).bind(sealed_recovery).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Ends an attempt after too many wrong codes.
pub(in crate::second_factor) async fn close(tx: &mut Tx, session: &SessionId) -> Result<(), Fault> {
    on_tx!(tx, c => query(CLOSE).bind(session).execute(c).await.map(drop))
}

/// Uses up an attempt whose code was right; `false` when it is not open.
pub(in crate::second_factor) async fn consume(tx: &mut Tx, session: &SessionId) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(CONSUME).bind(session).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Uses up an attempt whose recovery code was saved; `None` when there is none to be saved, or another request was
/// faster.
pub(in crate::second_factor) async fn finish(
    tx: &mut Tx,
    who: Who<'_>,
    now: Timestamp,
) -> Result<Option<Attempt>, Fault> {
    let row: Option<Row> =
        on_tx!(tx, c => query_as(FINISH).bind(who.session).bind(who.account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Deletes all attempts of an account.
pub(in crate::second_factor) async fn delete_of_account(tx: &mut Tx, account: &AccountId) -> Result<(), Fault> {
    on_tx!(tx, c => query(DELETE_OF_ACCOUNT).bind(account).execute(c).await.map(drop))
}

/// Deletes up to `batch` attempts that expired before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_attempts(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many attempts expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_attempts(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
