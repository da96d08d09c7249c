//! The loops around the jobs.

use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::explain;
use crate::audit::{AuditWriter, run_writer};
use crate::context::App;
use crate::jobs::reload::Reload;
use crate::jobs::{JobError, clean_up, deliver, import_lines, recover, rotate_keys, seal_audit, watch_connections};
use crate::notify::Channel;
use crate::server::stop::{Phase, Stop};

/// How often other nodes' changes are looked for; `product.md` §8 allows five seconds.
const RELOAD: Duration = Duration::from_secs(1);
/// How often forgotten passwords are looked at. Never at once: an address that somebody has means more work, and whoever
/// asks something else right after a request would notice (`security.md` line 63).
const RECOVER: Duration = Duration::from_secs(1);
/// How often the outbox is looked at, if nobody rings.
const DELIVER: Duration = Duration::from_secs(1);
/// How often the audit log's newest events are sealed.
const SEAL: Duration = Duration::from_secs(1);
/// How often the head of the audit log is noted.
const NOTE: Duration = Duration::from_hours(1);
/// How often it is measured.
const MEASURE: Duration = Duration::from_secs(15);
/// How often keys, expired rows and what is due of customers' connections are looked at.
const UPKEEP: Duration = Duration::from_mins(1);

/// What has to run beside an [`App`], not running yet.
pub struct Background {
    writer: AuditWriter,
    reload: Reload,
}

/// What runs beside an [`App`].
pub struct Tasks(JoinSet<()>);

impl Background {
    pub(super) const fn new(writer: AuditWriter, reload: Reload) -> Self {
        Self { writer, reload }
    }

    /// Starts the audit writer alone, and hands over the reload job: for whoever calls the rounds by hand.
    pub fn start_writer(self, app: &App) -> Reload {
        tokio::spawn(run_writer(self.writer, app.db.clone(), app.random.clone()));
        self.reload
    }

    /// Starts everything: the audit writer, and the loops until the order to stop. Keys that are missing are made at
    /// once.
    pub fn start(self, app: &App, stop: &Stop) -> Tasks {
        let mut tasks = JoinSet::new();
        let mut reload = self.start_writer(app);
        let round = |name, every| Rounds::new(name, every, stop.clone());
        let (app1, mut reloads) = (app.clone(), round("reload", RELOAD));
        tasks.spawn(async move {
            while reloads.next().await {
                let outcome = reload.tick(&app1).await.map(drop);
                reloads.note(outcome);
            }
        });
        for channel in [Channel::Mail, Channel::Sms] {
            let (app, mut rounds, mut bell) = (app.clone(), round(channel.as_str(), DELIVER), app.outbox.bell());
            tasks.spawn(async move {
                while rounds.next_or(bell.changed()).await {
                    let outcome = deliver::tick_lane(&app, channel).await.map(drop);
                    rounds.note(outcome);
                }
            });
        }
        let mut start = |name, every, job: Job| tasks.spawn(run(app.clone(), round(name, every), job));
        start("rotate_keys", UPKEEP, |app| Box::pin(async move { rotate_keys::tick(&app).await.map(drop) }));
        start("clean_up", UPKEEP, |app| Box::pin(async move { clean_up::tick(&app).await.map(drop) }));
        start("recover", RECOVER, |app| Box::pin(async move { recover::tick(&app).await.map(drop) }));
        start("watch_connections", UPKEEP, |app| {
            Box::pin(async move { watch_connections::tick(&app).await.map(drop) })
        });
        start("import_lines", UPKEEP, |app| Box::pin(async move { import_lines::tick(&app).await.map(drop) }));
        start("seal_audit", SEAL, |app| Box::pin(async move { seal_audit::tick(&app).await.map(drop) }));
        start("note_head", NOTE, |app| Box::pin(async move { seal_audit::note_head(&app).await }));
        start("measure", MEASURE, |app| {
            Box::pin(async move { deliver::measure(&app).await.and(seal_audit::measure(&app).await) })
        });
        Tasks(tasks)
    }
}

/// One round of a job.
type Job = fn(App) -> Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>>;

async fn run(app: App, mut rounds: Rounds, job: Job) {
    while rounds.next().await {
        let outcome = job(app.clone()).await;
        rounds.note(outcome);
    }
}

impl Tasks {
    /// Waits until the loops have ended, after the order to stop; what takes longer than `patience` is dropped.
    pub async fn finish(mut self, patience: Duration) {
        let all = async { while self.0.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("a background job was cut off");
        }
    }
}

/// The beat of one job, and its log: a failure is told once, and so is the recovery.
struct Rounds {
    name: &'static str,
    ticks: Interval,
    stop: Stop,
    failing: bool,
}

impl Rounds {
    fn new(name: &'static str, every: Duration, stop: Stop) -> Self {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { name, ticks, stop, failing: false }
    }

    /// Waits for the next round; `false` when there is none.
    async fn next(&mut self) -> bool {
        self.next_or(std::future::pending::<()>()).await
    }

    /// The same, or for a reason to begin one earlier.
    async fn next_or<T>(&mut self, reason: impl Future<Output = T>) -> bool {
        tokio::select! {
            biased;
            () = self.stop.reached(Phase::Draining) => false,
            _ = reason => true,
            _ = self.ticks.tick() => true,
        }
    }

    fn note(&mut self, outcome: Result<(), JobError>) {
        match outcome {
            Ok(()) if self.failing => tracing::info!(job = self.name, "a background job works again"),
            Ok(()) => {}
            Err(error) => {
                metrics::counter!("tegata_jobs_failed_total", "job" => self.name).increment(1);
                if !self.failing {
                    tracing::error!(
                        job = self.name,
                        error = explain(&error),
                        "a background job fails; it is tried again"
                    );
                }
                self.failing = true;
                return;
            }
        }
        self.failing = false;
    }
}
