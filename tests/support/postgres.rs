//! A schema per test on the PostgreSQL server that the environment names; `./run test` starts one for the whole run.

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tegata::random::Random;

/// The server to test on, `postgres://…`; `None` means that the tests run on SQLite files of their own.
#[expect(
    clippy::disallowed_methods,
    reason = "the switch between the two databases is given to the test binary, not to the product"
)]
pub fn server() -> Option<String> {
    std::env::var("TEGATA_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// An empty schema that exists as long as this value.
pub struct Schema {
    server: String,
    name: String,
}

impl Schema {
    /// Creates it on the server.
    pub async fn create(server: String) -> Self {
        let name = format!("test_{}", Random::system().uuid().simple());
        run(&server, format!("CREATE SCHEMA {name}")).await;
        Self { server, name }
    }

    /// The database URL whose connections live in this schema and see no other.
    pub fn url(&self) -> String {
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}options[search_path]={}", self.server, self.name)
    }
}

impl Drop for Schema {
    /// On a thread of its own, because a test's runtime cannot wait for itself while it drops a value. For the same
    /// reason a transaction that the test left open is not rolled back by its owner any more: its connection is ended.
    fn drop(&mut self) {
        let statement = format!(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_class t ON t.oid = l.relation \
             WHERE t.relnamespace = '{0}'::regnamespace AND l.pid <> pg_backend_pid(); DROP SCHEMA {0} CASCADE",
            self.name
        );
        let server = self.server.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&server, statement));
        });
        let dropped = dropping.join();
        // A second panic while a failing test unwinds would hide the first one.
        assert!(dropped.is_ok() || std::thread::panicking(), "the schema {} was not dropped", self.name);
    }
}

/// One statement on a connection of its own. Schema names cannot be bound; ours is letters and digits only.
async fn run(server: &str, statement: String) {
    let options: sqlx::postgres::PgConnectOptions =
        server.parse().expect("TEGATA_TEST_DATABASE_URL is a postgres:// URL");
    let mut connection = options.connect().await.expect("the server of TEGATA_TEST_DATABASE_URL answers");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement succeeds");
    connection.close().await.expect("the connection closes");
}

#[tokio::test]
async fn two_schemas_do_not_see_each_other() {
    let Some(server) = server() else { return };
    let (one, two) = (Schema::create(server.clone()).await, Schema::create(server.clone()).await);
    run(&one.url(), "CREATE TABLE seen (id TEXT)".to_owned()).await;
    run(&two.url(), "CREATE TABLE seen (id TEXT)".to_owned()).await;
    let name = one.name.clone();
    drop((one, two));
    let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    let count = "SELECT count(*) FROM information_schema.schemata WHERE schema_name = $1";
    let left: i64 = sqlx::query_scalar(count).bind(name).fetch_one(&mut connection).await.unwrap();
    assert_eq!(left, 0, "the schema goes with its value");
}
