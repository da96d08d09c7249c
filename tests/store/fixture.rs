//! A database per test on the engine that the environment names, and the rows most tests begin with.

use tegata::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, insert_account};
use tegata::clock::Timestamp;
use tegata::contract::{Contract, ContractState, Plan, SecondFactorSetting, insert_contract};
use tegata::id::{AccountId, BrandCode, ClientId, ContractId, SessionId, Subject, TokenFamilyId};
use tegata::protocol::claims::ClaimsRequest;
use tegata::protocol::scope::Scope;
use tegata::random::Random;
use tegata::secret::{Secret, TokenHash};
use tegata::session::{AccessPath, Authentication, NewSession, SecondFactorProof, insert_session};
use tegata::storage::{Database, DatabaseOptions, Fault, Tx};
use tegata::token::{FamilyFacts, TokenFamily, insert_family};

use crate::support::postgres::{Schema, server};

/// The present of all these tests.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Texts that break what was built by gluing SQL, counting bytes or trusting the wire.
pub fn hostile_texts() -> Vec<String> {
    let texts =
        ["'; DROP TABLE account; --", "\"\\", "$1 %s ? :a @b", "🧑‍🧑‍🧒 手形 e\u{301}", " \t\r\n\u{1}\u{7f}", "null", ""];
    texts.map(str::to_owned).into_iter().chain(["長".repeat(10_240)]).collect()
}

/// `seconds` after [`NOW`]; before it when negative.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOW.as_seconds() + seconds)
}

/// Where a test's tables live; gone with this value.
pub enum Place {
    /// The folder of an SQLite file.
    Folder(tempfile::TempDir),
    /// A schema of a PostgreSQL server.
    Schema(Schema),
}

impl Place {
    /// An empty one on the engine of this run.
    pub async fn empty() -> Self {
        match server() {
            Some(server) => Self::Schema(Schema::create(server).await),
            None => Self::folder(),
        }
    }

    /// An empty one on SQLite, whatever the run's engine is.
    pub fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    /// A new handle: on PostgreSQL a pool of its own, as another node has it.
    pub async fn open(&self) -> Database {
        let url = match self {
            Self::Folder(folder) => format!("sqlite:{}", folder.path().join("tegata.db").display()),
            Self::Schema(schema) => schema.url(),
        };
        Database::open(&DatabaseOptions { url, max_connections: 8, schema: None }).await.unwrap()
    }
}

/// A migrated database and one handle on it.
pub struct Store {
    /// The handle.
    pub db: Database,
    place: Place,
}

impl Store {
    /// On the engine of this run.
    pub async fn new() -> Self {
        Self::in_place(Place::empty().await).await
    }

    /// On SQLite, whatever the run's engine is.
    pub async fn sqlite() -> Self {
        Self::in_place(Place::folder()).await
    }

    async fn in_place(place: Place) -> Self {
        let db = place.open().await;
        db.migrate().await.unwrap();
        Self { db, place }
    }

    /// Adds a contract with one account, whose login ID is `<name>@example.jp`, and answers the account.
    pub async fn account(&self, name: &str) -> Account {
        let contract = contract(name);
        let new = new_account(&contract, name);
        let mut tx = self.db.begin().await.unwrap();
        insert_contract(&mut tx, &contract, NOW).await.unwrap();
        insert_account(&mut tx, &new, NOW).await.unwrap();
        tx.commit().await.unwrap();
        new.account
    }

    /// Adds a session of an account that ends at `expires`, and answers it with its cookie's hash.
    pub async fn session(&self, account: &Account, expires: Timestamp) -> (SessionId, TokenHash) {
        let new = new_session(account, expires);
        let mut tx = self.db.begin().await.unwrap();
        insert_session(&mut tx, &new).await.unwrap();
        tx.commit().await.unwrap();
        (new.session.id.clone(), TokenHash::of(new.secret.expose()))
    }

    /// Adds a token family of an account that ends at `expires`.
    pub async fn family(&self, account: &Account, expires: Timestamp) -> TokenFamily {
        let family = family(expires);
        let mut tx = self.db.begin().await.unwrap();
        insert_family(&mut tx, (&account.brand, &account.id), &family, NOW).await.unwrap();
        tx.commit().await.unwrap();
        family
    }

    /// Two handles on the same tables: two nodes, or on SQLite a server and the command line beside it.
    pub async fn nodes(&self) -> [Database; 2] {
        [self.db.clone(), self.place.open().await]
    }
}

/// The brand of these tests.
pub fn brand() -> BrandCode {
    BrandCode::new("VX7")
}

/// A contract named `id`.
pub fn contract(id: &str) -> Contract {
    Contract {
        id: ContractId::new(format!("contract-{id}")),
        brand: brand(),
        name: id.to_owned(),
        plan: Plan::Basic,
        state: ContractState::Active,
        started_at: NOW,
        second_factor: SecondFactorSetting::Enabled,
        access_path: tegata::contract::AccessPathSetting::LineAndInternet,
    }
}

/// An active user of a contract, with the password method and no password.
pub fn new_account(contract: &Contract, name: &str) -> NewAccount {
    let email = EmailAddress::parse(&format!("{name}@example.jp")).unwrap();
    let account = Account {
        id: AccountId::new(format!("account-{name}")),
        brand: contract.brand.clone(),
        contract_id: contract.id.clone(),
        subject: Subject::new(format!("subject-{name}")),
        email: email.as_str().to_owned(),
        email_verified_at: None,
        name: name.to_owned(),
        profile: Profile::default(),
        role: Role::User,
        state: AccountState::Active,
        login_method: LoginMethod::Password,
        updated_at: NOW,
    };
    NewAccount { account, email, password_hash: None }
}

/// A session of an account.
pub fn new_session(account: &Account, expires: Timestamp) -> NewSession {
    let authentication = Authentication {
        auth_time: NOW,
        amr: vec!["pwd".to_owned()],
        acr: "urn:example:acr".to_owned(),
        access_path: AccessPath::Internet,
        line: None,
        second_factor: SecondFactorProof::Remembered,
        upstream_auth_time: Some(NOW),
    };
    let absolute = std::time::Duration::from_secs(60);
    let owner = (account.brand.clone(), account.id.clone());
    let mut new = NewSession::new(&Random::system(), owner, authentication, absolute);
    new.session.expires_at = expires;
    new
}

/// A token family.
pub fn family(expires: Timestamp) -> TokenFamily {
    let facts = FamilyFacts {
        scope: Scope::parse("openid email").unwrap(),
        claims: ClaimsRequest::default(),
        authentication: tegata::token::claims::Authentication::default(),
        access_path: AccessPath::Internet,
        resource: Vec::new(),
        nonce: None,
    };
    TokenFamily {
        id: TokenFamilyId::from(Random::system().uuid()),
        client_id: ClientId::new("client"),
        session_id: SessionId::new("session"),
        facts,
        offline: false,
        line: None,
        expires_at: expires,
    }
}

/// A fresh secret's hash.
pub fn hash() -> TokenHash {
    TokenHash::of(&Random::system().token())
}

/// A password hash as the tables keep it; nobody verifies it here.
pub fn password(text: &str) -> Option<Secret<String>> {
    Some(Secret::new(text.to_owned()))
}

/// Runs one statement without bindings inside a transaction.
pub async fn execute(tx: &mut Tx, sql: &'static str) -> Result<u64, Fault> {
    let done = match tx {
        Tx::Sqlite(tx) => sqlx::query(sql).execute(tx.connection()).await.map(|done| done.rows_affected()),
        Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(|done| done.rows_affected()),
    };
    Ok(done?)
}

/// Runs one statement without bindings in a transaction of its own.
pub async fn write(db: &Database, sql: &'static str) -> Result<u64, Fault> {
    let mut tx = db.begin().await?;
    let rows = execute(&mut tx, sql).await?;
    tx.commit().await?;
    Ok(rows)
}

/// The rows of a table as a fresh reader sees them.
pub async fn count(db: &Database, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    match db.engine() {
        tegata::storage::Engine::Sqlite { reader, .. } => sqlx::query_scalar(sql).fetch_one(reader).await.unwrap(),
        tegata::storage::Engine::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}
