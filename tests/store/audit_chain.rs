//! The audit log's chain: whatever somebody does to a row with the database in hand is found.

use std::time::Duration;

use tegata::audit::chain::{ChainKey, Head, Problem, Report, TOLERANCE, find_head, measure_lag, seal_waiting, verify};
use tegata::audit::{Event, EventKind, insert_event};
use tegata::clock::Timestamp;
use tegata::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId, SessionId};
use tegata::random::Random;
use tegata::secret::MasterKey;
use tegata::storage::{Database, Engine};
use tokio::task::JoinSet;

use super::fixture::{NOW, Store, at, count};
use crate::support::postgres::server;

pub(super) fn key() -> ChainKey {
    ChainKey::of(&MasterKey::new([7; 32]))
}

fn id_at(when: Timestamp) -> AuditEventId {
    AuditEventId::from(Random::system().row_id(when))
}

fn event(number: i64) -> Event {
    let mut event = Event::new(EventKind::SignedIn, format!("7K3Q-{number:04}")).because("reason").with("a", "b");
    event.brand = Some(BrandCode::new("VX7"));
    event.contract = Some(ContractId::new("contract"));
    event.account = Some(AccountId::new("account"));
    event.client = Some(ClientId::new("client"));
    event.session = Some(SessionId::new("session"));
    event.address = Some("192.0.2.1".to_owned());
    event
}

/// Writes events `from..to`, one a second, each with the id `e<number>`.
pub(super) async fn write_events(db: &Database, numbers: std::ops::Range<i64>) {
    let mut tx = db.begin().await.unwrap();
    for number in numbers {
        let id = AuditEventId::new(format!("e{number:06}"));
        insert_event(&mut tx, id, &event(number), at(number)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub(super) async fn seal(db: &Database, now: Timestamp) -> u64 {
    seal_waiting(db, &key(), now).await.unwrap()
}

pub(super) async fn check(db: &Database, noted: Option<&Head>, now: Timestamp) -> Report {
    verify(db, &key(), noted, now).await.unwrap()
}

pub(super) fn problems(report: &Report) -> Vec<(Problem, Option<i64>)> {
    report.findings.iter().map(|finding| (finding.problem, finding.seq)).collect()
}

pub(super) async fn run(db: &Database, sql: &str) -> Result<u64, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match db.engine() {
        Engine::Sqlite { path, .. } => {
            use sqlx::Connection as _;
            let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await?;
            let done = sqlx::query(sql).execute(&mut connection).await?;
            connection.close().await?;
            Ok(done.rows_affected())
        }
        Engine::Postgres(pool) => Ok(sqlx::query(sql).execute(pool).await?.rows_affected()),
    }
}

/// What somebody with every right in the database does first.
async fn drop_triggers(db: &Database) {
    let triggers = [
        ("audit_event_queued", "audit_event"),
        ("audit_event_never_changed", "audit_event"),
        ("audit_event_kept", "audit_event"),
        ("audit_seal_never_changed", "audit_seal"),
        ("audit_seal_kept", "audit_seal"),
        ("audit_head_grows", "audit_head"),
        ("audit_start_grows", "audit_start"),
        ("audit_start_kept", "audit_start"),
    ];
    for (trigger, table) in triggers {
        let on = if matches!(db.engine(), Engine::Postgres(_)) { format!(" ON {table}") } else { String::new() };
        run(db, &format!("DROP TRIGGER {trigger}{on}")).await.unwrap();
    }
}

/// Forty sealed events, and no triggers any more.
pub(super) async fn defenseless() -> Store {
    let store = Store::new().await;
    write_events(&store.db, 0..40).await;
    assert_eq!(seal(&store.db, at(41)).await, 40);
    assert!(check(&store.db, None, at(42)).await.is_sound());
    drop_triggers(&store.db).await;
    store
}

#[tokio::test]
async fn any_column_of_any_row_that_is_changed_is_found_at_its_seal() {
    let store = defenseless().await;
    let columns = [
        ("at", "at + 1"),
        ("event", "'signed_out'"),
        ("reason", "NULL"),
        ("reason", "reason || 'x'"),
        ("reference", "'AAAA-AAAA'"),
        ("brand", "'VX4'"),
        ("contract_id", "NULL"),
        ("account_id", "''"),
        ("client_id", "account_id"),
        ("session_id", "'other'"),
        ("address", "'192.0.2.2'"),
        ("detail", "'{}'"),
    ];
    for (column, value) in columns {
        for (number, seq) in [(0, 1), (17, 18), (39, 40)] {
            let of = format!("WHERE id = 'e{number:06}'");
            run(&store.db, &format!("CREATE TABLE kept AS SELECT * FROM audit_event {of}")).await.unwrap();
            run(&store.db, &format!("UPDATE audit_event SET {column} = {value} {of}")).await.unwrap();
            let report = check(&store.db, None, at(42)).await;
            assert_eq!(problems(&report), [(Problem::Changed, Some(seq))], "{column} = {value}");
            run(&store.db, &format!("UPDATE audit_event SET {column} = (SELECT {column} FROM kept) {of}"))
                .await
                .unwrap();
            run(&store.db, "DROP TABLE kept").await.unwrap();
        }
    }
    assert!(check(&store.db, None, at(42)).await.is_sound(), "everything is as it was");
    run(&store.db, "UPDATE audit_event SET id = 'other' WHERE id = 'e000017'").await.unwrap();
    let report = check(&store.db, None, at(42)).await;
    assert_eq!(problems(&report), [(Problem::EventMissing, Some(18)), (Problem::Inserted, None)]);
}

#[tokio::test]
async fn a_changed_seal_is_found() {
    for (change, expected) in [
        ("sealed_at = sealed_at - 1 WHERE seq = 18", vec![(Problem::Changed, Some(18))]),
        // Its own hash no longer fits, nor does its successor's.
        (
            "hash = (SELECT hash FROM audit_seal WHERE seq = 3) WHERE seq = 18",
            vec![(Problem::Changed, Some(18)), (Problem::Changed, Some(19))],
        ),
        (
            "seq = 41 WHERE seq = 18",
            vec![(Problem::SealMissing, Some(18)), (Problem::Changed, Some(41)), (Problem::Truncated, Some(42))],
        ),
    ] {
        let store = defenseless().await;
        run(&store.db, &format!("UPDATE audit_seal SET {change}")).await.unwrap();
        assert_eq!(problems(&check(&store.db, None, at(42)).await), expected, "{change}");
    }
}

#[tokio::test]
async fn what_is_taken_away_is_found() {
    for (deletions, expected) in [
        (vec!["audit_event WHERE id = 'e000017'"], vec![(Problem::EventMissing, Some(18))]),
        (vec!["audit_seal WHERE seq = 18"], vec![(Problem::SealMissing, Some(18)), (Problem::Inserted, None)]),
        (vec!["audit_event WHERE id = 'e000017'", "audit_seal WHERE seq = 18"], vec![(Problem::SealMissing, Some(18))]),
        (vec!["audit_event WHERE id = 'e000000'", "audit_seal WHERE seq = 1"], vec![(Problem::SealMissing, Some(1))]),
        (vec!["audit_event WHERE id > 'e000029'", "audit_seal WHERE seq > 30"], vec![(Problem::Truncated, Some(31))]),
        (vec!["audit_event", "audit_seal"], vec![(Problem::Truncated, Some(1))]),
    ] {
        let store = defenseless().await;
        for deletion in &deletions {
            run(&store.db, &format!("DELETE FROM {deletion}")).await.unwrap();
        }
        assert_eq!(problems(&check(&store.db, None, at(42)).await), expected, "{deletions:?}");
    }
}

#[tokio::test]
async fn two_events_that_changed_places_are_found() {
    let store = defenseless().await;
    for (seq, event) in [(5, "'x'"), (6, "'e000004'"), (5, "'e000005'")] {
        run(&store.db, &format!("UPDATE audit_seal SET event_id = {event} WHERE seq = {seq}")).await.unwrap();
    }
    let report = check(&store.db, None, at(42)).await;
    assert_eq!(problems(&report), [(Problem::Changed, Some(5)), (Problem::Changed, Some(6))]);
}

#[tokio::test]
async fn a_tail_that_was_cut_off_and_sealed_anew_is_given_away_by_a_noted_head() {
    let store = defenseless().await;
    let noted = find_head(&store.db).await.unwrap();
    let hash = "hash = (SELECT hash FROM audit_seal WHERE seq = 30)";
    for sql in [
        "DELETE FROM audit_event WHERE id > 'e000029'",
        "DELETE FROM audit_seal WHERE seq > 30",
        &format!("UPDATE audit_head SET seq = 30, {hash}"),
    ] {
        run(&store.db, sql).await.unwrap();
    }
    assert!(check(&store.db, None, at(42)).await.is_sound(), "by itself it looks whole");
    let missing = [(Problem::NotedHeadMissing, Some(40))];
    assert_eq!(problems(&check(&store.db, Some(&noted), at(42)).await), missing);
    // The trigger is gone, so the newcomers are queued by hand; the product seals them where the others were.
    write_events(&store.db, 50..70).await;
    run(&store.db, "INSERT INTO audit_unsealed SELECT id, at FROM audit_event WHERE id >= 'e000050'").await.unwrap();
    assert_eq!(seal(&store.db, at(71)).await, 20);
    assert!(check(&store.db, None, at(72)).await.is_sound());
    assert_eq!(problems(&check(&store.db, Some(&noted), at(72)).await), missing);
}

#[tokio::test]
async fn what_is_slipped_in_is_found() {
    let store = Store::new().await;
    write_events(&store.db, 0..40).await;
    seal(&store.db, at(41)).await;
    // As the product writes it, but about an hour ago: the trigger queues it, the job seals it, the run tells.
    let later = at(3600);
    let mut tx = store.db.begin().await.unwrap();
    insert_event(&mut tx, id_at(later), &event(41), later).await.unwrap();
    tx.commit().await.unwrap();
    seal(&store.db, later).await;
    let before_that_run = Timestamp::from_millis(later.minus(TOLERANCE).as_millis() - 1);
    for when in [before_that_run, later.minus(TOLERANCE)] {
        let mut tx = store.db.begin().await.unwrap();
        insert_event(&mut tx, id_at(when), &event(42), when).await.unwrap();
        tx.commit().await.unwrap();
        seal(&store.db, at(3700)).await;
    }
    let report = check(&store.db, None, at(3701)).await;
    assert_eq!(problems(&report), [(Problem::Backdated, Some(42))], "within the tolerance it is only late");
    drop_triggers(&store.db).await;
    write_events(&store.db, 50..51).await;
    let report = check(&store.db, None, at(3701)).await;
    assert_eq!(problems(&report), [(Problem::Backdated, Some(42)), (Problem::Inserted, None)]);
}

#[tokio::test]
async fn nobody_changes_or_deletes_by_mistake() {
    let store = Store::new().await;
    write_events(&store.db, 0..3).await;
    seal(&store.db, at(4)).await;
    write_events(&store.db, 3..5).await;
    let mut refused = vec![
        "UPDATE audit_event SET reason = 'x'",
        "UPDATE audit_event SET reason = reason WHERE id = 'e000004'",
        "UPDATE audit_seal SET sealed_at = 0",
        "UPDATE audit_head SET seq = 1",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE id = 'e000000'",
        "DELETE FROM audit_event WHERE id = 'e000004'",
        "DELETE FROM audit_seal WHERE seq = 1",
        "DELETE FROM audit_head",
    ];
    if server().is_some() {
        refused.extend(["TRUNCATE audit_event", "TRUNCATE audit_seal", "TRUNCATE audit_event CASCADE"]);
    }
    for sql in refused {
        let error = run(&store.db, sql).await.expect_err(sql).to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
    seal(&store.db, at(6)).await;
    assert_eq!(check(&store.db, None, at(6)).await.checked, 5);
}

#[tokio::test]
async fn what_waits_for_its_seal_is_counted_and_told_when_it_waits_long() {
    let store = Store::new().await;
    assert_eq!(seal(&store.db, NOW).await, 0);
    write_events(&store.db, 0..1).await;
    let lag = measure_lag(&store.db, at(5)).await.unwrap();
    assert_eq!((lag.waiting, lag.oldest), (1, Duration::from_secs(5)));
    let report = check(&store.db, None, at(60)).await;
    assert!(report.is_sound() && report.waiting == 1 && report.head.seq == 0);
    let report = check(&store.db, None, at(601)).await;
    assert_eq!(problems(&report), [(Problem::UnsealedForLong, None)]);
    // The database comes back with what was committed before the node died, and the next one goes on.
    let [_, restarted] = store.nodes().await;
    store.db.close().await;
    assert_eq!(seal(&restarted, at(602)).await, 1);
    let report = check(&restarted, None, at(603)).await;
    assert!(report.is_sound() && report.waiting == 0 && report.head.seq == 1);
}

#[tokio::test]
async fn a_long_queue_is_one_run_whatever_happened_long_ago() {
    let store = Store::new().await;
    write_events(&store.db, 0..1).await;
    seal(&store.db, at(1)).await;
    // No node for a day, but the command line worked: two batches and the rest.
    write_events(&store.db, 100..700).await;
    assert_eq!(seal(&store.db, at(86_400)).await, 600);
    assert_eq!(measure_lag(&store.db, NOW).await.unwrap().waiting, 0);
    let report = check(&store.db, None, at(86_401)).await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.checked, report.head.seq), (601, 601));
    assert_eq!(report.head, find_head(&store.db).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_and_two_sealers_on_two_nodes_lose_nothing_and_number_nothing_twice() {
    let store = Store::new().await;
    let nodes = store.nodes().await;
    let mut writers = JoinSet::new();
    for writer in 0..64 {
        let db = nodes[writer % 2].clone();
        writers.spawn(async move {
            for number in 0..20 {
                let mut tx = db.begin().await.unwrap();
                insert_event(&mut tx, id_at(NOW), &event(number), NOW).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    let sealers: Vec<_> = nodes
        .into_iter()
        .map(|db| {
            tokio::spawn(async move {
                let mut sealed = 0;
                while sealed < 1280 && count(&db, "audit_seal").await < 1280 {
                    sealed += seal_waiting(&db, &key(), NOW).await.unwrap();
                    tokio::task::yield_now().await;
                }
                sealed
            })
        })
        .collect();
    writers.join_all().await;
    let mut sealed = 0;
    for sealer in sealers {
        sealed += sealer.await.unwrap();
    }
    assert_eq!(sealed, 1280);
    let report = check(&store.db, None, NOW).await;
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.checked, report.head.seq, report.waiting), (1280, 1280, 0));
}

#[tokio::test]
async fn an_event_that_is_committed_late_is_sealed_late_and_not_forgotten() {
    if server().is_none() {
        // SQLite has one writer: nothing is committed late there.
        return;
    }
    let store = Store::new().await;
    let mut slow = store.db.begin().await.unwrap();
    insert_event(&mut slow, id_at(NOW), &event(0), NOW).await.unwrap();
    write_events(&store.db, 1..5).await;
    assert_eq!(seal(&store.db, at(5)).await, 4);
    slow.commit().await.unwrap();
    assert_eq!(seal(&store.db, at(6)).await, 1);
    let report = check(&store.db, None, at(7)).await;
    assert!(report.is_sound() && report.checked == 5, "{report:?}");
}

#[tokio::test]
async fn another_master_key_fits_nothing() {
    let store = Store::new().await;
    write_events(&store.db, 0..3).await;
    seal(&store.db, at(4)).await;
    let other = ChainKey::of(&MasterKey::new([8; 32]));
    let report = verify(&store.db, &other, None, at(5)).await.unwrap();
    assert_eq!(report.wrong, 3);
}
