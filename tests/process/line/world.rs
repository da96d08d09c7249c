//! A deployment with line authentication: certificates, a gateway, a node with two listeners, a contract with lines.

use std::net::SocketAddr;

use serde_json::Value;
use sqlx::query_scalar;
use tegata::storage::{Database, Engine};
use tegata_conformance::line_gateway::{Deployment, LISTENER_NAME, LineGateway, Settings};
use tokio::net::TcpListener;

use crate::process::http::{Http, LINE_HOST, Person, authorize};
use crate::process::node::{CALLBACK, Node, PASSWORD, PATIENCE, Place, within};
use crate::support::Answer;

/// The registered line in the east: the simulator's own.
pub const EAST: &str = "CAF0000000001";
/// The registered line in the west.
pub const WEST: &str = "COP00000002";
/// The client that both hosts know.
pub const CLIENT: &str = "app-line";
/// Whose line it is.
pub const EMAIL: &str = "hanako@vx7.example";

pub struct World {
    pub place: Place,
    pub node: Node,
    pub gateway: LineGateway,
    pub papers: Deployment,
    /// Tegata's line listener.
    pub listener: SocketAddr,
    /// The way of a terminal on a line: through the gateway.
    pub line: Http,
    db: Database,
}

/// A gateway that terminals reach over TLS.
pub async fn gateway(name: &str, papers: &Deployment) -> LineGateway {
    let certificate = papers.servers.issue(LINE_HOST).unwrap();
    let settings = Settings {
        name: name.to_owned(),
        origin: format!("https://{LINE_HOST}"),
        certificate: Some(certificate.server().unwrap()),
        identity: papers.gateway.clone(),
        listener_ca: papers.servers.pem.clone(),
        listener_name: LISTENER_NAME.to_owned(),
    };
    LineGateway::start(settings, TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap()
}

impl World {
    /// Lines by signed assertions; the gateway may speak for these areas.
    pub async fn new(areas: &str) -> Self {
        let papers = Deployment::make().unwrap();
        let gateway = gateway("linegw-1", &papers).await;
        let section = format!(
            "method = \"signed_assertion\"\nclient_ca_file = \"clients.pem\"\n\
             west_notification_url = \"https://{LINE_HOST}/__carrier/notification\"\n\
             [[line.gateway]]\nname = \"linegw-1\"\ncertificates = [\"{}\"]\nkeys_file = \"linegw-1.json\"\nareas = [{areas}]\n\
             [[line.gateway]]\nname = \"storage\"\ncertificates = [\"{}\"]\n",
            papers.gateway.fingerprint(),
            papers.service.fingerprint()
        );
        Self::with(papers, gateway, &section).await
    }

    /// Lines as this `[line]` has it.
    pub async fn with(papers: Deployment, gateway: LineGateway, section: &str) -> Self {
        let mut place = Place::empty().await;
        place.write("line.pem", &papers.listener.certificate);
        place.write("line.key", &papers.listener.key);
        place.write("clients.pem", &papers.clients.pem);
        place.write("linegw-1.json", &gateway.jwks());
        place.brand =
            "line_issuer = \"https://login.line.example/VX7\"\nline_service_url = \"https://app.line.example/VX7\"\n";
        place.sections = format!(
            "[line]\nlisten = \"127.0.0.1:0\"\nport_file = \"NODE.line.port\"\ntls_certificate_file = \"line.pem\"\n\
             tls_key_file = \"line.key\"\n{section}"
        );
        Self::furnish(&place).await;
        let node = place.start().await;
        let listener = line_listener(&place, "node").await;
        gateway.lead_to(listener);
        let line = Http::secure_at(LINE_HOST, gateway.address(), &papers.servers.pem);
        let db = place.open_database().await;
        Self { place, node, gateway, papers, listener, line, db }
    }

    /// A contract with two-step verification and two lines, the account, and the clients.
    async fn furnish(place: &Place) {
        place.run(&["migrate"]).await;
        let contract = place.run(&["contract", "add", "--brand", "VX7", "--name", "ハワノリ株式会社"]).await;
        let contract = contract["contract_id"].as_str().unwrap().to_owned();
        place.add_account(&contract, EMAIL, &[]).await;
        for (number, label) in [(EAST, "本社"), (WEST, "大阪")] {
            place.run(&["line", "add", "--contract", &contract, "--number", number, "--label", label]).await;
        }
        let both = ["--auth-method", "none", "--line-redirect-uri", CALLBACK];
        place.add_client(CLIENT, &both).await;
        place.add_client("web", &["--secret-stdin", "--grant-type", "client_credentials"]).await;
    }

    /// The one contract's id.
    pub async fn contract(&self) -> String {
        let contract = self.place.run(&["contract", "list", "--json"]).await;
        contract["contract_id"].as_str().unwrap().to_owned()
    }

    /// A person whose browser reaches the line host through the gateway.
    pub fn person(&self) -> Person {
        Person::at(&self.line)
    }

    /// Somebody who has the gateway's certificate, and the wire to the line listener.
    pub fn at_the_wire(&self) -> Http {
        let identity = format!("{}{}", self.papers.gateway.certificate, self.papers.gateway.key);
        Http::identified(LISTENER_NAME, self.listener, &self.papers.servers.pem, Some(&identity))
    }

    /// What a new browser sees at the end of a sign-in at the line host.
    pub async fn try_sign_in(&self) -> (Person, Answer) {
        let mut person = self.person();
        let answer = sign_in(&mut person).await;
        (person, answer)
    }

    /// Asserts that the line was refused for this reason, which stands in the audit log under the page's reference.
    pub async fn assert_refused(&self, answer: &Answer, reason: &str) {
        assert!(!answer.headers.contains_key("location"), "{reason}: {}", answer.header("location"));
        assert_eq!(self.reason(answer).await, format!("line_refused {reason}"), "{}", answer.body);
        assert!(!answer.body.contains(&EAST[..10]) && !answer.body.contains("CAF9999999"), "{}", answer.body);
    }

    /// The event and reason of the request that an answer belongs to.
    pub async fn reason(&self, answer: &Answer) -> String {
        let sql = "SELECT event || ' ' || COALESCE(reason, '') FROM audit_event WHERE reference = $1 ORDER BY id DESC LIMIT 1";
        within(PATIENCE, "the audit event", async || self.text(sql, answer.reference()).await).await
    }

    /// Waits until an event with this reason is there; answers its details.
    pub async fn audited(&self, event: &str, reason: &str) -> Value {
        let sql =
            "SELECT detail FROM audit_event WHERE event || ' ' || COALESCE(reason, '') = $1 ORDER BY id DESC LIMIT 1";
        let wanted = format!("{event} {reason}");
        let found = within(PATIENCE, &wanted, async || self.text(sql, &wanted).await).await;
        serde_json::from_str(&found).unwrap()
    }

    /// The first text that a query finds.
    pub async fn text(&self, sql: &'static str, value: &str) -> Option<String> {
        match self.db.engine() {
            Engine::Sqlite { reader, .. } => query_scalar(sql).bind(value).fetch_optional(reader).await.unwrap(),
            Engine::Postgres(pool) => query_scalar(sql).bind(value).fetch_optional(pool).await.unwrap(),
        }
    }

    /// Changes the database behind the program's back.
    pub async fn meddle(&self, sql: &'static str) {
        let mut tx = self.db.begin().await.unwrap();
        let done = match &mut tx {
            tegata::storage::Tx::Sqlite(tx) => sqlx::query(sql).execute(tx.connection()).await.map(drop),
            tegata::storage::Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop),
        };
        done.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Where a node's line listener is.
pub async fn line_listener(place: &Place, node: &str) -> SocketAddr {
    let file = place.path(&format!("{node}.line.port"));
    let text = within(PATIENCE, "the line listener", async || std::fs::read_to_string(&file).ok()).await;
    text.trim().parse().unwrap()
}

/// From the client to wherever a sign-in ends.
pub async fn sign_in(person: &mut Person) -> Answer {
    let page = person.open(&authorize(CLIENT)).await;
    person.submit(&page, EMAIL, PASSWORD).await
}

/// The claims of a token, whoever signed it.
pub fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Asserts that a sign-in ended at the client, and answers the code.
#[track_caller]
pub fn code(answer: &Answer) -> String {
    crate::support::Callback::of(answer).code().to_owned()
}

/// The present second, as the programs that run here see it.
pub fn now() -> i64 {
    tegata::clock::Clock::system().now().as_seconds()
}
