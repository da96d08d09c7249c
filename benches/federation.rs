//! What a sign-in with somebody else's account costs here, and whether a dead upstream slows the others down.
//! `cargo bench --bench federation` takes about a minute on a quiet machine and prints two tables.
//!
//! The real router, SQLite and a simulated OpenID provider run in this process, over real TCP and TLS on loopback. «Ours»
//! is the answer of the callback less the exchange of a code by itself (TCP, TLS, and all that the simulator does for
//! it), both drawn in turn. The second table signs people in by password (argon2id with the default parameters) while
//! 200 others hang at an upstream that reads the code and never answers, and without them, in turn.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use axum::body::Body;
use http::{Request, StatusCode, header};
use tegata::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, insert_account};
use tegata::boot::{Ground, assemble_on, install_cryptography};
use tegata::clock::Clock;
use tegata::config::load;
use tegata::context::App;
use tegata::contract::{Contract, ContractState, Plan, SecondFactorSetting, insert_contract};
use tegata::front::Front;
use tegata::id::{BrandCode, ConnectionId, ContractId};
use tegata::random::Random;
use tegata::secret::{MasterKey, Secret, TokenHash};
use tegata::storage::{Database, DatabaseOptions};
use tegata::upstream::exchange::redeem;
use tegata::upstream::identity::insert_identity;
use tegata::upstream::profile::Wishes;
use tegata::upstream::transaction::{NewTransaction, Purpose};
use tegata::upstream::{Connection, Person, authorization};
use tegata_conformance::upstreams::{Client, Fault, Scheme, Upstreams, query_value};
use tower_service::Service as _;

const SAMPLES: usize = 200;
const HANGING: usize = 200;
const PASSWORD: &str = "Correct-Horse-7";
const SECRET: &str = "an upstream's secret of 32 letters";

fn main() {
    // `cargo test --all-targets` runs this as well, without the argument: then once around is enough.
    let samples = if std::env::args().any(|arg| arg == "--bench") { SAMPLES } else { 2 };
    tokio::runtime::Runtime::new().expect("a runtime starts").block_on(measure(samples));
}

async fn measure(samples: usize) {
    install_cryptography();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let upstreams = Upstreams::start(Scheme::Https).await.expect("the upstreams start");
    let (app, front) = start(folder.path(), &upstreams).await;
    populate(&app, &upstreams).await;
    let mut person = Visitor::arrive(&app, front.clone()).await;
    one_by_one(&app, &upstreams, &mut person, samples).await;
    many_at_once(&upstreams, &mut person, samples).await;
    beside_a_dead_one(&upstreams, &mut person, samples).await;
}

/// The two halves of a callback, in turn.
async fn one_by_one(app: &App, upstreams: &Upstreams, person: &mut Visitor, samples: usize) {
    let issuer = app.issuers.of(&BrandCode::new("VX7")).expect("configured").clone();
    let id = ConnectionId::new("other");
    let connection =
        app.upstreams.find((&app.db, &app.master), &issuer, &id).await.expect("found").expect("configured");
    let (mut departures, mut callbacks, mut exchanges) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..samples {
        let (url, took) = person.depart("other").await;
        departures.push(took);
        let back = upstreams.sign_in(&url, "taro").await.expect("signed in");
        callbacks.push(person.call_back(&back).await);
        exchanges.push(exchange(app, upstreams, &connection).await);
    }
    println!("{:<44} {:>10} {:>10}", "one after the other", "median µs", "p95 µs");
    for (name, samples) in [
        ("departure", &mut departures),
        ("callback", &mut callbacks),
        ("of it the exchange of the code", &mut exchanges),
    ] {
        println!("{name:<44} {:>10.0} {:>10.0}", quantile(samples, 0.5), quantile(samples, 0.95));
    }
    println!("{:<44} {:>10.0}", "ours", quantile(&mut callbacks, 0.5) - quantile(&mut exchanges, 0.5));
}

/// The exchange of a code by itself: TCP, TLS and the simulator.
async fn exchange(app: &App, upstreams: &Upstreams, connection: &Connection) -> f64 {
    let uri = "https://login.example/VX7/callback/other".to_owned();
    let owner = (BrandCode::new("VX7"), connection.id.clone(), TokenHash::of("x"));
    let purpose = Purpose::SignIn { interaction: tegata::id::InteractionId::new("x") };
    let new = NewTransaction::new(
        &app.random,
        owner,
        purpose,
        (uri.clone(), connection.issuer().to_owned()),
        app.clock.now(),
    );
    let url = authorization::url(connection, &new, &uri, &Wishes::default());
    let back = upstreams.sign_in(&url, "taro").await.expect("signed in");
    let code = Secret::new(query_value(&back, "code").expect("a code"));
    let line = app.outbound.line(connection.id.as_str(), &connection.reach).expect("a good certificate");
    let began = Instant::now();
    redeem(connection, &line, (&code, &new.secrets), None).await.expect("the code is good");
    began.elapsed().as_secs_f64() * 1e6
}

/// Sixteen callbacks at a time, the simulator on the same cores.
async fn many_at_once(upstreams: &Upstreams, person: &mut Visitor, samples: usize) {
    let mut waiting = Vec::new();
    for _ in 0..samples {
        let (url, _) = person.depart("other").await;
        waiting.push(upstreams.sign_in(&url, "taro").await.expect("signed in"));
    }
    let began = Instant::now();
    for batch in waiting.chunks(16) {
        let mut running = tokio::task::JoinSet::new();
        for back in batch {
            let (mut person, back) = (person.clone(), back.clone());
            running.spawn(async move { person.call_back(&back).await });
        }
        running.join_all().await;
    }
    let rate = samples as f64 / began.elapsed().as_secs_f64();
    println!("\n{:<44} {rate:>10.0} sign-ins/s, the simulator's half included", "sixteen at a time");
}

/// Password sign-ins while others hang, and without.
async fn beside_a_dead_one(upstreams: &Upstreams, person: &mut Visitor, samples: usize) {
    let dead = upstreams.google();
    let (mut quiet, mut beside) = (Vec::new(), Vec::new());
    let rounds = samples.div_ceil(20);
    for _ in 0..rounds {
        for _ in 0..20 {
            quiet.push(person.sign_in().await);
        }
        let mut backs = Vec::new();
        for _ in 0..HANGING.min(samples) {
            let (url, _) = person.depart("google").await;
            backs.push(upstreams.sign_in(&url, "taro").await.expect("signed in"));
        }
        dead.fault(Fault::Hang.on("/token"));
        let mut hanging = tokio::task::JoinSet::new();
        for back in backs {
            let mut person = person.clone();
            hanging.spawn(async move { person.call_back(&back).await });
        }
        // All of them hang: their requests are read, and nothing comes back.
        while dead.requests("/token").len() < hanging.len() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..20 {
            beside.push(person.sign_in().await);
        }
        hanging.abort_all();
        dead.clear_faults();
        dead.clear_log();
    }
    let (before, after) = (quantile(&mut quiet, 0.95), quantile(&mut beside, 0.95));
    println!("\n{:<44} {:>10} {:>10}", "a password sign-in", "median µs", "p95 µs");
    println!("{:<44} {:>10.0} {before:>10.0}", "by itself", quantile(&mut quiet, 0.5));
    println!("{:<44} {:>10.0} {after:>10.0}", format!("beside {HANGING} that hang"), quantile(&mut beside, 0.5));
    println!("{:<44} {:>10} {:>9.1}%", "difference", "", (after / before - 1.0) * 100.0);
}

fn quantile(samples: &mut [f64], q: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[((samples.len() - 1) as f64 * q).round() as usize]
}

/// A provider with two upstreams, the second of which is to die.
async fn start(folder: &Path, upstreams: &Upstreams) -> (App, Front) {
    std::fs::write(folder.join("secret"), SECRET).expect("a file");
    std::fs::write(folder.join("ca.pem"), upstreams.ca_pem()).expect("a file");
    let (oidc, google) = (upstreams.oidc(), upstreams.google());
    let common = format!(
        "client_id = \"tegata\"\nclient_secret_file = \"{0}/secret\"\nca_file = \"{0}/ca.pem\"\npermitted_networks = [\"127.0.0.0/8\"]",
        folder.display()
    );
    let text = format!(
        "[[upstream]]\nid = \"other\"\nkind = \"openid_connect\"\nname = \"Other\"\nissuer = \"{o}\"\nauthorization_endpoint = \"{o}/authorize\"\ntoken_endpoint = \"{o}/token\"\njwks_uri = \"{o}/keys\"\n{common}\n\
         [[upstream]]\nid = \"google\"\nkind = \"google\"\nissuer = \"{g}\"\nauthorization_endpoint = \"{g}/o/oauth2/v2/auth\"\ntoken_endpoint = \"{t}/token\"\njwks_uri = \"{k}/oauth2/v3/certs\"\n{common}\n\
         [[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\nservice_url = \"https://ff.example/VX7\"\nlogin_methods = [\"password\", \"google\", \"openid_connect\"]\n",
        o = oidc.origin(),
        g = google.origin(),
        t = google.origin_of("token"),
        k = google.origin_of("keys"),
    );
    let mut config = load(Path::new("/nowhere/tegata.toml"), &text, &[]).expect("the configuration is good");
    let many = NonZeroU32::new(10_000_000).expect("not zero");
    config.limits.upstream_per_address = many;
    config.limits.upstream_per_network = many;
    config.limits.failures_per_address = many;
    config.limits.failures_per_network = many;
    // All of them may hang at once; by default the seventeenth is turned back.
    config.outbound.max_concurrent = many;
    config.outbound.ports = vec![upstreams.port()];
    let loopback = vec![IpAddr::from([127, 0, 0, 1])];
    config.outbound.hosts = upstreams.names().into_iter().map(|name| (name, loopback.clone())).collect();
    for (host, id) in [(&oidc, "other"), (&google, "google")] {
        host.register(Client::new("tegata", SECRET, &format!("https://login.example/VX7/callback/{id}")));
    }
    let url = format!("sqlite:{}", folder.join("bench.db").display());
    let db = Database::open(&DatabaseOptions { url, max_connections: 4, schema: None }).await.expect("a file opens");
    db.migrate().await.expect("the schema is made");
    let (clock, random) = (Clock::system(), Random::system());
    let ground = Ground { config, clock, random, master: MasterKey::new([7; 32]), db };
    let (app, background) = assemble_on(ground).await.expect("the provider assembles");
    background.start_writer(&app);
    (app.clone(), tegata::router::service(app, tegata::policy::access_path::AccessPath::Internet))
}

/// Somebody with a password, and somebody with an account at the upstream.
async fn populate(app: &App, upstreams: &Upstreams) {
    let now = app.clock.now();
    let contract = Contract {
        id: ContractId::from(app.random.uuid()),
        brand: BrandCode::new("VX7"),
        name: "ハワノリ株式会社".to_owned(),
        plan: Plan::Basic,
        state: ContractState::Active,
        started_at: now,
        second_factor: SecondFactorSetting::Disabled,
        access_path: tegata::contract::AccessPathSetting::LineAndInternet,
    };
    let hash = app.passwords.hash(Secret::new(PASSWORD.to_owned())).await.expect("the pool is idle");
    let taro = upstreams.oidc().user("taro").expect("a preset person");
    let mut tx = app.db.begin().await.expect("a transaction begins");
    insert_contract(&mut tx, &contract, now).await.expect("a contract is added");
    for (email, method) in
        [("password@vx7.example", LoginMethod::Password), ("other@vx7.example", LoginMethod::OpenIdConnect)]
    {
        let account = Account {
            id: app.random.row_id(now).into(),
            brand: contract.brand.clone(),
            contract_id: contract.id.clone(),
            subject: app.random.uuid().into(),
            email: email.to_owned(),
            email_verified_at: Some(now),
            name: "端場 花子".to_owned(),
            profile: Profile::default(),
            role: Role::User,
            state: AccountState::Active,
            login_method: method,
            updated_at: now,
        };
        let password_hash = (method == LoginMethod::Password).then(|| Secret::new(hash.clone()));
        let new = NewAccount { account, email: EmailAddress::parse(email).expect("a good address"), password_hash };
        insert_account(&mut tx, &new, now).await.expect("an account is added");
        if method == LoginMethod::OpenIdConnect {
            let person = Person {
                subject: taro.text("sub").to_owned(),
                upstream_sub: None,
                name: None,
                email: None,
                auth_time: None,
            };
            let through = (method, &ConnectionId::new("other"));
            assert!(insert_identity(&mut tx, &new.account, through, &person, now).await.expect("linked"));
        }
    }
    tx.commit().await.expect("the transaction commits");
}

/// Somebody in front of the login page.
#[derive(Clone)]
struct Visitor {
    front: Front,
    cookie: String,
    login: String,
    csrf: String,
}

impl Visitor {
    async fn arrive(app: &App, mut front: Front) -> Self {
        let first = Request::get("/VX7/account").header(header::HOST, "login.example");
        let Ok(first) = front.call(first.body(Body::empty()).expect("a good request")).await;
        let text = |name| first.headers()[name].to_str().expect("a text").to_owned();
        let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let secret = cookie.split_once('=').expect("a cookie has a value").1.to_owned();
        let id = location.rsplit('/').next().unwrap_or_default().to_owned();
        let csrf = app.csrf.token(&secret, &format!("login/{id}"));
        Self { front, csrf, cookie, login: format!("/VX7/login/{id}") }
    }

    async fn depart(&mut self, connection: &str) -> (url::Url, f64) {
        let (path, body) = (format!("{}/upstream/{connection}", self.login), encode(&[("csrf", &self.csrf)]));
        let (response, took) = self.send(Request::post(path), body).await;
        let location = response.headers()[header::LOCATION].to_str().expect("a text");
        (location.parse().expect("an address"), took)
    }

    async fn call_back(&mut self, back: &url::Url) -> f64 {
        let path = format!("{}?{}", back.path(), back.query().unwrap_or_default());
        self.send(Request::get(path), String::new()).await.1
    }

    async fn sign_in(&mut self) -> f64 {
        let fields = [("csrf", self.csrf.as_str()), ("email", "password@vx7.example"), ("password", PASSWORD)];
        let body = encode(&fields);
        self.send(Request::post(self.login.clone()), body).await.1
    }

    /// Sends a request that ends in a redirect; how long the answer took, in microseconds.
    async fn send(&mut self, request: http::request::Builder, body: String) -> (http::Response<Body>, f64) {
        let request = request
            .header(header::HOST, "login.example")
            .header(header::ORIGIN, "https://login.example")
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a good request");
        let began = Instant::now();
        let Ok(response) = self.front.call(request).await;
        let took = began.elapsed().as_secs_f64() * 1e6;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        (response, took)
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
