//! The provider as a stranger runs it: a binary, a configuration file, a command line, a process that may die.
//!
//! - [`Launch`] runs its commands and starts `serve`; [`Running`] is that process.
//! - [`config_file`] writes the configuration, [`register`] adds contracts, accounts and clients by command line.
//! - [`database`]: a PostgreSQL database for one run.
//! - [`world`]: a provider with accounts and clients, ready for measurements and crash tests.
//!
//! It must not: link the provider's code, read its database.

pub mod config_file;
pub mod database;
pub mod register;
pub mod world;

use anyhow::{Context as _, bail};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

/// How to run the provider.
#[derive(Clone)]
pub struct Launch {
    /// The `tegata` binary.
    pub binary: PathBuf,
    /// Its configuration file.
    pub config: PathBuf,
    /// Where the output of `serve` is appended.
    pub log: PathBuf,
    /// This crate's own binary, when it is the running one: started between, it makes the provider die with us.
    pub keeper: Option<PathBuf>,
}

/// A running `tegata serve`; killed when dropped.
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Launch {
    /// Runs a command to its end and returns what it printed.
    ///
    /// # Errors
    /// It cannot be started, or refuses; the message holds its standard error.
    pub async fn command(&self, arguments: &[&str], input: Option<&str>) -> anyhow::Result<String> {
        let mut child = Command::new(&self.binary)
            .arg("--config")
            .arg(&self.config)
            .args(arguments)
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
            pipe.write_all(input.as_bytes()).await?;
            pipe.write_all(b"\n").await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            bail!("tegata {} ended with {}: {}", arguments.join(" "), output.status, message.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts `serve`.
    ///
    /// # Errors
    /// The binary cannot be started or the log not be written.
    pub fn serve(&self) -> anyhow::Result<Running> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).context("log of the provider")?;
        let mut command = match &self.keeper {
            Some(keeper) => {
                let mut command = Command::new(keeper);
                command.arg("keep").arg(std::process::id().to_string()).arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        let child = command
            .arg("--config")
            .arg(&self.config)
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Its own group: Ctrl-C in a terminal reaches us alone, and we stop it in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        Ok(Running { child, log: self.log.clone() })
    }
}

impl Running {
    /// Process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until `{base}/readyz` answers 200 and returns how long that took.
    ///
    /// # Errors
    /// The process ends, or `limit` passes; the message holds the end of its log.
    pub async fn wait_ready(&mut self, base: &str, limit: Duration) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        let url = format!("{base}/readyz");
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the provider ended with {status}; its log ends with:\n{}", tail(&self.log));
            }
            if client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(started.elapsed());
            }
            if started.elapsed() > limit {
                bail!("the provider is not ready after {limit:?}; its log ends with:\n{}", tail(&self.log));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Resolves when the process ends by itself.
    ///
    /// # Errors
    /// The operating system cannot tell.
    pub async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        tail(&self.log)
    }

    /// Stops it in order: SIGTERM, then after `patience` SIGKILL. `true` when it ended by itself.
    pub async fn stop(&mut self, patience: Duration) -> bool {
        let pid = self.child.id().and_then(|pid| rustix::process::Pid::from_raw(i32::try_from(pid).ok()?));
        let Some(pid) = pid else { return true };
        if rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_ok()
            && tokio::time::timeout(patience, self.child.wait()).await.is_ok()
        {
            return true;
        }
        self.kill().await;
        false
    }

    /// SIGKILL: no last word.
    pub async fn kill(&mut self) {
        // An error means that it is dead already.
        let _ = self.child.kill().await;
    }
}

/// Becomes the provider (`exec`) after asking the kernel to end it with its parent.
///
/// # Errors
/// The parent is gone already, or the program cannot be started.
pub fn keep(parent: i32, program: &Path, arguments: &[std::ffi::OsString]) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM))?;
    // The parent may have died before the kernel was asked.
    if rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get()) != Some(parent) {
        bail!("the parent process has ended");
    }
    Err(std::process::Command::new(program).args(arguments).exec().into())
}

/// The `tegata` binary: the one given, else the neighbour of this program.
///
/// # Errors
/// There is none.
pub fn find_binary(given: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let path = match given {
        Some(path) => path,
        None => std::env::current_exe()?.with_file_name("tegata"),
    };
    let absolute = std::path::absolute(&path)?;
    if !absolute.is_file() {
        bail!("there is no tegata binary at {}; build it first, or name it with --tegata-bin", absolute.display());
    }
    Ok(absolute)
}

fn tail(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
