//! Command line of everything that plays the other side; `--help` lists the parts.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these are commands for people at a terminal; nothing here is a server with a log alone"
)]

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tegata_conformance::{bench, crash, demo, interop, load, provider, report, sink, storage_app, upstreams};
use tokio::net::TcpListener;

/// As the product has it: the baseline must differ by nothing but the provider.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "tegata-conformance", about = "The other side of Tegata: relying party, sinks, load, sudden death")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything for a person to try: provider, storage application, inbox.
    Demo(demo::Options),
    /// Put load on a provider on this machine and print the figures as JSON.
    Load(load::Options),
    /// Serve a bare hello and bare JWT signers, to compare with.
    BenchBaseline {
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8091")]
        listen: SocketAddr,
    },
    /// Measure a release build of the provider and write docs/performance.md.
    Report(report::Options),
    /// Kill a provider under load again and again, and check that it keeps its word.
    Crash(crash::Options),
    /// Drive a foreign OpenID client (node) through a provider of its own.
    Interop(interop::Options),
    /// Serve the sample storage application.
    StorageApp {
        /// Configuration (TOML).
        #[arg(long)]
        config: PathBuf,
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
    },
    /// Serve the mail and SMS sinks with their inbox.
    Sink {
        /// Address of the inbox, its API and the SMS endpoints.
        #[arg(long, default_value = "127.0.0.1:8025")]
        listen: SocketAddr,
        /// Address of the SMTP server.
        #[arg(long, default_value = "127.0.0.1:2525")]
        smtp_listen: SocketAddr,
        /// Keep the messages in this file (JSON lines).
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Serve the simulated upstream providers: Google, Facebook, Microsoft, d-account, AD FS.
    Upstreams(upstreams::command::Options),
    /// Become a program that ends with its parent.
    #[command(hide = true)]
    Keep {
        parent: i32,
        program: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let cli = Cli::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(cli.command)));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tegata-conformance: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(options) => {
            demo::run(options, std::env::current_exe().ok()).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Load(options) => {
            let report = load::run(&options).await?;
            println!("{}", serde_json::to_string_pretty(&report)?);
            Ok(if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::BenchBaseline { listen } => {
            bench::baseline::serve(TcpListener::bind(listen).await?).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Report(options) => {
            report::run(options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Crash(options) => {
            let summary = crash::run(&options, std::env::current_exe().ok()).await?;
            println!("{}", serde_json::to_string_pretty(&summary)?);
            Ok(if summary.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Interop(options) => {
            let passed = interop::run(&options, std::env::current_exe().ok()).await?;
            Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Upstreams(options) => {
            upstreams::command::run(options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Keep { parent, program, arguments } => {
            provider::keep(parent, &program, &arguments)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Sink { listen, smtp_listen, file } => {
            let sink = sink::Sink::new(file)?;
            let http = TcpListener::bind(listen).await?;
            let smtp = TcpListener::bind(smtp_listen).await?;
            tokio::try_join!(sink.serve_http(http), sink.serve_smtp(smtp))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::StorageApp { config, listen } => {
            let config = storage_app::Config::read(&config)?;
            let listener = TcpListener::bind(listen).await?;
            storage_app::serve(listener, config).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
