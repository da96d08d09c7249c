//! Statements as named constants, so that a test can prepare every one of them on both engines.

use super::engine::{Database, Engine};
use super::error::Fault;

/// One statement: its name and its text on either engine (nearly always the same).
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// The constant's name.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
}

/// Declares a store's statements: each becomes a `const &str`, and all of them the list `STATEMENTS`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*

        /// Every statement of this store, for the test that prepares them all.
        pub const STATEMENTS: &[$crate::storage::Statement] =
            &[$($crate::storage::Statement { name: stringify!($name), sql: $name }),*];
    };
}
pub(crate) use statements;

/// Prepares each statement on the connected engine; answers the names and errors of those that fail.
///
/// # Errors
/// When no connection can be had.
pub async fn prepare_all(db: &Database, statements: &[Statement]) -> Result<Vec<String>, Fault> {
    use sqlx::{Executor as _, SqlSafeStr as _};
    let mut failures = Vec::new();
    for statement in statements {
        let sql = statement.sql.into_sql_str();
        let outcome = match db.engine() {
            Engine::Sqlite { reader, .. } => reader.acquire().await?.prepare(sql).await.map(drop),
            Engine::Postgres(pool) => pool.acquire().await?.prepare(sql).await.map(drop),
        };
        if let Err(error) = outcome {
            failures.push(format!("{}: {error}", statement.name));
        }
    }
    Ok(failures)
}
