//! How many one-row transactions and point reads SQLite does in a second. `cargo bench --bench storage` prints a table;
//! nothing is asserted.
//!
//! `group commit` is the product's writer; `one commit each` is a bare connection with the same settings, one fsync per
//! transaction, the rate without the group. Both are durable (`synchronous = FULL`), so the disk below `TMPDIR` decides:
//! on a disk in memory, where an fsync costs nothing, the two say nothing.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::expect_used, reason = "a bench that cannot reach its database has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection};
use tegata::clock::Timestamp;
use tegata::storage::{Database, DatabaseOptions};
use tegata::token::{is_revoked, revoke_access_token};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

const EXPIRES: Timestamp = Timestamp::from_seconds(1_800_000_000);
const CONCURRENCY: [usize; 3] = [1, 16, 64];

/// Makes every row's key another one.
static ROW: AtomicU64 = AtomicU64::new(0);

fn main() {
    // `cargo test --all-targets` runs this as well, without the argument: then once around is enough.
    let round = if std::env::args().any(|arg| arg == "--bench") { Duration::from_secs(2) } else { Duration::ZERO };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(measure(round));
}

async fn measure(round: Duration) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("bench.db");
    let url = format!("sqlite:{}", path.display());
    let db = Database::open(&DatabaseOptions { url, max_connections: 4, schema: None }).await.expect("a file opens");
    db.migrate().await.expect("the schema is made");
    println!("{:<36} {:>11} {:>12}", "operation", "concurrency", "per second");
    for concurrency in CONCURRENCY {
        let bare = Arc::new(Mutex::new(bare_connection(&path).await));
        let rate = rate(round, concurrency, move || commit_alone(Arc::clone(&bare))).await;
        report("write, one commit each", concurrency, rate);
    }
    for concurrency in CONCURRENCY {
        let db = db.clone();
        let rate = rate(round, concurrency, move || commit_in_group(db.clone())).await;
        report("write, group commit", concurrency, rate);
    }
    for concurrency in CONCURRENCY {
        let db = db.clone();
        let rate = rate(round, concurrency, move || read(db.clone())).await;
        report("point read", concurrency, rate);
    }
    db.close().await;
}

fn report(operation: &str, concurrency: usize, rate: f64) {
    println!("{operation:<36} {concurrency:>11} {rate:>12.0}");
}

/// Runs `work` again and again on so many tasks, each at least once; answers how often a second it was done.
async fn rate<F>(round: Duration, concurrency: usize, work: impl Fn() -> F + Clone + Send + Sync + 'static) -> f64
where
    F: Future<Output = ()> + Send,
{
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let work = work.clone();
        tasks.spawn(async move {
            let mut done = 0_u32;
            loop {
                work().await;
                done += 1;
                if began.elapsed() >= round {
                    return done;
                }
            }
        });
    }
    let done: u32 = tasks.join_all().await.into_iter().sum();
    f64::from(done) / began.elapsed().as_secs_f64()
}

fn next_key() -> String {
    format!("token-{}", ROW.fetch_add(1, Ordering::Relaxed))
}

async fn commit_in_group(db: Database) {
    let mut tx = db.begin().await.expect("a transaction begins");
    revoke_access_token(&mut tx, &next_key(), EXPIRES).await.expect("a row is written");
    tx.commit().await.expect("the transaction commits");
}

async fn read(db: Database) {
    let key = format!("token-{}", ROW.load(Ordering::Relaxed) / 2);
    is_revoked(&db, &key).await.expect("a row is read");
}

async fn bare_connection(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await
        .expect("the file opens")
}

/// Outside a transaction each statement is one of its own.
async fn commit_alone(connection: Arc<Mutex<SqliteConnection>>) {
    let mut connection = connection.lock().await;
    sqlx::query("INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING")
        .bind(next_key())
        .bind(EXPIRES.as_millis())
        .execute(&mut *connection)
        .await
        .expect("a row is written");
}
