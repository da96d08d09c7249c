//! From a configuration to a running provider.
//!
//! ```text
//! cryptography ─ master key ─ database (migrated if that is safe) ─ faces ─ clients ─ keys (ES256, EdDSA) ─▶ App
//! listener open ─ `port_file`, log line `listening` ─ RSA keys, jobs ─ … ─ SIGTERM ─ drain ─ flush ─ end
//! ```
//!
//! [`assemble`] is all that a test needs: its own configuration, clock and randomness in, an [`App`] out. [`serve()`]
//! adds the listeners and the loops. The very first RSA keys take a fifth of a second; they are made once the listener
//! is open, and `/readyz` says 503 until then.
//!
//! It must not: decide anything a flow decides, keep anything global.

mod background;
mod database;
mod line;
mod operator;
mod serve;

use std::io;

pub use background::{Background, Tasks};
pub use database::{connect, open};
pub use line::load_tls as load_line_tls;
pub use operator::load_tls as load_operator_tls;
pub use serve::{load_tls, serve};

use crate::audit::AuditQueue;
use crate::brand::Issuers;
use crate::client::ClientDirectory;
use crate::clock::Clock;
use crate::config::{BrandConfig, Config, PasswordConfig};
use crate::context::{App, Handles, Stopping};
use crate::jobs::reload::Reload;
use crate::jobs::{JobError, rotate_keys};
use crate::keys::{KeyError, KeyRing, KeySet, MasterKeyError, StoredKey, insert_key, load_or_create_master_key};
use crate::line::{BadLine, LineVerifier};
use crate::lockout::Limits;
use crate::notify::{Carrier, CarrierError, Outbox};
use crate::outbound::Outbound;
use crate::password::{HashParameters, PasswordPool};
use crate::random::Random;
use crate::revision;
use crate::secret::MasterKey;
use crate::storage::{Database, Fault};
use crate::telemetry::TelemetryError;
use crate::token::verify::AccessTokenVerifier;
use crate::upstream::{BadUpstream, Upstreams};
use crate::web::face::FaceError;
use crate::web::{Csrf, FaceSpec, Faces};

/// Verified access tokens remembered; about 1 KiB each.
const REMEMBERED_TOKENS: u64 = 10_000;

/// Why the provider does not start. In words for whoever starts it.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// No master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database cannot be reached.
    #[error("the database cannot be opened")]
    Unreachable(#[source] Fault),
    /// The database is newer than this program.
    #[error("the database was migrated by a newer version of tegata: start that version, or restore a backup")]
    Newer,
    /// The database is older than this program, and shared.
    #[error("the database is {0} migrations behind this version: run `tegata migrate`, then start again")]
    Behind(usize),
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A brand's face is not right.
    #[error(transparent)]
    Face(#[from] FaceError),
    /// The signing keys cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signing keys cannot be made.
    #[error("the signing keys cannot be prepared")]
    Keys(#[from] JobError),
    /// The threads that hash passwords cannot be started.
    #[error("the password workers cannot be started")]
    Passwords(#[source] io::Error),
    /// A mail server or SMS provider cannot be used as it is configured.
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    /// An upstream cannot be used as it is configured.
    #[error(transparent)]
    Upstream(#[from] BadUpstream),
    /// Line authentication cannot be set up as it is configured.
    #[error(transparent)]
    Line(#[from] BadLine),
    /// Logs or metrics.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// A listener.
    #[error("{what} {address} cannot be opened")]
    Listen {
        /// Which setting.
        what: &'static str,
        /// The address.
        address: std::net::SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// Certificate or key.
    #[error(transparent)]
    Tls(#[from] crate::server::tls::TlsError),
    /// Signals or files.
    #[error("{what}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Makes aws-lc-rs the one provider of cryptography for TLS; harmless the second time.
pub fn install_cryptography() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}

/// What an application stands on.
pub struct Ground {
    /// The configuration.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The master key.
    pub master: MasterKey,
    /// The database, its schema up to date.
    pub db: Database,
}

/// Builds the application from its configuration. Opens no port, starts no loop; the threads that hash passwords run.
///
/// # Errors
/// [`BootError`].
pub async fn assemble(config: Config, clock: Clock, random: Random) -> Result<(App, Background), BootError> {
    let master = load_or_create_master_key(&config.secrets.master_key_file, &random)?;
    let db = open(&config).await?;
    assemble_on(Ground { config, clock, random, master, db }).await
}

/// The same on a database and a master key that are there already.
///
/// # Errors
/// [`BootError`].
pub async fn assemble_on(ground: Ground) -> Result<(App, Background), BootError> {
    install_cryptography();
    let Ground { config, clock, random, master, db } = ground;
    let faces = load_faces(&config)?;
    let reload = Reload::begin(&db).await?;
    let clients = ClientDirectory::default();
    clients.reload(&db).await?;
    let rows = rotate_keys::prepare((&db, &master), &config, clock.now()).await?;
    let keys = KeyRing::new(KeySet::build(&rows, &master)?);
    let carrier = Carrier::load(&config)?;
    let outbound = Outbound::new(&config.outbound, clock.clone());
    let upstreams = Upstreams::load(&config.upstream, &outbound, clock.clone())?;
    let line = load_line(&config, (&master, &random))?;
    let passwords = start_passwords(&config.password, random.clone())?;
    let (audit, writer) = AuditQueue::new(clock.clone());
    let app = App::new(Handles {
        issuers: Issuers::new(&config.brand),
        access_tokens: AccessTokenVerifier::new(REMEMBERED_TOKENS, config.tokens.access_token.0),
        csrf: Csrf::new(&master),
        limits: Limits::new(&config.limits, config.operator.requests_per_minute, &clock),
        outbox: Outbox::new(master.clone(), random.clone()),
        carrier,
        outbound,
        upstreams,
        line,
        stopping: Stopping::default(),
        config,
        clock,
        random,
        master,
        db,
        faces,
        keys,
        clients,
        passwords,
        audit,
    });
    Ok((app, Background::new(writer, reload)))
}

/// Reads the keys of whoever says over which line a request came; `None` without `[line]`.
///
/// # Errors
/// When a file cannot be used.
pub fn load_line(config: &Config, (master, random): (&MasterKey, &Random)) -> Result<Option<LineVerifier>, BadLine> {
    let load = |line| LineVerifier::load(line, (master.clone(), random.clone()));
    config.line.as_ref().map(load).transpose()
}

/// Loads the look of every brand.
///
/// # Errors
/// When a brand's files are not right.
pub fn load_faces(config: &Config) -> Result<Faces, FaceError> {
    let spec = |brand: &BrandConfig| FaceSpec {
        code: brand.code.as_str().to_owned(),
        name: brand.name.clone(),
        sms_name: brand.sms_name.clone(),
        colors: brand.colors.clone(),
    };
    let specs: Vec<_> = config.brand.iter().map(spec).collect();
    Faces::load(&specs, config.ui.brands_dir.as_deref())
}

/// Starts the threads that hash passwords.
///
/// # Errors
/// When there can be none.
pub fn start_passwords(config: &PasswordConfig, random: Random) -> Result<PasswordPool, BootError> {
    let parameters = HashParameters {
        memory_kib: config.memory_kib,
        iterations: config.iterations,
        parallelism: config.parallelism,
    };
    PasswordPool::start(parameters, config.workers, config.queue, random).map_err(BootError::Passwords)
}

/// Puts signing keys that were made elsewhere into a database, before a node starts on it.
///
/// # Errors
/// When the database fails.
pub async fn insert_keys(db: &Database, keys: &[StoredKey]) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    for key in keys {
        insert_key(&mut tx, key).await?;
    }
    revision::bump(&mut tx, "signing_key").await?;
    tx.commit().await
}

/// An error and all its causes, on one line.
pub fn explain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        // Transparent errors repeat their cause.
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
