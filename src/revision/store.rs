//! The counters' SQL.

use std::collections::BTreeMap;

use sqlx::{query, query_as};

use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    BUMP = "UPDATE revision SET value = value + 1 WHERE name = $1";
    LOAD = "SELECT name, value FROM revision";
}

/// The counters as last read.
pub type Revisions = BTreeMap<String, i64>;

/// Moves one counter: `"client"` or `"signing_key"`.
///
/// # Errors
/// When the database fails.
pub async fn bump(tx: &mut Tx, name: &'static str) -> Result<(), Fault> {
    on_tx!(tx, c => query(BUMP).bind(name).execute(c).await.map(drop))
}

/// Reads all counters.
///
/// # Errors
/// When the database fails.
pub async fn load_revisions(db: &Database) -> Result<Revisions, Fault> {
    let rows: Vec<(String, i64)> = on_db!(db, c => query_as(LOAD).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}
