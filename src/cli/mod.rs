//! The command line: `tegata --config FILE <noun> <verb>`.
//!
//! What an operator does by hand: start a node, migrate, look at the configuration, rotate keys, and register
//! contracts, accounts and clients. Each change is one transaction with its audit event; clients and keys move their
//! revision counter, so that running nodes follow within a second. Answers go to stdout (one JSON object for `add` and
//! `show`, a table or JSON lines for `list`), everything else to stderr.
//!
//! Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration.
//!
//! It must not: take a secret as an argument (process lists show it), print a stored one, skip a rule the pages hold.

mod account;
mod account_args;
mod account_life;
mod account_link;
mod audit;
mod check;
mod client;
mod client_args;
mod connection;
mod connection_args;
mod consent;
mod contract;
mod desk;
mod explain;
mod input;
mod keys;
mod line;
mod migrate;
mod operator;
mod operator_key;
mod outbox;
mod output;
mod profile;
mod registration;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::boot::{self, BootError};
use crate::config::{Config, LogConfig, LogFormat, load_from_process};
use crate::storage::Fault;
use crate::telemetry;

/// An OpenID Connect provider.
#[derive(Parser)]
#[command(name = "tegata", version, about, arg_required_else_help = true)]
struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, default_value = "tegata.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a node until SIGTERM or SIGINT.
    Serve,
    /// Bring the database to this version.
    Migrate,
    /// Look at configuration, looks, master key, database, TLS files and upstreams; change nothing.
    Check,
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::Verb),
    /// Contracts: one customer company each.
    #[command(subcommand)]
    Contract(contract::Verb),
    /// Lines that contracts sign in over (回線番号).
    #[command(subcommand)]
    Line(line::Verb),
    /// Accounts: one person each.
    #[command(subcommand)]
    Account(account::Verb),
    /// Client applications.
    #[command(subcommand)]
    Client(client::Verb),
    /// Customers' own Active Directories.
    #[command(subcommand)]
    Connection(connection::Verb),
    /// Staff of the service provider, and the keys of the JSON API.
    #[command(subcommand)]
    Operator(operator::Verb),
    /// What people have allowed client applications.
    #[command(subcommand)]
    Consent(consent::Verb),
    /// What happened: look it up, carry it away, prove that nobody changed it.
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Would this person be let in now, and why not? Every check of a sign-in with its outcome.
    Explain(Box<explain::Asked>),
    /// Mails and SMS that wait, were sent or were given up.
    #[command(subcommand)]
    Outbox(outbox::Verb),
}

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum CliError {
    /// The configuration is refused.
    #[error("{0}")]
    Config(String),
    /// What was asked is refused: in words for whoever asked.
    #[error("{0}")]
    Refused(String),
    /// The provider cannot be started or reached.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Keys could not be made or read.
    #[error(transparent)]
    Job(#[from] crate::jobs::JobError),
    /// Stdin, stdout or a file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl CliError {
    fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    fn code(&self) -> ExitCode {
        use BootError::{Carrier, Face, Telemetry, Tls};
        let configuration = matches!(self, Self::Config(_) | Self::Boot(Carrier(_) | Face(_) | Telemetry(_) | Tls(_)));
        ExitCode::from(if configuration { 2 } else { 1 })
    }
}

/// Runs the command that the process was started with.
#[expect(clippy::print_stderr, reason = "a command tells its failure to whoever typed it")]
pub fn main() -> ExitCode {
    let Arguments { config, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` come this way too, with code 0.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match load_from_process(&config).map_err(|error| CliError::Config(error.to_string())).and_then(|c| run(c, command))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tegata: {}", boot::explain(&error));
            error.code()
        }
    }
}

fn run(config: Config, command: Command) -> Result<(), CliError> {
    if let Command::Serve = command {
        // The allocator asks for huge pages, and each thread's small heap would fill one: three times the memory at
        // rest. The password workers take theirs all the same.
        let _ = rustix::thread::disable_transparent_huge_pages(true);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        return Ok(runtime.block_on(boot::serve(config))?);
    }
    // Commands speak for themselves; their log is for what goes wrong underneath.
    let log = LogConfig { format: LogFormat::Text, filter: "warn".to_owned() };
    telemetry::install_log(&log).map_err(BootError::from)?;
    boot::install_cryptography();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Serve => Ok(()),
            Command::Migrate => migrate::run(&config).await,
            Command::Check => check::run(&config).await,
            Command::Keys(verb) => keys::run(config, verb).await,
            Command::Contract(verb) => contract::run(config, verb).await,
            Command::Line(verb) => line::run(config, verb).await,
            Command::Account(verb) => account::run(config, verb).await,
            Command::Client(verb) => client::run(config, verb).await,
            Command::Connection(verb) => connection::run(config, verb).await,
            Command::Operator(verb) => operator::run(config, verb).await,
            Command::Consent(verb) => consent::run(config, verb).await,
            Command::Audit(verb) => audit::run(config, verb).await,
            Command::Explain(asked) => explain::run(config, *asked).await,
            Command::Outbox(verb) => outbox::run(config, verb).await,
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_refused_configuration_is_another_code_than_a_refused_wish() {
        assert_eq!(CliError::Config(String::new()).code(), ExitCode::from(2));
        let filter = telemetry::parse_filter("info,tegata=loud").unwrap_err();
        assert_eq!(CliError::Boot(filter.into()).code(), ExitCode::from(2));
        assert_eq!(CliError::refused("no").code(), ExitCode::from(1));
    }
}
