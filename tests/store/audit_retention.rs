//! The audit log lets go of its sealed beginning, and says so.

use tegata::audit::chain::{Problem, find_head, remove_old_events};
use tegata::clock::Timestamp;
use tegata::storage::Database;

use super::audit_chain::{check, defenseless, key, problems, run, seal, write_events};
use super::fixture::{Store, at, count};

async fn remove(db: &Database, before: Timestamp, batch: i64) -> u64 {
    let mut tx = db.begin().await.unwrap();
    let removed = remove_old_events(&mut tx, &key(), (before, at(2000)), batch).await.unwrap();
    tx.commit().await.unwrap();
    removed
}

#[tokio::test]
async fn retention_takes_a_sealed_beginning_and_leaves_a_signed_word_of_it() {
    let store = Store::new().await;
    let mut heads = Vec::new();
    for run in 0..4 {
        write_events(&store.db, run * 10..run * 10 + 10).await;
        seal(&store.db, at(run * 10 + 10)).await;
        heads.push(find_head(&store.db).await.unwrap());
    }
    write_events(&store.db, 40..45).await;
    assert_eq!(remove(&store.db, at(0), 100).await, 0, "nothing is as old as that");
    // By their seals events 0 to 19 are older than that, and so they are by themselves.
    let mut taken = Vec::new();
    while let removed @ 1.. = remove(&store.db, at(21), 8).await {
        taken.push(removed);
    }
    assert_eq!(taken, [8, 8, 4]);
    let report = check(&store.db, Some(&heads[1]), at(50)).await;
    assert!(report.is_sound() && !report.noted_head_is_gone, "{report:?}");
    assert_eq!((report.removed, report.checked, report.waiting), (20, 20, 5));
    let report = check(&store.db, Some(&heads[0]), at(50)).await;
    assert!(report.is_sound() && report.noted_head_is_gone, "the noted head is older than what is left");
    assert_eq!(remove(&store.db, at(1000), 100).await, 20, "what is not sealed stays, however old");
    assert_eq!(count(&store.db, "audit_event").await, 5);
    assert!(check(&store.db, Some(&heads[3]), at(50)).await.is_sound());
    seal(&store.db, at(51)).await;
    let report = check(&store.db, Some(&heads[3]), at(52)).await;
    assert!(report.is_sound() && report.head.seq == 45, "{report:?}");
}

#[tokio::test]
async fn a_beginning_that_somebody_else_took_away_is_found() {
    let store = defenseless().await;
    remove(&store.db, at(2000), 5).await;
    assert!(check(&store.db, None, at(42)).await.is_sound());
    for sql in [
        "DELETE FROM audit_event WHERE id < 'e000010'",
        "UPDATE audit_start SET seq = 10, hash = (SELECT hash FROM audit_seal WHERE seq = 10)",
        "DELETE FROM audit_seal WHERE seq <= 10",
    ] {
        run(&store.db, sql).await.unwrap();
    }
    assert_eq!(problems(&check(&store.db, None, at(42)).await), [(Problem::StartForged, Some(10))]);
    run(&store.db, "DELETE FROM audit_start").await.unwrap();
    let report = check(&store.db, None, at(42)).await;
    assert_eq!(problems(&report), [(Problem::SealMissing, Some(1))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn going_through_it_beside_sealing_and_retention_finds_nothing_wrong() {
    let store = Store::new().await;
    let [one, two] = store.nodes().await;
    write_events(&one, 0..3000).await;
    seal(&one, at(3000)).await;
    let busy = tokio::spawn(async move {
        for round in 0..30 {
            write_events(&two, 3000 + round * 10..3010 + round * 10).await;
            seal(&two, at(3010 + round * 10)).await;
            remove(&two, at(100_000), 90).await;
        }
    });
    while !busy.is_finished() {
        let report = check(&one, None, at(3000)).await;
        assert!(report.is_sound(), "{report:?}");
    }
    busy.await.unwrap();
    let report = check(&one, None, at(4000)).await;
    assert_eq!((report.removed, report.head.seq, report.wrong), (2700, 3300, 0));
}
