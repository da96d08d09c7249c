//! Many tasks that commit, fail, give up and vanish at arbitrary points: exactly what was acknowledged is there.

use std::collections::BTreeSet;
use std::pin::pin;
use std::task::Poll;

use proptest::prelude::*;
use tegata::contract::{insert_contract, list_contracts};
use tegata::storage::{Database, Fault};
use tokio::task::JoinSet;

use super::fixture::{NOW, Store, contract};
use crate::support::postgres::server;

/// How a task's transaction ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Commit,
    Drop,
    /// By a statement that fails.
    Fail,
    /// The whole task goes away after so many polls, wherever it is then.
    Vanish(usize),
}

/// What may be said of a row afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Row {
    There,
    Absent,
    /// The one who wrote it went away without hearing an answer.
    Unknown,
}

fn ends() -> impl Strategy<Value = End> {
    prop_oneof![4 => Just(End::Commit), 2 => Just(End::Drop), 2 => Just(End::Fail), 4 => (0_usize..24).prop_map(End::Vanish)]
}

async fn write(db: &Database, name: &str, end: End) -> Result<Row, Fault> {
    let mut tx = db.begin().await?;
    insert_contract(&mut tx, &contract(name), NOW).await?;
    tokio::task::yield_now().await;
    match end {
        End::Drop => Ok(Row::Absent),
        End::Fail => {
            let outcome = insert_contract(&mut tx, &contract(name), NOW).await;
            assert!(matches!(outcome, Err(Fault::Unique(_))), "{outcome:?}");
            Ok(Row::Absent)
        }
        End::Commit | End::Vanish(_) => tx.commit().await.map(|()| Row::There),
    }
}

async fn play(db: Database, name: String, end: End) -> Row {
    let limit = if let End::Vanish(polls) = end { polls } else { usize::MAX };
    let mut writing = pin!(write(&db, &name, end));
    let mut polls = 0;
    std::future::poll_fn(|context| {
        if polls == limit {
            return Poll::Ready(Row::Unknown);
        }
        polls += 1;
        let row = writing.as_mut().poll(context).map(Result::unwrap);
        if row.is_pending() && limit != usize::MAX {
            // Polled again at once, so that it vanishes at different places and not only where it is woken.
            context.waker().wake_by_ref();
        }
        row
    })
    .await
}

async fn check(ends: Vec<End>) {
    let store = Store::new().await;
    let mut tasks = JoinSet::new();
    for (number, end) in ends.into_iter().enumerate() {
        let db = store.db.clone();
        let name = format!("n{number}");
        tasks.spawn(async move { (name.clone(), play(db, name, end).await) });
    }
    let rows = tasks.join_all().await;
    // Whatever the vanished ones left behind is settled before the next transaction has its turn.
    let mut tx = store.db.begin().await.unwrap();
    insert_contract(&mut tx, &contract("last"), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let there: BTreeSet<String> =
        list_contracts(&store.db, None).await.unwrap().into_iter().map(|row| row.name).collect();
    assert!(there.contains("last"));
    for (name, row) in rows {
        assert!(row == Row::Unknown || there.contains(&name) == (row == Row::There), "{name} is {row:?}: {there:?}");
    }
}

/// The groups are SQLite's alone; on PostgreSQL each case is a schema of its own, which takes its time.
fn cases() -> u32 {
    if server().is_some() { 6 } else { 24 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exactly_the_acknowledged_rows_are_there(ends in prop::collection::vec(ends(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(ends));
    }

    #[test]
    fn exactly_the_acknowledged_rows_are_there_on_one_thread(ends in prop::collection::vec(ends(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(check(ends));
    }
}
