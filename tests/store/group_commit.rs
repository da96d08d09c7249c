//! Transactions: what is acknowledged is there, what is dropped is not, and no transaction pays for its neighbor.
//!
//! Most of this matters on SQLite, where transactions share one connection and one fsync; the promise is the same on
//! PostgreSQL, so every test runs on either.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tegata::contract::{find_contract, insert_contract};
use tegata::storage::{Database, EngineKind, Fault, Tx};
use tokio::sync::{Barrier, oneshot};
use tokio::task::JoinSet;

use super::fixture::{NOW, Store, contract, count, execute};

async fn insert(tx: &mut Tx, name: &str) -> Result<(), Fault> {
    insert_contract(tx, &contract(name), NOW).await
}

async fn is_there(db: &Database, name: &str) -> bool {
    find_contract(db, &contract(name).id).await.unwrap().is_some()
}

/// Polls a future once, as a request does that goes away right after.
async fn polled_once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

#[tokio::test]
async fn a_commit_returns_only_when_a_fresh_reader_sees_the_row() {
    let store = Store::new().await;
    for number in 0..50 {
        let name = format!("n{number}");
        let mut tx = store.db.begin().await.unwrap();
        insert(&mut tx, &name).await.unwrap();
        assert!(!is_there(&store.db, &name).await, "nobody sees what is not committed");
        tx.commit().await.unwrap();
        assert!(is_there(&store.db, &name).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_small_transactions_at_once_are_all_durable() {
    let store = Store::new().await;
    let mut tasks = JoinSet::new();
    for number in 0..500 {
        let db = store.db.clone();
        tasks.spawn(async move {
            let name = format!("n{number}");
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &name).await.unwrap();
            tx.commit().await.unwrap();
            is_there(&db, &name).await
        });
    }
    let seen = tasks.join_all().await;
    assert!(seen.into_iter().all(|seen| seen), "a row is seen as soon as its commit is acknowledged");
    assert_eq!(count(&store.nodes().await[1], "contract").await, 500, "a handle that was not there sees them too");
}

/// Runs one transaction that ends badly between two neighbors that commit, all wanting their turn at once; checks
/// that the neighbors are there and nothing else is.
async fn assert_neighbors_survive<F>(ends_badly: impl Fn(Database) -> F + Send + 'static + Clone)
where
    F: Future<Output = ()> + Send + 'static,
{
    let store = Store::new().await;
    for round in 0..10 {
        let holder = store.db.begin().await.unwrap();
        let mut neighbors = JoinSet::new();
        let mut bad = JoinSet::new();
        for number in 0..6 {
            let db = store.db.clone();
            if number % 3 == 1 {
                bad.spawn(ends_badly(db));
            } else {
                neighbors.spawn(async move {
                    let mut tx = db.begin().await.unwrap();
                    insert(&mut tx, &format!("n{round}-{number}")).await.unwrap();
                    tx.commit().await.unwrap();
                });
            }
            // Each asks for its turn before the next one does.
            tokio::task::yield_now().await;
        }
        drop(holder);
        neighbors.join_all().await;
        while bad.join_next().await.is_some() {}
        assert_eq!(count(&store.db, "contract").await, 4 * (round + 1));
    }
}

#[tokio::test]
async fn a_dropped_transaction_takes_only_itself_back() {
    assert_neighbors_survive(|db| async move {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, "dropped").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_failing_statement_costs_only_its_own_transaction() {
    assert_neighbors_survive(|db| async move {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, "twice").await.unwrap();
        assert!(matches!(insert(&mut tx, "twice").await, Err(Fault::Unique(_))));
    })
    .await;
}

#[tokio::test]
async fn a_panicking_task_costs_only_its_own_transaction() {
    assert_neighbors_survive(|db| async move {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, "lost").await.unwrap();
        std::panic::resume_unwind(Box::new("this panic is the test's own and prints nothing"));
    })
    .await;
}

#[tokio::test]
async fn a_transaction_dropped_in_the_middle_of_a_statement_costs_only_itself() {
    assert_neighbors_survive(|db| async move {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, "before").await.unwrap();
        assert!(polled_once(insert(&mut tx, "half")).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_begin_that_nobody_waits_for_any_more_costs_nobody() {
    assert_neighbors_survive(|db| async move {
        for _ in 0..5 {
            drop(polled_once(db.begin()).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_begin_dropped_at_any_point_leaves_the_writer_usable() {
    let store = Store::new().await;
    for polls in 1..40_i64 {
        {
            let mut begin = pin!(store.db.begin());
            for _ in 0..polls {
                let ready = std::future::poll_fn(|context| Poll::Ready(begin.as_mut().poll(context).is_ready())).await;
                if ready {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let mut tx = store.db.begin().await.unwrap();
        insert(&mut tx, &format!("n{polls}")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&store.db, "contract").await, polls);
    }
}

#[tokio::test]
async fn a_commit_dropped_at_any_point_costs_no_neighbor() {
    let store = Store::new().await;
    for polls in 0..40 {
        let mut tx = store.db.begin().await.unwrap();
        let neighbor = tokio::spawn({
            let db = store.db.clone();
            async move {
                let mut tx = db.begin().await.unwrap();
                insert(&mut tx, &format!("neighbor{polls}")).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
        tokio::task::yield_now().await;
        insert(&mut tx, &format!("unknown{polls}")).await.unwrap();
        {
            let mut commit = pin!(tx.commit());
            for _ in 0..polls {
                let ready = std::future::poll_fn(|context| Poll::Ready(commit.as_mut().poll(context).is_ready())).await;
                if ready {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        neighbor.await.unwrap();
        assert!(is_there(&store.db, &format!("neighbor{polls}")).await);
    }
}

#[tokio::test]
async fn a_commit_that_was_never_polled_writes_nothing() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    insert(&mut tx, "never").await.unwrap();
    drop(tx.commit());
    let mut tx = store.db.begin().await.unwrap();
    insert(&mut tx, "after").await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_there(&store.db, "never").await && is_there(&store.db, "after").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_waits_for_nobody_who_left() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    insert(&mut tx, "kept").await.unwrap();
    // While this one waits for its turn the first is not acknowledged on SQLite; then it goes away unserved.
    let (leaving, left) = oneshot::channel::<()>();
    let waiting = tokio::spawn({
        let db = store.db.clone();
        async move {
            tokio::select! {
                biased;
                tx = db.begin() => drop(tx),
                _ = left => {}
            }
        }
    });
    tokio::task::yield_now().await;
    let committing = tokio::spawn(tx.commit());
    leaving.send(()).unwrap_or(());
    waiting.await.unwrap();
    committing.await.unwrap().unwrap();
    assert!(is_there(&store.db, "kept").await);
}

#[tokio::test]
async fn whoever_fails_and_goes_on_anyway_commits_nothing_on_postgres_and_the_rest_on_sqlite() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    insert(&mut tx, "first").await.unwrap();
    assert!(execute(&mut tx, "INSERT INTO no_such_table VALUES (1)").await.is_err());
    let outcome = tx.commit().await;
    match store.db.kind() {
        EngineKind::Sqlite => outcome.unwrap(),
        // The server answers a COMMIT of a failed transaction with ROLLBACK, and no error.
        EngineKind::Postgres => drop(outcome),
    }
    assert_eq!(is_there(&store.db, "first").await, store.db.kind() == EngineKind::Sqlite);
}

#[tokio::test]
async fn a_second_transaction_inside_the_first_waits_on_sqlite_and_harms_nothing_when_given_up() {
    let store = Store::new().await;
    let mut outer = store.db.begin().await.unwrap();
    insert(&mut outer, "outer").await.unwrap();
    if store.db.kind() == EngineKind::Sqlite {
        assert!(polled_once(store.db.begin()).await.is_none(), "there is one writer");
    } else {
        let mut inner = store.db.begin().await.unwrap();
        insert(&mut inner, "inner").await.unwrap();
        inner.commit().await.unwrap();
    }
    outer.commit().await.unwrap();
    assert!(is_there(&store.db, "outer").await);
}

#[tokio::test]
async fn closing_waits_for_the_transaction_that_runs() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    insert(&mut tx, "late").await.unwrap();
    let mut closing = pin!(store.db.close());
    assert!(polled_once(&mut closing).await.is_none());
    tx.commit().await.unwrap();
    closing.await;
    assert!(is_there(&store.nodes().await[1], "late").await);
}

#[tokio::test]
async fn a_savepoint_of_the_callers_own_ends_with_its_transaction() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    execute(&mut tx, "SAVEPOINT member").await.unwrap();
    insert(&mut tx, "one").await.unwrap();
    drop(tx);
    let mut tx = store.db.begin().await.unwrap();
    execute(&mut tx, "SAVEPOINT member").await.unwrap();
    insert(&mut tx, "two").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    insert(&mut tx, "three").await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_there(&store.db, "three").await && !is_there(&store.db, "one").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_waiting_commit_is_acknowledged_when_the_last_of_the_group_is_dropped() {
    let store = Store::new().await;
    let together = Arc::new(Barrier::new(100));
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let (db, together) = (store.db.clone(), Arc::clone(&together));
        tasks.spawn(async move {
            together.wait().await;
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &format!("n{number}")).await.unwrap();
            if number % 2 == 0 {
                tx.commit().await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(count(&store.db, "contract").await, 50);
}
