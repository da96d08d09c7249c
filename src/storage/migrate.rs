//! Migrations: numbered files, the same numbers and names for both engines, run once each under a lock.
//!
//! The version table is `schema_version`. PostgreSQL takes an advisory lock, SQLite the lock on a file beside the
//! database, so that two nodes that start together migrate once. A database that knows a migration this program does
//! not is newer: the program refuses to touch it.

use std::borrow::Cow;
use std::fs::File;
use std::path::PathBuf;

use rust_embed::RustEmbed;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _, query_scalar};

use super::engine::{Database, Engine, EngineKind};
use super::error::Fault;
use super::on_db;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/migrations"]
struct Files;

const VERSION_TABLE: &str = "schema_version";

/// Where the schema stands against this program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MigrationStatus {
    /// Everything this program knows has run.
    UpToDate,
    /// So many migrations are still to run.
    Behind(usize),
    /// The database has migrations this program does not know.
    Newer,
}

fn folder(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Sqlite => "sqlite/",
        EngineKind::Postgres => "postgres/",
    }
}

/// The migrations of one engine, in order: number, name and text.
pub fn schema_of(kind: EngineKind) -> Vec<(i64, String, String)> {
    let folder = folder(kind);
    let mut found: Vec<_> = Files::iter()
        .filter_map(|path| {
            let name = path.strip_prefix(folder)?.strip_suffix(".sql")?.to_owned();
            let (number, name) = name.split_once('_').map(|(n, rest)| (n.to_owned(), rest.to_owned()))?;
            let text = String::from_utf8(Files::get(&path)?.data.into_owned()).ok()?;
            Some((number.parse().ok()?, name, text))
        })
        .collect();
    found.sort();
    found
}

fn migrator(kind: EngineKind) -> Migrator {
    let migrations = schema_of(kind)
        .into_iter()
        .map(|(number, name, sql)| {
            let sql = AssertSqlSafe(sql).into_sql_str();
            Migration::new(number, Cow::Owned(name), MigrationType::Simple, sql, false)
        })
        .collect();
    let mut migrator = Migrator::with_migrations(migrations);
    migrator.dangerous_set_table_name(VERSION_TABLE);
    migrator
}

impl Database {
    /// Runs what is missing; does nothing on an up-to-date database.
    ///
    /// # Errors
    /// [`Fault::Schema`] when the database is newer than this program or a migration that ran was changed since.
    pub async fn migrate(&self) -> Result<(), Fault> {
        let migrator = migrator(self.kind());
        let outcome = match self.engine() {
            Engine::Sqlite { path, writer, .. } => {
                let lock = lock_file(path.clone()).await?;
                let outcome =
                    writer.run_alone(async |connection| migrator.run_direct(None, connection, false).await).await;
                drop(lock);
                outcome?
            }
            Engine::Postgres(pool) => migrator.run(pool).await,
        };
        outcome.map_err(|error| Fault::Schema(format!("migration: {error}")))
    }

    /// Where the schema stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn migration_status(&self) -> Result<MigrationStatus, Fault> {
        let applied = applied(self).await?;
        let known = schema_of(self.kind());
        if applied.iter().any(|version| !known.iter().any(|(number, ..)| number == version)) {
            return Ok(MigrationStatus::Newer);
        }
        Ok(match known.len() - applied.len() {
            0 => MigrationStatus::UpToDate,
            missing => MigrationStatus::Behind(missing),
        })
    }
}

/// The numbers of the migrations that ran. Only reads: whoever asks for the status must not change the database, nor
/// stumble over a node that is migrating it.
async fn applied(db: &Database) -> Result<Vec<i64>, Fault> {
    let tables: i64 = match db.engine() {
        Engine::Sqlite { reader, .. } => {
            query_scalar("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_version'").fetch_one(reader).await?
        }
        Engine::Postgres(pool) => {
            query_scalar("SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_version')")
                .fetch_one(pool)
                .await?
        }
    };
    if tables == 0 {
        return Ok(Vec::new());
    }
    on_db!(db, c => query_scalar("SELECT version FROM schema_version").fetch_all(c).await)
}

/// SQLite has no advisory lock; the lock on `<database>.lock` stands in for it and dies with the process.
///
/// Waited for on a thread that may block: on one that serves, the waiting would keep the holder from finishing.
async fn lock_file(database: PathBuf) -> Result<File, Fault> {
    let mut path = database.into_os_string();
    path.push(".lock");
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock().map(|()| file)
    });
    let outcome = locked.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    outcome.map_err(|error| Fault::Other(format!("migration lock: {error}")))
}
