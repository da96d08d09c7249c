//! A provider with a little world around it, for measurements and crash tests: one brand, accounts, clients, all on
//! free ports and in one directory.

use super::config_file::{BrandEntry, Setup, SinkPorts};
use super::register::{self, NewAccount, NewClient};
use super::{Launch, Running};
use crate::load::flow::Credentials;
use crate::random;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;

/// The world's only brand.
pub const BRAND: &str = "VX7";
/// Nobody listens there: the answers are read from the redirect.
pub const REDIRECT_URI: &str = "http://localhost:1/callback";
const SCOPES: [&str; 8] = ["--scope", "openid", "--scope", "profile", "--scope", "email", "--scope", "offline_access"];

/// How a client of the world authenticates.
#[derive(Clone, Copy)]
pub enum Authentication<'a> {
    /// client_secret_basic, with a random secret.
    Secret,
    /// private_key_jwt, with the keys of this JWKS file.
    Key(&'a str),
    /// None: a public client.
    None,
}

/// What differs from one world to the other.
#[derive(Default)]
pub struct Surroundings {
    /// URL of the database; none: SQLite in the world's directory.
    pub database: Option<String>,
    /// Where mails go; then one network may fail as often as it likes.
    pub sink: Option<SinkPorts>,
    /// Passwords are hashed with next to no effort: not for measurements.
    pub cheap_passwords: bool,
}

/// The provider, not necessarily running.
pub struct World {
    /// How to run it.
    pub launch: Launch,
    /// Root of the listener, e.g. `http://localhost:40123`.
    pub base: String,
    /// Issuer of the world's brand.
    pub issuer: String,
    /// Password of every account; addresses are `u0@bench.example`, `u1@…`.
    pub password: String,
}

/// E-mail addresses of the accounts, `{n}` standing for the number.
pub const EMAIL: &str = "u{n}@bench.example";

impl World {
    /// Writes a configuration into `directory` (made if absent).
    ///
    /// # Errors
    /// No free port, no binary, no room.
    pub async fn create(
        directory: &Path,
        binary: PathBuf,
        surroundings: Surroundings,
        keeper: Option<PathBuf>,
    ) -> anyhow::Result<Self> {
        let Surroundings { database, sink, cheap_passwords } = surroundings;
        std::fs::create_dir_all(directory)?;
        let directory = std::path::absolute(directory)?;
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let base = format!("http://localhost:{port}");
        let issuer = format!("{base}/{BRAND}");
        let setup = Setup {
            listen: format!("127.0.0.1:{port}"),
            metrics_listen: None,
            port_file: None,
            database: database.unwrap_or_else(|| format!("sqlite:{}", directory.join("tegata.db").display())),
            master_key_file: directory.join("master.key"),
            log_format: "json",
            log_filter: "warn",
            sink,
            one_address: sink.is_some(),
            cheap_passwords,
            line: None,
            operator: None,
            brands: vec![BrandEntry {
                code: BRAND,
                name: "M-Drive",
                issuer: issuer.clone(),
                service_url: "http://localhost:1/".to_owned(),
                mail_from: sink.map(|_| "no-reply@bench.example".to_owned()),
                sms_routes: Vec::new(),
                login_methods: vec!["password"],
                line_issuer: None,
                line_service_url: None,
                contract_pages: None,
            }],
            upstreams: Vec::new(),
        };
        let config = directory.join("tegata.toml");
        std::fs::write(&config, setup.text()?)?;
        let launch = Launch { binary, config, log: directory.join("tegata.log"), keeper };
        // Of a form that no list of common passwords holds.
        let password = format!("Aa1-{}", random::name());
        Ok(Self { launch, base, issuer, password })
    }

    /// Starts the provider and returns it with the time until it was ready.
    ///
    /// # Errors
    /// It ends, or is not ready within `limit`.
    pub async fn start(&self, limit: Duration) -> anyhow::Result<(Running, Duration)> {
        let mut running = self.launch.serve()?;
        let ready = running.wait_ready(&self.base, limit).await?;
        Ok((running, ready))
    }

    /// Adds a contract with `count` accounts.
    ///
    /// # Errors
    /// The provider refuses.
    pub async fn add_accounts(&self, count: usize) -> anyhow::Result<()> {
        let contract = register::contract(&self.launch, BRAND, "ベンチ株式会社", false).await?;
        for number in 0..count {
            let email = email(number);
            let account = NewAccount {
                brand: BRAND,
                contract: &contract,
                email: &email,
                name: "計測 太郎",
                role: if number == 0 { "contractor" } else { "user" },
                password: Some(&self.password),
            };
            register::account(&self.launch, &account).await?;
        }
        Ok(())
    }

    /// Adds a first-party client with the code, refresh and (when confidential) client_credentials grants. `extra` are
    /// further flags of `tegata client add`.
    ///
    /// # Errors
    /// The provider refuses.
    pub async fn add_client(
        &self,
        id: &str,
        authentication: Authentication<'_>,
        extra: &[&str],
    ) -> anyhow::Result<Credentials> {
        let secret = matches!(authentication, Authentication::Secret).then(random::token);
        let mut flags = vec!["--redirect-uri", REDIRECT_URI, "--first-party"];
        flags.extend(["--grant-type", "authorization_code", "--grant-type", "refresh_token"]);
        flags.extend(SCOPES);
        match authentication {
            Authentication::Secret => flags.extend(["--auth-method", "client_secret_basic"]),
            Authentication::Key(file) => flags.extend(["--auth-method", "private_key_jwt", "--jwks-file", file]),
            Authentication::None => flags.extend(["--auth-method", "none"]),
        }
        if !matches!(authentication, Authentication::None) {
            flags.extend(["--grant-type", "client_credentials"]);
        }
        flags.extend(extra);
        let client = NewClient { brand: BRAND, name: id, id, secret: secret.as_deref(), flags };
        register::client(&self.launch, &client).await?;
        Ok(Credentials {
            client_id: id.to_owned(),
            client_secret: secret,
            redirect_uri: REDIRECT_URI.to_owned(),
            scope: "openid profile email offline_access".to_owned(),
            password: self.password.clone(),
        })
    }
}

/// Address of account `number`.
pub fn email(number: usize) -> String {
    EMAIL.replace("{n}", &number.to_string())
}
