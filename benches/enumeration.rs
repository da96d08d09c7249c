//! Whether the time of an answer tells who has an account (`security.md` line 63). `cargo bench --bench enumeration`
//! takes about a minute on a quiet machine, prints two tables, and fails when any two classes that must look the same
//! differ by Welch's |t| ≥ 4.5, the bound of leakage assessments (ISO/IEC 17825): about seven in a million by chance.
//!
//! The real router, SQLite, argon2id with the default parameters, and every background job run in this process. Samples
//! of all classes are drawn in turn, in a new random order each round, so that whatever else happens to the machine
//! happens to all of them. Slow disks make long tails, which hide a difference as well as make one up: a pair is judged
//! with all samples and again without the slowest tenth, and the worse counts.
//!
//! «The next answer» is what an onlooker sees who asks something else right after a request for a reset: whatever the
//! request causes must not be felt there either.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::num::NonZeroU32;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use axum::body::Body;
use http::{Request, StatusCode, header};
use tegata::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, insert_account};
use tegata::boot::{Ground, Tasks, assemble_on};
use tegata::clock::Clock;
use tegata::config::{SmtpConfig, SmtpSecurity, load};
use tegata::context::App;
use tegata::contract::{Contract, ContractState, Plan, SecondFactorSetting, insert_contract};
use tegata::front::Front;
use tegata::id::{BrandCode, ContractId};
use tegata::random::Random;
use tegata::secret::{MasterKey, Secret};
use tegata::server::stop::{Phase, Stop, StopOrder};
use tegata::storage::{Database, DatabaseOptions};
use tegata_conformance::sink::Sink;
use tower_service::Service as _;

/// Samples of each class.
const SAMPLES: usize = 300;
/// Wrong passwords that an address takes before the message changes.
const TRIES: usize = 9;
/// |t| from which on two classes are distinguishable.
const BOUND: f64 = 4.5;

const CONFIG: &str = r#"
[[brand]]
code = "VX7"
name = "M-Drive"
issuer = "https://login.example/VX7"
service_url = "https://ff.example/VX7"
mail_from = "no-reply@vx7.example"
"#;

fn main() -> ExitCode {
    // `cargo test --all-targets` runs this as well, without the argument: then once around is enough.
    let samples = if std::env::args().any(|arg| arg == "--bench") { SAMPLES } else { 2 };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let worst = runtime.block_on(measure(samples));
    if samples < SAMPLES || worst < BOUND {
        return ExitCode::SUCCESS;
    }
    println!("distinguishable: |t| = {worst:.1}");
    ExitCode::FAILURE
}

/// Whose address is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Known,
    Unknown,
    OtherMethod,
    /// Locked; the failures were forgotten since, so that the page says nothing of it.
    Locked,
}

impl Class {
    const ALL: [Self; 4] = [Self::Known, Self::Unknown, Self::OtherMethod, Self::Locked];

    const fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::OtherMethod => "other",
            Self::Locked => "locked",
        }
    }

    /// The `n`th address of the class; all are of the same length.
    fn email(self, n: usize) -> String {
        format!("{:-<8}{n:04}@vx7.example", self.word())
    }
}

async fn measure(samples: usize) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (order, stop) = StopOrder::new();
    let (app, front, tasks) = start(folder.path(), &stop).await;
    let addresses = samples.div_ceil(TRIES);
    populate(&app, addresses + 1).await;
    let mut person = Person::arrive(&app, front).await;
    let mut rows = Vec::new();
    for class in Class::ALL {
        rows.push(Row::new(format!("{}, wrong password", class.word()), 0));
    }
    for class in Class::ALL {
        rows.push(Row::new(format!("{}, after ten", class.word()), 1));
    }
    for class in Class::ALL {
        rows.push(Row::new(format!("{}, reset", class.word()), 2));
    }
    for class in Class::ALL {
        rows.push(Row::new(format!("{}, next answer", class.word()), 3));
    }
    // Ten in a row for the addresses of «after ten».
    for class in Class::ALL {
        for _ in 0..=TRIES {
            person.guess(&class.email(addresses), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    }
    for n in 0..samples {
        for step in person.shuffled(8) {
            let class = Class::ALL[step % 4];
            let address = if step < 4 { n / TRIES } else { addresses };
            rows[step].samples.push(person.guess(&class.email(address), StatusCode::UNPROCESSABLE_ENTITY).await);
        }
    }
    for _ in 0..samples {
        for step in person.shuffled(4) {
            rows[8 + step].samples.push(person.forget(&Class::ALL[step].email(0)).await);
            rows[12 + step].samples.push(person.forget("somebody0000@vx7.example").await);
            // Whatever it causes at once is over before the next sample.
            tokio::time::sleep(Duration::from_millis(12)).await;
        }
    }
    order.advance(Phase::Draining);
    tasks.finish(Duration::from_secs(5)).await;
    report(&rows)
}

/// A provider with everything that runs beside it.
async fn start(folder: &Path, stop: &Stop) -> (App, Front, Tasks) {
    let mut config = load(Path::new("/nowhere/tegata.toml"), CONFIG, &[]).expect("the configuration is good");
    let many = NonZeroU32::new(1_000_000).expect("not zero");
    let limits = &mut config.limits;
    for limit in [
        &mut limits.failures_per_address,
        &mut limits.failures_per_network,
        &mut limits.mails_per_address,
        &mut limits.mails_per_network,
        &mut limits.resets_per_account,
    ] {
        *limit = many;
    }
    config.interaction.lifetime.0 = Duration::from_hours(12);
    config.mail.sender.push(mail_server().await);
    let url = format!("sqlite:{}", folder.join("bench.db").display());
    let db = Database::open(&DatabaseOptions { url, max_connections: 4, schema: None }).await.expect("a file opens");
    db.migrate().await.expect("the schema is made");
    let (clock, random) = (Clock::system(), Random::system());
    let ground = Ground { config, clock, random, master: MasterKey::new([7; 32]), db };
    let (app, background) = assemble_on(ground).await.expect("the provider assembles");
    let tasks = background.start(&app, stop);
    (app.clone(), tegata::router::service(app, tegata::policy::access_path::AccessPath::Internet), tasks)
}

async fn mail_server() -> SmtpConfig {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound port").port();
    let sink = Sink::new(None).expect("a sink in memory");
    tokio::spawn(async move { sink.serve_smtp(listener).await });
    SmtpConfig {
        name: "sink".to_owned(),
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        security: SmtpSecurity::None,
        username: None,
        password_file: None,
        ca_file: None,
        bounce_domain: None,
    }
}

/// A contract, and accounts of every class that has one; all with the same password.
async fn populate(app: &App, addresses: usize) {
    let now = app.clock.now();
    let contract = Contract {
        id: ContractId::from(app.random.uuid()),
        brand: BrandCode::new("VX7"),
        name: "ハワノリ株式会社".to_owned(),
        plan: Plan::Basic,
        state: ContractState::Active,
        started_at: now,
        second_factor: SecondFactorSetting::Enabled,
        access_path: tegata::contract::AccessPathSetting::LineAndInternet,
    };
    let hash = app.passwords.hash(Secret::new("Correct-Horse-7".to_owned())).await.expect("the pool is idle");
    let mut tx = app.db.begin().await.expect("a transaction begins");
    insert_contract(&mut tx, &contract, now).await.expect("a contract is added");
    for class in Class::ALL.into_iter().filter(|class| *class != Class::Unknown) {
        for n in 0..addresses {
            let new = account(app, &contract, class, n);
            let password_hash = (class != Class::OtherMethod).then(|| Secret::new(hash.clone()));
            let email = EmailAddress::parse(&new.email).expect("a good address");
            let new = NewAccount { account: new, email, password_hash };
            insert_account(&mut tx, &new, now).await.expect("an account is added");
        }
    }
    tx.commit().await.expect("the transaction commits");
}

fn account(app: &App, contract: &Contract, class: Class, n: usize) -> Account {
    let now = app.clock.now();
    Account {
        id: app.random.row_id(now).into(),
        brand: contract.brand.clone(),
        contract_id: contract.id.clone(),
        subject: app.random.uuid().into(),
        email: class.email(n),
        email_verified_at: Some(now),
        name: "端場 花子".to_owned(),
        profile: Profile::default(),
        role: Role::User,
        state: if class == Class::Locked { AccountState::Locked } else { AccountState::Active },
        login_method: if class == Class::OtherMethod { LoginMethod::Google } else { LoginMethod::Password },
        updated_at: now,
    }
}

/// Somebody in front of the login page and the page for a forgotten password.
struct Person {
    front: Front,
    random: Random,
    cookie: String,
    login: String,
    login_csrf: String,
    forgot_csrf: String,
}

impl Person {
    async fn arrive(app: &App, mut front: Front) -> Self {
        let first = Request::get("/VX7/account").header(header::HOST, "login.example");
        let Ok(first) = front.call(first.body(Body::empty()).expect("a good request")).await;
        let text = |name| first.headers()[name].to_str().expect("a text").to_owned();
        let (location, cookie) = (text(header::LOCATION), text(header::SET_COOKIE));
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let secret = cookie.split_once('=').expect("a cookie has a value").1.to_owned();
        let id = location.rsplit('/').next().unwrap_or_default().to_owned();
        Self {
            front,
            random: Random::system(),
            login_csrf: app.csrf.token(&secret, &format!("login/{id}")),
            forgot_csrf: app.csrf.token(&secret, "forgotten"),
            cookie,
            login: format!("/VX7/login/{id}"),
        }
    }

    /// The numbers under `n` in another order each time.
    fn shuffled(&self, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            let random = u32::from_le_bytes(self.random.bytes::<4>());
            all.swap(i, random as usize % (i + 1));
        }
        all
    }

    /// Types a wrong password; how long the answer took, in microseconds.
    async fn guess(&mut self, email: &str, expected: StatusCode) -> f64 {
        let fields = [("csrf", self.login_csrf.as_str()), ("email", email), ("password", "Wrong-Horse-7")];
        let (path, body) = (self.login.clone(), encode(&fields));
        self.time(&path, body, expected).await
    }

    /// Asks for a reset.
    async fn forget(&mut self, email: &str) -> f64 {
        let fields = [("csrf", self.forgot_csrf.as_str()), ("email", email)];
        let body = encode(&fields);
        self.time("/VX7/lo/forgot", body, StatusCode::SEE_OTHER).await
    }

    async fn time(&mut self, path: &str, body: String, expected: StatusCode) -> f64 {
        let request = Request::post(path)
            .header(header::HOST, "login.example")
            .header(header::ORIGIN, "https://login.example")
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a good request");
        let began = Instant::now();
        let Ok(response) = self.front.call(request).await;
        let status = response.status();
        axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("the body arrives");
        let took = began.elapsed();
        assert_eq!(status, expected, "{path}");
        took.as_secs_f64() * 1e6
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The samples of one class.
struct Row {
    name: String,
    /// Rows of one group are compared.
    group: usize,
    samples: Vec<f64>,
}

impl Row {
    fn new(name: String, group: usize) -> Self {
        Self { name, group, samples: Vec::new() }
    }
}

/// Prints both tables; answers the greatest |t|.
fn report(rows: &[Row]) -> f64 {
    println!("{:<24} {:>6} {:>12} {:>12} {:>12}", "answer", "n", "median µs", "mean µs", "deviation");
    for row in rows {
        let mut sorted = row.samples.clone();
        sorted.sort_by(f64::total_cmp);
        let (mean, variance) = moments(&sorted);
        let median = sorted[sorted.len() / 2];
        println!("{:<24} {:>6} {median:>12.0} {mean:>12.0} {:>12.0}", row.name, sorted.len(), variance.sqrt());
    }
    println!("\n{:<24} {:<24} {:>8} {:>14}", "answer", "against", "t, all", "t, without 10%");
    let mut worst = 0.0_f64;
    for (i, one) in rows.iter().enumerate() {
        for other in rows[i + 1..].iter().filter(|other| other.group == one.group) {
            let (all, cropped) = (welch(&one.samples, &other.samples), welch_of_fastest(one, other));
            println!("{:<24} {:<24} {all:>8.2} {cropped:>14.2}", one.name, other.name);
            worst = worst.max(all.abs()).max(cropped.abs());
        }
    }
    worst
}

/// Without what is slower than nine tenths of both taken together.
fn welch_of_fastest(one: &Row, other: &Row) -> f64 {
    let mut both = [one.samples.as_slice(), &other.samples].concat();
    both.sort_by(f64::total_cmp);
    let limit = both[(both.len() * 9 / 10).min(both.len() - 1)];
    let fast = |row: &Row| row.samples.iter().copied().filter(|sample| *sample <= limit).collect::<Vec<_>>();
    welch(&fast(one), &fast(other))
}

/// Welch's t.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let ((mean1, variance1), (mean2, variance2)) = (moments(one), moments(other));
    let error = (variance1 / count(one) + variance2 / count(other)).sqrt();
    if error > 0.0 { (mean1 - mean2) / error } else { 0.0 }
}

/// Mean, and variance of a sample.
fn moments(samples: &[f64]) -> (f64, f64) {
    let mean = samples.iter().sum::<f64>() / count(samples);
    let squares = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>();
    (mean, squares / (count(samples) - 1.0).max(1.0))
}

#[expect(clippy::cast_precision_loss, reason = "there are hundreds, not 2^52")]
fn count(samples: &[f64]) -> f64 {
    samples.len() as f64
}
