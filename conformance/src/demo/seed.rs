//! Sample contracts, accounts, connections and clients, added once by the provider's command line.

use super::brands::{CAREFUL_ROLES, INVITED, PARTNER_NAME, ROLES, SAMPLES, Sample};
use super::directory::{Directory, State};
use super::ports::Numbers;
use super::upstreams::{self, OFFERED};
use crate::line_gateway::{REGISTERED, WEST};
use crate::provider::Launch;
use crate::provider::register::{self, NewAccount, NewClient, NewConnection};
use crate::random;
use crate::upstreams::Upstreams;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;

/// Address of the demo's first operator.
pub const OPERATOR: &str = "operator@tegata.example";
/// Contractors of trials that have ended: local part of the address, and the trial's day.
pub const TRIALS: [(&str, u32); 2] = [("trial40", 40), ("trial46", 46)];

/// Adds what is not there yet, and notes it.
#[derive(Clone)]
pub struct Seeder {
    pub launch: Launch,
    pub directory: Directory,
    pub numbers: Numbers,
    pub upstreams: Upstreams,
}

/// What is there, with the file that says so.
struct Notes {
    directory: Directory,
    state: Mutex<State>,
}

impl Notes {
    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes something at once: whoever interrupts the seeding finds as much as possible next time.
    fn keep(&self, note: impl FnOnce(&mut State)) -> anyhow::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut state);
        self.directory.write_state(&state)
    }
}

impl Seeder {
    /// Adds what `state` does not list yet, and lists it. One brand does not wait for the other.
    pub async fn run(self, state: State) -> anyhow::Result<State> {
        let launch = self.launch.clone();
        let notes = Arc::new(Notes { directory: self.directory.clone(), state: Mutex::new(state) });
        let mut brands = JoinSet::new();
        for sample in &SAMPLES {
            let (seeder, notes) = (self.clone(), Arc::clone(&notes));
            brands.spawn(async move { seeder.brand(sample, &notes).await });
        }
        while let Some(done) = brands.join_next().await {
            done??;
        }
        if notes.read(|state| state.contract_system_key.is_none()) {
            let scopes = ["contracts:read", "contracts:write"];
            let key = register::api_key(&launch, "contract system", &scopes).await?;
            notes.keep(|state| state.contract_system_key = Some(key))?;
        }
        // The link is good for a day and for one person: until somebody has used it, every start gives out another.
        let link = register::operator_link(&launch, (OPERATOR, "運用 管理者")).await?;
        notes.keep(|state| state.operator_link = link)?;
        Ok(notes.read(State::clone))
    }

    async fn brand(&self, sample: &Sample, notes: &Notes) -> anyhow::Result<()> {
        let code = || sample.code.to_owned();
        let (password, secret) = notes.read(|state| (state.password.clone(), state.upstream_secret.clone()));
        let contract = match notes.read(|state| state.contracts.get(sample.code).cloned()) {
            Some(contract) => contract,
            None => {
                let contract = self.people(sample, &password).await?;
                notes.keep(|state| drop(state.contracts.insert(code(), contract.clone())))?;
                contract
            }
        };
        if !notes.read(|state| state.careful_contracts.contains_key(sample.code)) {
            let careful = self.careful_people(sample, &password).await?;
            notes.keep(|state| drop(state.careful_contracts.insert(code(), careful)))?;
        }
        if !notes.read(|state| state.line_contracts.contains_key(sample.code)) {
            self.lines(&contract).await?;
            notes.keep(|state| drop(state.line_contracts.insert(code(), contract.clone())))?;
        }
        if !notes.read(|state| state.trial_contracts.contains_key(sample.code)) {
            let trials = self.trials(sample, &password).await?;
            notes.keep(|state| drop(state.trial_contracts.insert(code(), trials)))?;
        }
        if !notes.read(|state| state.connections.contains_key(sample.code)) {
            let connection = self.people_elsewhere(sample, &contract, &secret).await?;
            notes.keep(|state| {
                state.connections.insert(code(), connection);
                state.upstreams_port = Some(self.upstreams.port());
            })?;
        }
        self.clients(sample, notes).await
    }

    async fn clients(&self, sample: &Sample, notes: &Notes) -> anyhow::Result<()> {
        let known = |id: &String| notes.read(|state| state.clients.contains_key(id));
        let id = sample.client_id(self.numbers.app);
        if !known(&id) {
            let secret = self.storage_client(sample, &id).await?;
            notes.keep(|state| drop(state.clients.insert(id, secret)))?;
        }
        let id = sample.partner_id(self.numbers.app);
        if sample.partner && !known(&id) {
            let secret = self.partner_client(sample, &id).await?;
            notes.keep(|state| drop(state.clients.insert(id, secret)))?;
        }
        Ok(())
    }

    async fn people(&self, sample: &Sample, password: &str) -> anyhow::Result<String> {
        let contract = register::contract(&self.launch, sample.code, sample.company, false).await?;
        for ((local, role), name) in ROLES.into_iter().zip(sample.people) {
            let email = sample.email(local);
            let account = new_account(sample, &contract, (&email, name, role));
            register::account(&self.launch, &NewAccount { password: Some(password), ..account }).await?;
        }
        Ok(contract)
    }

    /// The company with two-step verification: its first two people have a password, the third has a mail to open.
    async fn careful_people(&self, sample: &Sample, password: &str) -> anyhow::Result<String> {
        let contract = register::contract(&self.launch, sample.code, sample.careful_company, true).await?;
        let inviter = sample.email(CAREFUL_ROLES[0].0);
        for (index, ((local, role), name)) in CAREFUL_ROLES.into_iter().zip(sample.careful_people).enumerate() {
            let email = sample.email(local);
            let account = new_account(sample, &contract, (&email, name, role));
            if index < 2 {
                register::account(&self.launch, &NewAccount { password: Some(password), ..account }).await?;
            } else {
                register::invite(&self.launch, &account, &inviter).await?;
            }
        }
        Ok(contract)
    }

    /// The company's Active Directory, whoever signs in with an account elsewhere, and somebody who may still choose.
    async fn people_elsewhere(&self, sample: &Sample, contract: &str, secret: &str) -> anyhow::Result<String> {
        let connection = NewConnection {
            brand: sample.code,
            contract,
            issuer: &upstreams::directory_issuer(&self.upstreams, sample),
            client_id: upstreams::CLIENT_ID,
            secret,
            flags: vec!["--subject-claim", upstreams::DIRECTORY_CLAIM, "--resource", upstreams::DIRECTORY_RESOURCE],
        };
        let connection = register::connection(&self.launch, &connection).await?;
        let offered = OFFERED.iter().filter(|offered| offered.serves(sample.code));
        let mut all: Vec<_> =
            offered.map(|offered| (offered.local, offered.person, offered.id, offered.subject)).collect();
        let (local, person) = (upstreams::DIRECTORY_LOCAL, upstreams::DIRECTORY_PERSON);
        all.push((local, person, &connection, upstreams::DIRECTORY_KEY));
        for (local, person, connection, subject) in all {
            let email = sample.email(local);
            let account = new_account(sample, contract, (&email, person, "user"));
            register::account(&self.launch, &account).await?;
            register::link(&self.launch, &account, (connection, subject)).await?;
        }
        let email = sample.email(INVITED);
        let invited = new_account(sample, contract, (&email, sample.invited, "user"));
        register::invite(&self.launch, &invited, &sample.email(ROLES[0].0)).await?;
        Ok(connection)
    }

    /// The lines of a brand's first company: what the simulated carrier calls 登録済みの回線, and the one in the west.
    async fn lines(&self, contract: &str) -> anyhow::Result<()> {
        for line in [(REGISTERED, "本社"), (WEST, "大阪支社")] {
            register::line(&self.launch, contract, line).await?;
        }
        Ok(())
    }

    /// Two companies whose trial has ended: in the days in which they may still move to the basic plan, and after.
    async fn trials(&self, sample: &Sample, password: &str) -> anyhow::Result<Vec<String>> {
        let mut contracts = Vec::new();
        for (local, days) in TRIALS {
            let name = format!("{}（トライアル{days}日目）", sample.company);
            let contract = register::trial(&self.launch, sample.code, &name, days).await?;
            let email = sample.email(local);
            let account = new_account(sample, &contract, (&email, "試用 契約子", "contractor"));
            register::account(&self.launch, &NewAccount { password: Some(password), ..account }).await?;
            contracts.push(contract);
        }
        Ok(contracts)
    }

    async fn storage_client(&self, sample: &Sample, id: &str) -> anyhow::Result<String> {
        let base = sample.service_url(self.numbers.app);
        let (callback, logged_out) = (format!("{base}/callback"), format!("{base}/logged-out"));
        let line = sample.service_url(self.numbers.line_app);
        let (line_callback, line_logged_out) = (format!("{line}/callback"), format!("{line}/logged-out"));
        let mut flags = code_client(&callback, &logged_out);
        flags.extend(["--line-redirect-uri", &line_callback, "--line-post-logout-redirect-uri", &line_logged_out]);
        flags.extend([
            "--first-party",
            "--grant-type",
            "refresh_token",
            "--scope",
            "offline_access",
            "--scope",
            "contract",
        ]);
        self.add(NewClient { brand: sample.code, name: sample.name, id, secret: None, flags }).await
    }

    async fn partner_client(&self, sample: &Sample, id: &str) -> anyhow::Result<String> {
        let base = sample.service_url(self.numbers.app);
        let (callback, logged_out) = (format!("{base}/partner/callback"), format!("{base}/partner/logged-out"));
        let flags = code_client(&callback, &logged_out);
        self.add(NewClient { brand: sample.code, name: PARTNER_NAME, id, secret: None, flags }).await
    }

    async fn add(&self, client: NewClient<'_>) -> anyhow::Result<String> {
        let secret = random::token();
        register::client(&self.launch, &NewClient { secret: Some(&secret), ..client }).await?;
        Ok(secret)
    }
}

/// Somebody without a password.
fn new_account<'a>(
    sample: &'a Sample,
    contract: &'a str,
    (email, name, role): (&'a str, &'a str, &'a str),
) -> NewAccount<'a> {
    NewAccount { brand: sample.code, contract, email, name, role, password: None }
}

fn code_client<'a>(callback: &'a str, logged_out: &'a str) -> Vec<&'a str> {
    let mut flags = vec!["--redirect-uri", callback, "--post-logout-redirect-uri", logged_out];
    flags.extend(["--auth-method", "client_secret_basic", "--grant-type", "authorization_code"]);
    flags.extend(["--scope", "openid", "--scope", "profile", "--scope", "email"]);
    flags
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
