//! `tegata consent list|revoke`: taking back what a person has allowed a client.

use clap::{Args, Subcommand};
use serde_json::json;

use super::{CliError, desk::Desk, output};
use crate::account::{EmailAddress, SignInRecord, find_by_email};
use crate::audit::EventKind;
use crate::config::Config;
use crate::consent::{list_consents, revoke_consent};
use crate::id::ClientId;
use crate::token::revoke_client_families;

#[derive(Subcommand)]
pub enum Verb {
    /// Show what a person has allowed.
    List {
        #[command(flatten)]
        person: Person,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Take back what a person has allowed a client, and revoke its tokens.
    Revoke {
        #[command(flatten)]
        person: Person,
        /// The client.
        #[arg(long)]
        client: String,
    },
}

#[derive(Args)]
pub struct Person {
    /// The brand's code.
    #[arg(long)]
    brand: String,
    /// The account's address.
    #[arg(long)]
    email: String,
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::List { person, json } => list(&desk, &person, json).await?,
        Verb::Revoke { person, client } => revoke(&desk, &person, &ClientId::new(client)).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn list(desk: &Desk, person: &Person, json: bool) -> Result<(), CliError> {
    let record = find(desk, person).await?;
    let given = list_consents(&desk.db, &record.account.id).await?;
    let rows: Vec<_> = given
        .iter()
        .map(|(client, given)| {
            json!({
                "client_id": client,
                "scope": given.consent.scope.to_string(),
                "claims": given.consent.claims.iter().cloned().collect::<Vec<_>>().join(" "),
                "granted": output::time(given.granted_at),
            })
        })
        .collect();
    output::rows(&["client_id", "scope", "claims", "granted"], &rows, json);
    Ok(())
}

async fn revoke(desk: &Desk, person: &Person, client: &ClientId) -> Result<(), CliError> {
    let account = find(desk, person).await?.account;
    let mut event = desk.event(EventKind::ConsentRevoked, "consent_revoked", Some(&account.brand));
    event.contract = Some(account.contract_id.clone());
    event.account = Some(account.id.clone());
    event.client = Some(client.clone());
    let mut tx = desk.db.begin().await?;
    if !revoke_consent(&mut tx, &account.id, client, desk.now).await? {
        return Err(CliError::refused(format!("{} has allowed {client} nothing", person.email)));
    }
    revoke_client_families(&mut tx, (&account.id, client), "consent_revoked", desk.now).await?;
    desk.record(&mut tx, &event).await?;
    tx.commit().await?;
    output::object(&json!({ "client_id": client, "sub": account.subject, "done": "consent_revoked" }));
    Ok(())
}

async fn find(desk: &Desk, person: &Person) -> Result<SignInRecord, CliError> {
    let brand = &desk.brand(&person.brand)?.code;
    let refused = |why: String| CliError::refused(why);
    let email = EmailAddress::parse(&person.email)
        .map_err(|_| refused(format!("{} is not an e-mail address", person.email)))?;
    let found = find_by_email(&desk.db, brand, &email).await?;
    found.ok_or_else(|| refused(format!("{brand} has no account with the address {}", person.email)))
}
