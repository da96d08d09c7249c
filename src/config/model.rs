//! The sections of the file. Each key's documentation is also in `docs/configuration.md`; a test compares the two.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::brand::BrandConfig;
use super::duration::Span;
use super::line::LineConfig;
use super::notify::{MailConfig, SmsConfig};
use super::operator::OperatorConfig;
use super::outbound::OutboundConfig;
use super::second_factor::SecondFactorConfig;
use super::upstream::UpstreamConfig;
use crate::text_enum::text_enum;

/// The whole configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Listeners.
    #[serde(default)]
    pub server: ServerConfig,
    /// The database.
    #[serde(default)]
    pub database: DatabaseConfig,
    /// Where the master key is.
    #[serde(default)]
    pub secrets: SecretsConfig,
    /// How passwords are hashed.
    #[serde(default)]
    pub password: PasswordConfig,
    /// Sessions at the provider.
    #[serde(default)]
    pub session: SessionConfig,
    /// Sign-ins in progress.
    #[serde(default)]
    pub interaction: InteractionConfig,
    /// Two-step verification.
    #[serde(default)]
    pub second_factor: SecondFactorConfig,
    /// Lifetimes of codes and tokens; a client may have its own.
    #[serde(default)]
    pub tokens: TokensConfig,
    /// Limits by network address.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// Signing keys.
    #[serde(default)]
    pub keys: KeysConfig,
    /// The operators' listener.
    #[serde(default)]
    pub operator: OperatorConfig,
    /// The audit log.
    #[serde(default)]
    pub audit: AuditConfig,
    /// Requests to other people's servers.
    #[serde(default)]
    pub outbound: OutboundConfig,
    /// How mails leave.
    #[serde(default)]
    pub mail: MailConfig,
    /// How SMS leave.
    #[serde(default)]
    pub sms: SmsConfig,
    /// Logs.
    #[serde(default)]
    pub log: LogConfig,
    /// Looks.
    #[serde(default)]
    pub ui: UiConfig,
    /// Line authentication; absent: there is none.
    #[serde(default)]
    pub line: Option<LineConfig>,
    /// Upstream providers, one `[[upstream]]` each.
    #[serde(default)]
    pub upstream: Vec<UpstreamConfig>,
    /// The brands, one `[[brand]]` each.
    #[serde(default)]
    pub brand: Vec<BrandConfig>,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerConfig {
    /// Address and port of the listener; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address and port of the metrics listener; absent: no metrics.
    pub metrics_listen: Option<SocketAddr>,
    /// File to write the listener's real address into once it is open.
    pub port_file: Option<PathBuf>,
    /// Networks of the reverse proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// PEM file with the certificate chain; with it the listener speaks TLS.
    pub tls_certificate_file: Option<PathBuf>,
    /// PEM file with the certificate's private key.
    pub tls_key_file: Option<PathBuf>,
    /// Connections served at once; more wait in the kernel's queue.
    pub max_connections: usize,
    /// How long requests under way may take to finish after SIGTERM.
    pub shutdown_grace: Span,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            port_file: None,
            trusted_proxies: Vec::new(),
            tls_certificate_file: None,
            tls_key_file: None,
            max_connections: 10_000,
            shutdown_grace: Span::seconds(20),
        }
    }
}

/// `[database]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// File that holds the URL instead, for one that contains a password.
    pub url_file: Option<PathBuf>,
    /// Connections kept at the most.
    pub max_connections: u32,
    /// PostgreSQL schema to work in; absent: the server's default.
    pub schema: Option<String>,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: "sqlite:tegata.db".to_owned(), url_file: None, max_connections: 16, schema: None }
    }
}

/// `[secrets]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecretsConfig {
    /// File with the master key (32 bytes, base64url); made on the first start when absent.
    pub master_key_file: PathBuf,
}

impl Default for SecretsConfig {
    fn default() -> Self {
        Self { master_key_file: PathBuf::from("keys/master.key") }
    }
}

/// `[password]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordConfig {
    /// Argon2id memory, in KiB.
    pub memory_kib: u32,
    /// Argon2id passes.
    pub iterations: u32,
    /// Argon2id lanes.
    pub parallelism: u32,
    /// Threads that hash; 0: one per core.
    pub workers: usize,
    /// Sign-ins that may wait; one more is answered 503.
    pub queue: usize,
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1, workers: 0, queue: 256 }
    }
}

/// `[session]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionConfig {
    /// A session unused for so long is over.
    pub idle: Span,
    /// A session is over so long after its sign-in.
    pub absolute: Span,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { idle: Span::seconds(8 * 3600), absolute: Span::seconds(24 * 3600) }
    }
}

/// `[interaction]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct InteractionConfig {
    /// How long a person may take from the login page to the end.
    pub lifetime: Span,
}

impl Default for InteractionConfig {
    fn default() -> Self {
        Self { lifetime: Span::seconds(3600) }
    }
}

/// `[tokens]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokensConfig {
    /// Authorization codes; 60 s at the most.
    pub authorization_code: Span,
    /// Access tokens.
    pub access_token: Span,
    /// ID tokens.
    pub id_token: Span,
    /// A refresh token unused for so long is dead.
    pub refresh_token_idle: Span,
    /// A refresh token is dead so long after the sign-in it came from.
    pub refresh_token_absolute: Span,
    /// A repeated refresh gets the identical answer for so long.
    pub refresh_grace: Span,
}

impl Default for TokensConfig {
    fn default() -> Self {
        Self {
            authorization_code: Span::seconds(60),
            access_token: Span::seconds(600),
            id_token: Span::seconds(600),
            refresh_token_idle: Span::days(30),
            refresh_token_absolute: Span::days(90),
            refresh_grace: Span::seconds(10),
        }
    }
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// The time over which the numbers count.
    pub window: Span,
    /// Wrong passwords and codes of one address (IPv6: of a /64).
    pub failures_per_address: NonZeroU32,
    /// The same of the network around it (/24, /48).
    pub failures_per_network: NonZeroU32,
    /// Requests of one address that may send a mail.
    pub mails_per_address: NonZeroU32,
    /// The same of the network around it.
    pub mails_per_network: NonZeroU32,
    /// Reset links that one account is sent in an hour. Each makes the former one dead, so that without a limit a stranger
    /// could keep a person from ever using one.
    pub resets_per_account: NonZeroU32,
    /// Departures to an upstream of one address.
    pub upstream_per_address: NonZeroU32,
    /// The same of the network around it.
    pub upstream_per_network: NonZeroU32,
    /// Tests of one contract's Active Directory connection, saving it included.
    pub connection_tests_per_contract: NonZeroU32,
    /// Mails that one contract's administrators cause: invitations and links to change how somebody signs in.
    pub mails_per_contract: NonZeroU32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        let number = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            window: Span::seconds(600),
            failures_per_address: number(60),
            failures_per_network: number(300),
            mails_per_address: number(20),
            mails_per_network: number(200),
            resets_per_account: number(5),
            upstream_per_address: number(600),
            upstream_per_network: number(3000),
            connection_tests_per_contract: number(20),
            mails_per_contract: number(2000),
        }
    }
}

/// `[keys]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// A signing key is replaced after so long.
    pub rotate_every: Span,
    /// Its successor is published so long before its first use.
    pub publish_before: Span,
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self { rotate_every: Span::days(90), publish_before: Span::days(2) }
    }
}

/// `[audit]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuditConfig {
    /// How long events are kept.
    pub retention: Span,
}

impl Default for AuditConfig {
    fn default() -> Self {
        // A year, and a month to notice.
        Self { retention: Span::days(396) }
    }
}

text_enum! {
    /// How a log line looks.
    pub enum LogFormat {
        /// One JSON object a line.
        Json = "json",
        /// For reading.
        Text = "text",
    }
}

/// `[log]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `json` or `text`.
    pub format: LogFormat,
    /// Which lines: a level (`info`) or directives (`info,tegata::grant=debug`).
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Json, filter: "info".to_owned() }
    }
}

/// `[ui]`
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct UiConfig {
    /// Folder with the looks of further brands: `<code>/theme.css`, `<code>/logo.svg`, `<code>/texts.ja.ftl`.
    pub brands_dir: Option<PathBuf>,
}
