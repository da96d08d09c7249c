//! `tegata operator key create|list|revoke`: keys of the JSON API.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{CliError, desk::Desk, input, output};
use crate::config::Span;
use crate::id::ApiKeyId;
use crate::operator::api_key::{ApiKey, NewApiKey, create_api_key, list_api_keys, revoke_api_key, words};
use crate::operator::{OperatorRole, Permission};

#[derive(Subcommand)]
pub enum Verb {
    /// Make a key. Prints it, this once.
    Create {
        /// What it is for: `contract system`.
        #[arg(long)]
        name: String,
        /// What it may do at the most: `read_only`, `support` or `full`.
        #[arg(long)]
        role: OperatorRole,
        /// What it may do: `contracts:write`; may be repeated.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Permission>,
        /// The code of a brand it is good for; may be repeated. Without it, all.
        #[arg(long = "brand")]
        brands: Vec<String>,
        /// How long it is good; a year at the most.
        #[arg(long, default_value = "90d")]
        lifetime: Span,
    },
    /// Show the keys, without their secrets.
    List {
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key, from this moment on.
    Revoke {
        /// The key's id.
        #[arg(long)]
        id: String,
    },
}

pub async fn run(desk: &Desk, verb: Verb) -> Result<(), CliError> {
    match verb {
        Verb::Create { name, role, scopes, brands, lifetime } => {
            input::check_name("a key's name", &name)?;
            for code in &brands {
                desk.brand(code)?;
            }
            let brands = (!brands.is_empty()).then(|| brands.iter().map(crate::id::BrandCode::new).collect());
            make(desk, NewApiKey { name, role, scopes, brands, lifetime: lifetime.0 }).await
        }
        Verb::List { json } => list(desk, json).await,
        Verb::Revoke { id } => revoke(desk, &ApiKeyId::new(id)).await,
    }
}

async fn make(desk: &Desk, new: NewApiKey) -> Result<(), CliError> {
    new.check().map_err(|problem| CliError::refused(problem.to_string()))?;
    let mut tx = desk.db.begin().await?;
    let (key, secret) = create_api_key(&mut tx, &desk.clerk(), (new, "command line")).await?;
    tx.commit().await?;
    output::object(&json!({
        "api_key_id": key.id,
        "api_key": secret.expose(),
        "expires": output::time(key.expires_at),
    }));
    Ok(())
}

async fn list(desk: &Desk, json: bool) -> Result<(), CliError> {
    let row = |key: &ApiKey| {
        json!({
            "api_key_id": key.id,
            "name": key.name,
            "role": key.role,
            "scopes": words(&key.scopes),
            "brands": key.brands,
            "created_by": key.created_by,
            "created": output::time(key.created_at),
            "expires": output::time(key.expires_at),
            "last_used": key.last_used_at.map(output::time),
            "revoked": key.revoked_at.map(output::time),
        })
    };
    let rows: Vec<Value> = list_api_keys(&desk.db).await?.iter().map(row).collect();
    output::rows(&["api_key_id", "name", "role", "scopes", "brands", "expires", "last_used", "revoked"], &rows, json);
    Ok(())
}

async fn revoke(desk: &Desk, id: &ApiKeyId) -> Result<(), CliError> {
    let mut tx = desk.db.begin().await?;
    if !revoke_api_key(&mut tx, &desk.clerk(), id).await? {
        return Err(CliError::refused(format!("there is no key {id} that could be revoked")));
    }
    tx.commit().await?;
    output::object(&json!({ "api_key_id": id, "done": "revoked" }));
    Ok(())
}
