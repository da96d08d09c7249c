//! Opening the database, and what to do about its schema.
//!
//! | schema | SQLite | PostgreSQL |
//! |---|---|---|
//! | up to date | go on | go on |
//! | empty | migrate | migrate |
//! | behind | migrate | refuse: `tegata migrate` |
//! | newer | refuse | refuse |
//!
//! SQLite has one node, and whoever starts a new version of it means the whole of it. PostgreSQL has several, some of
//! them still of the old version: when its schema moves is the operator's decision.

use super::BootError;
use crate::config::Config;
use crate::storage::{Database, DatabaseOptions, EngineKind, MigrationStatus, schema_of};

/// Opens the database as it is.
///
/// # Errors
/// When it cannot be reached.
pub async fn connect(config: &Config) -> Result<Database, BootError> {
    let options = DatabaseOptions {
        url: config.database.url.clone(),
        max_connections: config.database.max_connections,
        schema: config.database.schema.clone(),
    };
    Database::open(&options).await.map_err(BootError::Unreachable)
}

/// Opens the database and makes sure that its schema is this program's.
///
/// # Errors
/// When it cannot be reached, or its schema is not this program's and must not be changed now.
pub async fn open(config: &Config) -> Result<Database, BootError> {
    let db = connect(config).await?;
    match (db.migration_status().await?, db.kind()) {
        (MigrationStatus::UpToDate, _) => {}
        (MigrationStatus::Newer, _) => return Err(BootError::Newer),
        (MigrationStatus::Behind(missing), kind) if may_migrate(kind, missing) => {
            db.migrate().await?;
            tracing::info!(migrations = missing, "the database was migrated");
        }
        (MigrationStatus::Behind(missing), _) => return Err(BootError::Behind(missing)),
    }
    Ok(db)
}

fn may_migrate(kind: EngineKind, missing: usize) -> bool {
    kind == EngineKind::Sqlite || missing == schema_of(kind).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_database_is_migrated_by_order_alone_unless_it_is_empty() {
        let all = schema_of(EngineKind::Postgres).len();
        assert!(may_migrate(EngineKind::Postgres, all));
        assert!(!may_migrate(EngineKind::Postgres, 1));
        assert!(may_migrate(EngineKind::Sqlite, 1));
    }
}
