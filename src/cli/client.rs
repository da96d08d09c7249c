//! `tegata client add|list|show|disable|enable|rotate-secret`

use serde_json::{Value, json};

pub use super::client_args::Verb;
use super::client_args::{Add, Named, RotateSecret};
use super::registration::register;
use super::{CliError, desk::Desk, input, output};
use crate::client::registration::{NewClient, check_id, made_id, register_client, rotate_client_secret, switch_client};
use crate::client::{Client, ClientState, load_clients};
use crate::config::Config;
use crate::id::BrandCode;
use crate::secret::Secret;

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Add(wish) => add(&desk, *wish).await?,
        Verb::List { brand, json } => list(&desk, brand.as_deref(), json).await?,
        Verb::Show(named) => output::object(&described(&find(&desk, &named).await?)),
        Verb::Disable(named) => change_state(&desk, &named, ClientState::Disabled).await?,
        Verb::Enable(named) => change_state(&desk, &named, ClientState::Active).await?,
        Verb::RotateSecret(wish) => rotate_secret(&desk, &wish).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn add(desk: &Desk, wish: Add) -> Result<(), CliError> {
    let brand = desk.brand(&wish.brand)?.code.clone();
    let id = match &wish.id {
        Some(id) => check_id(id).map_err(CliError::refused)?,
        None => made_id(&desk.random),
    };
    let registration = register(&desk.config, &wish)?;
    let secret = match (wish.auth_method.uses_secret(), wish.secret_stdin) {
        (true, stdin) => Some(secret(desk, stdin)?),
        (false, false) => None,
        (false, true) => {
            return Err(CliError::refused(format!(
                "a client with {} has no secret: leave out --secret-stdin",
                wish.auth_method
            )));
        }
    };
    let new = NewClient { brand, id, registration, secret };
    let mut tx = desk.db.begin().await?;
    if !register_client(&mut tx, &desk.clerk(), &desk.master()?, &new).await? {
        return Err(CliError::refused(format!("there is a client {} already", new.id)));
    }
    tx.commit().await?;
    let mut answer = json!({ "client_id": new.id });
    if let Some(secret) = new.secret.filter(|_| !wish.secret_stdin) {
        answer["client_secret"] = secret.expose().as_str().into();
    }
    output::object(&answer);
    Ok(())
}

async fn list(desk: &Desk, brand: Option<&str>, json: bool) -> Result<(), CliError> {
    let brand: Option<BrandCode> = brand.map(|code| desk.brand(code).map(|brand| brand.code.clone())).transpose()?;
    let clients = load_clients(&desk.db).await?;
    let wanted = clients.iter().filter(|client| brand.as_ref().is_none_or(|brand| client.brand == *brand));
    let rows: Vec<Value> = wanted.map(described).collect();
    output::rows(&["client_id", "brand", "client_name", "state", "first_party", "grant_types", "scope"], &rows, json);
    Ok(())
}

/// A client as an operator may see it: everything but its secret.
fn described(client: &Client) -> Value {
    let mut row = serde_json::to_value(&client.metadata).unwrap_or_default();
    row["client_id"] = json!(client.id);
    row["brand"] = json!(client.brand);
    row["state"] = json!(client.state);
    row["first_party"] = json!(client.settings.first_party);
    row["settings"] = serde_json::to_value(&client.settings).unwrap_or_default();
    row
}

async fn change_state(desk: &Desk, named: &Named, to: ClientState) -> Result<(), CliError> {
    let client = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    if !switch_client(&mut tx, &desk.clerk(), &client, to).await? {
        return Err(CliError::refused(format!("the client is {to} already")));
    }
    tx.commit().await?;
    let done = if to == ClientState::Active { "enabled" } else { "disabled" };
    output::object(&json!({ "client_id": client.id, "done": done }));
    Ok(())
}

async fn rotate_secret(desk: &Desk, wish: &RotateSecret) -> Result<(), CliError> {
    let client = find(desk, &wish.named).await?;
    let method = client.metadata.token_endpoint_auth_method;
    if !method.uses_secret() {
        return Err(CliError::refused(format!("this client proves itself with {method}: it has no secret")));
    }
    let secret = secret(desk, wish.secret_stdin)?;
    let former_until = desk.now.plus(wish.overlap.0);
    let mut tx = desk.db.begin().await?;
    if !rotate_client_secret(&mut tx, &desk.clerk(), &desk.master()?, (&client, &secret, former_until)).await? {
        return Err(CliError::refused("the client was changed meanwhile: look again"));
    }
    tx.commit().await?;
    let mut answer = json!({ "client_id": client.id, "former_secret_until": output::time(former_until) });
    if !wish.secret_stdin {
        answer["client_secret"] = secret.expose().as_str().into();
    }
    output::object(&answer);
    Ok(())
}

/// 256 random bits, or what the operator brought.
fn secret(desk: &Desk, stdin: bool) -> Result<Secret<String>, CliError> {
    if stdin { input::client_secret_from_stdin() } else { Ok(Secret::new(desk.random.token())) }
}

async fn find(desk: &Desk, named: &Named) -> Result<Client, CliError> {
    let brand = &desk.brand(&named.brand)?.code;
    let mut clients = load_clients(&desk.db).await?.into_iter();
    clients.find(|client| client.brand == *brand && client.id.as_str() == named.id).ok_or_else(|| none(named))
}

fn none(named: &Named) -> CliError {
    CliError::refused(format!("{} has no client {}", named.brand, named.id))
}
