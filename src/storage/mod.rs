//! Two database engines, one text.
//!
//! SQLite is the embedded default (one file, WAL); PostgreSQL is for several nodes. Only this room knows which one is
//! in use: a domain writes each statement once, as a constant in its `store.rs`, and runs it through [`on_db!`]
//! (reads) or [`on_tx!`] (inside a [`Tx`]). Both macros expand the same expression for either engine, so the compiler
//! checks the bindings twice.
//!
//! The portable dialect: `$n`, `RETURNING`, `ON CONFLICT … DO`, `CAST(x AS TEXT)`; no `now()`, arrays, `ILIKE`,
//! `FOR UPDATE`. Ids are TEXT, times BIGINT milliseconds, hashes BLOB/BYTEA, enums TEXT with a CHECK.
//!
//! ```text
//! Database ─ begin() → Tx ─ commit() → durable
//!     │                 └ dropped → rolled back
//!     └ reads (no transaction)
//! ```
//!
//! It must not: know a table's meaning, hold a transaction over a network call or a password hash, build SQL from data.

mod column;
mod engine;
mod error;
mod migrate;
mod sqlite_writer;
mod statement;

pub use column::JsonText;
pub(crate) use column::{column_as, text_column};
pub use engine::{Database, DatabaseOptions, Engine, EngineKind, Tx};
pub use error::Fault;
pub use migrate::{MigrationStatus, schema_of};
pub use statement::{Statement, prepare_all};
pub(crate) use statement::statements;

/// Runs one read expression on whichever engine is in use: `on_db!(db, c => query(SQL).bind(x).fetch_all(c).await)`.
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db.engine() {
            $crate::storage::Engine::Sqlite { reader: $c, .. } => $body.map_err($crate::storage::Fault::from),
            $crate::storage::Engine::Postgres($c) => $body.map_err($crate::storage::Fault::from),
        }
    };
}
pub(crate) use on_db;

/// Runs one expression inside a [`Tx`] (a `&mut Tx`) on whichever engine is in use.
macro_rules! on_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        match &mut *$tx {
            $crate::storage::Tx::Sqlite(tx) => {
                let $c = tx.connection();
                $body.map_err($crate::storage::Fault::from)
            }
            $crate::storage::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body.map_err($crate::storage::Fault::from)
            }
        }
    };
}
pub(crate) use on_tx;
