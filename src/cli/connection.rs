//! `tegata connection add|list|show|set-networks|set-leeway|enable|disable|approve|delete`: what operators do about the
//! Active Directory of a contract, and contractors cannot (`upstreams.md` S21, S30).

use std::time::Duration;

use serde_json::{Value, json};

use super::account::contract_for;
use super::connection_args::{Add, Named, Networks};
use super::{CliError, desk::Desk, input, output};
use crate::audit::EventKind;
use crate::brand::Issuers;
use crate::clock::Clock;
use crate::config::Config;
use crate::contract::Contract;
use crate::id::ConnectionId;
use crate::outbound::Outbound;
use crate::secret::MasterKey;
use crate::storage::Tx;
use crate::upstream::connection::{
    AdfsConnection, AdfsSettings, Clerk, ConnectionState, Endpoints, LEEWAY, approve_endpoints, check_client_secret,
    connection_id_of, delete_connection, find_connection_anywhere, list_connections, permit_networks, save_connection,
    switch_connection, update_connection_networks,
};
use crate::upstream::discovery::discover;
use crate::upstream::offers_active_directory;

pub use super::connection_args::Verb;

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Add(wish) => add(&desk, *wish).await?,
        Verb::List { brand, json } => list(&desk, brand.as_deref(), json).await?,
        Verb::Show(named) => show(&desk, &find(&desk, &named).await?),
        Verb::SetNetworks { named, networks } => set_networks(&desk, &named, networks).await?,
        Verb::SetLeeway { named, to } => set_leeway(&desk, &named, to.0).await?,
        Verb::Enable(named) => switch(&desk, &named, ConnectionState::Enabled).await?,
        Verb::Disable(named) => switch(&desk, &named, ConnectionState::Disabled).await?,
        Verb::Approve(named) => approve(&desk, &named).await?,
        Verb::Delete(named) => delete(&desk, &named).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn add(desk: &Desk, wish: Add) -> Result<(), CliError> {
    let brand = desk.brand(&wish.brand)?;
    let contract = contract_for(desk, brand, &wish.contract).await?;
    let issuers = Issuers::new(&desk.config.brand);
    if !issuers.of(&brand.code).is_some_and(|issuer| offers_active_directory(issuer)) {
        return Err(CliError::refused(format!("{} does not offer active_directory in login_methods", brand.code)));
    }
    check_leeway(wish.leeway.0)?;
    let master = desk.master()?;
    let mut new = empty(desk, &master, &contract);
    new.permitted_networks.clone_from(&wish.networks);
    new.clock_leeway = wish.leeway.0;
    if let Some(issuer) = &wish.issuer {
        set_up(desk, &master, &mut new, (issuer, &wish)).await?;
    }
    let mut tx = desk.db.begin().await?;
    if !save_connection(&mut tx, &clerk(desk), &new, None).await? {
        return Err(CliError::refused(format!("the contract {} has a connection already", contract.id)));
    }
    tx.commit().await?;
    let redirect_uri = redirect_uri(desk, &new);
    output::object(&json!({ "connection_id": new.id, "redirect_uri": redirect_uri, "set_up": new.is_set_up() }));
    Ok(())
}

/// A connection with nothing in it.
fn empty(desk: &Desk, master: &MasterKey, contract: &Contract) -> AdfsConnection {
    AdfsConnection {
        id: connection_id_of(master, &contract.id),
        brand: contract.brand.clone(),
        contract_id: contract.id.clone(),
        settings: AdfsSettings::typed("", "", "sub", "", ""),
        client_secret: Vec::new(),
        permitted_networks: Vec::new(),
        clock_leeway: LEEWAY,
        state: ConnectionState::Enabled,
        endpoints: None,
        staged: None,
        next_check_at: desk.now,
        trouble: None,
        version: 0,
        updated_at: desk.now,
    }
}

/// Fills in what a contractor would, by the same rules: the discovery document must be readable.
async fn set_up(
    desk: &Desk,
    master: &MasterKey,
    new: &mut AdfsConnection,
    (issuer, wish): (&str, &Add),
) -> Result<(), CliError> {
    let client_id = wish.client_id.as_deref().unwrap_or_default();
    let ca = wish.ca_file.as_deref().map(input::text_file).transpose()?.unwrap_or_default();
    let resource = wish.resource.as_deref().unwrap_or_default();
    new.settings = AdfsSettings::typed(issuer, client_id, &wish.subject_claim, resource, &ca);
    let secret = input::secret_from_stdin()?;
    let mut problems = new.settings.check(&desk.config.outbound.ports, &new.permitted_networks);
    problems.extend(check_client_secret(secret.expose()).err());
    if !problems.is_empty() {
        let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
        return Err(CliError::refused(format!("the connection is refused:\n  {}", words.join("\n  "))));
    }
    new.client_secret = AdfsConnection::seal_secret(master, &new.id, &secret);
    let outbound = Outbound::new(&desk.config.outbound, Clock::system());
    let line = outbound.line(&new.test_line(), &new.reach()).map_err(|why| CliError::refused(why.to_string()))?;
    let found = discover(&new.settings.issuer, &line).await;
    let endpoints = found.map_err(|problem| {
        CliError::refused(format!("the discovery document of {issuer} cannot be used: {}", problem.as_str()))
    })?;
    new.endpoints = Some(endpoints);
    Ok(())
}

async fn list(desk: &Desk, brand: Option<&str>, json: bool) -> Result<(), CliError> {
    let brand = brand.map(|code| desk.brand(code).map(|brand| brand.code.clone())).transpose()?;
    let connections = list_connections(&desk.db, brand.as_ref()).await?;
    let rows: Vec<Value> = connections.iter().map(|connection| described(desk, connection)).collect();
    output::rows(&["connection_id", "brand", "contract_id", "issuer", "state", "trouble", "staged"], &rows, json);
    Ok(())
}

fn show(desk: &Desk, connection: &AdfsConnection) {
    output::object(&described(desk, connection));
}

/// A connection as an operator may see it: everything but the secret.
fn described(desk: &Desk, connection: &AdfsConnection) -> Value {
    let AdfsConnection { settings, .. } = connection;
    json!({
        "connection_id": connection.id,
        "brand": connection.brand,
        "contract_id": connection.contract_id,
        "state": connection.state.as_str(),
        "set_up": connection.is_set_up(),
        "issuer": settings.issuer,
        "client_id": settings.client_id,
        "subject_claim": settings.subject_claim,
        "resource": settings.resource,
        "ca_certificate": settings.ca_certificate.is_some(),
        "networks": connection.permitted_networks,
        "leeway_seconds": connection.clock_leeway.as_secs(),
        "endpoints": connection.endpoints.as_ref().map(addresses),
        "staged": connection.staged.as_ref().map(addresses),
        "trouble": connection.trouble,
        "next_check": output::time(connection.next_check_at),
        "redirect_uri": redirect_uri(desk, connection),
        "updated": output::time(connection.updated_at),
    })
}

fn addresses(endpoints: &Endpoints) -> Vec<String> {
    let Endpoints { authorization, token, jwks, .. } = endpoints;
    [Some(authorization), Some(token), jwks.as_ref()].into_iter().flatten().map(ToString::to_string).collect()
}

fn redirect_uri(desk: &Desk, connection: &AdfsConnection) -> Option<String> {
    let issuers = Issuers::new(&desk.config.brand);
    issuers.of(&connection.brand).map(|issuer| issuer.url(&format!("/callback/{}", connection.id)))
}

async fn set_networks(desk: &Desk, named: &Named, wish: Networks) -> Result<(), CliError> {
    let connection = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    permit_networks(&mut tx, &clerk(desk), (&connection, &wish.networks)).await?;
    tx.commit().await?;
    done(&connection, "networks_set");
    Ok(())
}

async fn set_leeway(desk: &Desk, named: &Named, to: Duration) -> Result<(), CliError> {
    check_leeway(to)?;
    let connection = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    let reach = (connection.permitted_networks.as_slice(), to);
    update_connection_networks(&mut tx, &connection.id, reach, desk.now).await?;
    record_and_commit(desk, tx, (&connection, "leeway_set"), &[("seconds", &to.as_secs().to_string())]).await
}

fn check_leeway(leeway: Duration) -> Result<(), CliError> {
    match leeway > LEEWAY {
        true => Err(CliError::refused("a clock may differ by 5m at the most: have the customer mend it (NTP)")),
        false => Ok(()),
    }
}

async fn switch(desk: &Desk, named: &Named, to: ConnectionState) -> Result<(), CliError> {
    let connection = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    if !switch_connection(&mut tx, &clerk(desk), &connection, to).await? {
        return Err(CliError::refused(format!("the connection is {to} already")));
    }
    tx.commit().await?;
    done(&connection, to.as_str());
    Ok(())
}

async fn approve(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let connection = find(desk, named).await?;
    if connection.staged.is_none() {
        return Err(CliError::refused("nothing waits for approval"));
    }
    let mut tx = desk.db.begin().await?;
    if !approve_endpoints(&mut tx, &clerk(desk), &connection).await? {
        return Err(CliError::refused("the connection was changed meanwhile: look again"));
    }
    tx.commit().await?;
    done(&connection, "endpoints_approved");
    Ok(())
}

async fn delete(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let connection = find(desk, named).await?;
    let mut tx = desk.db.begin().await?;
    if !delete_connection(&mut tx, &connection.id).await? {
        return Err(CliError::refused(
            "people sign in through the connection: give them another login method first, or disable it",
        ));
    }
    record_and_commit(desk, tx, (&connection, "deleted"), &[]).await
}

async fn find(desk: &Desk, named: &Named) -> Result<AdfsConnection, CliError> {
    let found = find_connection_anywhere(&desk.db, &ConnectionId::new(&named.id)).await?;
    found.ok_or_else(|| CliError::refused(format!("there is no connection {}", named.id)))
}

fn clerk(desk: &Desk) -> Clerk<'_> {
    Clerk { random: &desk.random, now: desk.now, event: desk.event(EventKind::ConnectionChanged, "", None) }
}

async fn record_and_commit(
    desk: &Desk,
    mut tx: Tx,
    (connection, what): (&AdfsConnection, &'static str),
    more: &[(&'static str, &str)],
) -> Result<(), CliError> {
    clerk(desk).record(&mut tx, connection, what, more).await?;
    tx.commit().await?;
    done(connection, what);
    Ok(())
}

fn done(connection: &AdfsConnection, what: &str) {
    output::object(&json!({ "connection_id": connection.id, "done": what }));
}
