//! Sudden death: `tegata serve` under load is killed (SIGKILL) at a random moment, started again, and asked about
//! everything it had acknowledged.
//!
//! After each kill must hold:
//! - a refresh token that was handed out works, and a second use never yields another one (RFC 9700 §4.14.2);
//! - a session that was established is still one (`prompt=none` yields a code);
//! - a code that was redeemed is not redeemed again (RFC 6749 §4.1.2);
//! - a lock that a page told of, and a request for a reset that was answered, lead to their mail: at least once, at most
//!   twice. What was under way at the kill stays in the outbox until its claim has run out (three minutes);
//!   `--to-the-last-mail` waits for it;
//! - the provider is ready within 2 s on SQLite, 5 s on PostgreSQL.
//!
//! What was under way at the moment of the kill may have happened or not, but only once.

mod distress;
mod ledger;
mod mails;
mod person;
mod verify;

use crate::load::flow::Credentials;
use crate::load::target::Target;
use crate::provider;
use crate::provider::config_file::SinkPorts;
use crate::provider::database::OwnDatabase;
use crate::provider::world::{self, Authentication, Surroundings, World};
use crate::random;
use crate::sink::Sink;
use anyhow::Context as _;
use clap::Args;
use distress::Promises;
use ledger::Ledger;
use mails::Mailbag;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Flags of `crash`.
#[derive(Args, Clone)]
pub struct Options {
    /// How often it is killed
    #[arg(long, default_value_t = 20)]
    pub rounds: u32,
    /// URL of a PostgreSQL server; a database is made and dropped there [default: SQLite in a temporary directory]
    #[arg(long, alias = "database-url")]
    pub database: Option<String>,
    /// The provider's binary [default: `tegata` beside this program]
    #[arg(long, alias = "tegata")]
    pub tegata_bin: Option<PathBuf>,
    /// People and clients at work at the same time
    #[arg(long, default_value_t = 8)]
    pub users: usize,
    /// Longest time under load before a kill, in milliseconds
    #[arg(long, default_value_t = 1500)]
    pub load_ms: u64,
    /// At the end, wait for the mails that were under way at a kill: up to 200 s
    #[arg(long)]
    pub to_the_last_mail: bool,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// How often it was killed.
    pub kills: u32,
    /// Longest time from start to ready after a kill, in milliseconds.
    pub slowest_start_ms: u64,
    /// What it had acknowledged before the kills.
    pub acknowledged: Counts,
    /// How much of that was looked at afterwards.
    pub checked: Counts,
    /// Requests without an answer at the moment of a kill.
    pub in_flight: u64,
    /// Mails that arrived.
    pub mails: u64,
    /// How many of them twice.
    pub duplicate_mails: u64,
    /// Every broken promise, by round.
    pub violations: Vec<String>,
}

/// Numbers of things.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    /// Sessions of browsers.
    pub sessions: u64,
    /// Redeemed codes.
    pub codes: u64,
    /// Refreshes.
    pub refreshes: u64,
    /// Locked accounts.
    pub locks: u64,
    /// Requests for a reset.
    pub resets: u64,
}

/// Everything a round needs.
struct Stage {
    target: Arc<Target>,
    confidential: Credentials,
    public: Credentials,
}

impl Stage {
    /// Every second user works with the public client, whose refresh tokens rotate.
    fn client(&self, number: usize) -> &Credentials {
        if number.is_multiple_of(2) { &self.confidential } else { &self.public }
    }
}

/// Runs the rounds.
///
/// # Errors
/// The provider cannot be set up or does not come up again at all; broken promises are in the summary instead.
pub async fn run(options: &Options, keeper: Option<PathBuf>) -> anyhow::Result<Summary> {
    let binary = provider::find_binary(options.tegata_bin.clone())?;
    let name = format!("tegata-crash-{}-{}", std::process::id(), random::name());
    let directory = std::env::temp_dir().join(name);
    let own = match &options.database {
        Some(url) => OwnDatabase::create(url).await?,
        None => None,
    };
    let database = own.as_ref().map(|own| own.url.clone()).or_else(|| options.database.clone());
    let (sink, ports) = open_sink().await?;
    let surroundings = Surroundings { database, sink: Some(ports), cheap_passwords: true };
    let world = World::create(&directory, binary, surroundings, keeper).await?;
    let outcome = rounds(options, &world, &sink).await;
    if outcome.as_ref().is_ok_and(|summary| summary.violations.is_empty()) {
        // Kept otherwise, as evidence; nothing to be done if it cannot be removed.
        let _ = std::fs::remove_dir_all(&directory);
        if let Some(own) = own {
            own.drop_it().await?;
        }
    } else {
        eprintln!("Log and database are kept in {}", directory.display());
    }
    outcome
}

/// A mail server of our own, which outlives the provider.
async fn open_sink() -> anyhow::Result<(Sink, SinkPorts)> {
    let sink = Sink::new(None)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let smtp = listener.local_addr()?.port();
    let server = sink.clone();
    tokio::spawn(async move { server.serve_smtp(listener).await });
    // Nobody gets an SMS here.
    Ok((sink, SinkPorts { smtp, http: 1 }))
}

async fn rounds(options: &Options, world: &World, sink: &Sink) -> anyhow::Result<Summary> {
    let allowed = Duration::from_secs(if options.database.is_some() { 5 } else { 2 });
    let patience = allowed * 10;
    world.launch.command(&["migrate"], None).await?;
    let (stage, mut distress) = prepare(options, world).await?;
    let mut summary = Summary::default();
    let (mut running, _) = world.start(patience).await?;
    for round in 1..=options.rounds {
        let mut people = JoinSet::new();
        for number in 0..options.users {
            people.spawn(person::work(stage.clone(), number));
        }
        let distressed = distress.begin(&stage);
        tokio::time::sleep(random_moment(options.load_ms)).await;
        running.kill().await;
        let killed = Instant::now();
        summary.kills += 1;
        let mut ledgers = Vec::new();
        while let Some(ledger) = people.join_next().await {
            ledgers.push(ledger?);
        }
        distress.end(distressed).await?;
        let (again, ready) = world.start(patience).await.with_context(|| format!("after kill {round}"))?;
        running = again;
        summary.slowest_start_ms = summary.slowest_start_ms.max(ready.as_millis().try_into().unwrap_or(u64::MAX));
        if ready > allowed {
            summary.violations.push(format!("round {round}: ready after {ready:?} instead of {allowed:?}"));
        }
        check(&stage, ledgers, killed, round, &mut summary).await?;
        let last = round == options.rounds && options.to_the_last_mail;
        let wrong = mails::verify((&world.launch, sink), &mut distress.bag, &distress.promises, last).await?;
        let wrong = wrong.into_iter().chain(std::mem::take(&mut distress.promises.surprises));
        summary.violations.extend(wrong.map(|what| format!("round {round}: {what}")));
    }
    distress.sum_up(&mut summary);
    running.stop(patience).await;
    Ok(summary)
}

/// Accounts and clients; the last accounts are those of the people in distress.
async fn prepare(options: &Options, world: &World) -> anyhow::Result<(Arc<Stage>, Distress)> {
    let guessed = (options.rounds * 4).min(MOST_GUESSED) as usize;
    world.add_accounts(options.users + guessed + FORGETFUL).await?;
    let stage = Stage {
        target: Arc::new(Target::parse(&world.issuer).await?),
        confidential: world.add_client("crash-confidential", Authentication::Secret, &[]).await?,
        public: world.add_client("crash-public", Authentication::None, &[]).await?,
    };
    let mut addresses: Vec<_> = (options.users..).map(world::email).take(guessed + FORGETFUL).collect();
    let forgetful = addresses.split_off(guessed);
    let distress = Distress { guessed: addresses, forgetful, ..Distress::default() };
    Ok((Arc::new(stage), distress))
}

/// Accounts whose passwords are forgotten.
const FORGETFUL: usize = 4;
/// Accounts whose passwords are guessed: adding more would take longer than the rounds.
const MOST_GUESSED: u32 = 100;

/// The people in distress, over all rounds.
#[derive(Default)]
struct Distress {
    /// Accounts that are not locked yet.
    guessed: Vec<String>,
    forgetful: Vec<String>,
    promises: Promises,
    bag: Mailbag,
}

type Distressed = (tokio::task::JoinHandle<(Promises, Vec<String>)>, tokio::task::JoinHandle<Promises>);

impl Distress {
    fn begin(&mut self, stage: &Arc<Stage>) -> Distressed {
        let guessed = std::mem::take(&mut self.guessed);
        let guessing = tokio::spawn(distress::guess(stage.clone(), guessed));
        (guessing, tokio::spawn(distress::forget(stage.clone(), self.forgetful.clone())))
    }

    async fn end(&mut self, (guessing, forgetting): Distressed) -> anyhow::Result<()> {
        let (promises, left) = guessing.await?;
        self.guessed = left;
        self.promises.add(promises);
        self.promises.add(forgetting.await?);
        Ok(())
    }

    fn sum_up(&self, summary: &mut Summary) {
        let (locks, resets) = (self.promises.locks.len() as u64, self.promises.resets.values().sum());
        (summary.acknowledged.locks, summary.acknowledged.resets) = (locks, resets);
        // All of them are looked at after every round.
        (summary.checked.locks, summary.checked.resets) = (locks, resets);
        summary.in_flight += self.promises.unanswered.values().sum::<u64>();
        (summary.mails, summary.duplicate_mails) = self.bag.numbers();
    }
}

async fn check(
    stage: &Arc<Stage>,
    ledgers: Vec<Ledger>,
    killed: Instant,
    round: u32,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    let mut checks = JoinSet::new();
    for ledger in ledgers {
        summary.acknowledged.sessions += ledger.sessions.len() as u64;
        summary.acknowledged.codes += ledger.redeemed.len() as u64;
        summary.acknowledged.refreshes += ledger.refreshes;
        summary.in_flight += ledger.in_flight();
        summary.violations.extend(ledger.surprises.iter().map(|what| format!("round {round}: under load: {what}")));
        checks.spawn(verify::verify(stage.clone(), ledger, killed));
    }
    while let Some(verdict) = checks.join_next().await {
        let verdict = verdict?;
        summary.checked.sessions += verdict.checked.sessions;
        summary.checked.codes += verdict.checked.codes;
        summary.checked.refreshes += verdict.checked.refreshes;
        summary.violations.extend(verdict.violations.into_iter().map(|what| format!("round {round}: {what}")));
    }
    Ok(())
}

fn random_moment(longest: u64) -> Duration {
    let random = u64::from(u16::from_be_bytes(random::bytes::<2>()));
    Duration::from_millis(100 + random * longest.saturating_sub(100) / u64::from(u16::MAX))
}
