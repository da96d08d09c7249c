//! The database behind the product's back: what is really in it, and changes that no part of the product makes yet.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use super::Provider;

/// Runs one statement.
pub async fn execute(provider: &Provider, statement: &str) {
    let (url, statement) = (provider.database.url(), AssertSqlSafe(statement.to_owned()));
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// The first column of every row, which must be a text.
pub async fn texts(provider: &Provider, query: &str) -> Vec<String> {
    let (url, query) = (provider.database.url(), AssertSqlSafe(query.to_owned()));
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        let rows = sqlx::query(query).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let rows = sqlx::query(query).fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect()
    }
}

/// How many rows a table has under a condition.
pub async fn count(provider: &Provider, table: &str, condition: &str) -> usize {
    texts(provider, &format!("SELECT id FROM {table} WHERE {condition}")).await.len()
}

/// Every table with its rows, each as one text, in an order of its own.
pub async fn contents(provider: &Provider) -> BTreeMap<String, Vec<String>> {
    let sqlite = provider.database.url().starts_with("sqlite:");
    let tables = match sqlite {
        true => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        false => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()",
    };
    let mut contents = BTreeMap::new();
    for table in texts(provider, tables).await {
        let row = match sqlite {
            true => {
                let columns = texts(provider, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
                columns.iter().map(|column| format!("quote(\"{column}\")")).collect::<Vec<_>>().join(" || ',' || ")
            }
            false => "CAST(every AS TEXT)".to_owned(),
        };
        let mut rows = texts(provider, &format!("SELECT {row} FROM \"{table}\" AS every")).await;
        rows.sort();
        contents.insert(table, rows);
    }
    contents
}
