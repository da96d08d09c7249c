//! A provider with all upstreams beside it: real HTTPS to simulators that behave as the real ones do.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use tegata::account::{Account, LoginMethod, Role};
use tegata::config::{Config, LoginMethodName, UpstreamConfig};
use tegata::id::{BrandCode, ConnectionId, ContractId};
use tegata::lifecycle::request_login_method_change;
use tegata::outbound::Reach;
use tegata::secret::Secret;
use tegata::upstream::connection::{
    AdfsConnection, AdfsSettings, LEEWAY, NewConnection, connection_id_of, insert_connection,
};
use tegata::upstream::discovery::discover;
use tegata_conformance::upstreams::{Client, Host, Scheme, Upstreams};
use url::Url;

use super::{Answer, AuthorizeRequest, Browser, Callback, Provider, SignIn as _, TestClient};

/// The secret of our client at every upstream: long enough for HS256.
pub const SECRET: &str = "an upstream's secret of 32 letters";
/// Our client at every upstream but Facebook, whose app ids are numbers.
pub const CLIENT_ID: &str = "tegata-client";
const APP_ID: &str = "1234567890";

/// The configured connections, in the order of the login page.
pub const CONFIGURED: [&str; 5] = ["google", "facebook", "microsoft", "daccount", "other"];

/// The provider and the upstreams.
pub struct Federation {
    /// The provider; its clock is the upstreams' too.
    pub provider: Provider,
    /// The upstreams.
    pub upstreams: Upstreams,
    /// The storage application.
    pub app: TestClient,
    /// The Active Directory of the usual contract, played by `adfs-a`.
    pub adfs: ConnectionId,
    _files: tempfile::TempDir,
}

fn files(upstreams: &Upstreams) -> tempfile::TempDir {
    let files = tempfile::tempdir().expect("a folder");
    std::fs::write(files.path().join("secret"), SECRET).expect("a file");
    std::fs::write(files.path().join("ca.pem"), upstreams.ca_pem()).expect("a file");
    files
}

/// What every upstream's section has.
fn section(id: &str, kind: &str, files: &Path, more: &str) -> UpstreamConfig {
    let client = if kind == "facebook" { APP_ID } else { CLIENT_ID };
    let text = format!(
        "id = \"{id}\"\nkind = \"{kind}\"\nclient_id = \"{client}\"\nclient_secret_file = \"{0}/secret\"\n\
         ca_file = \"{0}/ca.pem\"\npermitted_networks = [\"127.0.0.0/8\"]\n{more}",
        files.display()
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The configuration's part: only hosts differ from production.
fn configure(config: &mut Config, upstreams: &Upstreams, files: &Path) {
    let of = |host: &Host, role: &str| host.origin_of(role);
    let (google, fb, ms, d, oidc) =
        (upstreams.google(), upstreams.facebook(), upstreams.microsoft(), upstreams.daccount(), upstreams.oidc());
    config.upstream = vec![
        section(
            "google",
            "google",
            files,
            &format!(
                "issuer = \"{}\"\nauthorization_endpoint = \"{0}/o/oauth2/v2/auth\"\ntoken_endpoint = \"{}/token\"\njwks_uri = \"{}/oauth2/v3/certs\"",
                google.origin(),
                of(&google, "token"),
                of(&google, "keys")
            ),
        ),
        section(
            "facebook",
            "facebook",
            files,
            &format!(
                "authorization_endpoint = \"{}/v23.0/dialog/oauth\"\ngraph_url = \"{}\"",
                fb.origin(),
                of(&fb, "graph")
            ),
        ),
        section("microsoft", "microsoft", files, &format!("issuer = \"{}\"", ms.origin())),
        section(
            "daccount",
            "daccount",
            files,
            &format!(
                "issuer = \"{0}/\"\nauthorization_endpoint = \"{1}/cgi8/oidc/authorize\"\ntoken_endpoint = \"{0}/token\"\njwks_uri = \"{2}/oft/external/ofrnt/v1.0/jwksget\"",
                d.origin(),
                of(&d, "id"),
                of(&d, "keys")
            ),
        ),
        section(
            "other",
            "openid_connect",
            files,
            &format!(
                "name = \"Keystone\"\nissuer = \"{0}\"\nauthorization_endpoint = \"{0}/authorize\"\ntoken_endpoint = \"{0}/token\"\njwks_uri = \"{0}/keys\"",
                oidc.origin()
            ),
        ),
    ];
    let methods = ["password", "google", "facebook", "microsoft", "daccount", "openid_connect", "active_directory"];
    for brand in &mut config.brand {
        brand.login_methods = methods.iter().filter_map(|word| LoginMethodName::parse(word)).collect();
    }
    let outbound = &mut config.outbound;
    outbound.ports = vec![upstreams.port()];
    let loopback: Vec<IpAddr> = vec![IpAddr::from([127, 0, 0, 1])];
    outbound.hosts = names(upstreams).into_iter().map(|name| (name, loopback.clone())).collect();
}

/// Names of all hosts, those of Active Directories that are made later included.
fn names(upstreams: &Upstreams) -> Vec<String> {
    for name in ["adfs-a", "adfs-b", "adfs-c"] {
        upstreams.adfs(name);
    }
    upstreams.attacker();
    upstreams.names()
}

impl Federation {
    /// The provider, five configured upstreams, and an Active Directory of the usual contract.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with a changed configuration.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        tegata::boot::install_cryptography();
        let upstreams = Upstreams::start(Scheme::Https).await.expect("the upstreams start");
        let files = files(&upstreams);
        let configured = |config: &mut Config| {
            configure(config, &upstreams, files.path());
            change(config);
        };
        let provider = Provider::with_inbox_and(configured).await;
        let clock = provider.clock.clone();
        upstreams.set_time_source(move || clock.now().as_millis());
        let app = provider.storage_app().await;
        let adfs = ConnectionId::new("none");
        let mut world = Self { provider, upstreams, app, adfs, _files: files };
        for id in CONFIGURED {
            world.host(id).register(world.client_of(id));
        }
        let contract = world.provider.usual_contract().clone();
        world.adfs = world.add_adfs("adfs-a", &contract, |_| {}).await;
        world
    }

    /// Registers us at an Active Directory and connects a contract with it.
    pub async fn add_adfs(
        &self,
        host: &str,
        contract: &ContractId,
        change: impl FnOnce(&mut AdfsSettings),
    ) -> ConnectionId {
        let host = self.upstreams.adfs(host);
        let id = connection_id_of(&self.provider.app.master, contract);
        let mut client = Client::new(CLIENT_ID, SECRET, &format!("https://login.example/VX7/callback/{id}"));
        client.resources = None;
        host.register(client);
        let mut settings = AdfsSettings {
            issuer: format!("{}/adfs", host.origin()),
            client_id: CLIENT_ID.to_owned(),
            resource: Some("https://tegata.example/resource".to_owned()),
            subject_claim: "objectguid".to_owned(),
            ca_certificate: Some(self.upstreams.ca_pem().to_owned()),
        };
        change(&mut settings);
        let networks = vec!["127.0.0.0/8".parse().expect("a network")];
        let reach = Reach { permitted_networks: networks.clone(), ca_pem: settings.ca_certificate.clone() };
        let app = &self.provider.app;
        let line = app.outbound.line(&format!("{id}-setup"), &reach).expect("a good certificate");
        let endpoints = discover(&settings.issuer, &line).await.expect("the discovery document is good");
        let new = NewConnection {
            owner: (BrandCode::new("VX7"), contract.clone()),
            client_secret: AdfsConnection::seal_secret(&app.master, &id, &Secret::new(SECRET.to_owned())),
            id: id.clone(),
            settings,
            endpoints: Some(endpoints),
            permitted_networks: networks,
            clock_leeway: LEEWAY,
        };
        let mut tx = self.provider.db().begin().await.unwrap();
        assert!(insert_connection(&mut tx, &new, self.provider.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        id
    }

    /// Our client at a configured upstream.
    pub fn client_of(&self, id: &str) -> Client {
        let client = if id == "facebook" { APP_ID } else { CLIENT_ID };
        Client::new(client, SECRET, &format!("https://login.example/VX7/callback/{id}"))
    }

    /// Who plays a connection.
    pub fn host(&self, connection: &str) -> Host {
        match connection {
            "google" => self.upstreams.google(),
            "facebook" => self.upstreams.facebook(),
            "microsoft" => self.upstreams.microsoft(),
            "daccount" => self.upstreams.daccount(),
            "other" => self.upstreams.oidc(),
            _ => self.upstreams.adfs("adfs-a"),
        }
    }

    /// All connections, the Active Directory last.
    pub fn connections(&self) -> Vec<String> {
        CONFIGURED.iter().map(|id| (*id).to_owned()).chain([self.adfs.to_string()]).collect()
    }

    /// A person whom every simulator knows.
    pub fn person_at(&self, connection: &str) -> &'static str {
        match connection {
            "microsoft" => "work",
            id if id.starts_with("adfs-") => "taro@corp",
            _ => "taro",
        }
    }

    /// From the authorization endpoint to the login page.
    pub async fn login_page(&self, browser: &mut Browser) -> Answer {
        browser.open_login(&AuthorizeRequest::of(&self.app)).await
    }

    /// Presses a button of a page: where the upstream's sign-in begins.
    pub async fn depart(&self, browser: &mut Browser, page: &Answer, connection: &str) -> Url {
        let answer = self.press(browser, page, connection).await;
        answer.location().parse().expect("the upstream's address")
    }

    /// Presses a button of a page: whatever comes then. An Active Directory is asked for by its id first.
    pub async fn press(&self, browser: &mut Browser, page: &Answer, connection: &str) -> Answer {
        let part = format!("/upstream/{connection}");
        if form(page, &part).is_none() && connection.starts_with("adfs-") {
            let page = submit(browser, page, "/active-directory", &[]).await;
            if form(&page, &part).is_some() {
                return submit(browser, &page, &part, &[]).await;
            }
            let page = submit(browser, &page, "/active-directory", &[("connection_id", connection)]).await;
            return submit(browser, &page, &part, &[]).await;
        }
        submit(browser, page, &part, &[]).await
    }

    /// Signs in at the upstream and comes back: the answer of our callback.
    pub async fn arrive(&self, browser: &mut Browser, url: &Url, user: &str) -> Answer {
        let back = self.upstreams.sign_in(url, user).await.expect("the upstream lets the person in");
        browser.get(back.as_str()).await
    }

    /// From the login page through an upstream to whatever stands at the end.
    pub async fn sign_in(&self, browser: &mut Browser, connection: &str, user: &str) -> Answer {
        let page = self.login_page(browser).await;
        let url = self.depart(browser, &page, connection).await;
        let answer = self.arrive(browser, &url, user).await;
        browser.follow(answer).await
    }

    /// The same, and the client gets its code.
    pub async fn signs_in(&self, connection: &str, user: &str) -> Callback {
        let mut browser = self.provider.browser();
        let answer = self.sign_in(&mut browser, connection, user).await;
        Callback::of(&answer)
    }

    /// Somebody who registered with an upstream account, by a mailed invitation, as people do.
    pub async fn member(&self, connection: &str, user: &str) -> Account {
        let email = format!("{}.{}@vx7.example", user.replace('@', "-"), &connection[..4.min(connection.len())]);
        self.member_as(&email, connection, user).await
    }

    /// The same with an address of their own.
    pub async fn member_as(&self, email: &str, connection: &str, user: &str) -> Account {
        self.provider.invite(email).await;
        let link = self.provider.mailed_link(email, "利用者登録").await;
        let mut browser = self.provider.browser();
        let done = self.register(&mut browser, &link, connection, user).await;
        assert!(done.body.contains("完了"), "{} {}", done.status, done.body);
        self.provider.record_of(email).await.account
    }

    /// From a mailed link through an upstream and the confirmation to the page at the end.
    pub async fn register(&self, browser: &mut Browser, link: &str, connection: &str, user: &str) -> Answer {
        let page = browser.get(link).await;
        let url = self.depart(browser, &page, connection).await;
        let answer = self.arrive(browser, &url, user).await;
        let confirm = browser.follow(answer).await;
        if form(&confirm, "/link/").is_none() {
            return confirm;
        }
        let answer = submit(browser, &confirm, "/link/", &[]).await;
        browser.follow(answer).await
    }

    /// Sends somebody the mail by which they choose another login method; its link.
    pub async fn method_change_link(&self, email: &str) -> String {
        let record = self.provider.record_of(email).await;
        let mut tx = self.provider.db().begin().await.unwrap();
        request_login_method_change(&mut tx, &self.provider.registrar(), &record).await.unwrap();
        tx.commit().await.unwrap();
        self.provider.mailed_link(email, "ログイン方法の設定変更").await
    }

    /// Everything the audit log says with a reason, newest last.
    pub async fn reasons(&self, answer: &Answer) -> Vec<String> {
        self.provider.audit_reasons(answer.reference()).await
    }

    /// Makes somebody the contractor of the usual contract.
    pub async fn contractor(&self, email: &str) -> super::TestAccount {
        self.provider.account_with(email, |account| account.role = Role::Contractor).await
    }
}

/// A login method of a connection.
pub fn method_of(connection: &str) -> LoginMethod {
    match connection {
        "google" => LoginMethod::Google,
        "facebook" => LoginMethod::Facebook,
        "microsoft" => LoginMethod::Microsoft,
        "daccount" => LoginMethod::DAccount,
        "other" => LoginMethod::OpenIdConnect,
        _ => LoginMethod::ActiveDirectory,
    }
}

/// The form whose action holds `part`: its action and its hidden fields.
pub fn form(page: &Answer, part: &str) -> Option<(String, BTreeMap<String, String>)> {
    let html = scraper::Html::parse_document(&page.body);
    let (forms, inputs) = (selector("form"), selector("input[type=hidden]"));
    let form = html.select(&forms).find(|form| form.attr("action").is_some_and(|action| action.contains(part)))?;
    let fields = form.select(&inputs).map(|input| {
        let value = |name| input.attr(name).unwrap_or_default().to_owned();
        (value("name"), value("value"))
    });
    Some((form.attr("action")?.to_owned(), fields.collect()))
}

fn selector(text: &str) -> scraper::Selector {
    scraper::Selector::parse(text).expect("a good selector")
}

/// Sends the form whose action holds `part`.
pub async fn submit(browser: &mut Browser, page: &Answer, part: &str, more: &[(&str, &str)]) -> Answer {
    let (action, fields) =
        form(page, part).unwrap_or_else(|| panic!("no form for {part}: {} {}", page.status, page.body));
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend_from_slice(more);
    browser.post(&action, &all).await
}
