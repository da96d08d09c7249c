//! The visitors' SQL.

use sqlx::{FromRow, query, query_as};

use crate::clock::Timestamp;
use crate::id::{AccountId, ContractId};
use crate::policy::access_path::AccessPath;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    NOTE_INTERNET = "UPDATE account SET internet_sign_in_at = $2 WHERE id = $1";
    NOTE_LINE = "UPDATE account SET line_sign_in_at = $2 WHERE id = $1";
    COUNT = "SELECT COUNT(*) FROM account WHERE contract_id = $1 AND internet_sign_in_at >= $2 \
             AND state IN ('active', 'locked')";
    LIST = "SELECT name, email, internet_sign_in_at AS at, line_sign_in_at FROM account \
            WHERE contract_id = $1 AND internet_sign_in_at >= $2 AND state IN ('active', 'locked') \
            ORDER BY internet_sign_in_at DESC, id LIMIT $3";
}

/// Somebody who signed in over the internet.
#[derive(Clone, Debug, FromRow)]
pub struct InternetVisitor {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// When, last.
    pub at: Timestamp,
    /// When they last signed in over a line, if ever.
    pub line_sign_in_at: Option<Timestamp>,
}

/// Notes when a person last signed in, by network.
///
/// # Errors
/// When the database fails.
pub async fn note_sign_in(tx: &mut Tx, id: &AccountId, path: AccessPath, now: Timestamp) -> Result<(), Fault> {
    let text = match path {
        AccessPath::Internet => NOTE_INTERNET,
        AccessPath::Line => NOTE_LINE,
    };
    on_tx!(tx, c => query(text).bind(id).bind(now).execute(c).await.map(drop))
}

/// How many accounts of a contract signed in over the internet since then.
///
/// # Errors
/// When the database fails.
pub async fn count_internet_visitors(db: &Database, contract: &ContractId, since: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT).bind(contract).bind(since).fetch_one(c).await)?;
    Ok(count)
}

/// The last of them, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list_internet_visitors(
    db: &Database,
    contract: &ContractId,
    since: Timestamp,
    most: i64,
) -> Result<Vec<InternetVisitor>, Fault> {
    on_db!(db, c => query_as(LIST).bind(contract).bind(since).bind(most).fetch_all(c).await)
}
