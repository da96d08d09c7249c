//! Steps that the rules share: a person at one upstream, what came of it, and what our servers asked meanwhile.

use http::StatusCode;
use tegata::outbound::Reach;
use tegata::upstream::Endpoints;
use tegata::upstream::discovery::{DiscoveryProblem, discover};
use tegata_conformance::upstreams::{Browser as BrowserThere, Host, LoggedRequest};
use url::Url;

use crate::support::{Answer, Browser, Callback, Federation, sql};

/// What the login page says of an answer that could not be verified.
pub const FAILED: &str = "応答を確認できなかったため";
/// What it says of an upstream that is down.
pub const UNAVAILABLE: &str = "サービスに接続できません";
/// What it says of an account that nobody signs in with.
pub const NOT_LINKED: &str = "のログイン方法として登録されていません";

/// A person who has an account at one upstream, with a browser that is signed in there after the first time.
pub struct Visitor<'w> {
    world: &'w Federation,
    connection: String,
    user: String,
    there: BrowserThere,
}

impl<'w> Visitor<'w> {
    /// The person whom every upstream knows.
    pub fn new(world: &'w Federation, connection: &str) -> Self {
        Self::named(world, connection, world.person_at(connection))
    }

    /// Somebody else.
    pub fn named(world: &'w Federation, connection: &str, user: &str) -> Self {
        let there = world.upstreams.browser().expect("a browser");
        Self { world, connection: connection.to_owned(), user: user.to_owned(), there }
    }

    /// Presses the button on the login page: where that leads.
    pub async fn set_out_in(&self, browser: &mut Browser) -> Url {
        let page = self.world.login_page(browser).await;
        self.world.depart(browser, &page, &self.connection).await
    }

    /// The same in a browser that has never been here.
    pub async fn set_out(&self) -> (Browser, Url) {
        let mut browser = self.world.provider.browser();
        let url = self.set_out_in(&mut browser).await;
        (browser, url)
    }

    /// Signs in at the upstream: the callback's address, not opened.
    pub async fn permit(&self, url: &Url) -> Url {
        self.there.sign_in(url, &self.user).await.expect("the upstream lets the person in")
    }

    /// Both: a browser of ours, and the callback's address that it has not opened.
    pub async fn permitted(&self) -> (Browser, Url) {
        let (browser, url) = self.set_out().await;
        let back = self.permit(&url).await;
        (browser, back)
    }

    /// All the way in a fresh browser, to the page at the end.
    pub async fn come_back(&self) -> Outcome {
        let (browser, back) = self.permitted().await;
        Outcome::of(self.world, browser, back.as_str()).await
    }
}

/// What came of a callback.
pub struct Outcome {
    /// The browser.
    pub browser: Browser,
    /// The page at the end of its redirects, or what leaves for the client.
    pub page: Answer,
    /// What the audit log says of the callback.
    pub reasons: Vec<String>,
}

impl Outcome {
    /// Opens a callback's address.
    pub async fn of(world: &Federation, mut browser: Browser, back: &str) -> Self {
        let answer = browser.get(back).await;
        let reference = answer.reference().to_owned();
        let page = browser.follow(answer).await;
        let reasons = world.provider.audit_reasons(&reference).await;
        Self { browser, page, reasons }
    }

    /// Asserts that the person is back on the login page with this sentence, signed in nowhere.
    #[track_caller]
    pub fn refused(&self, reason: &str, sentence: &str, what: &str) {
        assert_eq!(self.reasons, [reason], "{what}");
        assert_eq!(self.page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", self.page.body);
        self.page.is_login();
        let alert = self.page.body.split("role=\"alert\"").nth(1).unwrap_or_default();
        let alert = alert.split("</div>").next().unwrap_or_default();
        assert!(alert.contains(sentence), "{what}: {alert}");
        assert_eq!(self.browser.session(), None, "{what}");
    }

    /// Asserts that the client got a code.
    #[track_caller]
    pub fn signed_in(&self, what: &str) {
        assert_eq!(self.page.status, StatusCode::SEE_OTHER, "{what}: {:?} {}", self.reasons, self.page.body);
        assert!(!Callback::of(&self.page).code().is_empty() && self.browser.session().is_some(), "{what}");
    }

    /// Asserts that the identity was proved; nobody signs in with it here.
    #[track_caller]
    pub fn proved(&self, what: &str) {
        self.refused("upstream_not_linked", NOT_LINKED, what);
    }
}

/// What our servers asked an upstream; people's browsers ask the rest.
pub fn asked(host: &Host) -> Vec<LoggedRequest> {
    let by_people = |path: &str| {
        ["/authorize", "/auth", "/dialog/oauth"].iter().any(|end| path.trim_end_matches('/').ends_with(end))
    };
    host.requests("*").into_iter().filter(|r| !by_people(&r.path) && !r.path.starts_with("/__sim/")).collect()
}

/// The requests for tokens.
pub fn token_requests(host: &Host) -> Vec<LoggedRequest> {
    let of_tokens = |r: &LoggedRequest| {
        ["/token", "/access_token"].iter().any(|end| r.path.trim_end_matches('/').ends_with(end)) && r.method == "POST"
    };
    asked(host).into_iter().filter(of_tokens).collect()
}

/// How often the keys were fetched.
pub fn key_fetches(host: &Host) -> usize {
    let of_keys = |r: &&LoggedRequest| ["/keys", "/certs", "/jwksget"].iter().any(|end| r.path.ends_with(end));
    asked(host).iter().filter(of_keys).count()
}

/// Forgets what all of them were asked.
pub fn clear_logs(world: &Federation) {
    world.upstreams.hosts().iter().for_each(Host::clear_log);
}

/// Asserts that our servers asked nobody anything.
#[track_caller]
pub fn nobody_was_asked(world: &Federation, what: &str) {
    for host in world.upstreams.hosts() {
        assert!(asked(&host).is_empty(), "{what}: {:?}", asked(&host));
    }
}

/// Asserts that nobody, neither a server of ours nor a person's browser, went to the attacker.
#[track_caller]
pub fn attacker_was_left_alone(world: &Federation, what: &str) {
    assert!(world.upstreams.attacker().requests("*").is_empty(), "{what}");
}

/// A parameter of an address.
pub fn parameter(url: &Url, name: &str) -> String {
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}

/// Reads the discovery document of an Active Directory, as its settings do.
pub async fn discovered(world: &Federation, issuer: &str) -> Result<Endpoints, DiscoveryProblem> {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    let reach = Reach { permitted_networks: networks, ca_pem: Some(world.upstreams.ca_pem().to_owned()) };
    let line = world.provider.app.outbound.line("discovery-test", &reach).unwrap();
    discover(issuer, &line).await
}

/// Columns with bytes in them, in hexadecimal.
pub async fn hex(world: &Federation, column: &str, table: &str) -> Vec<String> {
    let provider = &world.provider;
    let expression = match provider.database.url().starts_with("sqlite:") {
        true => format!("lower(hex({column}))"),
        false => format!("encode({column}, 'hex')"),
    };
    sql::texts(provider, &format!("SELECT {expression} FROM {table}")).await
}

/// Bytes as SQL writes them.
pub fn bytes_in_sql(world: &Federation, bytes: &[u8]) -> String {
    let hex = hexadecimal(bytes);
    match world.provider.database.url().starts_with("sqlite:") {
        true => format!("X'{hex}'"),
        false => format!("'\\x{hex}'"),
    }
}

/// Bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
