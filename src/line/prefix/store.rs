//! Which table is in use.

use sqlx::{FromRow, query_as};

use crate::clock::Timestamp;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};

statements! {
    FIND = "SELECT version, digest, entries, accepted_at FROM line_prefix_table WHERE iss = $1";
    ACCEPT = "INSERT INTO line_prefix_table (iss, version, digest, entries, accepted_at) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (iss) DO NOTHING RETURNING iss";
    REPLACE = "UPDATE line_prefix_table SET version = $3, digest = $4, entries = $5, accepted_at = $6 \
               WHERE iss = $1 AND version = $2 RETURNING iss";
}

/// A table that was accepted.
#[derive(FromRow, Clone, PartialEq, Eq, Debug)]
pub struct AcceptedTable {
    /// Its version.
    pub version: i64,
    /// SHA-256 of its text.
    pub digest: TokenHash,
    /// How many rows it has.
    pub entries: i64,
    /// When it was accepted.
    pub accepted_at: Timestamp,
}

/// The table of a signer that is in use.
///
/// # Errors
/// When the database fails.
pub async fn find_table(db: &Database, iss: &str) -> Result<Option<AcceptedTable>, Fault> {
    on_db!(db, c => query_as(FIND).bind(iss).fetch_optional(c).await)
}

/// Notes the first table of a signer; `false` when there is one.
///
/// # Errors
/// When the database fails.
pub async fn accept_table(tx: &mut Tx, iss: &str, new: &AcceptedTable) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(ACCEPT)
        .bind(iss)
        .bind(new.version)
        .bind(new.digest)
        .bind(new.entries)
        .bind(new.accepted_at)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Notes a table in place of the one with the version `former`; `false` when another one is in use meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn replace_table(tx: &mut Tx, iss: &str, former: i64, new: &AcceptedTable) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(REPLACE)
        .bind(iss)
        .bind(former)
        .bind(new.version)
        .bind(new.digest)
        .bind(new.entries)
        .bind(new.accepted_at)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}
