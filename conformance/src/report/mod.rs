//! The benchmark report: one run, one machine, every figure beside what the machine can do without a provider.
//!
//! Ratios come from alternating runs (baseline, product, baseline, product …), because a shared machine drifts: each
//! pair gives a ratio, and the median of them counts. The page is `docs/performance.md`; what stands there below the
//! line `<!-- notes -->` is kept, for the reasons of missed figures.

mod figure;
mod machine;
mod measure;
mod page;

use crate::bench::{argon2_rate, commit_rate};
use crate::load::scenario::Scenario;
use crate::provider;
use crate::provider::world::{Authentication, Surroundings, World};
use anyhow::Context as _;
use clap::Args;
use figure::Figure;
use measure::Bench;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Flags of `report`.
#[derive(Args, Clone)]
pub struct Options {
    /// The provider's release binary [default: `tegata` beside this program]
    #[arg(long, alias = "tegata")]
    pub tegata_bin: Option<PathBuf>,
    /// The page to write
    #[arg(long, default_value = "docs/performance.md")]
    pub output: PathBuf,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 5.0)]
    pub seconds: f64,
    /// Pairs of alternating measurements
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Users at the same time
    #[arg(long, default_value_t = 64)]
    pub concurrency: usize,
}

const READY: Duration = Duration::from_secs(20);
/// Starts whose median counts.
const STARTS: usize = 5;
const MIB: f64 = 1024.0 * 1024.0;

/// Measures everything and writes the page.
///
/// # Errors
/// The provider or the baseline cannot be run, or a measurement fails as a whole.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let binary = provider::find_binary(options.tegata_bin.clone())?;
    let own = std::env::current_exe()?;
    let directory = std::env::temp_dir().join(format!("tegata-report-{}", std::process::id()));
    let outcome = measure_all(&options, binary, own, &directory).await;
    // The directory held keys and a database of this run alone.
    let _ = std::fs::remove_dir_all(&directory);
    let figures = outcome?;
    page::write(&options, &figures)?;
    println!("{}", serde_json::to_string_pretty(&figures)?);
    Ok(())
}

/// Starts on empty databases, and on one that is there.
async fn starts(directory: &Path, binary: &Path, own: &Path) -> anyhow::Result<[Figure; 2]> {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for number in 0..STARTS {
        let place = directory.join(format!("start-{number}"));
        let world = World::create(&place, binary.to_owned(), Surroundings::default(), Some(own.to_owned())).await?;
        first.push(start_once(&world).await?);
        again.push(start_once(&world).await?);
    }
    let (first, again) = (figure::median(&mut first), figure::median(&mut again));
    Ok([
        Figure::at_most("First start: migrations, keys, ready (median of 5)", "s", first, 0.5),
        Figure::at_most("Ready on an existing database (median of 5)", "s", again, 0.1),
    ])
}

/// Seconds until a start was ready. On an empty database it migrates and makes the keys, which takes now longer, now
/// shorter: primes are searched for.
async fn start_once(world: &World) -> anyhow::Result<f64> {
    let (mut running, ready) = world.start(READY).await?;
    running.stop(READY).await;
    Ok(ready.as_secs_f64())
}

async fn measure_all(
    options: &Options,
    binary: PathBuf,
    own: PathBuf,
    directory: &Path,
) -> anyhow::Result<Vec<Figure>> {
    let seconds = Duration::try_from_secs_f64(options.seconds).context("--seconds")?;
    let size = std::fs::metadata(&binary)?.len() as f64 / 1e6;
    let mut figures = vec![Figure::at_most("Release binary, stripped", "MB", size, 30.0)];

    figures.extend(starts(directory, &binary, &own).await?);
    let world = World::create(directory, binary, Surroundings::default(), Some(own.clone())).await?;
    world.launch.command(&["migrate"], None).await?;
    eprintln!("Adding {} accounts …", options.concurrency);
    world.add_accounts(options.concurrency).await?;
    let clients = [
        world.add_client("bench-es256", Authentication::Secret, &["--access-token-alg", "ES256"]).await?,
        world.add_client("bench-rs256", Authentication::Secret, &["--access-token-alg", "RS256"]).await?,
        world.add_client("bench-public", Authentication::None, &[]).await?,
    ];
    let (mut running, _) = world.start(READY).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let pid = running.pid().context("the provider has ended")?;
    figures.push(Figure::at_most("Memory, idle (RSS)", "MiB", machine::resident(pid)? / MIB, 30.0));

    let argon2 = tokio::task::spawn_blocking(move || argon2_rate::measure(seconds)).await??;
    let commits = commit_rate::measure(directory, seconds).await?;
    let bench = Bench::start(options, &world, &own).await?;
    let [es256, rs256, public] = &clients;
    figures.push(bench.beside("Discovery", Scenario::Discovery, es256, "/hello", 0.85).await?);
    figures.push(bench.beside("JWKS", Scenario::Jwks, es256, "/hello", 0.85).await?);
    figures
        .push(bench.beside("client_credentials, ES256", Scenario::ClientCredentials, es256, "/sign/es256", 0.6).await?);
    figures
        .push(bench.beside("client_credentials, RS256", Scenario::ClientCredentials, rs256, "/sign/rs256", 0.8).await?);
    figures.push(bench.beside("Introspection", Scenario::Introspection, es256, "/hello", 0.15).await?);
    figures.push(bench.beside("Userinfo", Scenario::Userinfo, es256, "/hello", 0.15).await?);
    figures.push(
        bench.against("Refresh with rotation", Scenario::Refresh, public, "durable commits", commits, None).await?,
    );
    figures.push(
        bench
            .against(
                "Single sign-on with code exchange",
                Scenario::SingleSignOn,
                es256,
                "durable commits",
                commits,
                None,
            )
            .await?,
    );
    figures.push(bench.against("Password sign-in", Scenario::SignIn, es256, "argon2id", argon2, Some(0.9)).await?);
    figures.extend(bench.tokens_under_sign_ins(es256).await?);
    figures.push(Figure::at_most("Memory, peak (RSS) after all of this", "MiB", machine::peak(pid)? / MIB, 90.0));
    bench.stop().await;
    running.stop(READY).await;
    Ok(figures)
}
