//! `tegata client add|list|show|disable|enable|rotate-secret`

use serde_json::{Value, json};

pub use super::client_args::Verb;
use super::client_args::{Add, Named, RotateSecret};
use super::registration::register;
use super::{CliError, desk::Desk, input, output};
use crate::audit::EventKind;
use crate::client::{
    Client, ClientState, hash_client_secret, insert_client, load_clients, update_client_state, update_secret,
};
use crate::config::Config;
use crate::id::{BrandCode, ClientId};
use crate::revision;
use crate::secret::{Secret, TokenHash, base64url};
use crate::storage::{Fault, Tx};

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
        Some(id) => ClientId::new(input::check_client_id(id.clone())?),
        None => ClientId::new(format!("client-{}", base64url(&desk.random.bytes::<12>()))),
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
    let hash = secret.as_ref().map(|secret| hash(desk, secret)).transpose()?;
    let mut tx = desk.db.begin().await?;
    match insert_client(&mut tx, (&brand, &id), &registration, hash, desk.now).await {
        Err(Fault::Unique(_)) => return Err(CliError::refused(format!("there is a client {id} already"))),
        outcome => outcome?,
    }
    finish(desk, tx, (&brand, &id), "added").await?;
    let mut answer = json!({ "client_id": id });
    if let Some(secret) = secret.filter(|_| !wish.secret_stdin) {
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
    if client.state == to {
        return Err(CliError::refused(format!("the client is {to} already")));
    }
    let mut tx = desk.db.begin().await?;
    if !update_client_state(&mut tx, (&client.brand, &client.id), to, desk.now).await? {
        return Err(none(named));
    }
    let done = if to == ClientState::Active { "enabled" } else { "disabled" };
    finish(desk, tx, (&client.brand, &client.id), done).await?;
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
    let (hash, former_until) = (hash(desk, &secret)?, desk.now.plus(wish.overlap.0));
    let mut tx = desk.db.begin().await?;
    if !update_secret(&mut tx, (&client.brand, &client.id), hash, former_until, desk.now).await? {
        return Err(none(&wish.named));
    }
    finish(desk, tx, (&client.brand, &client.id), "secret_rotated").await?;
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

fn hash(desk: &Desk, secret: &Secret<String>) -> Result<TokenHash, CliError> {
    Ok(hash_client_secret(&desk.master()?, secret.expose()))
}

/// Audit event, revision, commit.
async fn finish(
    desk: &Desk,
    mut tx: Tx,
    (brand, id): (&BrandCode, &ClientId),
    what: &'static str,
) -> Result<(), CliError> {
    let mut event = desk.event(EventKind::ClientChanged, what, Some(brand));
    event.client = Some(id.clone());
    desk.record(&mut tx, &event).await?;
    revision::bump(&mut tx, "client").await?;
    Ok(tx.commit().await?)
}

async fn find(desk: &Desk, named: &Named) -> Result<Client, CliError> {
    let brand = &desk.brand(&named.brand)?.code;
    let mut clients = load_clients(&desk.db).await?.into_iter();
    clients.find(|client| client.brand == *brand && client.id.as_str() == named.id).ok_or_else(|| none(named))
}

fn none(named: &Named) -> CliError {
    CliError::refused(format!("{} has no client {}", named.brand, named.id))
}
