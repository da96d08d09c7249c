//! Every one-time value, token and secret in every place that takes one: only its own place may accept it
//! (security.md, the classes of attack above 2.1).

use std::collections::BTreeMap;

use serde_json::json;
use tegata::client::AccessTokenFormat;

use crate::spec::scene::{Form, Scene, inactive};
use crate::support::program::basic;
use crate::support::{AuthorizeRequest, TestClient};

/// One of each thing that means something to us. The values are spent by nobody but the test that made them.
async fn values(scene: &mut Scene, opaque: &TestClient) -> BTreeMap<&'static str, String> {
    let tokens = scene.tokens().await;
    let code = scene.code().await;
    let used = scene.code().await;
    scene.program.exchange(&scene.client, &used).await.ok();
    let other = scene.browser.authorize_as(opaque).await;
    let other = scene.program.exchange(opaque, &other).await.ok();
    let own = scene.token(&Form::credentials().with("scope", "api")).await.ok();
    let login = scene.provider.browser().get(&scene.request().url()).await;
    let interaction = login.location().rsplit('/').next().unwrap().to_owned();
    BTreeMap::from([
        ("code", code),
        ("used code", used),
        ("access token", tokens.get("access_token")),
        ("opaque access token of another client", other.get("access_token")),
        ("client's own access token", own.get("access_token")),
        ("ID token", tokens.get("id_token")),
        ("refresh token", tokens.get("refresh_token")),
        ("refresh token of another client", other.get("refresh_token")),
        ("session", scene.browser.session().unwrap().to_owned()),
        ("client secret", scene.client.secret.clone().unwrap()),
        ("interaction", interaction),
        ("jti", tokens.access_token()["jti"].as_str().unwrap().to_owned()),
        ("family", tokens.access_token()["family"].as_str().unwrap().to_owned()),
        ("subject", scene.account.sub().to_owned()),
    ])
}

trait AuthorizeAs {
    async fn authorize_as(&mut self, client: &TestClient) -> String;
}

impl AuthorizeAs for crate::support::Browser {
    async fn authorize_as(&mut self, client: &TestClient) -> String {
        use crate::support::SignIn as _;
        self.authorize(&AuthorizeRequest::of(client)).await.code().to_owned()
    }
}

async fn scene() -> (Scene, TestClient) {
    let scene = Scene::confidential().await;
    let format = AccessTokenFormat::Opaque;
    let opaque = scene.provider.client("opaque", |r| r.settings.access_token_format = format).await;
    (scene, opaque)
}

// The places that use a value up come last, each on values of its own.
#[tokio::test]
async fn each_value_is_accepted_in_its_own_place_and_nowhere_else() {
    let (mut scene, opaque) = scene().await;
    let values = values(&mut scene, &opaque).await;
    for (name, value) in &values {
        let accepted = |place: &str, accepted: bool, expected: &[&str]| {
            assert_eq!(accepted, expected.contains(name), "{name} at {place}");
        };
        let userinfo = scene.program.userinfo(value).await;
        assert!(userinfo.status.is_success() || userinfo.status.is_client_error());
        let users = ["access token", "opaque access token of another client"];
        accepted("userinfo", userinfo.status == 200, &users);
        let active = scene.program.introspect(&scene.client, value).await;
        accepted(
            "introspection",
            active != inactive(),
            &["access token", "client's own access token", "refresh token"],
        );
        let assertion = [("grant_type", "client_credentials"), ("client_assertion", value.as_str())];
        let kind = [("client_assertion_type", super::super::rfc7523::JWT_BEARER)];
        let answer = scene.program.post("/VX7/token", &[&assertion[..], &kind].concat(), &[]).await;
        accepted("client_assertion", answer.status == 200, &[]);
        let header = basic(&scene.client.id, value);
        let form = [("grant_type", "client_credentials")];
        let answer = scene.program.post("/VX7/token", &form, &[("authorization", &header)]).await;
        accepted("client_secret", answer.status == 200, &["client secret"]);
        let verifier = Form::code(&scene.client, &values["code"]).with("code_verifier", value);
        accepted("code_verifier", scene.token(&verifier).await.0.status == 200, &[]);
    }
    for (name, value) in values.iter().filter(|(name, _)| **name != "used code") {
        let code = scene.token(&Form::code(&scene.client, value)).await;
        assert_eq!(code.0.status == 200, *name == "code", "{name} at code");
        let refresh = scene.token(&Form::refresh(value)).await;
        assert_eq!(refresh.0.status == 200, *name == "refresh token", "{name} at refresh_token");
    }
}

// security.md 47, 89
#[tokio::test]
async fn nothing_of_one_brand_means_anything_at_another() {
    let (mut scene, opaque) = scene().await;
    let values = values(&mut scene, &opaque).await;
    let everything = vec!["https://login.example/VX7".to_owned(), "https://login.example/VX9".to_owned()];
    let elsewhere = scene.provider.client_of("VX9", "elsewhere", |r| r.settings.introspects = everything).await;
    for (name, value) in &values {
        for form in [Form::code(&scene.client, value), Form::refresh(value)] {
            let answer = scene.program.post_as(&elsewhere, "/VX9/token", &form.pairs()).await;
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!("invalid_grant")), "{name}");
        }
        let answer = scene.program.post_as(&elsewhere, "/VX9/introspect", &[("token", value)]).await;
        assert_eq!(answer.json(), inactive(), "{name}");
        let answer = scene.program.post_as(&elsewhere, "/VX9/revoke", &[("token", value)]).await;
        assert_eq!(answer.status, 200, "{name}");
        let header = format!("Bearer {value}");
        let answer = scene.program.get("/VX9/userinfo", &[("authorization", &header)]).await;
        assert_eq!(answer.status, 401, "{name}");
        let header = basic("storage-app", value);
        let form = [("grant_type", "client_credentials")];
        let answer = scene.program.post("/VX9/token", &form, &[("authorization", &header)]).await;
        assert_eq!(answer.status, 401, "{name}");
    }
    // And all of it is as good as before at home.
    scene.token(&Form::code(&scene.client, &values["code"])).await.ok();
    scene.token(&Form::refresh(&values["refresh token"])).await.ok();
    assert!(scene.is_alive(&values["access token"]).await);
}

// security.md 42: only an ID token says who was here; neither may stand in for the other.
#[tokio::test]
async fn an_access_token_is_no_id_token_hint() {
    let mut scene =
        Scene::with(|r| r.metadata.userinfo_signed_response_alg = Some(tegata::jose::Algorithm::Es256)).await;
    let tokens = scene.tokens().await;
    let access = tokens.get("access_token");
    let userinfo = scene.program.userinfo(&access).await.body;
    for (name, hint) in [("an access token", &access), ("a signed userinfo", &userinfo), ("a code", &"x".to_owned())] {
        let mut browser = scene.browser.clone();
        browser.get(&format!("/VX7/logout?id_token_hint={hint}")).await;
        assert!(browser.session().is_some(), "{name} logs nobody out");
    }
    scene.log_out(&tokens.get("id_token")).await;
}

// security.md 70, 91: whoever reads the database or the audit log can redeem nothing of it.
#[tokio::test]
async fn nothing_that_opens_anything_stands_in_the_database() {
    let (mut scene, opaque) = scene().await;
    let mut values = values(&mut scene, &opaque).await;
    // Neither in the sealed answer that waits for a retry.
    let public = scene.provider.public_client().await;
    let code = scene.browser.authorize_as(&public).await;
    let old = scene.program.exchange(&public, &code).await.ok().get("refresh_token");
    values.insert("successor", scene.program.refresh(&public, &old).await.ok().get("refresh_token"));
    values.insert("predecessor", old);
    scene.program.userinfo(&values["refresh token"]).await;
    scene.program.introspect(&scene.client, &values["session"]).await;
    scene.provider.app.audit.flush().await;
    let stored = everything_stored(&scene).await;
    assert!(stored.contains("hanako@vx7.example"), "the search finds what is there");
    for (name, value) in values.iter().filter(|(name, _)| !["interaction", "jti", "family", "subject"].contains(name)) {
        let hexadecimal: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!stored.contains(value) && !stored.contains(&hexadecimal), "{name} stands in the clear");
    }
}

/// The whole database as one text.
async fn everything_stored(scene: &Scene) -> String {
    use tegata::storage::Engine;
    let pool = match scene.provider.db().engine() {
        Engine::Postgres(pool) => pool,
        Engine::Sqlite { path, .. } => {
            let log = path.with_file_name(format!("{}-wal", path.file_name().unwrap().to_str().unwrap()));
            let bytes = [std::fs::read(path).unwrap(), std::fs::read(log).unwrap_or_default()].concat();
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    };
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let mut everything = String::new();
    for table in sqlx::query_scalar::<_, String>(tables).fetch_all(pool).await.unwrap() {
        let rows = sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} t"));
        everything += &sqlx::query_scalar::<_, String>(rows).fetch_all(pool).await.unwrap().concat();
    }
    everything
}
