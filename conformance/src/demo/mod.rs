//! The demo: one command, five brands to sign in to, an inbox, and nothing to install.
//!
//! Everything lives in one directory (`.demo`): configuration, database, key, log, inbox, and `demo.json`, which holds
//! what the seeding made (the demo password, client secrets). A second run finds it and starts at once.
//! It must not: touch a directory that it did not make, leave a process behind.

mod brands;
mod description;
mod directory;
mod line;
mod ports;
mod seed;
mod table;
mod upstreams;

use crate::contract_system;
use crate::line_gateway::LineGateway;
use crate::provider::{self, Launch, Running};
use crate::sink::Sink;
use crate::storage_app;
use crate::upstreams::Upstreams;
use anyhow::bail;
use clap::Args;
use directory::Directory;
use ports::{Ports, Served};
use seed::Seeder;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

/// How long the provider may take to get ready.
const READY: Duration = Duration::from_secs(30);
/// How long it may take to stop before it is killed.
const STOP: Duration = Duration::from_secs(10);

/// Flags of `demo`.
#[derive(Args, Clone)]
pub struct Options {
    /// Start over: forget all data of an earlier run
    #[arg(long)]
    pub fresh: bool,
    /// Where the demo keeps its data
    #[arg(long, default_value = ".demo")]
    pub dir: PathBuf,
    /// The provider's binary [default: `tegata` beside this program]
    #[arg(long, alias = "tegata")]
    pub tegata_bin: Option<PathBuf>,
    /// Port of the provider; 0 takes free ports for everything that is not named
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the storage application [default: 8090]
    #[arg(long)]
    pub app_port: Option<u16>,
    /// Port of the inbox page [default: 8025]
    #[arg(long)]
    pub inbox_port: Option<u16>,
    /// Port of the mail sink [default: 2525]
    #[arg(long)]
    pub smtp_port: Option<u16>,
    /// Port of the simulated providers people sign in with [default: 8070]
    #[arg(long)]
    pub upstreams_port: Option<u16>,
    /// Port of their control interface [default: 8071]
    #[arg(long)]
    pub upstreams_control_port: Option<u16>,
    /// Port of the line host, as if on the carrier's closed network [default: 8081]
    #[arg(long)]
    pub line_port: Option<u16>,
    /// Port of the storage application on that network [default: 8091]
    #[arg(long)]
    pub line_app_port: Option<u16>,
    /// Port of the operators' console and the JSON API [default: 8082]
    #[arg(long)]
    pub operator_port: Option<u16>,
    /// Port of the simulated contract system [default: 8092]
    #[arg(long)]
    pub contracts_port: Option<u16>,
    /// Port of the metrics [default: 9464]
    #[arg(long)]
    pub metrics_port: Option<u16>,
    /// Write a JSON description of the running demo here, for tests that drive it
    #[arg(long)]
    pub ready_file: Option<PathBuf>,
}

/// Runs the demo until Ctrl-C, SIGTERM or the end of the provider.
///
/// # Errors
/// A port in use, a refusing provider, a directory that is not a demo's.
pub async fn run(options: Options, keeper: Option<PathBuf>) -> anyhow::Result<()> {
    let mut interrupted = Box::pin(interrupted()?);
    let started = tokio::select! {
        started = start(&options, keeper) => started?,
        () = &mut interrupted => return Ok(()),
    };
    let Demo { mut provider, served, sink, app, line_app, contracts, upstreams, gateway } = started;
    let outcome = tokio::select! {
        () = &mut interrupted => Ok(()),
        ended = provider.ended() => match ended {
            Ok(status) => Err(anyhow::anyhow!(
                "the provider ended with {status}; its log ends with:\n{}",
                provider.log_tail()
            )),
            Err(error) => Err(error.into()),
        },
        outcome = storage_app::serve(served.app, app) => outcome,
        outcome = storage_app::serve(served.line_app, line_app) => outcome,
        outcome = contract_system::serve(served.contracts, contracts) => outcome,
        outcome = sink.serve_http(served.inbox) => outcome,
        outcome = sink.serve_smtp(served.smtp) => outcome,
    };
    if !provider.stop(STOP).await {
        eprintln!("The provider did not stop within {STOP:?} and was killed.");
    }
    drop((upstreams, gateway));
    outcome
}

struct Demo {
    provider: Running,
    served: Served,
    sink: Sink,
    app: storage_app::Config,
    line_app: storage_app::Config,
    contracts: contract_system::Config,
    /// They serve until they are dropped.
    upstreams: Upstreams,
    gateway: LineGateway,
}

async fn start(options: &Options, keeper: Option<PathBuf>) -> anyhow::Result<Demo> {
    let binary = provider::find_binary(options.tegata_bin.clone())?;
    let ports = Ports::claim(options).await?;
    let Ports { served, upstreams, upstreams_control, line, numbers } = ports;
    let directory = Directory::prepare(&options.dir, options.fresh)?;
    let state = directory.read_state()?;
    let upstreams = upstreams::start(upstreams, upstreams_control)?;
    directory.write_upstream_secret(&state)?;
    let entries = upstreams::entries(&upstreams, &directory.upstream_secret());
    let (gateway, line_entry) = line::start(line, numbers, &directory)?;
    let config = brands::provider_config(numbers, &directory, (entries, line_entry))?;
    std::fs::write(directory.config(), config)?;
    upstreams::register(&upstreams, &state.upstream_secret, numbers);
    let launch = Launch { binary, config: directory.config(), log: directory.log(), keeper };
    launch.command(&["migrate"], None).await?;
    let (launched, kept) = (launch.clone(), directory.clone());
    let seeder = Seeder { launch: launched, directory: kept, numbers, upstreams: upstreams.clone() };
    let state = match seeder.run(state).await {
        Ok(state) => state,
        Err(error) => bail!("{error:#}\nThe sample data is incomplete; start over with --fresh."),
    };
    upstreams::register_directories(&upstreams, &state, numbers);
    let interop = match &options.ready_file {
        Some(_) => description::register(&launch, numbers, &directory, &state).await?,
        None => BTreeMap::new(),
    };
    let mut provider = launch.serve()?;
    provider.wait_ready(&format!("http://localhost:{}", numbers.provider), READY).await?;
    upstreams::make_keys(upstreams.clone());
    let sink = Sink::new(Some(directory.inbox()))?;
    let app = brands::app_config(numbers, &state, false)?;
    let line_app = brands::app_config(numbers, &state, true)?;
    let contracts = brands::contracts_config(numbers, &state)?;
    table::print(numbers, &state, &directory);
    if let Some(file) = &options.ready_file {
        description::write(file, &launch, numbers, &state, &interop)?;
    }
    Ok(Demo { provider, served, sink, app, line_app, contracts, upstreams, gateway })
}

/// Resolves at Ctrl-C or SIGTERM.
fn interrupted() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}
