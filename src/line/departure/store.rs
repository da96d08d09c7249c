//! The departure's SQL.

use sqlx::{FromRow, query, query_as};

use super::Departure;
use crate::clock::Timestamp;
use crate::id::InteractionId;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    DEPART = "INSERT INTO line_departure (interaction_id, state_hash, nonce_hash, departed_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5) ON CONFLICT (interaction_id) DO UPDATE SET state_hash = excluded.state_hash, \
              nonce_hash = excluded.nonce_hash, departed_at = excluded.departed_at, answer = NULL, answered_at = NULL";
    FIND = "SELECT departed_at, nonce_hash, answer, answered_at FROM line_departure \
            WHERE interaction_id = $1 AND expires_at > $2";
    RETURN = "UPDATE line_departure SET state_hash = NULL WHERE interaction_id = $1 AND state_hash = $2 \
              AND expires_at > $3 RETURNING nonce_hash";
    KEEP_ANSWER = "UPDATE line_departure SET answer = $2, answered_at = $3, nonce_hash = NULL \
                   WHERE interaction_id = $1 AND nonce_hash = $4 RETURNING answered_at";
    DELETE_EXPIRED = "DELETE FROM line_departure WHERE interaction_id IN \
                      (SELECT interaction_id FROM line_departure WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM line_departure WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    departed_at: Timestamp,
    nonce_hash: Option<TokenHash>,
    answer: Option<Vec<u8>>,
    answered_at: Option<Timestamp>,
}

/// Notes that a person is sent to the carrier. What came back earlier is forgotten.
///
/// # Errors
/// When the database fails.
pub async fn depart(
    tx: &mut Tx,
    interaction: &InteractionId,
    (state, nonce): (&TokenHash, &TokenHash),
    (now, expires): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    on_tx!(tx, c => query(DEPART)
        .bind(interaction)
        .bind(state)
        .bind(nonce)
        .bind(now)
        .bind(expires)
        .execute(c)
        .await
        .map(drop))
}

/// The departure of a sign-in.
///
/// # Errors
/// When the database fails.
pub async fn find_departure(
    db: &Database,
    interaction: &InteractionId,
    now: Timestamp,
) -> Result<Option<Departure>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(interaction).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|row| Departure {
        departed_at: row.departed_at,
        nonce: row.nonce_hash,
        answered_at: row.answered_at,
        answer: row.answer,
    }))
}

/// Uses up the state of a way back; `None` when it is not this departure's, was used before or is over. Answers the
/// hash of the nonce.
///
/// # Errors
/// When the database fails.
pub async fn consume_return(
    tx: &mut Tx,
    interaction: &InteractionId,
    state: &TokenHash,
    now: Timestamp,
) -> Result<Option<TokenHash>, Fault> {
    let row: Option<(Option<TokenHash>,)> =
        on_tx!(tx, c => query_as(RETURN).bind(interaction).bind(state).bind(now).fetch_optional(c).await)?;
    Ok(row.and_then(|(nonce,)| nonce))
}

/// Keeps the answer to a nonce; `false` when one was kept before, or the person was sent there again meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn keep_answer(
    tx: &mut Tx,
    interaction: &InteractionId,
    (nonce, answer): (&TokenHash, &[u8]),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(i64,)> = on_tx!(tx, c => query_as(KEEP_ANSWER)
        .bind(interaction)
        .bind(answer)
        .bind(now)
        .bind(nonce)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Deletes up to `batch` departures of sign-ins that are over; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_departures(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many departures ended before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_departures(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
