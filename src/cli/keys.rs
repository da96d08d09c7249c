//! `tegata keys list|rotate`

use clap::Subcommand;
use serde_json::{Value, json};

use super::{CliError, desk::Desk, output};
use crate::audit::EventKind;
use crate::config::Config;
use crate::jobs::{JobError, rotate_keys};
use crate::jose::Algorithm;
use crate::keys::{KeyState, StoredKey, Urgency, apply, load_keys, promotion_due, rotate};

#[derive(Subcommand)]
pub enum Verb {
    /// Show the signing keys.
    List {
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Have the signing keys replaced before their time.
    Rotate {
        /// Of this algorithm alone (ES256, RS256, PS256, EdDSA); without it, of all.
        #[arg(long, value_parser = algorithm)]
        alg: Option<Algorithm>,
        /// Use the new key at once, for one that leaked. Without it the new key is published first.
        #[arg(long)]
        now: bool,
    },
}

fn algorithm(text: &str) -> Result<Algorithm, String> {
    Algorithm::parse(text).ok_or_else(|| {
        let known: Vec<_> = Algorithm::ALL.iter().map(|alg| alg.as_str()).collect();
        format!("write one of {}", known.join(", "))
    })
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::List { json } => list(&desk, json).await?,
        Verb::Rotate { alg, now } => {
            let urgency = if now { Urgency::Immediate } else { Urgency::Announced };
            rotate_now(&desk, alg, urgency).await?;
            list(&desk, false).await?;
        }
    }
    desk.db.close().await;
    Ok(())
}

async fn list(desk: &Desk, json: bool) -> Result<(), CliError> {
    let rules = rotate_keys::rules(&desk.config);
    let keys = load_keys(&desk.db).await?;
    let takes_over =
        |key: &StoredKey| (key.state == KeyState::Next).then(|| output::time(promotion_due(&key.facts(), &rules)));
    let row = |key: &StoredKey| {
        json!({
            "kid": key.kid,
            "alg": key.alg.as_str(),
            "state": key.state.as_str(),
            "published": output::time(key.published_at),
            "activated": key.activated_at.map(output::time),
            "retired": key.retired_at.map(output::time),
            "takes_over": takes_over(key),
        })
    };
    let rows: Vec<Value> = keys.iter().map(row).collect();
    output::rows(&["kid", "alg", "state", "published", "activated", "retired", "takes_over"], &rows, json);
    Ok(())
}

async fn rotate_now(desk: &Desk, alg: Option<Algorithm>, urgency: Urgency) -> Result<(), CliError> {
    let keys = load_keys(&desk.db).await?;
    let algorithms = alg.as_ref().map_or(Algorithm::ALL, std::slice::from_ref);
    let actions: Vec<_> = algorithms.iter().flat_map(|alg| rotate(*alg, &keys, urgency)).collect();
    if actions.is_empty() {
        return Err(CliError::refused("a rotation is under way already; use --now to end it at once"));
    }
    apply(&desk.db, &desk.master()?, &actions, desk.now).await.map_err(JobError::from)?;
    // After the fact: the keys have a transaction of their own, made for many nodes at once.
    let event = desk.event(EventKind::KeysRotated, "ordered", None).with("actions", rotate_keys::words(&actions));
    let mut tx = desk.db.begin().await?;
    desk.record(&mut tx, &event).await?;
    Ok(tx.commit().await?)
}
