//! A database of our own: on a PostgreSQL server a new one is made and dropped again, so that a run neither needs an
//! empty database nor leaves anything behind. SQLite needs no such thing: its file lies in the run's directory.

use crate::random;
use anyhow::Context as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};
use std::str::FromStr as _;
use url::Url;

/// A database that exists until [`Self::drop_it`].
pub struct OwnDatabase {
    server: String,
    name: String,
    /// What the provider is told.
    pub url: String,
}

impl OwnDatabase {
    /// Makes a database on the server of `url`; `None` for a URL that is not PostgreSQL's.
    ///
    /// # Errors
    /// The server cannot be reached or refuses.
    pub async fn create(url: &str) -> anyhow::Result<Option<Self>> {
        if !url.starts_with("postgres") {
            return Ok(None);
        }
        let name = format!("tegata_{}", u128::from_be_bytes(random::bytes()));
        let mut own = Url::parse(url).context("database URL")?;
        own.set_path(&name);
        let database = Self { server: url.to_owned(), name, url: own.into() };
        database.execute(format!("CREATE DATABASE {}", database.name)).await?;
        Ok(Some(database))
    }

    /// Drops it, even while somebody is still connected.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub async fn drop_it(self) -> anyhow::Result<()> {
        self.execute(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await
    }

    /// `statement` holds no foreign text: the name is ours.
    async fn execute(&self, statement: String) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&PgConnectOptions::from_str(&self.server)?).await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}
