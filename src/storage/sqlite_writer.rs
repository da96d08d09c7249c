//! The one SQLite connection that writes, with group commit.
//!
//! SQLite has one writer at a time and each durable commit costs an fsync. So transactions run one after another on
//! one connection, each inside a savepoint, and a commit closes the whole group once nobody else is waiting: a
//! transaction is acknowledged only after the fsync that made it durable, but many share that fsync.
//!
//! ```text
//! begin ─ (group open? no: BEGIN IMMEDIATE) ─ SAVEPOINT ─ work ─ commit ─ RELEASE ─ others waiting? ─ no: COMMIT, wake all
//!                                                         └ drop: ROLLBACK TO                      └ yes: hand over, await
//! ```
//!
//! A transaction sees what earlier members of its group wrote; if the group's COMMIT fails, all of it fails, so no
//! acknowledged write can depend on a lost one.
//!
//! A request may be dropped at any `await` (its browser went away). What moves a transaction from one state to the next
//! therefore runs on a task of its own, [`to_the_end`]: otherwise the connection and what we know of it could part, and
//! the neighbors in the group would pay for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::SqliteConnection;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::error::Fault;

/// After so many transactions a group is closed even if more are waiting, so that the first is not kept for long.
const LARGEST_GROUP: usize = 64;

/// How long a transaction waits for its turn, as for a connection of a pool.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Hands out the writing connection.
#[derive(Clone)]
pub struct SqliteWriter {
    state: Arc<Mutex<State>>,
    waiting: Arc<AtomicUsize>,
}

struct State {
    connection: SqliteConnection,
    group_open: bool,
    savepoint_open: bool,
    members: Vec<oneshot::Sender<Result<(), String>>>,
}

/// One logical transaction on the writing connection.
pub struct SqliteTx {
    guard: Option<OwnedMutexGuard<State>>,
    writer: SqliteWriter,
}

/// Counts a task that wants the connection; if it goes away unserved, somebody must close the group in its stead.
struct Waiting<'a>(&'a SqliteWriter, bool);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.1 {
            self.0.clone().close_group_later();
        }
    }
}

impl SqliteWriter {
    pub fn new(connection: SqliteConnection) -> Self {
        let state = State { connection, group_open: false, savepoint_open: false, members: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)), waiting: Arc::new(AtomicUsize::new(0)) }
    }

    pub async fn begin(&self) -> Result<SqliteTx, Fault> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut waiting = Waiting(self, false);
        let turn = tokio::time::timeout(LONGEST_WAIT, Arc::clone(&self.state).lock_owned()).await;
        let guard = turn.map_err(|_| Fault::Unavailable(sqlx::Error::PoolTimedOut))?;
        waiting.1 = true;
        drop(waiting);
        let mut tx = SqliteTx { guard: Some(guard), writer: self.clone() };
        to_the_end(async move {
            tx.state().open_savepoint().await?;
            Ok(tx)
        })
        .await
    }

    /// Runs `work` on the connection with nobody else on it and no transaction open: for migrations.
    pub async fn run_alone<T>(&self, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> Result<T, Fault> {
        let mut state = Arc::clone(&self.state).lock_owned().await;
        let mut state = to_the_end(async move {
            state.drop_savepoint().await;
            state.close_group().await;
            Ok(state)
        })
        .await?;
        Ok(work(&mut state.connection).await)
    }

    /// Ends an abandoned transaction and, if nobody follows, commits the group it stood in.
    fn close_group_later(self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            let mut state = self.state.lock().await;
            state.drop_savepoint().await;
            if self.waiting.load(Ordering::SeqCst) == 0 {
                state.close_group().await;
            }
        });
    }
}

impl State {
    async fn run(&mut self, sql: &'static str) -> Result<(), Fault> {
        sqlx::raw_sql(sql).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn open_savepoint(&mut self) -> Result<(), Fault> {
        self.drop_savepoint().await;
        let opened = if self.group_open {
            self.run("SAVEPOINT member").await
        } else {
            self.run("BEGIN IMMEDIATE; SAVEPOINT member").await
        };
        if let Err(fault) = opened {
            self.abandon_group(&fault.to_string()).await;
            return Err(fault);
        }
        self.group_open = true;
        self.savepoint_open = true;
        Ok(())
    }

    async fn drop_savepoint(&mut self) {
        if !self.savepoint_open {
            return;
        }
        self.savepoint_open = false;
        if let Err(fault) = self.run("ROLLBACK TO member; RELEASE member").await {
            self.abandon_group(&fault.to_string()).await;
        }
    }

    async fn close_group(&mut self) {
        if !self.group_open {
            return;
        }
        match self.run("COMMIT").await {
            Ok(()) => self.acknowledge(),
            Err(fault) => self.abandon_group(&fault.to_string()).await,
        }
    }

    /// The group is durable: all its members hear it.
    fn acknowledge(&mut self) {
        self.group_open = false;
        for member in self.members.drain(..) {
            drop(member.send(Ok(())));
        }
    }

    /// The engine refused to go on (disk full, I/O error): nothing of the group was written, and all its members hear it.
    async fn abandon_group(&mut self, why: &str) {
        self.group_open = false;
        self.savepoint_open = false;
        // It may have rolled back by itself already, in which case there is nothing to roll back.
        drop(self.run("ROLLBACK").await);
        for member in self.members.drain(..) {
            drop(member.send(Err(why.to_owned())));
        }
    }
}

impl SqliteTx {
    #[expect(clippy::expect_used, reason = "the guard leaves only in commit and drop, which consume the transaction")]
    fn state(&mut self) -> &mut State {
        self.guard.as_mut().expect("the transaction is open")
    }

    /// The connection, for one statement.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.state().connection
    }

    /// Durable when it returns `Ok`. Who drops this future does not learn whether it was committed.
    pub async fn commit(self) -> Result<(), Fault> {
        match to_the_end(self.release()).await?.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(Fault::Other(format!("the commit failed: {why}"))),
            Err(_) => Err(Fault::Other("the writer went away before the commit".to_owned())),
        }
    }

    /// Joins the group, closes it if nobody follows, and answers where the group's outcome will be told.
    async fn release(mut self) -> Result<oneshot::Receiver<Result<(), String>>, Fault> {
        let last = self.writer.waiting.load(Ordering::SeqCst) == 0;
        let state = self.state();
        let closes = last || state.members.len() + 1 >= LARGEST_GROUP;
        // Closing the group right away, as nearly always, costs one trip to the engine instead of two.
        let outcome = state.run(if closes { "RELEASE member; COMMIT" } else { "RELEASE member" }).await;
        state.savepoint_open = false;
        if let Err(fault) = outcome {
            state.abandon_group(&fault.to_string()).await;
            return Err(if closes { Fault::Other(format!("the commit failed: {fault}")) } else { fault });
        }
        let (done, acknowledged) = oneshot::channel();
        state.members.push(done);
        if closes {
            state.acknowledge();
        } else if self.writer.waiting.load(Ordering::SeqCst) == 0 {
            // Whoever was waiting has gone away meanwhile.
            self.state().close_group().await;
        }
        drop(self.guard.take());
        Ok(acknowledged)
    }
}

/// Runs `work` to its end even if whoever waits for it goes away.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Fault>> + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|error| Err(Fault::Other(format!("the writer was interrupted: {error}"))))
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        if self.guard.take().is_some() {
            self.writer.clone().close_group_later();
        }
    }
}
