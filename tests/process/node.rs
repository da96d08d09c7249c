//! A deployment of `tegata serve` processes on one database, and the HTTP of a browser and a program at one of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use http::{Method, StatusCode};
use tegata_conformance::provider::config_file::{BrandEntry, Setup};
use tegata_conformance::provider::register::{NewAccount, NewClient, account, client, contract};
use tegata_conformance::provider::{Launch, Running};

use crate::support::database::TestDatabase;
use crate::support::program::basic;
use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Callback, TestClient};

/// Where the users and clients believe the provider is; each process listens on a port of its own behind it.
const HOST: &str = "localhost:8080";
const EMAIL: &str = "hanako@vx7.example";
/// How long a process may take to be ready on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The folder and database of a deployment, with one user, one confidential and one public client.
pub struct Deployment {
    launch: Launch,
    folder: tempfile::TempDir,
    pub confidential: TestClient,
    pub public: TestClient,
    _database: TestDatabase,
}

/// One running process.
pub struct Node {
    running: Running,
    address: String,
    http: reqwest::Client,
}

impl Deployment {
    /// Registers everything by command line; `further` is added to the configuration.
    pub async fn create(further: &str) -> Self {
        let database = TestDatabase::create().await;
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let setup = Setup {
            listen: "127.0.0.1:0".to_owned(),
            metrics_listen: None,
            port_file: None,
            database: database.url().to_owned(),
            master_key_file: place("master.key"),
            log_format: "text",
            log_filter: "info",
            brands: vec![BrandEntry {
                code: "VX7",
                name: "M-Drive",
                issuer: format!("http://{HOST}/VX7"),
                service_url: "http://localhost:8090/VX7".to_owned(),
            }],
        };
        std::fs::write(place("tegata.toml"), format!("{}\n{further}", setup.text().unwrap())).unwrap();
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_tegata"));
        let launch = Launch { binary, config: place("tegata.toml"), log: place("log"), keeper: None };
        let contract = contract(&launch, "VX7", "ハワノリ株式会社").await.unwrap();
        let (brand, name, role) = ("VX7", "端場 花子", "user");
        let person = NewAccount { brand, contract: &contract, email: EMAIL, name, role, password: PASSWORD };
        account(&launch, &person).await.unwrap();
        let confidential = add_client(&launch, "storage-app", Some("0123456789abcdef0123456789abcdef")).await;
        let public = add_client(&launch, "public-app", None).await;
        Self { launch, folder, confidential, public, _database: database }
    }

    /// Starts a process and waits until it serves.
    pub async fn start(&self, name: &str) -> Node {
        let port_file = self.folder.path().join(name);
        drop(std::fs::remove_file(&port_file));
        let config = std::fs::read_to_string(&self.launch.config).unwrap();
        let port = format!("[server]\nport_file = {:?}", port_file.display().to_string());
        let own = self.folder.path().join(format!("{name}.toml"));
        std::fs::write(&own, config.replacen("[server]", &port, 1)).unwrap();
        let mut running = Launch { config: own, ..self.launch.clone() }.serve().unwrap();
        let address = loop {
            match std::fs::read_to_string(&port_file) {
                Ok(text) if !text.trim().is_empty() => break text.trim().to_owned(),
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
            assert!(running.pid().is_some(), "{}", running.log_tail());
        };
        let address = address.rsplit(':').next().map(|port| format!("http://127.0.0.1:{port}")).unwrap();
        running.wait_ready(&address, PATIENCE).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Node { running, address, http }
    }
}

async fn add_client(launch: &Launch, id: &str, secret: Option<&str>) -> TestClient {
    let redirect_uri = format!("https://{id}.example/callback");
    let method = if secret.is_some() { "client_secret_basic" } else { "none" };
    let flags = vec![
        "--redirect-uri",
        &redirect_uri,
        "--grant-type",
        "authorization_code",
        "--grant-type",
        "refresh_token",
        "--auth-method",
        method,
        "--scope",
        "openid profile email offline_access",
        "--first-party",
    ];
    client(launch, &NewClient { brand: "VX7", name: id, id, secret, flags }).await.unwrap();
    let registration = tegata::client::Registration::default();
    TestClient { id: id.to_owned(), secret: secret.map(str::to_owned), redirect_uri, registration }
}

impl Node {
    /// Ends it without a warning.
    pub async fn kill(mut self) {
        self.running.kill().await;
    }

    /// Ends it in order.
    pub async fn stop(mut self) {
        assert!(self.running.stop(Duration::from_secs(30)).await, "{}", self.running.log_tail());
    }

    /// A handle for a task.
    pub fn caller(&self) -> Caller {
        Caller { address: self.address.clone(), http: self.http.clone(), cookies: BTreeMap::new() }
    }
}

/// Whoever talks to a node; the cookies make it a browser.
#[derive(Clone)]
pub struct Caller {
    address: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Caller {
    /// POST of a form to the token endpoint as a client.
    pub async fn token(&mut self, client: &TestClient, fields: &[(&str, &str)]) -> Answer {
        self.post_as(client, "/VX7/token", fields).await
    }

    /// Whether a token is good.
    pub async fn introspect(&mut self, client: &TestClient, token: &str) -> serde_json::Value {
        self.post_as(client, "/VX7/introspect", &[("token", token)]).await.json()
    }

    async fn post_as(&mut self, client: &TestClient, path: &str, fields: &[(&str, &str)]) -> Answer {
        match &client.secret {
            Some(secret) => self.post(path, fields, Some(&basic(&client.id, secret))).await,
            None => self.post(path, &[fields, &[("client_id", &client.id)]].concat(), None).await,
        }
    }

    /// Signs the user in and answers the code.
    pub async fn code(&mut self, client: &TestClient) -> String {
        let first = self.send(Method::GET, &AuthorizeRequest::of(client).url(), None, None).await;
        let login = self.follow(first).await;
        assert_eq!(login.status, StatusCode::OK, "the login page was expected: {}", login.body);
        let csrf = login.field("csrf").expect("the form has a token");
        let action = login.action().to_owned();
        let fields = [("csrf", csrf.as_str()), ("email", EMAIL), ("password", PASSWORD)];
        let answer = self.post(&action, &fields, None).await;
        let answer = self.follow(answer).await;
        Callback::of(&answer).code().to_owned()
    }

    async fn follow(&mut self, mut answer: Answer) -> Answer {
        while answer.status == StatusCode::SEE_OTHER && answer.header("location").starts_with('/') {
            let location = answer.location().to_owned();
            answer = self.send(Method::GET, &location, None, None).await;
        }
        answer
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)], authorization: Option<&str>) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(body), authorization).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<String>, authorization: Option<&str>) -> Answer {
        let path = path.strip_prefix(&format!("http://{HOST}")).unwrap_or(path);
        let mut request = self.http.request(method, format!("{}{path}", self.address)).header("host", HOST);
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if let Some(body) = body {
            let origin = format!("http://{HOST}");
            request = request.header("content-type", "application/x-www-form-urlencoded").header("origin", origin);
            request = request.body(body);
        }
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let response = request.send().await.expect("the node answers");
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all("set-cookie") {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
        }
        let body = response.text().await.expect("the body arrives");
        Answer { status, headers, body }
    }
}
