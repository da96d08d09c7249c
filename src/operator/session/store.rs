//! The SQL of operators' sessions.

use std::time::Duration;

use sqlx::{FromRow, query, query_as};

use super::{NewOperatorSession, OperatorSession, Stage};
use crate::clock::Timestamp;
use crate::id::{OperatorId, SessionId};
use crate::operator::model::{Operator, OperatorState};
use crate::policy::operator_access::OperatorRole;
use crate::policy::operator_sign_in::MOST_GUESSES;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(Stage);

statements! {
    INSERT = "INSERT INTO operator_session (id, secret_hash, operator_id, stage, guesses, next, auth_time, last_seen_at, \
              expires_at) VALUES ($1, $2, $3, $4, 0, $5, $6, $6, $7)";
    FIND = "SELECT s.id, s.operator_id, s.stage, s.next, s.auth_time, s.last_seen_at, o.email, o.name, o.role, o.state, \
            o.signed_in_at, o.created_at, o.updated_at \
            FROM operator_session s JOIN operator o ON o.id = s.operator_id \
            WHERE s.secret_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.last_seen_at > $3 \
            AND o.state = 'active'";
    TOUCH = "UPDATE operator_session SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2 AND ended_at IS NULL";
    COUNT_GUESS = "UPDATE operator_session SET guesses = guesses + 1 WHERE id = $1 AND stage = 'second_factor' \
                   AND guesses < $2 AND ended_at IS NULL AND expires_at > $3 RETURNING guesses";
    OPEN = "UPDATE operator_session SET stage = 'open', secret_hash = $2, auth_time = $3, last_seen_at = $3, \
            expires_at = $4 WHERE id = $1 AND stage = 'second_factor' AND ended_at IS NULL AND expires_at > $3 \
            RETURNING id";
    END = "UPDATE operator_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id";
    END_ALL = "UPDATE operator_session SET ended_at = $3 WHERE operator_id = $1 AND ended_at IS NULL \
               AND (CAST($2 AS TEXT) IS NULL OR id <> $2)";
    DELETE_EXPIRED = "DELETE FROM operator_session WHERE id IN \
                      (SELECT id FROM operator_session WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM \
                     (SELECT 1 FROM operator_session WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: SessionId,
    operator_id: OperatorId,
    stage: Stage,
    next: String,
    auth_time: Timestamp,
    last_seen_at: Timestamp,
    email: String,
    name: String,
    role: OperatorRole,
    state: OperatorState,
    signed_in_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Row> for (OperatorSession, Operator) {
    fn from(row: Row) -> Self {
        let operator = Operator {
            id: row.operator_id.clone(),
            email: row.email,
            name: row.name,
            role: row.role,
            state: row.state,
            is_enrolled: true,
            signed_in_at: row.signed_in_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        let session = OperatorSession {
            id: row.id,
            operator_id: row.operator_id,
            stage: row.stage,
            next: row.next,
            auth_time: row.auth_time,
            last_seen_at: row.last_seen_at,
        };
        (session, operator)
    }
}

/// Stores a session.
///
/// # Errors
/// When the database fails.
pub async fn insert_session(tx: &mut Tx, new: &NewOperatorSession) -> Result<(), Fault> {
    let session = &new.session;
    on_tx!(tx, c => query(INSERT)
        .bind(&session.id)
        .bind(TokenHash::of(new.secret.expose()))
        .bind(&session.operator_id)
        .bind(session.stage)
        .bind(&session.next)
        .bind(session.auth_time)
        .bind(new.expires_at)
        .execute(c)
        .await
        .map(drop))
}

/// The session of a cookie and whose it is, unless it ended, was unused for `idle`, or its operator is suspended.
///
/// # Errors
/// When the database fails.
pub async fn find_session(
    db: &Database,
    secret: TokenHash,
    (now, idle): (Timestamp, Duration),
) -> Result<Option<(OperatorSession, Operator)>, Fault> {
    let row: Option<Row> =
        on_db!(db, c => query_as(FIND).bind(secret).bind(now).bind(now.minus(idle)).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Notes a use.
///
/// # Errors
/// When the database fails.
pub async fn touch_session(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(TOUCH).bind(id).bind(now).execute(c).await.map(drop))
}

/// Counts one more code before it is compared; `None` when this sign-in takes none any more.
///
/// # Errors
/// When the database fails.
pub async fn count_guess(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<Option<i64>, Fault> {
    let row: Option<(i64,)> =
        on_tx!(tx, c => query_as(COUNT_GUESS).bind(id).bind(MOST_GUESSES).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(guesses,)| guesses))
}

/// Opens a session whose second factor was proved, under a new secret; `false` when it was opened or over a moment
/// before.
///
/// # Errors
/// When the database fails.
pub async fn open_session(
    tx: &mut Tx,
    id: &SessionId,
    secret: &str,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(OPEN)
        .bind(id)
        .bind(TokenHash::of(secret))
        .bind(now)
        .bind(expires_at)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Ends a session; `false` when it had ended.
///
/// # Errors
/// When the database fails.
pub async fn end_session(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(END).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Ends every session of an operator but one.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_of(
    tx: &mut Tx,
    operator: &OperatorId,
    except: Option<&SessionId>,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(END_ALL).bind(operator).bind(except).bind(now).execute(c).await.map(drop))
}

/// Deletes up to `batch` sessions that were over before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_sessions(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many sessions were over before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_sessions(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
