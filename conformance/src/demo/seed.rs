//! Sample contracts, accounts and clients, added once by the provider's command line.

use super::brands::{CAREFUL_ROLES, PARTNER_NAME, ROLES, SAMPLES, Sample};
use super::directory::{Directory, State};
use crate::provider::Launch;
use crate::provider::register::{self, NewAccount, NewClient};
use crate::random;
use std::collections::btree_map::Entry;

/// Adds what `state` does not list yet, and lists it.
pub async fn run(launch: &Launch, directory: &Directory, state: &mut State, app_port: u16) -> anyhow::Result<()> {
    for sample in &SAMPLES {
        if !state.contracts.contains_key(sample.code) {
            let contract = people(launch, sample, &state.password).await?;
            state.contracts.insert(sample.code.to_owned(), contract);
            directory.write_state(state)?;
        }
        if !state.careful_contracts.contains_key(sample.code) {
            let contract = careful_people(launch, sample, &state.password).await?;
            state.careful_contracts.insert(sample.code.to_owned(), contract);
            directory.write_state(state)?;
        }
        if let Entry::Vacant(entry) = state.clients.entry(sample.client_id(app_port)) {
            let secret = storage_client(launch, sample, entry.key(), app_port).await?;
            entry.insert(secret);
            directory.write_state(state)?;
        }
        if sample.partner
            && let Entry::Vacant(entry) = state.clients.entry(sample.partner_id(app_port))
        {
            let secret = partner_client(launch, sample, entry.key(), app_port).await?;
            entry.insert(secret);
            directory.write_state(state)?;
        }
    }
    Ok(())
}

async fn people(launch: &Launch, sample: &Sample, password: &str) -> anyhow::Result<String> {
    let contract = register::contract(launch, sample.code, sample.company, false).await?;
    for ((local, role), name) in ROLES.into_iter().zip(sample.people) {
        let email = sample.email(local);
        let account = NewAccount { brand: sample.code, contract: &contract, email: &email, name, role, password };
        register::account(launch, &account).await?;
    }
    Ok(contract)
}

/// The company with two-step verification: its first two people have a password, the third has a mail to open.
async fn careful_people(launch: &Launch, sample: &Sample, password: &str) -> anyhow::Result<String> {
    let contract = register::contract(launch, sample.code, sample.careful_company, true).await?;
    let inviter = sample.email(CAREFUL_ROLES[0].0);
    for (index, ((local, role), name)) in CAREFUL_ROLES.into_iter().zip(sample.careful_people).enumerate() {
        let email = sample.email(local);
        let account = NewAccount { brand: sample.code, contract: &contract, email: &email, name, role, password };
        if index < 2 {
            register::account(launch, &account).await?;
        } else {
            register::invite(launch, &account, &inviter).await?;
        }
    }
    Ok(contract)
}

async fn storage_client(launch: &Launch, sample: &Sample, id: &str, app_port: u16) -> anyhow::Result<String> {
    let base = sample.service_url(app_port);
    let (callback, logged_out) = (format!("{base}/callback"), format!("{base}/logged-out"));
    let mut flags = code_client(&callback, &logged_out);
    flags.extend([
        "--first-party",
        "--grant-type",
        "refresh_token",
        "--scope",
        "offline_access",
        "--scope",
        "contract",
    ]);
    add(launch, NewClient { brand: sample.code, name: sample.name, id, secret: None, flags }).await
}

async fn partner_client(launch: &Launch, sample: &Sample, id: &str, app_port: u16) -> anyhow::Result<String> {
    let base = sample.service_url(app_port);
    let (callback, logged_out) = (format!("{base}/partner/callback"), format!("{base}/partner/logged-out"));
    let flags = code_client(&callback, &logged_out);
    add(launch, NewClient { brand: sample.code, name: PARTNER_NAME, id, secret: None, flags }).await
}

fn code_client<'a>(callback: &'a str, logged_out: &'a str) -> Vec<&'a str> {
    let mut flags = vec!["--redirect-uri", callback, "--post-logout-redirect-uri", logged_out];
    flags.extend(["--auth-method", "client_secret_basic", "--grant-type", "authorization_code"]);
    flags.extend(["--scope", "openid", "--scope", "profile", "--scope", "email"]);
    flags
}

async fn add(launch: &Launch, client: NewClient<'_>) -> anyhow::Result<String> {
    let secret = random::token();
    register::client(launch, &NewClient { secret: Some(&secret), ..client }).await?;
    Ok(secret)
}

/// A password that can be read aloud and typed: upper case, lower case, digits and a symbol. For a demo on loopback.
pub fn readable_password() -> String {
    const WORDS: [&str; 16] = [
        "Sakura", "Momiji", "Tsubaki", "Hinoki", "Sumire", "Asagao", "Kaede", "Botan", "Yamabuki", "Susuki", "Hasu",
        "Ajisai", "Kiku", "Matsu", "Tampopo", "Fuji",
    ];
    let [first, second, high, low] = random::bytes::<4>();
    let word = |byte: u8| WORDS[usize::from(byte) % WORDS.len()];
    let number = 1000 + u32::from(u16::from_be_bytes([high, low])) % 9000;
    format!("{}-{}-{number}", word(first), word(second).to_lowercase())
}
