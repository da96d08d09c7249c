//! The statements and the two schemas: one text, two engines, the same tables.

use std::collections::BTreeSet;

use tegata::storage::{Database, Engine, EngineKind, Statement, prepare_all, schema_of};

use super::fixture::Store;
use crate::support::postgres::server;

const ROOMS: &[(&str, &[Statement])] = &[
    ("account", tegata::account::STATEMENTS),
    ("account/administration", tegata::account::administration::STATEMENTS),
    ("account/directory", tegata::account::directory::STATEMENTS),
    ("account/visitor", tegata::account::visitor::STATEMENTS),
    ("audit", tegata::audit::STATEMENTS),
    ("audit/chain", tegata::audit::chain::STATEMENTS),
    ("audit/search", tegata::audit::search::STATEMENTS),
    ("client", tegata::client::STATEMENTS),
    ("consent", tegata::consent::STATEMENTS),
    ("contract", tegata::contract::STATEMENTS),
    ("contract/search", tegata::contract::search::STATEMENTS),
    ("interaction", tegata::interaction::STATEMENTS),
    ("keys", tegata::keys::STATEMENTS),
    ("lifecycle/recovery_request", tegata::lifecycle::recovery_request::STATEMENTS),
    ("line", tegata::line::STATEMENTS),
    ("line/departure", tegata::line::departure::STATEMENTS),
    ("line/prefix", tegata::line::prefix::STATEMENTS),
    ("lockout", tegata::lockout::STATEMENTS),
    ("notify", tegata::notify::STATEMENTS),
    ("operator", tegata::operator::STATEMENTS),
    ("operator/api_key", tegata::operator::api_key::STATEMENTS),
    ("operator/enrolment", tegata::operator::enrolment::STATEMENTS),
    ("operator/idempotency", tegata::operator::idempotency::STATEMENTS),
    ("operator/passkey", tegata::operator::passkey::STATEMENTS),
    ("operator/session", tegata::operator::session::STATEMENTS),
    ("revision", tegata::revision::STATEMENTS),
    ("second_factor", tegata::second_factor::STATEMENTS),
    ("second_factor/attempt", tegata::second_factor::attempt::STATEMENTS),
    ("second_factor/passkey", tegata::second_factor::passkey::STATEMENTS),
    ("second_factor/passkey/ceremony", tegata::second_factor::passkey::CEREMONY_STATEMENTS),
    ("second_factor/remembered_browser", tegata::second_factor::remembered_browser::STATEMENTS),
    ("second_factor/sms", tegata::second_factor::sms::STATEMENTS),
    ("session", tegata::session::STATEMENTS),
    ("session/known_browser", tegata::session::known_browser::STATEMENTS),
    ("ticket", tegata::ticket::STATEMENTS),
    ("token", tegata::token::STATEMENTS),
    ("token/revocation", tegata::token::revocation::STATEMENTS),
    ("upstream/connection", tegata::upstream::connection::STATEMENTS),
    ("upstream/deletion", tegata::upstream::deletion::STATEMENTS),
    ("upstream/identity", tegata::upstream::identity::STATEMENTS),
    ("upstream/transaction", tegata::upstream::transaction::STATEMENTS),
];

#[tokio::test]
async fn every_statement_of_every_store_prepares() {
    let store = Store::new().await;
    for (room, statements) in ROOMS {
        assert!(!statements.is_empty(), "{room} has statements");
        let failures = prepare_all(&store.db, statements).await.unwrap();
        assert!(failures.is_empty(), "{room}: {failures:#?}");
    }
}

#[test]
fn every_store_is_among_those_prepared() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let mut rooms = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        if folder.join("store.rs").exists() {
            rooms.insert(folder.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(entries.filter(|path| path.is_dir()));
    }
    let prepared: BTreeSet<String> = ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, prepared);
}

#[tokio::test]
async fn a_statement_that_does_not_prepare_is_named() {
    let store = Store::new().await;
    let wrong = [Statement { name: "WRONG", sql: "SELECT no_such_column FROM account" }];
    let failures = prepare_all(&store.db, &wrong).await.unwrap();
    assert!(matches!(&failures[..], [failure] if failure.starts_with("WRONG: ")), "{failures:?}");
}

#[test]
fn both_engines_have_the_same_migrations_in_the_same_words() {
    let sqlite = schema_of(EngineKind::Sqlite);
    let postgres = schema_of(EngineKind::Postgres);
    let titles = |schema: &[(i64, String, String)]| -> Vec<(i64, String)> {
        schema.iter().map(|(number, name, _)| (*number, name.clone())).collect()
    };
    assert_eq!(titles(&sqlite), titles(&postgres));
    let numbers: Vec<i64> = sqlite.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, Vec::from_iter(1..=i64::try_from(numbers.len()).unwrap()), "numbered without a gap");
    for ((number, name, sqlite), (_, _, postgres)) in sqlite.iter().zip(&postgres) {
        if [sqlite, postgres].iter().all(|text| text.starts_with("-- The engines need different words here.\n")) {
            continue;
        }
        assert_eq!(in_postgres_words(sqlite), squeezed(postgres), "migration {number} {name}");
    }
}

fn in_postgres_words(sqlite: &str) -> String {
    squeezed(sqlite).replace("INTEGER", "BIGINT").replace("BLOB", "BYTEA").replace(") STRICT;", ");")
}

/// Columns are aligned in each file for itself.
fn squeezed(text: &str) -> String {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// `(table, column, type, required)` and `(table, unique, partial, columns)`, as text lines.
type Structure = BTreeSet<String>;

#[tokio::test]
async fn both_engines_report_the_same_tables() {
    let sqlite = structure(&Store::sqlite().await.db).await;
    assert!(sqlite.contains("column account.email_key TEXT true"), "{sqlite:#?}");
    assert!(sqlite.contains("index account true true contract_id"), "{sqlite:#?}");
    if server().is_none() {
        return;
    }
    let postgres = structure(&Store::new().await.db).await;
    let differences: Vec<_> = sqlite.symmetric_difference(&postgres).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

async fn structure(db: &Database) -> Structure {
    match db.engine() {
        Engine::Sqlite { reader, .. } => {
            let columns = sqlx::query_scalar(SQLITE_COLUMNS).fetch_all(reader).await.unwrap();
            let indexes: Vec<String> = sqlx::query_scalar(SQLITE_INDEXES).fetch_all(reader).await.unwrap();
            Structure::from_iter([columns, indexes].concat())
        }
        Engine::Postgres(pool) => {
            let columns = sqlx::query_scalar(POSTGRES_COLUMNS).fetch_all(pool).await.unwrap();
            let indexes: Vec<String> = sqlx::query_scalar(POSTGRES_INDEXES).fetch_all(pool).await.unwrap();
            Structure::from_iter([columns, indexes].concat())
        }
    }
}

const SQLITE_COLUMNS: &str = "
    SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || ' ' || iif(c.\"notnull\", 'true', 'false')
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'schema_version'";

const SQLITE_INDEXES: &str = "
    SELECT 'index ' || t.name || ' ' || iif(i.\"unique\", 'true ', 'false ') || iif(i.partial, 'true ', 'false ') ||
        (SELECT group_concat(x.name, ',' ORDER BY x.seqno) FROM pragma_index_info(i.name) x)
    FROM sqlite_schema t, pragma_index_list(t.name) i
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'schema_version'";

const POSTGRES_COLUMNS: &str = "
    SELECT 'column ' || table_name || '.' || column_name || ' ' ||
        CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' ELSE data_type END ||
        CASE is_nullable WHEN 'NO' THEN ' true' ELSE ' false' END
    FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'schema_version'";

const POSTGRES_INDEXES: &str = "
    SELECT 'index ' || t.relname || ' ' || i.indisunique || ' ' || (i.indpred IS NOT NULL) || ' ' ||
        (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = current_schema() AND t.relname <> 'schema_version'";
