//! What the audit log's chain costs: events written in a second with and without their queue, beside the job that seals
//! them, and how fast the job is by itself. `cargo bench --bench audit` prints a table; nothing is asserted.
//!
//! One event is one transaction, as at a sign-in; SQLite's group commit. The disk below `TMPDIR` decides.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::expect_used, reason = "a bench that cannot reach its database has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::time::{Duration, Instant};

use tegata::audit::chain::{ChainKey, seal_waiting, verify};
use tegata::audit::{Event, EventKind, insert_event};
use tegata::clock::{Clock, Timestamp};
use tegata::id::{AccountId, BrandCode, ClientId, ContractId, SessionId};
use tegata::random::Random;
use tegata::secret::MasterKey;
use tegata::storage::{Database, DatabaseOptions, Tx};
use tokio::task::JoinSet;

const CONCURRENCY: [usize; 3] = [1, 16, 64];
/// How often the job seals.
const EVERY: Duration = Duration::from_secs(1);

fn main() {
    // `cargo test --all-targets` runs this as well, without the argument: then once around is enough.
    let round = if std::env::args().any(|arg| arg == "--bench") { Duration::from_secs(4) } else { Duration::ZERO };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(measure(round));
}

async fn measure(round: Duration) {
    println!("{:<40} {:>11} {:>12}", "operation", "concurrency", "per second");
    for concurrency in CONCURRENCY {
        let place = Place::new().await;
        place.execute("DROP TRIGGER audit_event_queued").await;
        report("event, neither queued nor sealed", concurrency, place.write(round, concurrency).await);
    }
    for concurrency in CONCURRENCY {
        let place = Place::new().await;
        report("event, queued", concurrency, place.write(round, concurrency).await);
        if concurrency == CONCURRENCY[2] {
            place.seal_and_verify().await;
        }
    }
    for concurrency in CONCURRENCY {
        let place = Place::new().await;
        let (db, key) = (place.db.clone(), key());
        let job = tokio::spawn(async move {
            loop {
                seal_waiting(&db, &key, Clock::system().now()).await.expect("events are sealed");
                tokio::time::sleep(EVERY).await;
            }
        });
        report("event, queued and sealed beside it", concurrency, place.write(round, concurrency).await);
        job.abort();
    }
}

fn report(operation: &str, concurrency: usize, rate: f64) {
    println!("{operation:<40} {concurrency:>11} {rate:>12.0}");
}

fn key() -> ChainKey {
    ChainKey::of(&MasterKey::new([7; 32]))
}

/// A database of its own.
struct Place {
    db: Database,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("bench.db").display());
        let options = DatabaseOptions { url, max_connections: 4, schema: None };
        let db = Database::open(&options).await.expect("a file opens");
        db.migrate().await.expect("the schema is made");
        Self { db, _folder: folder }
    }

    async fn execute(&self, sql: &'static str) {
        let mut tx = self.db.begin().await.expect("a transaction begins");
        if let Tx::Sqlite(tx) = &mut tx {
            sqlx::query(sql).execute(tx.connection()).await.expect("the statement runs");
        }
        tx.commit().await.expect("the transaction commits");
    }

    /// Writes events on so many tasks; answers how many a second.
    async fn write(&self, round: Duration, concurrency: usize) -> f64 {
        let began = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..concurrency {
            let db = self.db.clone();
            tasks.spawn(async move {
                let mut done = 0_u32;
                loop {
                    write_one(&db).await;
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

    /// How fast a long queue is sealed, and a chain gone through.
    async fn seal_and_verify(&self) {
        let now = Clock::system().now();
        let began = Instant::now();
        let sealed = seal_waiting(&self.db, &key(), now).await.expect("events are sealed");
        report("sealing by itself", 1, sealed as f64 / began.elapsed().as_secs_f64());
        let began = Instant::now();
        let checked = verify(&self.db, &key(), None, now).await.expect("the chain is read").checked;
        report("verifying", 1, checked as f64 / began.elapsed().as_secs_f64());
    }
}

async fn write_one(db: &Database) {
    let (random, now): (_, Timestamp) = (Random::system(), Clock::system().now());
    let mut event = Event::new(EventKind::SignedIn, random.reference()).with("amr", "pwd").with("access_path", "line");
    event.brand = Some(BrandCode::new("VX7"));
    event.contract = Some(ContractId::from(random.uuid()));
    event.account = Some(AccountId::from(random.uuid()));
    event.client = Some(ClientId::new("storage-vx7"));
    event.session = Some(SessionId::from(random.uuid()));
    event.address = Some("192.0.2.1".to_owned());
    let mut tx = db.begin().await.expect("a transaction begins");
    insert_event(&mut tx, random.row_id(now).into(), &event, now).await.expect("an event is written");
    tx.commit().await.expect("the transaction commits");
}
