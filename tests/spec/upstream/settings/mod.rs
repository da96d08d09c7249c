//! Active Directory設定: who may, what is accepted, what a test says, what is saved (`upstreams.md` §1.5, S19 to S23).

mod access;
mod fields;
mod report;
mod saving;

use tegata::account::Role;
use tegata::config::Config;
use tegata::id::{BrandCode, ConnectionId, ContractId};
use tegata::upstream::connection::{
    AdfsConnection, AdfsSettings, LEEWAY, NewConnection, connection_id_of, find_connection_of_contract,
    insert_connection,
};
use tegata_conformance::upstreams::{Client, Host};

use super::ways::impatient;
use crate::support::federation::{CLIENT_ID, SECRET, form};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, Browser, Federation, Person as _, TestAccount};

/// A part of the secret that no form encoding changes.
pub const SECRET_AS_SENT: &str = "secret+of+32+letters";
pub const PATH: &str = "/VX7/account/active-directory";
const CONTRACTOR: &str = "keiyaku@vx7.example";

/// A contractor in front of the settings, their company's AD FS (`adfs-a`), and everything around.
pub struct Desk {
    pub world: Federation,
    pub browser: Browser,
    pub contract: ContractId,
    pub account: TestAccount,
}

impl Desk {
    /// The connection is set up.
    pub async fn set_up() -> Self {
        Self::set_up_with(|_| ()).await
    }

    /// The same with a changed configuration.
    pub async fn set_up_with(change: impl FnOnce(&mut Config)) -> Self {
        let configure = |config: &mut Config| {
            impatient(config);
            change(config);
        };
        let world = Federation::start_with(configure).await;
        let contract = world.provider.usual_contract().clone();
        Self::of(world, contract).await
    }

    /// Another company without a connection; operators have permitted loopback to it. Its AD FS is `adfs-b`.
    pub async fn empty() -> Self {
        let world = Federation::start_with(impatient).await;
        let contract = world.provider.contract("新規株式会社", tegata::contract::Plan::Trial).await;
        reserve(&world, &contract).await;
        Self::of(world, contract).await
    }

    async fn of(world: Federation, contract: ContractId) -> Self {
        let change = |account: &mut tegata::account::Account| {
            account.role = Role::Contractor;
            account.contract_id = contract.clone();
        };
        let account = world.provider.account_with(CONTRACTOR, change).await;
        let mut desk = Self { browser: world.provider.browser(), world, contract, account };
        desk.sign_in().await;
        desk
    }

    /// Signs in at the account menu.
    pub async fn sign_in(&mut self) {
        self.browser.open_menu(&self.account, PASSWORD).await;
    }

    pub async fn open(&mut self) -> Answer {
        self.browser.get(PATH).await
    }

    pub async fn save(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let answer = self.send("", page, fields).await;
        self.browser.follow(answer).await
    }

    pub async fn test(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        self.send("/test", page, fields).await
    }

    pub async fn approve(&mut self, page: &Answer) -> Answer {
        let answer = self.send("/approve", page, &[]).await;
        self.browser.follow(answer).await
    }

    /// Sends what the page has hidden, and these.
    pub async fn send(&mut self, to: &str, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let (_, hidden) = form(page, "/account/active-directory").expect("the page has its form");
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend_from_slice(fields);
        self.browser.post(&format!("{PATH}{to}"), &all).await
    }

    /// The AD FS of the usual contract.
    pub fn adfs(&self) -> Host {
        self.world.upstreams.adfs("adfs-a")
    }

    /// What is stored.
    pub async fn row(&self) -> AdfsConnection {
        let found = find_connection_of_contract(self.world.provider.db(), &self.contract).await.unwrap();
        found.expect("there is a connection")
    }

    /// The id of the connection, whether there is one or not.
    pub fn id(&self) -> ConnectionId {
        connection_id_of(&self.world.provider.app.master, &self.contract)
    }
}

/// An operator permits loopback before there is a connection.
pub async fn reserve(world: &Federation, contract: &ContractId) {
    let new = NewConnection {
        id: connection_id_of(&world.provider.app.master, contract),
        owner: (BrandCode::new("VX7"), contract.clone()),
        settings: AdfsSettings::typed("", "", "sub", "", ""),
        client_secret: Vec::new(),
        endpoints: None,
        permitted_networks: vec!["127.0.0.0/8".parse().unwrap()],
        clock_leeway: LEEWAY,
    };
    let mut tx = world.provider.db().begin().await.unwrap();
    assert!(insert_connection(&mut tx, &new, world.provider.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
}

/// What somebody types for an AD FS.
#[derive(Clone)]
pub struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Everything right for this AD FS.
    pub fn of(world: &Federation, host: &Host) -> Self {
        Self(vec![
            ("issuer", format!("{}/adfs", host.origin())),
            ("client_id", CLIENT_ID.to_owned()),
            ("client_secret", SECRET.to_owned()),
            ("subject_claim", "objectguid".to_owned()),
            ("resource", "https://tegata.example/resource".to_owned()),
            ("ca_certificate", world.upstreams.ca_pem().to_owned()),
        ])
    }

    /// With another value.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value.to_owned()));
        self
    }

    pub fn all(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

/// Registers us at an AD FS, as its people would with the redirect URI that the page shows.
pub fn register(host: &Host, redirect_uri: &str) {
    host.register(Client::new(CLIENT_ID, SECRET, redirect_uri));
}

/// The texts of all elements that fit.
pub fn texts(page: &Answer, selector: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.body);
    let selector = scraper::Selector::parse(selector).expect("a good selector");
    let text = |found: scraper::ElementRef<'_>| found.text().map(str::trim).collect::<String>();
    html.select(&selector).map(text).collect()
}

/// What a report says of each step: `ok`, `no` or `-` (not tried), in order.
#[track_caller]
pub fn verdicts(page: &Answer) -> String {
    let words = texts(page, "[aria-labelledby=report] .verdict");
    assert_eq!(words.len(), 7, "a report was expected: {} {}", page.status, page.body);
    let short = |word: &String| match word.as_str() {
        "問題なし" => "ok",
        "要確認" => "no",
        _ => "-",
    };
    words.iter().map(short).collect::<Vec<_>>().join(" ")
}

/// What the report advises.
pub fn advice(page: &Answer) -> String {
    texts(page, "[aria-labelledby=report] li .small").concat()
}

/// The faults at the fields.
pub fn faults(page: &Answer) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.body);
    let selector = scraper::Selector::parse("[aria-invalid=true]").expect("a good selector");
    html.select(&selector).filter_map(|field| field.attr("name")).map(str::to_owned).collect()
}
