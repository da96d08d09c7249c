//! Who may go on: account, contract and client × everything that stands on a session (ASVS 7.4.2, 8.3.2). Security
//! lines 81 and 89: a change acts at once.

use http::StatusCode;
use tegata::account::AccountState;
use tegata::contract::Plan;

use crate::support::provider::PASSWORD;
use crate::support::{Callback, Provider, Scene, SignIn as _, TestClient, sql};

/// What changes under a living session.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    Suspended,
    Deleted,
    Locked,
    ContractCancelled,
    TrialEnded,
    ClientDisabled,
}

/// What Hanako's client could do before the change.
struct Standing {
    scene: Scene,
    resource_server: TestClient,
    access_token: String,
    refresh_token: String,
    unused_code: Callback,
    open_login: crate::support::Answer,
}

impl Standing {
    async fn start() -> Self {
        let provider = Provider::start().await;
        let trial = provider.contract("お試し株式会社", Plan::Trial).await;
        provider.clock.advance(std::time::Duration::from_secs(30 * 86_400 - 30));
        let account = provider.account_with("trial@vx7.example", |account| account.contract_id = trial).await;
        let client = provider.storage_app().await;
        let resource_server =
            provider.client("files", |r| r.settings.introspects = vec!["https://login.example/VX7".to_owned()]).await;
        let browser = provider.browser();
        let mut scene = Scene { provider, client, account, browser };
        let open_login = scene.open(&scene.request()).await;
        let callback = scene.sign_in().await;
        let tokens = scene.tokens(&callback).await;
        let unused_code = scene.authorize(&scene.request()).await;
        let (access_token, refresh_token) = (tokens.get("access_token"), tokens.get("refresh_token"));
        Self { scene, resource_server, access_token, refresh_token, unused_code, open_login }
    }

    async fn change(&self, change: Change) {
        let Scene { provider, client, account, .. } = &self.scene;
        let state = |to| provider.set_account_state(account, AccountState::Active, to);
        match change {
            Change::Suspended => state(AccountState::Suspended).await,
            Change::Deleted => state(AccountState::Deleted).await,
            Change::Locked => state(AccountState::Locked).await,
            Change::ContractCancelled => sql::execute(provider, "UPDATE contract SET state = 'cancelled'").await,
            Change::TrialEnded => self.scene.wait(31),
            Change::ClientDisabled => provider.disable(client).await,
        }
    }

    /// Whether the token is good in the eyes of a resource server.
    async fn is_active(&self, token: &str) -> bool {
        let answer =
            self.scene.provider.program().post_as(&self.resource_server, "/VX7/introspect", &[("token", token)]).await;
        answer.json()["active"].as_bool().unwrap()
    }

    async fn userinfo(&self) -> StatusCode {
        self.scene.provider.program().userinfo(&self.access_token).await.status
    }
}

/// Security lines 81 and 89: every way on is closed at once.
#[tokio::test]
async fn a_change_that_ends_a_session_closes_every_way_on_at_once() {
    for change in [Change::Suspended, Change::Deleted, Change::ContractCancelled, Change::TrialEnded] {
        let mut standing = Standing::start().await;
        assert!(standing.is_active(&standing.access_token).await);
        assert_eq!(standing.userinfo().await, StatusCode::OK);
        standing.change(change).await;
        let silent = standing.scene.authorize(&standing.scene.request().with("prompt", "none")).await;
        assert_eq!(silent.error(), "login_required", "{change:?}: sign-on");
        standing.scene.open(&standing.scene.request()).await.is_login();
        assert_eq!(standing.userinfo().await, StatusCode::UNAUTHORIZED, "{change:?}: userinfo");
        assert!(!standing.is_active(&standing.access_token).await, "{change:?}: introspection");
        let (program, client) = (standing.scene.provider.program(), &standing.scene.client);
        let exchange = program.exchange(client, standing.unused_code.code()).await;
        assert_eq!(exchange.error(), "invalid_grant", "{change:?}: code");
        assert_eq!(
            program.refresh(client, &standing.refresh_token).await.error(),
            "invalid_grant",
            "{change:?}: refresh"
        );
        let own = program.post_as(client, "/VX7/introspect", &[("token", &standing.refresh_token)]).await;
        assert_eq!(own.json(), serde_json::json!({"active": false}), "{change:?}: refresh token");
        let form = standing.scene.browser.get(standing.open_login.action()).await;
        let answer = standing.scene.browser.submit(&form, "trial@vx7.example", PASSWORD).await;
        answer.is_login();
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?}: password");
        standing.scene.provider.explained(&answer).await;
    }
}

/// A lock guards the password alone: whoever types wrong passwords for an address must not throw its owner out.
#[tokio::test]
async fn a_lock_refuses_the_password_and_leaves_a_living_session_alone() {
    let mut standing = Standing::start().await;
    standing.change(Change::Locked).await;
    let silent = standing.scene.authorize(&standing.scene.request().with("prompt", "none")).await;
    assert!(!silent.code().is_empty());
    assert_eq!(standing.userinfo().await, StatusCode::OK);
    let mut elsewhere = standing.scene.provider.browser();
    let login = elsewhere.open_login(&standing.scene.request()).await;
    let answer = elsewhere.submit(&login, "trial@vx7.example", PASSWORD).await;
    assert_eq!((answer.status, elsewhere.session()), (StatusCode::UNPROCESSABLE_ENTITY, None));
    assert_eq!(standing.scene.provider.explained(&answer).await, ["account_locked"]);
}

/// Security line 89: the same for the client.
#[tokio::test]
async fn a_disabled_client_is_dead_everywhere_at_once() {
    let mut standing = Standing::start().await;
    let waiting = standing.scene.open(&standing.scene.request().with("prompt", "login")).await;
    standing.change(Change::ClientDisabled).await;
    let page = standing.scene.open(&standing.scene.request()).await;
    page.shows(StatusCode::BAD_REQUEST, "client_disabled");
    let begun = standing.scene.log_in(&waiting).await;
    begun.shows(StatusCode::BAD_REQUEST, "client_disabled");
    assert_eq!(standing.userinfo().await, StatusCode::UNAUTHORIZED);
    assert!(!standing.is_active(&standing.access_token).await);
    let (program, client) = (standing.scene.provider.program(), &standing.scene.client);
    assert_eq!(program.exchange(client, standing.unused_code.code()).await.error(), "invalid_client");
    assert_eq!(program.refresh(client, &standing.refresh_token).await.error(), "invalid_client");
    let own = program.post_as(client, "/VX7/introspect", &[("token", &standing.access_token)]).await;
    assert_eq!(own.status, StatusCode::UNAUTHORIZED);
}

/// Changes what is registered for the storage application.
async fn register(scene: &Scene, change: impl FnOnce(String) -> String) {
    let metadata = sql::texts(&scene.provider, "SELECT metadata FROM client WHERE id = 'storage-app'").await.remove(0);
    let changed = change(metadata).replace('\'', "''");
    sql::execute(&scene.provider, &format!("UPDATE client SET metadata = '{changed}' WHERE id = 'storage-app'")).await;
    scene.provider.app.clients.reload(scene.provider.db()).await.unwrap();
}

/// Security line 89: a scope or a redirect URI that was taken away is gone for a sign-in in progress too.
#[tokio::test]
async fn a_registration_that_changed_during_a_sign_in_counts_as_it_is_now() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request().with("scope", "openid email phone")).await;
    register(&scene, |metadata| metadata.replace(" phone", "")).await;
    let callback = Callback::of(&scene.log_in(&login).await);
    let scope = scene.tokens(&callback).await.access_token()["scope"].as_str().unwrap_or_default().to_owned();
    assert!(scope.contains("email") && !scope.contains("phone"), "{scope}");
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    register(&scene, |metadata| metadata.replace("storage-app.example/callback", "storage-app.example/moved")).await;
    scene.log_in(&login).await.shows(StatusCode::BAD_REQUEST, "redirect_uri_mismatch");
    scene.wait(3600);
    let tab = scene.browser.get(login.action()).await;
    scene.browser.follow(tab).await.shows(StatusCode::BAD_REQUEST, "redirect_uri_mismatch");
}
