//! The operator's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{Operator, OperatorRecord, OperatorState};
use crate::account::EmailAddress;
use crate::clock::Timestamp;
use crate::id::OperatorId;
use crate::policy::operator_access::OperatorRole;
use crate::secret::Secret;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(OperatorRole, OperatorState);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, email, name, role, state, password_hash, sealed_totp, signed_in_at, created_at, updated_at ",
            "FROM operator ",
            $rest
        )
    };
}

statements! {
    INSERT = "INSERT INTO operator (id, email, email_key, name, role, state, last_totp_step, code_failures, \
              barred_until, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 'active', 0, 0, 0, $6, $6) \
              ON CONFLICT (email_key) DO NOTHING RETURNING id";
    FIND = select!("WHERE id = $1");
    FIND_BY_EMAIL = select!("WHERE email_key = $1");
    LIST = select!("ORDER BY created_at, id LIMIT 1000");
    UPDATE_STATE = "UPDATE operator SET state = $3, updated_at = $4 WHERE id = $1 AND state = $2 RETURNING id";
    UPDATE_ROLE = "UPDATE operator SET role = $3, updated_at = $4 WHERE id = $1 AND role = $2 RETURNING id";
    /// Whoever signs in at this moment waits here, or is noticed by `CONFIRM`.
    FORGET = "UPDATE operator SET password_hash = NULL, sealed_totp = NULL, last_totp_step = 0, code_failures = 0, \
              barred_until = 0, updated_at = $2 WHERE id = $1 RETURNING id";
    ENROL = "UPDATE operator SET password_hash = $2, sealed_totp = $3, last_totp_step = $4, code_failures = 0, \
             barred_until = 0, updated_at = $5 WHERE id = $1 AND state = 'active' RETURNING id";
    REHASH = "UPDATE operator SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id";
    CONFIRM = "UPDATE operator SET updated_at = updated_at \
               WHERE id = $1 AND password_hash = $2 AND state = 'active' RETURNING id";
    COUNT_CODE = "UPDATE operator SET code_failures = code_failures + 1 \
                  WHERE id = $1 AND barred_until <= $2 AND state = 'active' RETURNING code_failures";
    BAR_CODES = "UPDATE operator SET barred_until = $2 WHERE id = $1";
    CLEAR_CODES = "UPDATE operator SET code_failures = 0, barred_until = 0 WHERE id = $1";
    USE_STEP = "UPDATE operator SET last_totp_step = $2 WHERE id = $1 AND last_totp_step < $2 RETURNING id";
    SIGNED_IN = "UPDATE operator SET signed_in_at = $2 WHERE id = $1";
}

#[derive(FromRow)]
struct Row {
    id: OperatorId,
    email: String,
    name: String,
    role: OperatorRole,
    state: OperatorState,
    password_hash: Option<String>,
    sealed_totp: Option<Vec<u8>>,
    signed_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for OperatorRecord {
    fn from(row: Row) -> Self {
        let operator = Operator {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            state: row.state,
            is_enrolled: row.password_hash.is_some(),
            signed_in_at: row.signed_in_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        Self { operator, password_hash: row.password_hash.map(Secret::new), sealed_totp: row.sealed_totp }
    }
}

/// Adds an operator who has still to enrol; `false` when somebody has the address.
pub(super) async fn insert_operator(
    tx: &mut Tx,
    operator: &Operator,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(&operator.id)
        .bind(email.as_str())
        .bind(email.key())
        .bind(&operator.name)
        .bind(operator.role)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// An operator by id.
///
/// # Errors
/// When the database fails.
pub async fn find_operator(db: &Database, id: &OperatorId) -> Result<Option<OperatorRecord>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// An operator by address.
///
/// # Errors
/// When the database fails.
pub async fn find_operator_by_email(db: &Database, email: &EmailAddress) -> Result<Option<OperatorRecord>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND_BY_EMAIL).bind(email.key()).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// All operators, the oldest first; 1000 at the most.
///
/// # Errors
/// When the database fails.
pub async fn list_operators(db: &Database) -> Result<Vec<Operator>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| OperatorRecord::from(row).operator).collect())
}

/// Moves an operator from one state to another; `false` when they were not in the first one.
pub(super) async fn update_state(
    tx: &mut Tx,
    id: &OperatorId,
    (from, to): (OperatorState, OperatorState),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_STATE).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Gives an operator another role; `false` when theirs is not the first one any more.
pub(super) async fn update_role(
    tx: &mut Tx,
    id: &OperatorId,
    (from, to): (OperatorRole, OperatorRole),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_ROLE).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Forgets password and authenticator; `false` when there is no such operator.
pub(super) async fn forget_credentials(tx: &mut Tx, id: &OperatorId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(FORGET).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Gives an active operator a password, and an authenticator whose step `step` has just been used; `false` when they are
/// not active.
pub(super) async fn enrol(
    tx: &mut Tx,
    id: &OperatorId,
    (password_hash, totp): (&Secret<String>, Option<(&[u8], i64)>),
    now: Timestamp,
) -> Result<bool, Fault> {
    let (sealed, step) = totp.unzip();
    let row: Option<(String,)> = on_tx!(tx, c => query_as(ENROL)
        .bind(id)
        .bind(password_hash.expose())
        .bind(sealed)
        .bind(step.unwrap_or(0))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Replaces a hash by one with today's parameters, unless the password was changed meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn update_rehash(tx: &mut Tx, id: &OperatorId, old: &Secret<String>, new: &str) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(REHASH).bind(id).bind(old.expose()).bind(new).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Whether an operator is still active with this very password, held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn confirm_operator(tx: &mut Tx, id: &OperatorId, hash: &Secret<String>) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(CONFIRM).bind(id).bind(hash.expose()).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Counts one more code before it is compared; `None` when the operator's codes are not looked at now.
///
/// # Errors
/// When the database fails.
pub async fn count_code_failure(tx: &mut Tx, id: &OperatorId, now: Timestamp) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> = on_tx!(tx, c => query_as(COUNT_CODE).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(failures,)| failures))
}

/// No code of this operator is looked at until then.
///
/// # Errors
/// When the database fails.
pub async fn bar_codes(tx: &mut Tx, id: &OperatorId, until: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(BAR_CODES).bind(id).bind(until).execute(c).await.map(drop))
}

/// Forgets the wrong codes of an operator.
///
/// # Errors
/// When the database fails.
pub async fn clear_code_failures(tx: &mut Tx, id: &OperatorId) -> Result<(), Fault> {
    on_tx!(tx, c => query(CLEAR_CODES).bind(id).execute(c).await.map(drop))
}

/// Uses up a time step of the authenticator; `false` when it or a later one was used (RFC 6238 §5.2).
///
/// # Errors
/// When the database fails.
pub async fn use_totp_step(tx: &mut Tx, id: &OperatorId, step: i64) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(USE_STEP).bind(id).bind(step).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes a sign-in.
///
/// # Errors
/// When the database fails.
pub async fn mark_signed_in(tx: &mut Tx, id: &OperatorId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(SIGNED_IN).bind(id).bind(now).execute(c).await.map(drop))
}
