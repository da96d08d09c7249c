//! The demo's directory and what it remembers.

use crate::random;
use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A demo's directory, by absolute path.
#[derive(Clone)]
pub struct Directory(PathBuf);

/// What the seeding made; `demo.json`.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct State {
    /// Password of every sample account, made once per directory.
    pub password: String,
    /// Brand code → contract id, for brands whose accounts exist.
    pub contracts: BTreeMap<String, String>,
    /// The same for the companies with two-step verification.
    #[serde(default)]
    pub careful_contracts: BTreeMap<String, String>,
    /// Brand code → id of the connection to its company's Active Directory, for brands whose people with accounts
    /// elsewhere exist.
    #[serde(default)]
    pub connections: BTreeMap<String, String>,
    /// The port that these connections lead to.
    #[serde(default)]
    pub upstreams_port: Option<u16>,
    /// Our secret at the simulated providers.
    #[serde(default = "random::token")]
    pub upstream_secret: String,
    /// Brand code → id of the company with registered lines.
    #[serde(default)]
    pub line_contracts: BTreeMap<String, String>,
    /// Brand code → ids of the companies in a trial that has ended.
    #[serde(default)]
    pub trial_contracts: BTreeMap<String, Vec<String>>,
    /// Where the first operator chooses a password; none once somebody has.
    #[serde(default)]
    pub operator_link: Option<String>,
    /// The contract system's key of the JSON API.
    #[serde(default)]
    pub contract_system_key: Option<String>,
    /// Client id → secret. The id names the application's port, because the port is part of what is registered.
    pub clients: BTreeMap<String, String>,
}

impl State {
    fn new() -> Self {
        let (password, upstream_secret) = (super::seed::readable_password(), random::token());
        Self { password, upstream_secret, ..Self::default() }
    }
}

impl Directory {
    /// Makes `path`, emptied before when `fresh`.
    pub fn prepare(path: &Path, fresh: bool) -> anyhow::Result<Self> {
        let directory = Self(std::path::absolute(path)?);
        let path = &directory.0;
        let ours = directory.state().is_file();
        let empty = !path.exists() || path.read_dir().with_context(|| path.display().to_string())?.next().is_none();
        if !ours && !empty {
            bail!("{} holds files that are not a demo's; choose another directory with --dir", path.display());
        }
        if fresh && ours {
            std::fs::remove_dir_all(path)?;
        }
        std::fs::create_dir_all(path)?;
        if !directory.state().exists() {
            directory.write_state(&State::new())?;
        }
        Ok(directory)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn config(&self) -> PathBuf {
        self.0.join("tegata.toml")
    }

    pub fn log(&self) -> PathBuf {
        self.0.join("tegata.log")
    }

    pub fn inbox(&self) -> PathBuf {
        self.0.join("inbox.jsonl")
    }

    pub fn database(&self) -> String {
        format!("sqlite:{}", self.0.join("tegata.db").display())
    }

    pub fn master_key(&self) -> PathBuf {
        self.0.join("master.key")
    }

    pub fn upstream_secret(&self) -> PathBuf {
        self.0.join("upstream.secret")
    }

    pub fn write_upstream_secret(&self, state: &State) -> anyhow::Result<()> {
        write_secretly(&self.upstream_secret(), state.upstream_secret.as_bytes())
    }

    /// Writes one of the files that the provider reads at its start, for nobody but the owner to read.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.0.join(name);
        write_secretly(&path, text.as_bytes())?;
        Ok(path)
    }

    pub fn read_state(&self) -> anyhow::Result<State> {
        let text = std::fs::read_to_string(self.state())?;
        serde_json::from_str(&text).context("demo.json is damaged; start over with --fresh")
    }

    pub fn write_state(&self, state: &State) -> anyhow::Result<()> {
        // Written beside and renamed: an interrupted run leaves the old state, not half of the new one.
        let part = self.0.join("demo.json.part");
        write_secretly(&part, &serde_json::to_vec_pretty(state)?)?;
        Ok(std::fs::rename(part, self.state())?)
    }

    fn state(&self) -> PathBuf {
        self.0.join("demo.json")
    }
}

/// For nobody but the owner to read.
fn write_secretly(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    Ok(file.write_all(content)?)
}
