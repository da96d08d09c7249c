//! SQLite itself refuses to go on: a commit that fails, a full disk. Nobody is told that a lost row is durable.

use tegata::contract::{find_contract, insert_contract};
use tegata::storage::{Database, Engine, Fault};
use tokio::task::JoinSet;

use super::fixture::{NOW, Store, contract, count, execute};

async fn insert(db: &Database, name: &str) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    insert_contract(&mut tx, &contract(name), NOW).await?;
    tx.commit().await
}

/// Its foreign key is looked at when the whole group commits, and found to lead nowhere.
async fn insert_an_orphan(db: &Database) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    execute(&mut tx, "PRAGMA defer_foreign_keys = ON").await?;
    let orphan =
        "INSERT INTO consent (account_id, client_id, scope, claims, granted_at) VALUES ('a', 'c', '', '[]', 0)";
    execute(&mut tx, orphan).await?;
    tx.commit().await
}

#[tokio::test]
async fn a_group_whose_commit_fails_is_lost_as_a_whole_and_everybody_in_it_hears_so() {
    let store = Store::sqlite().await;
    let holder = store.db.begin().await.unwrap();
    let mut group = JoinSet::new();
    for name in ["before", "orphan"] {
        let db = store.db.clone();
        group
            .spawn(async move { if name == "orphan" { insert_an_orphan(&db).await } else { insert(&db, name).await } });
        tokio::task::yield_now().await;
    }
    drop(holder);
    for outcome in group.join_all().await {
        assert!(matches!(&outcome, Err(Fault::Other(why)) if why.contains("commit failed")), "{outcome:?}");
    }
    assert_eq!(count(&store.db, "contract").await + count(&store.db, "consent").await, 0);
    insert(&store.db, "after").await.unwrap();
    assert_eq!(count(&store.db, "contract").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_no_row_that_was_acknowledged() {
    let store = Store::sqlite().await;
    let Engine::Sqlite { reader, .. } = store.db.engine() else { unreachable!("the store is on SQLite") };
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(reader).await.unwrap();
    limit_pages(&store.db, pages + 10).await;
    // One by itself, before the flood: on a slow machine the others may all share one commit, and its fate.
    let first = (insert(&store.db, "first").await, "first".to_owned());
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let db = store.db.clone();
        let name = format!("n{number}{}", "x".repeat(if number % 2 == 0 { 900 } else { 9 }));
        tasks.spawn(async move { (insert(&db, &name).await, name) });
    }
    let outcomes: Vec<_> = tasks.join_all().await.into_iter().chain([first]).collect();
    let kept = outcomes.iter().filter(|(outcome, _)| outcome.is_ok()).count();
    assert!(kept > 0 && kept < 101, "{kept} rows fitted");
    for (outcome, name) in &outcomes {
        let found = find_contract(&store.db, &contract(name).id).await.unwrap();
        assert_eq!(found.is_some(), outcome.is_ok(), "{outcome:?}");
    }
    limit_pages(&store.db, 1_000_000).await;
    insert(&store.db, "after").await.unwrap();
    assert_eq!(count(&store.db, "contract").await, i64::try_from(kept).unwrap() + 1);
}

/// A disk of so many pages.
async fn limit_pages(db: &Database, pages: i64) {
    let Engine::Sqlite { writer, .. } = db.engine() else { unreachable!("the store is on SQLite") };
    let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
    let outcome = writer.run_alone(async |connection| sqlx::raw_sql(limit).execute(connection).await);
    outcome.await.unwrap().unwrap();
}
