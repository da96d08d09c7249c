//! The handle on the database and the transaction.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, PgPool, Postgres, SqlitePool};

use super::error::Fault;
use super::sqlite_writer::{SqliteTx, SqliteWriter};

/// Which engine a database runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EngineKind {
    /// One file, one node.
    Sqlite,
    /// A server, several nodes.
    Postgres,
}

/// How to reach the database.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections kept at the most (PostgreSQL), or readers (SQLite).
    pub max_connections: u32,
    /// PostgreSQL schema to work in, instead of `public`.
    pub schema: Option<String>,
}

/// The engine, with its connections.
pub enum Engine {
    /// SQLite: readers in a pool, and one writer.
    Sqlite {
        /// Read-only connections.
        reader: SqlitePool,
        /// The one connection that writes.
        writer: SqliteWriter,
        /// The file, for the migration lock beside it.
        path: PathBuf,
    },
    /// PostgreSQL.
    Postgres(PgPool),
}

/// The database; cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Engine>);

/// A transaction: rolled back unless committed.
pub enum Tx {
    /// On SQLite's writing connection.
    Sqlite(SqliteTx),
    /// On a PostgreSQL connection.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Database {
    /// Opens the database; a missing SQLite file is made.
    ///
    /// # Errors
    /// A malformed URL, a file that cannot be opened, a server that does not answer within 10 s.
    pub async fn open(options: &DatabaseOptions) -> Result<Self, Fault> {
        if options.url.starts_with("sqlite:") { open_sqlite(options).await } else { open_postgres(options).await }
    }

    /// The engine, for the two macros.
    pub fn engine(&self) -> &Engine {
        &self.0
    }

    /// Which engine it is.
    pub fn kind(&self) -> EngineKind {
        match *self.0 {
            Engine::Sqlite { .. } => EngineKind::Sqlite,
            Engine::Postgres(_) => EngineKind::Postgres,
        }
    }

    /// Opens a transaction. Open it late, hold it briefly: on SQLite it is the only one.
    ///
    /// # Errors
    /// When no connection becomes free in time.
    pub async fn begin(&self) -> Result<Tx, Fault> {
        match &*self.0 {
            Engine::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin().await?)),
            Engine::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
        }
    }

    /// Answers whether the database can be read now.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn ping(&self) -> Result<(), Fault> {
        super::on_db!(self, c => sqlx::query("SELECT 1").execute(c).await.map(drop))
    }

    /// Closes the connections, after what runs on them has ended.
    pub async fn close(&self) {
        match &*self.0 {
            Engine::Sqlite { reader, writer, .. } => {
                // A fault here has reached the transactions it concerns already.
                drop(writer.run_alone(async |_| ()).await);
                reader.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the transaction durable.
    ///
    /// # Errors
    /// When the engine refuses; nothing was written then.
    pub async fn commit(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: an acknowledged commit survives a power cut. The writer's group commit pays for it.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("cache_size", "-2048")
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(256)
        .disable_statement_logging()
}

async fn open_sqlite(options: &DatabaseOptions) -> Result<Database, Fault> {
    let path = options.url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() || path == ":memory:" {
        return Err(Fault::Other("SQLite needs a file: sqlite:PATH".to_owned()));
    }
    let path = PathBuf::from(path);
    let writer = SqliteWriter::new(sqlite_options(&path).connect().await?);
    let reader = SqlitePoolOptions::new()
        .max_connections(options.max_connections.clamp(1, 4))
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .connect_lazy_with(sqlite_options(&path).read_only(true).create_if_missing(false));
    Ok(Database(Arc::new(Engine::Sqlite { reader, writer, path })))
}

async fn open_postgres(options: &DatabaseOptions) -> Result<Database, Fault> {
    let mut connect = PgConnectOptions::from_str(&options.url)?
        .application_name("tegata")
        .statement_cache_capacity(256)
        .disable_statement_logging();
    if let Some(schema) = &options.schema {
        connect = connect.options([("search_path", schema.as_str())]);
    }
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(2))
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(connect)
        .await?;
    Ok(Database(Arc::new(Engine::Postgres(pool))))
}
