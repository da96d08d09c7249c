//! Migrations: numbered files, the same numbers and names for both engines, run once each under a lock.
//!
//! The version table is `schema_version`. PostgreSQL takes an advisory lock, SQLite the lock on a file beside the
//! database, so that two nodes that start together migrate once. A database that knows a migration this program does
//! not is newer: the program refuses to touch it.

use std::borrow::Cow;

use rust_embed::RustEmbed;
use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::engine::{Database, Engine, EngineKind};
use super::error::Fault;

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
                let lock = lock_file(path)?;
                let outcome = writer.run_alone(async |connection| migrator.run_direct(None, connection, false).await).await;
                drop(lock);
                outcome
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
        let applied = match self.engine() {
            Engine::Sqlite { writer, .. } => writer.run_alone(async |c| applied(c).await).await?,
            Engine::Postgres(pool) => applied(&mut *pool.acquire().await?).await?,
        };
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

async fn applied<C: Migrate>(connection: &mut C) -> Result<Vec<i64>, Fault> {
    let failed = |error: sqlx::migrate::MigrateError| Fault::Schema(format!("version table: {error}"));
    connection.ensure_migrations_table(VERSION_TABLE).await.map_err(failed)?;
    let rows = connection.list_applied_migrations(VERSION_TABLE).await.map_err(failed)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// SQLite has no advisory lock; the lock on `<database>.lock` stands in for it and dies with the process.
fn lock_file(database: &std::path::Path) -> Result<std::fs::File, Fault> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    file.and_then(|file| file.lock().map(|()| file)).map_err(|error| Fault::Other(format!("migration lock: {error}")))
}
