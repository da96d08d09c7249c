//! A place with a configuration and a database, the commands an operator types there, and the nodes that run on it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tegata::storage::{Database, DatabaseOptions};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::http::Http;
use crate::support::postgres::{Schema, server};

/// The password of every account here.
pub const PASSWORD: &str = "Correct-Horse-7";
/// Where the clients live; nobody listens there.
pub const CALLBACK: &str = "https://app.example/callback";
/// How long anything may take before a test gives up: much longer than it takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at something that will be there soon.
const MOMENT: Duration = Duration::from_millis(10);

/// A folder with configuration, master key and logs, and a database that no other test sees.
pub struct Place {
    pub folder: TempDir,
    pub database_url: String,
    schema: Option<Schema>,
    /// Lines put into `[server]`.
    pub server: String,
    /// Further sections of the configuration.
    pub sections: String,
    /// Further keys of the brand.
    pub brand: &'static str,
    /// The log's filter.
    pub log: &'static str,
}

impl Place {
    /// A place whose database is empty.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let schema = match server() {
            Some(server) => Some(Schema::create(server).await),
            None => None,
        };
        let database_url = match &schema {
            Some(schema) => schema.url(),
            None => format!("sqlite:{}", folder.path().join("tegata.db").display()),
        };
        Self { folder, database_url, schema, server: String::new(), sections: String::new(), brand: "", log: "info" }
    }

    /// A place with the account `hanako@vx7.example`, the confidential client `web` and the public client `app`.
    pub async fn furnished() -> Self {
        let place = Self::empty().await;
        place.furnish().await;
        place
    }

    /// Adds what [`Self::furnished`] has.
    pub async fn furnish(&self) {
        self.run(&["migrate"]).await;
        let contract = self
            .run(&["contract", "add", "--brand", "VX7", "--name", "ハワノリ株式会社", "--second-factor", "disabled"])
            .await;
        let contract = contract["contract_id"].as_str().unwrap().to_owned();
        self.add_account(&contract, "hanako@vx7.example", &[]).await;
        self.add_client("web", &["--secret-stdin", "--grant-type", "client_credentials"]).await;
        self.add_client("app", &["--auth-method", "none"]).await;
    }

    /// Adds an account of VX7 with [`PASSWORD`].
    pub async fn add_account(&self, contract: &str, email: &str, more: &[&str]) -> serde_json::Value {
        let named = ["account", "add", "--brand", "VX7", "--contract", contract, "--email", email];
        let rest = ["--name", "端場 花子", "--password-stdin"];
        self.run_with(&[&named, &rest[..], more].concat(), PASSWORD).await
    }

    /// Adds a first-party client of VX7 that may do everything; its secret, if it has one, is [`secret`].
    pub async fn add_client(&self, id: &str, more: &[&str]) -> serde_json::Value {
        let named = ["client", "add", "--brand", "VX7", "--name", id, "--id", id, "--first-party"];
        let grants = ["--grant-type", "authorization_code", "--grant-type", "refresh_token"];
        let scope = ["--redirect-uri", CALLBACK, "--scope", "openid profile email offline_access"];
        self.run_with(&[&named, &grants[..], &scope, more].concat(), &secret(id)).await
    }

    /// Whether several nodes may share the database.
    pub const fn is_shared(&self) -> bool {
        self.schema.is_some()
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder and answers its path.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Reads a file of the folder.
    pub fn read(&self, name: &str) -> String {
        read(&self.path(name))
    }

    /// A configuration file for one node; another `port_file` is all that tells two nodes apart.
    fn configuration(&self, node: &str) -> String {
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nport_file = \"{node}.port\"\n{}\n[database]\nurl = \"{}\"\n\
             [password]\nmemory_kib = 64\niterations = 1\n[log]\nfilter = \"{}\"\n[secrets]\n\
             master_key_file = \"master.key\"\n{}\n[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\n\
             issuer = \"https://login.example/VX7\"\nservice_url = \"https://app.example/VX7\"\n{}",
            self.server,
            self.database_url,
            self.log,
            self.sections.replace("NODE", node),
            self.brand
        );
        self.write(&format!("{node}.toml"), &text)
    }

    /// Runs a command that succeeds; what it prints as JSON, `Null` if that is something else.
    pub async fn run(&self, arguments: &[&str]) -> serde_json::Value {
        self.run_with(arguments, "").await
    }

    /// [`Self::run`] with a line on stdin.
    pub async fn run_with(&self, arguments: &[&str], input: &str) -> serde_json::Value {
        let output = self.try_run(arguments, input).await;
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tegata {arguments:?}: {}: {error}", output.status);
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// Runs a command that may fail.
    pub async fn try_run(&self, arguments: &[&str], input: &str) -> Output {
        let config = self.configuration("command");
        run_tegata(&config, arguments, input).await
    }

    /// Starts a node and waits until it is ready.
    pub async fn start(&self) -> Node {
        self.start_as("node").await
    }

    /// Starts a node of a name of its own.
    pub async fn start_as(&self, name: &str) -> Node {
        let (config, port_file, log) =
            (self.configuration(name), self.path(&format!("{name}.port")), self.path(&format!("{name}.log")));
        drop(std::fs::remove_file(&port_file));
        let child = tegata(&config, &["serve"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::options().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        let mut node = Node { child, log, http: Http::to(([127, 0, 0, 1], 0).into()) };
        let address = node.wait_for("the port file", async || std::fs::read_to_string(&port_file).ok()).await;
        node.http = Http::to(address.trim().parse().unwrap());
        if !self.server.contains("tls_") {
            let http = node.http.clone();
            node.wait_for("/readyz", async || (http.get("/readyz").await.status == 200).then_some(())).await;
        }
        node
    }

    /// A handle on the database, beside those of the nodes.
    pub async fn open_database(&self) -> Database {
        let options = DatabaseOptions { url: self.database_url.clone(), max_connections: 2, schema: None };
        Database::open(&options).await.unwrap()
    }

    /// As many nodes as the database permits.
    pub async fn start_all(&self) -> Vec<Node> {
        let mut nodes = vec![self.start_as("first").await];
        if self.is_shared() {
            nodes.push(self.start_as("second").await);
        }
        nodes
    }
}

/// The secret of a client.
pub fn secret(id: &str) -> String {
    format!("{id}-secret-{:032}", 1)
}

/// Runs the program to its end with a configuration file.
pub async fn run_tegata(config: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = tegata(config, arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads nothing may have closed it already.
    drop(stdin.write_all(format!("{input}\n").as_bytes()).await);
    drop(stdin);
    tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("the command ends").unwrap()
}

fn tegata(config: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tegata"));
    command.args(["--config", config]).args(arguments).kill_on_drop(true);
    command
}

/// A process that serves; killed when the value goes.
pub struct Node {
    child: Child,
    log: PathBuf,
    /// How to talk to it.
    pub http: Http,
}

impl Node {
    /// SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let pid = i32::try_from(self.child.id().expect("it runs")).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), Signal::TERM).unwrap();
    }

    /// SIGHUP.
    pub fn hang_up(&self) {
        let pid = i32::try_from(self.child.id().expect("it runs")).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), Signal::HUP).unwrap();
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("the node ends").unwrap()
    }

    /// What it has written to its log.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    async fn wait_for<T>(&mut self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                if let Some(status) = self.child.try_wait().unwrap() {
                    panic!("the node ended with {status}: {}", read(&self.log));
                }
                tokio::time::sleep(MOMENT).await;
            }
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(found) => found,
            Err(_) => panic!("no {what} in time: {}", read(&self.log)),
        }
    }
}

/// Looks again and again until it finds something, `limit` at the longest.
pub async fn within<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let wait = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(MOMENT).await;
        }
    };
    tokio::time::timeout(limit, wait).await.unwrap_or_else(|_| panic!("{what}: not within {limit:?}"))
}

fn read(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
