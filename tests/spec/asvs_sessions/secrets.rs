//! No secret in the log, the audit log or the database (ASVS 16.2.5, 7.2). Security lines 77 and 91.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::support::provider::PASSWORD;
use crate::support::{Callback, Scene, SignIn as _, sql};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A way through everything that holds a secret, with a refusal of each; answers the secrets.
async fn use_every_secret(scene: &mut Scene) -> Vec<(&'static str, String)> {
    let login = scene.open(&scene.request()).await;
    scene.browser.submit(&login, "nobody@vx7.example", PASSWORD).await;
    scene.browser.submit(&login, PASSWORD, PASSWORD).await;
    scene.browser.post(login.action(), &[("csrf", "forged"), ("password", PASSWORD)]).await;
    let callback = Callback::of(&scene.log_in(&login).await);
    let code = callback.code().to_owned();
    let program = scene.provider.program();
    let tokens = scene.tokens(&callback).await;
    program.exchange(&scene.client, &code).await;
    program.exchange(&scene.client, &format!("{code}x")).await;
    let tokens = {
        let again = scene.authorize(&scene.request()).await;
        drop(tokens);
        scene.tokens(&again).await
    };
    let (access, refresh, id_token) = (tokens.get("access_token"), tokens.get("refresh_token"), tokens.get("id_token"));
    program.userinfo(&access).await;
    program.userinfo(&format!("{access}x")).await;
    program.refresh(&scene.client, &refresh).await;
    program.refresh(&scene.client, &format!("{refresh}x")).await;
    let mut other = scene.client.clone();
    other.secret = Some(format!("wrong-{}", scene.client.secret.as_deref().unwrap_or_default()));
    program.refresh(&other, &refresh).await;
    program.post_as(&scene.client, "/VX7/introspect", &[("token", &access)]).await;
    let session = scene.browser.session().unwrap().to_owned();
    let browser = scene.browser.cookies["__Host-tegata-browser-VX7"].clone();
    scene.open(&scene.request().with("id_token_hint", &format!("{id_token}x"))).await;
    scene.browser.get(&format!("/VX7/logout?id_token_hint={id_token}")).await;
    program.post_as(&scene.client, "/VX7/revoke", &[("token", &refresh)]).await;
    let csrf = login.field("csrf").unwrap();
    let secret = scene.client.secret.clone().unwrap();
    vec![
        ("password", PASSWORD.to_owned()),
        ("code", code),
        ("access token", access),
        ("refresh token", refresh),
        ("ID token", id_token),
        ("session cookie", session),
        ("browser cookie", browser),
        ("form token", csrf),
        ("client secret", secret),
        ("verifier", crate::support::flow::VERIFIER.to_owned()),
    ]
}

/// Security line 91: logged without secrets; the log holds no address of a person either.
#[tokio::test]
async fn no_secret_is_in_the_log_or_the_audit_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut scene = Scene::start().await;
    let secrets = use_every_secret(&mut scene).await;
    // Proof that the log is listened to at all.
    sql::execute(&scene.provider, "ALTER TABLE session RENAME TO session_away").await;
    scene.browser.cookies.insert("__Host-tegata-session-VX7".to_owned(), "x".to_owned());
    scene.browser.get(&scene.request().url()).await;
    scene.provider.app.audit.flush().await;
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a request failed"), "the log is captured");
    let columns = "id || event || COALESCE(reason, '') || reference || COALESCE(session_id, '') || detail";
    let rows = sql::texts(&scene.provider, &format!("SELECT {columns} FROM audit_event")).await;
    assert!(rows.len() > 8, "{rows:?}");
    for (what, secret) in &secrets {
        assert!(!log.contains(secret.as_str()), "the log holds the {what}");
        assert!(!rows.iter().any(|row| row.contains(secret.as_str())), "the audit log holds the {what}: {rows:#?}");
    }
    for address in ["hanako@", "nobody@"] {
        assert!(!log.contains(address), "the log holds {address}");
    }
}

/// Security line 77, RFC 6819 §5.1.4.1.3: only hashes at rest; whoever reads the database can use nothing of it.
#[tokio::test]
async fn no_secret_is_in_the_database_as_it_is() {
    let mut scene = Scene::start().await;
    let secrets = use_every_secret(&mut scene).await;
    let mut everything = Vec::new();
    for (table, columns) in [
        ("session", "id || amr || acr"),
        ("interaction", "id || request"),
        ("token_family", "id || facts"),
        ("account", "COALESCE(password_hash, '') || profile"),
        ("client", "metadata"),
        ("authorization_code", "facts"),
    ] {
        everything.extend(sql::texts(&scene.provider, &format!("SELECT {columns} FROM {table}")).await);
    }
    for (table, column) in [("session", "secret_hash"), ("authorization_code", "hash"), ("refresh_token", "hash")] {
        let length = sql::texts(&scene.provider, &format!("SELECT CAST(length({column}) AS TEXT) FROM {table}")).await;
        assert!(!length.is_empty() && length.iter().all(|length| length == "32"), "{table}: SHA-256");
    }
    for (what, secret) in secrets.iter().filter(|(what, _)| !["ID token", "form token"].contains(what)) {
        assert!(!everything.iter().any(|row| row.contains(secret.as_str())), "the database holds the {what}");
    }
    if let Some(path) = scene.provider.database.url().strip_prefix("sqlite:") {
        for file in [path.to_owned(), format!("{path}-wal")] {
            let bytes = std::fs::read(&file).unwrap_or_default();
            for (what, secret) in secrets.iter().filter(|(what, _)| !["ID token", "form token"].contains(what)) {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{file} holds the {what}");
            }
        }
    }
}
