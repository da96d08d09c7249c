//! Command line of everything that plays the other side; `--help` lists the parts.

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tegata_conformance::storage_app;

#[derive(Parser)]
#[command(name = "tegata-conformance", about = "The other side of Tegata: relying party, sinks, load, sudden death")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the sample storage application.
    StorageApp {
        /// Configuration (TOML).
        #[arg(long)]
        config: PathBuf,
        /// Address to listen on.
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
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
        Command::StorageApp { config, listen } => {
            let config = storage_app::Config::read(&config)?;
            let listener = tokio::net::TcpListener::bind(listen).await?;
            storage_app::serve(listener, config).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
