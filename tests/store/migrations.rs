//! Migrations: once, in order, and never on a database that this program does not understand.

use std::fs::File;

use tegata::storage::{Database, Engine, Fault, MigrationStatus, schema_of};

use super::fixture::{Place, Store, count, write};

/// Everybody at once, on one thread: who waits for the lock must not keep the one who has it from going on.
async fn migrate_all(nodes: &[&Database]) {
    let mut running = tokio::task::JoinSet::new();
    for node in nodes {
        let node = Database::clone(node);
        running.spawn(async move { node.migrate().await });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap().unwrap();
    }
}

async fn assert_migrated_once(db: &Database) {
    assert_eq!(db.migration_status().await.unwrap(), MigrationStatus::UpToDate);
    assert_eq!(count(db, "schema_version").await, i64::try_from(schema_of(db.kind()).len()).unwrap());
    assert_eq!(count(db, "revision").await, 2, "a migration that adds rows has run once");
}

#[tokio::test]
async fn an_empty_database_is_behind_and_an_up_to_date_one_stays_as_it_is() {
    let place = Place::empty().await;
    let db = place.open().await;
    let all = schema_of(db.kind()).len();
    assert_eq!(db.migration_status().await.unwrap(), MigrationStatus::Behind(all));
    for _ in 0..2 {
        db.migrate().await.unwrap();
        assert_migrated_once(&db).await;
    }
}

#[tokio::test]
async fn eight_tasks_migrate_once() {
    let place = Place::empty().await;
    let db = place.open().await;
    migrate_all(&[&db; 8]).await;
    assert_migrated_once(&db).await;
}

#[tokio::test]
async fn two_nodes_that_start_together_migrate_once() {
    let place = Place::empty().await;
    let (one, two) = tokio::join!(place.open(), place.open());
    migrate_all(&[&one, &two, &one, &two, &one, &two, &one, &two]).await;
    assert_migrated_once(&one).await;
    assert_migrated_once(&two).await;
}

#[tokio::test]
async fn the_status_can_be_asked_while_others_migrate() {
    let place = Place::empty().await;
    let (one, two) = tokio::join!(place.open(), place.open());
    let mut asking = tokio::task::JoinSet::new();
    for node in [&one, &two].repeat(4) {
        let node = node.clone();
        asking.spawn(async move { node.migration_status().await });
    }
    migrate_all(&[&one, &two]).await;
    while let Some(status) = asking.join_next().await {
        assert_ne!(status.unwrap().unwrap(), MigrationStatus::Newer);
    }
}

#[tokio::test]
async fn a_database_that_knows_more_than_this_program_is_left_alone() {
    let store = Store::new().await;
    let future = "INSERT INTO schema_version (version, description, success, checksum, execution_time) \
                  SELECT 9999, 'future', success, checksum, execution_time FROM schema_version WHERE version = 1";
    write(&store.db, future).await.unwrap();
    assert_eq!(store.db.migration_status().await.unwrap(), MigrationStatus::Newer);
    let refused = store.db.migrate().await;
    assert!(matches!(&refused, Err(Fault::Schema(why)) if why.contains("9999")), "{refused:?}");
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_ran_is_refused() {
    let store = Store::new().await;
    let changed = "UPDATE schema_version SET checksum = (SELECT v.checksum FROM schema_version v WHERE v.version = 4) \
                   WHERE version = 3";
    write(&store.db, changed).await.unwrap();
    let refused = store.db.migrate().await;
    assert!(matches!(&refused, Err(Fault::Schema(why)) if why.contains('3')), "{refused:?}");
    write(&store.db, "SELECT 1").await.unwrap();
}

#[tokio::test]
async fn what_is_missing_is_counted() {
    let store = Store::new().await;
    write(&store.db, "DELETE FROM schema_version WHERE version > 8").await.unwrap();
    let missing = schema_of(store.db.kind()).len() - 8;
    assert_eq!(store.db.migration_status().await.unwrap(), MigrationStatus::Behind(missing));
}

#[tokio::test]
async fn sqlite_waits_for_the_lock_beside_the_file() {
    let place = Place::folder();
    let db = place.open().await;
    let Engine::Sqlite { path, .. } = db.engine() else { unreachable!("a folder holds SQLite") };
    let mut lock = path.clone().into_os_string();
    lock.push(".lock");
    let held = File::create(&lock).unwrap();
    held.lock().unwrap();
    let migrating = tokio::spawn({
        let db = db.clone();
        async move { db.migrate().await }
    });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_ne!(db.migration_status().await.unwrap(), MigrationStatus::UpToDate);
    held.unlock().unwrap();
    migrating.await.unwrap().unwrap();
    assert_migrated_once(&db).await;
}

#[tokio::test]
async fn sqlite_needs_a_file_and_says_so() {
    for url in ["sqlite:", "sqlite::memory:", "sqlite://"] {
        let options = tegata::storage::DatabaseOptions { url: url.to_owned(), max_connections: 2, schema: None };
        let refused = Database::open(&options).await.map(drop);
        assert!(matches!(&refused, Err(Fault::Other(why)) if why.contains("sqlite:PATH")), "{url}: {refused:?}");
    }
}
