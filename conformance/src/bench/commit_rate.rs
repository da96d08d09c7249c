//! How many durable commits SQLite makes here: WAL, `synchronous=FULL`, one connection, one row per transaction.

use crate::random;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use std::path::Path;
use std::time::{Duration, Instant};

/// Commits per second, measured for `duration` in a new database inside `directory`.
///
/// # Errors
/// SQLite's.
pub async fn measure(directory: &Path, duration: Duration) -> anyhow::Result<f64> {
    let file = directory.join("commit-rate.db");
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS row (hash BLOB PRIMARY KEY, body TEXT NOT NULL) STRICT")
        .execute(&mut connection)
        .await?;
    let body = "x".repeat(200);
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < duration {
        // Outside a transaction each statement is one.
        sqlx::query("INSERT INTO row (hash, body) VALUES ($1, $2)")
            .bind(random::bytes::<32>().to_vec())
            .bind(&body)
            .execute(&mut connection)
            .await?;
        count += 1;
    }
    let rate = f64::from(count) / began.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(rate)
}
