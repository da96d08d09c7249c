//! A provider in this process: the real router, the real database, a clock that stands still, seeded randomness.

use std::path::Path;
use std::sync::OnceLock;

use tegata::account::{
    Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, insert_account, update_account_state,
};
use tegata::boot::{Ground, assemble_on, insert_keys};
use tegata::client::{ClientState, Registration, hash_client_secret, insert_client, update_client_state};
use tegata::clock::{Clock, Timestamp};
use tegata::config::{Config, load};
use tegata::context::App;
use tegata::contract::{Contract, ContractState, Plan, SecondFactorSetting, insert_contract};
use tegata::front::Front;
use tegata::id::{BrandCode, ClientId, ContractId};
use tegata::jose::{Algorithm, SigningKey};
use tegata::keys::{KeyState, StoredKey};
use tegata::notify::Round;
use tegata::protocol::client_metadata::{ApplicationType, GrantType, TokenEndpointAuthMethod};
use tegata::protocol::scope::Scope;
use tegata::random::Random;
use tegata::secret::{MasterKey, Secret};
use tegata::storage::Database;

use super::browser::Browser;
use super::database::TestDatabase;
use super::inbox::Inbox;
use super::program::Program;

/// 2026-11-20T00:00:00Z.
pub const START: Timestamp = Timestamp::from_seconds(1_795_132_800);
/// The password of every test account.
pub const PASSWORD: &str = "Correct-Horse-7";

const CONFIG: &str = r#"
[[brand]]
code = "VX7"
name = "M-Drive"
issuer = "https://login.example/VX7"
service_url = "https://ff.example/VX7"
[[brand]]
code = "VX9"
name = "コーデックストレージ"
issuer = "https://login.example/VX9"
service_url = "https://ff.example/VX9"
[[brand]]
code = "OWN"
name = "Own"
issuer = "https://id.own.example"
service_url = "https://own.example"
"#;

/// A provider.
pub struct Provider {
    /// Its handles.
    pub app: App,
    /// Its clock.
    pub clock: Clock,
    /// Its front door.
    pub front: Front,
    /// Its database.
    pub database: std::sync::Arc<TestDatabase>,
    inbox: Option<Inbox>,
    contract: ContractId,
}

/// An account with [`PASSWORD`].
#[derive(Clone)]
pub struct TestAccount {
    /// The account.
    pub account: Account,
}

impl TestAccount {
    /// Its address.
    pub fn email(&self) -> &str {
        &self.account.email
    }

    /// Its `sub`.
    pub fn sub(&self) -> &str {
        self.account.subject.as_str()
    }
}

/// A registered client.
#[derive(Clone)]
pub struct TestClient {
    /// Its id.
    pub id: String,
    /// Its secret, if it has one.
    pub secret: Option<String>,
    /// Its first redirect URI.
    pub redirect_uri: String,
    /// What is registered.
    pub registration: Registration,
}

/// Keys are dear to make, and no test depends on which they are: one set for the whole run.
fn stored_keys(master: &MasterKey) -> Vec<StoredKey> {
    static KEYS: OnceLock<Vec<SigningKey>> = OnceLock::new();
    let keys =
        KEYS.get_or_init(|| Algorithm::ALL.iter().map(|alg| SigningKey::generate(*alg).expect("a key")).collect());
    let seal = |key| StoredKey::seal(key, KeyState::Current, START, master).expect("a key can be sealed");
    keys.iter().map(seal).collect()
}

/// Passwords are hashed cheaply: what is tested is the flow, not the hash.
fn cheap(mut config: Config) -> Config {
    config.password.memory_kib = 64;
    config.password.iterations = 1;
    config.password.workers = 2;
    config
}

impl Provider {
    /// A provider on a new database.
    pub async fn start() -> Self {
        Self::with_config(|_| {}).await
    }

    /// A provider with a changed configuration.
    pub async fn with_config(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = load(Path::new("/nowhere/tegata.toml"), CONFIG, &[]).expect("the configuration is good");
        change(&mut config);
        // Boxed: a test's future holds many of these, and they are large.
        Box::pin(Self::begin(config)).await
    }

    async fn begin(config: Config) -> Self {
        let database = std::sync::Arc::new(TestDatabase::create().await);
        let clock = Clock::manual(START);
        let mut provider = Self::assemble(config, database, clock, 1).await;
        provider.contract = provider.contract("ハワノリ株式会社", Plan::Basic).await;
        provider
    }

    /// A provider whose mails and SMS arrive in an inbox.
    pub async fn with_inbox() -> Self {
        Self::with_inbox_and(|_| {}).await
    }

    /// The same with a changed configuration.
    pub async fn with_inbox_and(change: impl FnOnce(&mut Config)) -> Self {
        let inbox = Inbox::open().await;
        let configure = |config: &mut Config| {
            inbox.configure(config);
            change(config);
        };
        let mut provider = Self::with_config(configure).await;
        provider.inbox = Some(inbox);
        provider
    }

    /// Where its mails and SMS arrive.
    pub fn inbox(&self) -> &Inbox {
        self.inbox.as_ref().expect("the provider was started with an inbox")
    }

    /// Sends what is due, as the job does every second.
    pub async fn deliver(&self) -> Round {
        tegata::jobs::deliver::tick(&self.app).await.expect("the database works")
    }

    /// A second node on the same database and clock.
    pub async fn second_node(&self) -> Self {
        self.node_with(|_| {}).await
    }

    /// The same with a changed configuration.
    pub async fn node_with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.app.config.clone();
        change(&mut config);
        let database = std::sync::Arc::clone(&self.database);
        let mut node = Box::pin(Self::assemble(config, database, self.clock.clone(), 2)).await;
        node.contract = self.contract.clone();
        node.inbox.clone_from(&self.inbox);
        node
    }

    async fn assemble(config: Config, database: std::sync::Arc<TestDatabase>, clock: Clock, seed: u64) -> Self {
        let random = Random::seeded(seed);
        let master = MasterKey::new([7; 32]);
        let db = database.open().await;
        insert_keys(&db, &stored_keys(&master)).await.expect("the keys are stored");
        let ground = Ground { config: cheap(config), clock: clock.clone(), random, master, db };
        let (app, background) = assemble_on(ground).await.expect("the provider assembles");
        background.start_writer(&app);
        let front = tegata::router::service(app.clone(), tegata::policy::access_path::AccessPath::Internet);
        Self { app, clock, front, database, inbox: None, contract: ContractId::new("none") }
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.app.db
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.front.clone(), super::browser::HOST)
    }

    /// A program that talks to the endpoints for machines.
    pub fn program(&self) -> Program {
        Program::new(self.front.clone())
    }

    /// The contract of accounts that name no other.
    pub const fn usual_contract(&self) -> &ContractId {
        &self.contract
    }

    /// Adds a contract of VX7.
    pub async fn contract(&self, name: &str, plan: Plan) -> ContractId {
        let now = self.clock.now();
        let contract = Contract {
            id: ContractId::from(self.app.random.uuid()),
            brand: BrandCode::new("VX7"),
            name: name.to_owned(),
            plan,
            state: ContractState::Active,
            started_at: now,
            second_factor: SecondFactorSetting::Disabled,
            access_path: tegata::contract::AccessPathSetting::LineAndInternet,
        };
        let mut tx = self.db().begin().await.unwrap();
        insert_contract(&mut tx, &contract, now).await.unwrap();
        tx.commit().await.unwrap();
        contract.id
    }

    /// Adds an account of VX7 with [`PASSWORD`].
    pub async fn account(&self, email: &str) -> TestAccount {
        self.account_with(email, |_| {}).await
    }

    /// Adds an account that differs; without [`LoginMethod::Password`] it has no password.
    pub async fn account_with(&self, email: &str, change: impl FnOnce(&mut Account)) -> TestAccount {
        let random = &self.app.random;
        let now = self.clock.now();
        let mut account = Account {
            id: random.row_id(now).into(),
            brand: BrandCode::new("VX7"),
            contract_id: self.contract.clone(),
            subject: random.uuid().into(),
            email: email.to_owned(),
            email_verified_at: Some(now),
            name: "端場 花子".to_owned(),
            profile: Profile {
                given_name: Some("花子".to_owned()),
                family_name: Some("端場".to_owned()),
                phone_number: Some("+819012345678".to_owned()),
                phone_number_verified: Some(true),
                ..Profile::default()
            },
            role: Role::User,
            state: AccountState::Active,
            login_method: LoginMethod::Password,
            updated_at: now,
        };
        change(&mut account);
        let password_hash = match account.login_method {
            LoginMethod::Password => {
                let hash = self.app.passwords.hash(Secret::new(PASSWORD.to_owned())).await;
                Some(Secret::new(hash.expect("the pool is idle")))
            }
            _ => None,
        };
        let email = EmailAddress::parse(email).expect("a test's address is good");
        let mut tx = self.db().begin().await.unwrap();
        insert_account(&mut tx, &NewAccount { account: account.clone(), email, password_hash }, now).await.unwrap();
        tx.commit().await.unwrap();
        TestAccount { account }
    }

    /// The brand's own storage application: confidential, first party, with refresh tokens.
    pub async fn storage_app(&self) -> TestClient {
        self.client("storage-app", |_| {}).await
    }

    /// Somebody else's application: its users are asked for consent.
    pub async fn third_party(&self) -> TestClient {
        self.client("third-party", |r| {
            r.settings.first_party = false;
            r.metadata.client_name = "会計ソフト <b>".to_owned();
        })
        .await
    }

    /// A public client: no secret, PKCE, rotating refresh tokens.
    pub async fn public_client(&self) -> TestClient {
        self.client("public-app", |r| r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::None).await
    }

    /// Registers a client of VX7 that differs from the storage application.
    pub async fn client(&self, id: &str, change: impl FnOnce(&mut Registration)) -> TestClient {
        self.client_of("VX7", id, change).await
    }

    /// Registers a client of a brand.
    pub async fn client_of(&self, brand: &str, id: &str, change: impl FnOnce(&mut Registration)) -> TestClient {
        let mut registration = Registration::default();
        let metadata = &mut registration.metadata;
        metadata.client_name = id.to_owned();
        metadata.application_type = ApplicationType::Web;
        metadata.redirect_uris = vec![format!("https://{id}.example/callback")];
        metadata.post_logout_redirect_uris = vec![format!("https://{id}.example/goodbye")];
        metadata.grant_types =
            vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials];
        metadata.scope =
            Scope::parse("openid profile email phone address offline_access contract api").expect("a good scope");
        registration.settings.first_party = true;
        change(&mut registration);
        let secret = registration.metadata.token_endpoint_auth_method.uses_secret().then(|| format!("{id}-{:032}", 1));
        let hash = secret.as_ref().map(|secret| hash_client_secret(&self.app.master, secret));
        let (code, client_id) = (BrandCode::new(brand), ClientId::new(id));
        let mut tx = self.db().begin().await.unwrap();
        insert_client(&mut tx, (&code, &client_id), &registration, hash, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        self.app.clients.reload(self.db()).await.unwrap();
        TestClient {
            id: id.to_owned(),
            secret,
            redirect_uri: registration.metadata.redirect_uris.first().cloned().unwrap_or_default(),
            registration,
        }
    }

    /// Changes an account's state as an administrator would.
    pub async fn set_account_state(&self, account: &TestAccount, from: AccountState, to: AccountState) {
        let mut tx = self.db().begin().await.unwrap();
        assert!(update_account_state(&mut tx, &account.account.id, (from, to), self.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Disables a client.
    pub async fn disable(&self, client: &TestClient) {
        let (brand, id) = (BrandCode::new("VX7"), ClientId::new(&client.id));
        let mut tx = self.db().begin().await.unwrap();
        assert!(update_client_state(&mut tx, (&brand, &id), ClientState::Disabled, self.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        self.app.clients.reload(self.db()).await.unwrap();
    }

    /// Asserts that the audit log explains an answer under its reference, and answers the reasons.
    pub async fn explained(&self, answer: &super::Answer) -> Vec<String> {
        let reasons = self.audit_reasons(answer.reference()).await;
        assert!(!reasons.is_empty(), "the audit log says nothing about {}: {}", answer.status, answer.body);
        reasons
    }

    /// The reasons in the audit log under a reference.
    pub async fn audit_reasons(&self, reference: &str) -> Vec<String> {
        self.app.audit.flush().await;
        let events = tegata::audit::find_by_reference(self.db(), reference).await.unwrap();
        events.into_iter().filter_map(|event| event.reason).collect()
    }
}
