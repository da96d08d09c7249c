//! `tegata keys list|rotate`

use clap::Subcommand;
use serde_json::{Value, json};

use super::{CliError, desk::Desk, output};
use crate::config::Config;
use crate::jobs::JobError;
use crate::jose::Algorithm;
use crate::keys::{KeyState, StoredKey, Urgency, load_keys, order_rotation, promotion_due, rules};

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
    let rules = rules(&desk.config);
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
    let ordered = order_rotation((&desk.db, &desk.master()?), &desk.clerk(), (alg, urgency)).await;
    match ordered.map_err(JobError::from)? {
        true => Ok(()),
        false => Err(CliError::refused("a rotation is under way already; use --now to end it at once")),
    }
}
