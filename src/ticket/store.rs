//! The ticket's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{Data, NewTicket, Purpose, Ticket};
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, TicketId};
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(Purpose);

statements! {
    INSERT = "INSERT INTO ticket (id, hash, purpose, brand, account_id, data, created_at, expires_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id";
    REPLACE = "UPDATE ticket SET revoked_at = $3 WHERE account_id = $1 AND purpose = $2 \
               AND consumed_at IS NULL AND revoked_at IS NULL";
    LAPSE = "UPDATE ticket SET revoked_at = $2 WHERE account_id = $1 AND expires_at <= $2 \
             AND consumed_at IS NULL AND revoked_at IS NULL";
    FIND = "SELECT id, purpose, brand, account_id, data, created_at, expires_at, consumed_at, revoked_at FROM ticket \
            WHERE hash = $1 AND purpose = $2 AND brand = $3";
    PENDING = "SELECT id, purpose, brand, account_id, data, created_at, expires_at, consumed_at, revoked_at \
               FROM ticket WHERE account_id = $1 AND purpose IN ('email_change', 'login_method_change') \
               AND consumed_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
    OPEN_CHANGE = "SELECT id FROM ticket WHERE account_id = $1 AND purpose IN ('email_change', 'login_method_change') \
                   AND consumed_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
    CONSUME = "UPDATE ticket SET consumed_at = $2 WHERE id = $1 AND consumed_at IS NULL AND revoked_at IS NULL \
               AND expires_at > $2 RETURNING id";
    REVOKE = "UPDATE ticket SET revoked_at = $2 WHERE id = $1 AND consumed_at IS NULL AND revoked_at IS NULL \
              RETURNING id";
    REVOKE_OF_ACCOUNT = "UPDATE ticket SET revoked_at = $2 WHERE account_id = $1 \
                         AND consumed_at IS NULL AND revoked_at IS NULL";
    COUNT_RECENT = "SELECT COUNT(*) FROM ticket WHERE account_id = $1 AND purpose = $2 AND created_at > $3";
    DELETE_OLD = "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket WHERE expires_at < $1 LIMIT $2)";
    COUNT_OLD = "SELECT COUNT(*) FROM (SELECT 1 FROM ticket WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: TicketId,
    purpose: Purpose,
    brand: BrandCode,
    account_id: AccountId,
    data: JsonText<Data>,
    created_at: Timestamp,
    expires_at: Timestamp,
    consumed_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<Row> for Ticket {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            purpose: row.purpose,
            brand: row.brand,
            account_id: row.account_id,
            data: row.data.0,
            created_at: row.created_at,
            expires_at: row.expires_at,
            consumed_at: row.consumed_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// What became of a ticket to be issued.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Issued {
    /// It is good; an older one of its purpose is not any more.
    Yes,
    /// The account has a change of the other kind pending, or another one was issued in this very moment.
    OtherPending,
}

/// Issues a ticket in place of an older one of its purpose.
///
/// # Errors
/// When the database fails.
pub async fn issue_ticket(tx: &mut Tx, new: &NewTicket) -> Result<Issued, Fault> {
    let t = &new.ticket;
    on_tx!(tx, c => query(LAPSE).bind(&t.account_id).bind(t.created_at).execute(c).await.map(drop))?;
    on_tx!(tx, c => query(REPLACE).bind(&t.account_id).bind(t.purpose).bind(t.created_at).execute(c).await.map(drop))?;
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(&t.id)
        .bind(TokenHash::of(new.secret.expose()))
        .bind(t.purpose)
        .bind(&t.brand)
        .bind(&t.account_id)
        .bind(JsonText(&t.data))
        .bind(t.created_at)
        .bind(t.expires_at)
        .fetch_optional(c)
        .await)?;
    Ok(if row.is_some() { Issued::Yes } else { Issued::OtherPending })
}

/// The ticket of a link, whatever its standing; one of another purpose or brand is not found.
///
/// # Errors
/// When the database fails.
pub async fn find_ticket(
    db: &Database,
    secret: &str,
    purpose: Purpose,
    brand: &BrandCode,
) -> Result<Option<Ticket>, Fault> {
    let hash = TokenHash::of(secret);
    let row: Option<Row> =
        on_db!(db, c => query_as(FIND).bind(hash).bind(purpose).bind(brand).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The change of address or method that waits for its link to be used.
///
/// # Errors
/// When the database fails.
pub async fn find_pending_change(db: &Database, account: &AccountId, now: Timestamp) -> Result<Option<Ticket>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(PENDING).bind(account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The id of that change, inside a transaction.
///
/// # Errors
/// When the database fails.
pub async fn find_open_change(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<Option<TicketId>, Fault> {
    let row: Option<(TicketId,)> =
        on_tx!(tx, c => query_as(OPEN_CHANGE).bind(account).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(id,)| id))
}

/// How many tickets of a purpose an account was issued since `since`, whatever became of them.
///
/// # Errors
/// When the database fails.
pub async fn count_recent_tickets(
    tx: &mut Tx,
    account: &AccountId,
    purpose: Purpose,
    since: Timestamp,
) -> Result<i64, Fault> {
    let (count,): (i64,) =
        on_tx!(tx, c => query_as(COUNT_RECENT).bind(account).bind(purpose).bind(since).fetch_one(c).await)?;
    Ok(count)
}

/// Uses a ticket up; `false` when it was used, replaced or over before.
///
/// # Errors
/// When the database fails.
pub async fn consume_ticket(tx: &mut Tx, id: &TicketId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(CONSUME).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Takes a ticket back; `false` when it was used or taken back before.
///
/// # Errors
/// When the database fails.
pub async fn revoke_ticket(tx: &mut Tx, id: &TicketId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(REVOKE).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Takes all open tickets of an account back.
///
/// # Errors
/// When the database fails.
pub async fn revoke_tickets_of_account(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_OF_ACCOUNT).bind(account).bind(now).execute(c).await.map(drop))
}

/// Deletes up to `batch` tickets whose end came before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_old_tickets(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_OLD).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many tickets ended before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_old_tickets(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_OLD).bind(before).fetch_one(c).await)?;
    Ok(count)
}
