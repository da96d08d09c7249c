//! The load generator: so many users, each with one kept connection, doing one thing again and again.
//!
//! Lean on purpose: it shares the machine with the server it measures. It always ends (a duration or a count, both
//! bounded), and it refuses any target that is not this machine.
//!
//! - [`target`], [`connection`]: where, and one HTTP/1.1 connection. [`browser`], [`html`]: cookies, redirects, forms.
//! - [`flow`]: the steps of the protocol. [`scenario`]: what one user repeats. [`stats`]: the figures.

pub mod browser;
pub mod connection;
pub mod flow;
pub mod html;
pub mod scenario;
pub mod stats;
pub mod target;

use anyhow::{Context as _, bail};
use clap::Args;
use flow::Credentials;
use scenario::{Scenario, User};
use stats::{Report, Stats};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use target::Target;
use tokio::sync::Barrier;

/// Longest run.
const LONGEST: Duration = Duration::from_secs(600);
/// Most repetitions of one run.
const MOST: u64 = 10_000_000;

/// Flags of `load`.
#[derive(Args, Clone)]
pub struct Options {
    /// What each user repeats
    #[arg(value_enum)]
    pub scenario: Scenario,
    /// `METHOD PATH` for `raw`, e.g. `GET /healthz`
    pub raw: Vec<String>,
    /// Issuer, e.g. http://127.0.0.1:8080/VX7
    #[arg(long)]
    pub base: String,
    /// Users at the same time
    #[arg(long, default_value_t = 16)]
    pub concurrency: usize,
    /// Seconds to run
    #[arg(long, default_value_t = 5.0)]
    pub duration: f64,
    /// Repetitions instead of a duration
    #[arg(long)]
    pub count: Option<u64>,
    /// Milliseconds each user waits between two repetitions
    #[arg(long, default_value_t = 0)]
    pub pause_ms: u64,
    /// Client id
    #[arg(long, default_value = "")]
    pub client_id: String,
    /// Client secret; none for a public client
    #[arg(long)]
    pub client_secret: Option<String>,
    /// Redirect URI of the client
    #[arg(long, default_value = "")]
    pub redirect_uri: String,
    /// E-mail address; `{n}` becomes the user's number, from 0
    #[arg(long, default_value = "")]
    pub email: String,
    /// Password of the accounts
    #[arg(long, default_value = "")]
    pub password: String,
    /// Scope of the requests
    #[arg(long, default_value = "openid")]
    pub scope: String,
}

/// Runs the load and returns its figures.
///
/// # Errors
/// A target that is not this machine, a bound that is exceeded, or a preparation (a first sign-in) that fails.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let duration = Duration::try_from_secs_f64(options.duration).context("--duration")?;
    if !(1..=1024).contains(&options.concurrency) {
        bail!("--concurrency must be 1 to 1024");
    }
    if duration > LONGEST || options.count.is_some_and(|count| count > MOST) {
        bail!("a run is at most {} s or {MOST} repetitions", LONGEST.as_secs());
    }
    let target = Arc::new(Target::parse(&options.base).await?);
    let credentials = Arc::new(Credentials {
        client_id: options.client_id.clone(),
        client_secret: options.client_secret.clone(),
        redirect_uri: options.redirect_uri.clone(),
        scope: options.scope.clone(),
        password: options.password.clone(),
    });
    let start = Arc::new(Barrier::new(options.concurrency + 1));
    let left = Arc::new(AtomicU64::new(options.count.unwrap_or(MOST)));
    let mut users = tokio::task::JoinSet::new();
    for number in 0..options.concurrency {
        let email = options.email.replace("{n}", &number.to_string());
        let user = User::new(target.clone(), credentials.clone(), email, options.scenario, &options.raw)?;
        let limit = options.count.is_none().then_some(duration);
        let bounds = Bounds { left: left.clone(), limit, pause: Duration::from_millis(options.pause_ms) };
        users.spawn(repeat(user, start.clone(), bounds));
    }
    start.wait().await;
    let began = Instant::now();
    let mut stats = Stats::default();
    while let Some(user) = users.join_next().await {
        stats.merge(&user??);
    }
    Ok(stats.report(began.elapsed(), options.concurrency))
}

/// When a user stops.
struct Bounds {
    left: Arc<AtomicU64>,
    limit: Option<Duration>,
    pause: Duration,
}

async fn repeat(mut user: User, start: Arc<Barrier>, bounds: Bounds) -> anyhow::Result<Stats> {
    let prepared = user.prepare().await;
    // Everybody reaches the barrier, also who failed: the others wait for all.
    start.wait().await;
    prepared.map_err(|failure| anyhow::anyhow!("a user could not be prepared: {}", failure.0))?;
    let mut stats = Stats::default();
    let began = Instant::now();
    while bounds.limit.is_none_or(|limit| began.elapsed() < limit) && take_one(&bounds.left) {
        let since = Instant::now();
        match user.once().await {
            Ok(bytes) => stats.success(since.elapsed(), bytes),
            Err(failure) => {
                stats.failure(failure.0);
                // A server that is gone would otherwise be asked in a tight loop.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        if !bounds.pause.is_zero() {
            tokio::time::sleep(bounds.pause).await;
        }
    }
    Ok(stats)
}

fn take_one(left: &AtomicU64) -> bool {
    left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}
