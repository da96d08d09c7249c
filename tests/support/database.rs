//! A database of a test's own: an SQLite file, or a schema on the PostgreSQL server that the environment names.

use tegata::storage::{Database, DatabaseOptions};

use super::postgres::{Schema, server};

/// A migrated database that exists as long as this value.
pub struct TestDatabase {
    options: DatabaseOptions,
    _place: Place,
}

enum Place {
    Sqlite(#[expect(dead_code, reason = "holds the folder")] tempfile::TempDir),
    Postgres(#[expect(dead_code, reason = "holds the schema")] Schema),
}

impl TestDatabase {
    /// A new, migrated database.
    pub async fn create() -> Self {
        let (url, place) = match server() {
            Some(server) => {
                let schema = Schema::create(server).await;
                (schema.url(), Place::Postgres(schema))
            }
            None => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                (format!("sqlite:{}", folder.path().join("test.db").display()), Place::Sqlite(folder))
            }
        };
        let database = Self { options: DatabaseOptions { url, max_connections: 8, schema: None }, _place: place };
        let db = database.open().await;
        db.migrate().await.expect("the migrations run");
        database
    }

    /// A handle with connections of its own, as another node has them.
    pub async fn open(&self) -> Database {
        Database::open(&self.options).await.expect("the database opens")
    }

    /// How a process reaches it.
    pub fn url(&self) -> &str {
        &self.options.url
    }
}
