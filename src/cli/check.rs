//! `tegata check`: everything that would stop a start, found without starting. Changes no data.

use std::path::Path;

use super::{CliError, output};
use crate::boot::{self, BootError, connect, explain};
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{MasterKeyError, load_master_key};
use crate::line::LineVerifier;
use crate::notify::Carrier;
use crate::outbound::Outbound;
use crate::random::Random;
use crate::secret::MasterKey;
use crate::storage::{EngineKind, MigrationStatus, schema_of};
use crate::telemetry::parse_filter;
use crate::upstream::Upstreams;

/// One thing that was looked at: its name, and what was found or what is wrong.
type Finding = (&'static str, Result<String, String>);

/// Looks at everything and tells all of it.
pub async fn run(config: &Config) -> Result<(), CliError> {
    let brands = config.brand.iter().map(|brand| brand.code.as_str()).collect::<Vec<_>>().join(", ");
    let findings: [Finding; 10] = [
        ("configuration", Ok(format!("valid; brands: {brands}"))),
        ("looks", boot::load_faces(config).map(|_| "loaded".to_owned()).map_err(|error| explain(&error))),
        ("log", parse_filter(&config.log.filter).map(|_| config.log.filter.clone()).map_err(|error| explain(&error))),
        ("master key", master_key(&config.secrets.master_key_file)),
        ("TLS", tls(config)),
        ("mail", mail(config)),
        ("SMS", sms(config)),
        ("upstreams", upstreams(config)),
        ("line authentication", line(config).await),
        ("database", database(config).await),
    ];
    let mut wrong = 0;
    for (name, finding) in findings {
        let (mark, words) = match finding {
            Ok(words) => ("ok   ", words),
            Err(words) => {
                wrong += 1;
                ("WRONG", words)
            }
        };
        output::sentence(&format!("{mark}  {name}: {words}"));
    }
    match wrong {
        0 => Ok(()),
        n => Err(CliError::Config(format!("{n} of these would stop the start"))),
    }
}

fn master_key(path: &Path) -> Result<String, String> {
    match load_master_key(path) {
        Ok(_) => Ok(path.display().to_string()),
        Err(MasterKeyError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Ok(format!("{} will be made by the first start", path.display()))
        }
        Err(error) => Err(explain(&error)),
    }
}

fn tls(config: &Config) -> Result<String, String> {
    match boot::load_operator_tls(&config.operator).and_then(|_| boot::load_tls(&config.server)) {
        Ok(Some(_)) => Ok("certificate and key fit".to_owned()),
        Ok(None) => Ok("none: plain HTTP".to_owned()),
        Err(error) => Err(explain(&error)),
    }
}

fn mail(config: &Config) -> Result<String, String> {
    let names: Vec<_> = config.mail.sender.iter().map(|sender| sender.name.as_str()).collect();
    Carrier::load(config).map_err(|error| explain(&error))?;
    Ok(if names.is_empty() { "no sender: mails wait".to_owned() } else { format!("sent by {}", names.join(", ")) })
}

fn sms(config: &Config) -> Result<String, String> {
    let names: Vec<_> = config.sms.route.iter().map(|route| route.name.as_str()).collect();
    Ok(if names.is_empty() { "no route: SMS wait".to_owned() } else { format!("sent by {}", names.join(", ")) })
}

/// Their secrets, keys and certificates. Nobody is asked: an upstream that is down keeps nobody from starting.
fn upstreams(config: &Config) -> Result<String, String> {
    let (clock, names) = (Clock::system(), config.upstream.iter().map(|upstream| upstream.id.as_str()));
    let outbound = Outbound::new(&config.outbound, clock.clone());
    Upstreams::load(&config.upstream, &outbound, clock).map_err(|error| explain(&error))?;
    let names = names.collect::<Vec<_>>().join(", ");
    Ok(if names.is_empty() { "none".to_owned() } else { format!("files fit: {names}") })
}

/// Its certificates and keys, and the table of prefixes where there is one.
async fn line(config: &Config) -> Result<String, String> {
    let Some(settings) = &config.line else { return Ok("none".to_owned()) };
    boot::load_line_tls(settings).map_err(|error| explain(&error))?;
    // No key of ours takes part in reading these files.
    let tools = (MasterKey::new([0; 32]), Random::system());
    let verifier = LineVerifier::load(settings, tools).map_err(|error| explain(&error))?;
    let rows = verifier.examine(Clock::system().now()).await.map_err(|error| explain(&error))?;
    let table = rows.map(|rows| format!("; {rows} prefixes")).unwrap_or_default();
    Ok(format!("{}, {} gateways{table}", settings.method, settings.gateway.len()))
}

async fn database(config: &Config) -> Result<String, String> {
    let url = &config.database.url;
    if let Some(path) = url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//"))
        && !Path::new(path.split('?').next().unwrap_or(path)).exists()
    {
        // Opening it would make it.
        return Ok(format!("{path} will be made by the first start"));
    }
    let looked = async {
        let db = connect(config).await?;
        let found = (db.kind(), db.migration_status().await?);
        db.close().await;
        Ok::<_, BootError>(found)
    };
    match looked.await.map_err(|error| explain(&error))? {
        (_, MigrationStatus::UpToDate) => Ok("up to date".to_owned()),
        (_, MigrationStatus::Newer) => Err(BootError::Newer.to_string()),
        (EngineKind::Sqlite, MigrationStatus::Behind(n)) => Ok(format!("{n} migrations behind; the start runs them")),
        (kind, MigrationStatus::Behind(n)) if n == schema_of(kind).len() => Ok("empty; the start fills it".to_owned()),
        (EngineKind::Postgres, MigrationStatus::Behind(n)) => Err(BootError::Behind(n).to_string()),
    }
}
