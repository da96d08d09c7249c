//! How long a page of the user list takes in a contract of 100 000 users. `cargo bench --bench user_list` prints the
//! median and the 95th percentile of each kind of page, on SQLite and, where `TEGATA_TEST_DATABASE_URL` names one, on
//! PostgreSQL; nothing is asserted. The aim is a 95th percentile of 50 ms.

#![expect(clippy::print_stdout, reason = "the table is what a bench is for")]
#![expect(clippy::expect_used, reason = "a bench that cannot reach its database has nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tegata::account::directory::{Place, SearchBy, UserSearch, list_users};
use tegata::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, insert_account};
use tegata::clock::Timestamp;
use tegata::contract::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting, insert_contract};
use tegata::id::{BrandCode, ContractId, Subject};
use tegata::random::Random;
use tegata::storage::{Database, DatabaseOptions};

const NOW: Timestamp = Timestamp::from_seconds(1_795_132_800);
const FAMILIES: [&str; 8] = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "端場"];
const GIVEN: [&str; 8] = ["花子", "太郎", "次郎", "陽菜", "蓮", "結衣", "大翔", "ｻｸﾗ"];

fn main() {
    // `cargo test --all-targets` runs this as well, without the argument: then a small contract, once around.
    let (users, rounds) = if std::env::args().any(|arg| arg == "--bench") { (100_000, 200) } else { (200, 1) };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("bench.db").display());
        measure("SQLite", DatabaseOptions { url, max_connections: 4, schema: None }, (users, rounds)).await;
        if let Ok(server) = std::env::var("TEGATA_TEST_DATABASE_URL") {
            let schema = format!("user_list_{}", std::process::id());
            run(&server, format!("CREATE SCHEMA {schema}")).await;
            let options = DatabaseOptions { url: server.clone(), max_connections: 4, schema: Some(schema.clone()) };
            measure("PostgreSQL", options, (users, rounds)).await;
            run(&server, format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    });
}

async fn measure(engine: &str, options: DatabaseOptions, (users, rounds): (usize, usize)) {
    let db = Database::open(&options).await.expect("the database opens");
    db.migrate().await.expect("the schema is made");
    let contract = seed(&db, users).await;
    let everybody = UserSearch {
        contract,
        by: SearchBy::Anything,
        text: String::new(),
        role: None,
        state: None,
        place: Place::First,
        limit: 50,
    };
    let deep = Place::After(subject_of(users * 9 / 10));
    let back = Place::Before(subject_of(users * 9 / 10));
    let search = |by, text: &str| UserSearch { by, text: text.to_owned(), ..everybody.clone() };
    println!("{:<12} {:<44} {:>9} {:>9}", "engine", "page", "p50", "p95");
    for (name, search) in [
        ("first page", everybody.clone()),
        ("deep page, forwards", UserSearch { place: deep.clone(), ..everybody.clone() }),
        ("deep page, backwards", UserSearch { place: back, ..everybody.clone() }),
        ("prefix of the address", search(SearchBy::Address, "user09")),
        ("prefix of the address that nobody has", search(SearchBy::Address, "zzz")),
        ("prefix of the name", search(SearchBy::Name, "端場")),
        ("prefix of the name, deep", UserSearch { place: deep, ..search(SearchBy::Name, "端場") }),
        ("part of a name", search(SearchBy::Anything, "花子")),
        ("part of one address at the end", search(SearchBy::Anything, &format!("{:05}@", users - 1))),
        ("part that nobody has", search(SearchBy::Anything, "どこにも居ない")),
        ("administrators only", UserSearch { role: Some(Role::Administrator), ..everybody.clone() }),
        ("locked ones only", UserSearch { state: Some(AccountState::Locked), ..everybody.clone() }),
        (
            "suspended ones only: there are none",
            UserSearch { state: Some(AccountState::Suspended), ..everybody.clone() },
        ),
    ] {
        let (p50, p95) = time(&db, &search, rounds).await;
        println!("{engine:<12} {name:<44} {:>6.1} ms {:>6.1} ms", millis(p50), millis(p95));
    }
    db.close().await;
}

/// One statement of our own making, on a connection of its own.
async fn run(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server).await.expect("the server answers");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("the connection closes");
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

async fn time(db: &Database, search: &UserSearch, rounds: usize) -> (Duration, Duration) {
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let began = Instant::now();
        list_users(db, search).await.expect("the list is read").expect("the place is known");
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let at = |percent: usize| times.get((rounds - 1) * percent / 100).copied().unwrap_or_default();
    (at(50), at(95))
}

fn subject_of(n: usize) -> Subject {
    Subject::new(format!("00000000-0000-4000-8000-{n:012}"))
}

async fn seed(db: &Database, users: usize) -> ContractId {
    let random = Random::seeded(1);
    let brand = BrandCode::new("VX7");
    let contract = Contract {
        id: ContractId::from(random.uuid()),
        brand: brand.clone(),
        name: "ハワノリ株式会社".to_owned(),
        plan: Plan::Basic,
        state: ContractState::Active,
        started_at: NOW,
        second_factor: SecondFactorSetting::Enabled,
        access_path: AccessPathSetting::LineAndInternet,
    };
    let mut tx = db.begin().await.expect("a transaction begins");
    insert_contract(&mut tx, &contract, NOW).await.expect("the contract is added");
    tx.commit().await.expect("it is committed");
    for chunk in (0..users).collect::<Vec<_>>().chunks(5_000) {
        let mut tx = db.begin().await.expect("a transaction begins");
        for n in chunk {
            insert_account(&mut tx, &user(&random, &contract, *n), NOW).await.expect("a user is added");
        }
        tx.commit().await.expect("they are committed");
    }
    contract.id
}

fn user(random: &Random, contract: &Contract, n: usize) -> NewAccount {
    let email = format!("user{n:05}@hawanori.example.co.jp");
    let pick = |names: &[&'static str], n: usize| names.get(n % names.len()).copied().unwrap_or_default();
    let account = Account {
        id: random.row_id(NOW).into(),
        brand: contract.brand.clone(),
        contract_id: contract.id.clone(),
        subject: subject_of(n),
        email: email.clone(),
        email_verified_at: Some(NOW),
        name: format!("{} {}", pick(&FAMILIES, n / 8), pick(&GIVEN, n)),
        profile: Profile::default(),
        role: if n.is_multiple_of(10_000) { Role::Administrator } else { Role::User },
        state: if n % 5_000 == 1 { AccountState::Locked } else { AccountState::Active },
        login_method: LoginMethod::Google,
        updated_at: NOW,
    };
    NewAccount { account, email: EmailAddress::parse(&email).expect("a good address"), password_hash: None }
}
