//! What the tests of these rules share: ways that can be stopped in the middle, and what is left behind.

use tegata::account::{Account, Role};
use tegata::config::{Config, Span};
use tegata::contract::Plan;
use tegata::id::{BrandCode, ConnectionId};
use tegata::upstream::connection::{find_connection, update_connection_networks, update_endpoints};
use tegata_conformance::upstreams::{Host, LoggedRequest};
use url::Url;

use crate::support::federation::{form, submit};
use crate::support::{Answer, AuthorizeRequest, Browser, Federation, SignIn as _, sql};

/// Somebody whom the upstream has just sent back, before our callback is opened.
pub struct Returning {
    /// Their browser.
    pub browser: Browser,
    /// The page they set out from.
    pub page: Answer,
    /// Where the upstream sends them.
    pub callback: Url,
}

impl Returning {
    /// From a new browser's login page to the upstream and back, for a request of the storage application.
    pub async fn to(world: &Federation, connection: &str, user: &str) -> Self {
        let request = AuthorizeRequest::of(&world.app);
        Self::with(world, &request, (connection, user)).await
    }

    /// The same for another request.
    pub async fn with(world: &Federation, request: &AuthorizeRequest, (connection, user): (&str, &str)) -> Self {
        let mut browser = world.provider.browser();
        let page = browser.open_login(request).await;
        let url = world.depart(&mut browser, &page, connection).await;
        let callback = world.upstreams.sign_in(&url, user).await.expect("the upstream lets the person in");
        Self { browser, page, callback }
    }

    /// From a mailed link's page to the upstream and back.
    pub async fn by_link(world: &Federation, link: &str, (connection, user): (&str, &str)) -> Self {
        let mut browser = world.provider.browser();
        let page = browser.get(link).await;
        let url = world.depart(&mut browser, &page, connection).await;
        let callback = world.upstreams.sign_in(&url, user).await.expect("the upstream lets the person in");
        Self { browser, page, callback }
    }

    /// Opens our callback.
    pub async fn arrive(&mut self) -> Answer {
        let callback = self.callback.clone();
        self.browser.get(callback.as_str()).await
    }

    /// Opens our callback and follows.
    pub async fn end(&mut self) -> Answer {
        let answer = self.arrive().await;
        self.browser.follow(answer).await
    }
}

/// The word with which a callback leads back to the page somebody came from.
#[track_caller]
pub fn said(answer: &Answer) -> String {
    // Where Facebook's own fragment came along, an empty one takes its place.
    let location = answer.location().trim_end_matches('#');
    let query = location.split_once('?').map_or("", |(_, query)| query);
    let word = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "upstream");
    word.unwrap_or_else(|| panic!("no word in {location}")).1.into_owned()
}

/// Asserts that a callback led back to the page somebody came from, with this word and for this reason.
pub async fn turned_back(world: &Federation, answer: &Answer, word: &str, reason: &str) {
    assert_eq!((said(answer).as_str(), world.reasons(answer).await), (word, vec![reason.to_owned()]));
}

/// The alert of a page, as text.
pub fn alert(page: &Answer) -> String {
    let html = scraper::Html::parse_document(&page.body);
    let selector = scraper::Selector::parse("[role=alert]").expect("a good selector");
    html.select(&selector).flat_map(|alert| alert.text()).map(str::trim).collect()
}

/// The host of a connection's token endpoint, and the end of its path.
pub fn token_path(connection: &str) -> &'static str {
    match connection {
        "facebook" => "/oauth/access_token",
        id if id.starts_with("adfs-") => "/adfs/oauth2/token",
        _ => "/token",
    }
}

/// The end of the path of a connection's keys; at Facebook, of what is asked instead.
pub fn keys_path(connection: &str) -> &'static str {
    match connection {
        "google" => "/certs",
        "facebook" => "/debug_token",
        "daccount" => "/jwksget",
        _ => "/keys",
    }
}

/// Requests to a connection's token endpoint so far.
pub fn token_requests(world: &Federation, connection: &str) -> Vec<LoggedRequest> {
    world.host(connection).requests(token_path(connection))
}

/// Whether a request has a text anywhere.
pub fn carries(request: &LoggedRequest, text: &str) -> bool {
    let parts = [&request.path, &request.query, &request.body].into_iter();
    let mut parts = parts.chain(request.headers.iter().map(|(_, value)| value));
    parts.any(|part| part.contains(text))
}

/// Transactions that were ever begun.
pub async fn transactions(world: &Federation) -> usize {
    sql::count(&world.provider, "upstream_transaction", "1 = 1").await
}

/// Who is linked with what: `account connection subject`, in order.
pub async fn identities(world: &Federation) -> Vec<String> {
    let query = "SELECT account_id || ' ' || connection || ' ' || subject FROM upstream_identity ORDER BY 1";
    sql::texts(&world.provider, query).await
}

/// The audit log: kind, reason and detail of every event.
pub async fn audit(world: &Federation) -> Vec<String> {
    world.provider.app.audit.flush().await;
    let query = "SELECT event || ' ' || COALESCE(reason, '') || ' ' || detail FROM audit_event";
    sql::texts(&world.provider, query).await
}

/// Time-outs for upstreams that never answer: short, and long enough for a handshake on a busy machine.
pub fn impatient(config: &mut Config) {
    config.outbound.request_timeout = Span(std::time::Duration::from_millis(400));
    config.outbound.connect_timeout = config.outbound.request_timeout;
}

/// Points an Active Directory's token endpoint elsewhere, as whoever set it up might have.
pub async fn point_at(world: &Federation, id: &ConnectionId, token: &str) {
    let brand = BrandCode::new("VX7");
    let row = find_connection(world.provider.db(), &brand, id).await.unwrap().expect("the connection is there");
    let mut endpoints = row.endpoints.clone().expect("it was discovered");
    endpoints.token = token.parse().expect("a URL");
    let now = world.provider.clock.now();
    let mut tx = world.provider.db().begin().await.unwrap();
    assert!(update_endpoints(&mut tx, (id, row.version), (Some(&endpoints), None), now).await.unwrap());
    tx.commit().await.unwrap();
}

/// Has an operator permit networks to an Active Directory.
pub async fn permit(world: &Federation, id: &ConnectionId, networks: &[&str]) {
    let networks: Vec<_> = networks.iter().map(|network| network.parse().expect("a network")).collect();
    let mut tx = world.provider.db().begin().await.unwrap();
    let leeway = tegata::upstream::connection::LEEWAY;
    assert!(update_connection_networks(&mut tx, id, (&networks, leeway), world.provider.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
}

/// Another company with an Active Directory of its own, played by `adfs-b`.
pub struct OtherCompany {
    /// Its connection.
    pub adfs: ConnectionId,
    /// Who plays it.
    pub host: Host,
    /// Its contract.
    pub contract: tegata::id::ContractId,
}

impl OtherCompany {
    /// Moves in.
    pub async fn of(world: &Federation) -> Self {
        let contract = world.provider.contract("別会社株式会社", Plan::Basic).await;
        let adfs = world.add_adfs("adfs-b", &contract, |_| {}).await;
        Self { adfs, host: world.upstreams.adfs("adfs-b"), contract }
    }

    /// Invites a person to it; the mailed link.
    pub async fn invite(&self, world: &Federation, email: &str) -> String {
        let account = world.provider.invite(email).await;
        let statement = "UPDATE account SET contract_id = '{contract}' WHERE id = '{account}'";
        let statement =
            statement.replace("{contract}", self.contract.as_str()).replace("{account}", account.id.as_str());
        sql::execute(&world.provider, &statement).await;
        world.provider.mailed_link(email, "利用者登録").await
    }

    /// Somebody of it who registered with its Active Directory.
    pub async fn member(&self, world: &Federation, email: &str, user: &str) -> Account {
        let link = self.invite(world, email).await;
        let mut browser = world.provider.browser();
        let done = world.register(&mut browser, &link, self.adfs.as_str(), user).await;
        assert!(done.body.contains("完了"), "{} {}", done.status, done.body);
        world.provider.record_of(email).await.account
    }
}

/// A mailed link by which an account's person chooses another login method.
pub async fn change_link(world: &Federation, email: &str) -> String {
    let record = world.provider.record_of(email).await;
    let mut tx = world.provider.db().begin().await.unwrap();
    let registrar = world.provider.registrar();
    tegata::lifecycle::request_login_method_change(&mut tx, &registrar, &record).await.unwrap();
    tx.commit().await.unwrap();
    world.provider.mailed_link(email, "ログイン方法").await
}

/// Somebody with a password who is signed in at the account menu.
pub async fn in_the_menu(world: &Federation, email: &str, role: Role) -> Browser {
    let account = world.provider.account_with(email, |account| account.role = role).await;
    let mut browser = world.provider.browser();
    let first = browser.get("/VX7/account").await;
    let page = browser.follow(first).await;
    let answer = browser.submit(&page, account.email(), crate::support::provider::PASSWORD).await;
    let menu = browser.follow(answer).await;
    assert_eq!(menu.status, http::StatusCode::OK, "{}", menu.body);
    browser
}

/// Presses a button of a page and answers what is refused before the upstream.
pub async fn stays(browser: &mut Browser, page: &Answer, connection: &str) -> Answer {
    submit(browser, page, &format!("/upstream/{connection}"), &[]).await
}

/// Whether a page offers a connection.
pub fn offers(page: &Answer, connection: &str) -> bool {
    form(page, &format!("/upstream/{connection}")).is_some()
}
