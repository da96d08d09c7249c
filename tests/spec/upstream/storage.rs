//! S36 and S38: what stays behind of an upstream, and what others' headers are worth.

use std::time::Duration;

use http::Method;
use tegata_conformance::upstreams::query_value;

use super::ways::{Returning, change_link, identities};
use crate::support::federation::{SECRET, form, submit};
use crate::support::{Callback, Federation, SignIn as _, sql};

/// Every row of every table as text, blobs in hexadecimal.
async fn everything(world: &Federation) -> Vec<(String, String)> {
    let provider = &world.provider;
    let sqlite = provider.database.url().starts_with("sqlite:");
    let tables = if sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()"
    };
    let mut rows = Vec::new();
    for table in sql::texts(provider, tables).await {
        let query = if sqlite {
            let columns = sql::texts(provider, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let quoted: Vec<_> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
            format!("SELECT {} FROM \"{table}\"", quoted.join(" || ' ' || "))
        } else {
            format!("SELECT t::text FROM \"{table}\" t")
        };
        let found = sql::texts(provider, &query).await;
        rows.extend(found.into_iter().map(|row| (table.clone(), row)));
    }
    rows
}

/// Whether a row has a secret, as text or as the bytes of a blob.
fn has(row: &str, secret: &str) -> bool {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    row.contains(secret) || row.to_lowercase().contains(&hex)
}

/// In every state a way can be in: begun, come back, waiting for its confirmation, finished, refused.
async fn use_every_way(world: &Federation) -> Vec<(&'static str, String)> {
    let mut secrets = vec![("client secret", SECRET.to_owned())];
    for connection in world.connections() {
        let user = world.person_at(&connection);
        world.member(&connection, user).await;
        let mut waiting = Returning::to(world, &connection, user).await;
        let page = waiting.page.clone();
        world.depart(&mut waiting.browser, &page, &connection).await;
        let mut returning = Returning::to(world, &connection, user).await;
        for name in ["state", "code"] {
            secrets.push((name, query_value(&waiting.callback, name).unwrap()));
            secrets.push((name, query_value(&returning.callback, name).unwrap()));
        }
        let answer = returning.end().await;
        assert!(!Callback::of(&answer).code().is_empty(), "{connection}");
        returning.arrive().await;
    }
    // One that waits for its confirmation: who came back is nobody's business yet.
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let mut returning = Returning::by_link(world, &link, ("google", "hanako")).await;
    returning.end().await;
    let hanako = world.upstreams.google().user("hanako").unwrap();
    for fact in ["sub", "email", "name"] {
        secrets.push(("somebody who did not confirm yet", hanako.text(fact).to_owned()));
    }
    secrets.push(("an upstream's address", "taro.yamada@gmail.com".to_owned()));
    for host in world.upstreams.hosts() {
        for request in host.requests("*") {
            for params in [request.params(), request.form()] {
                for name in ["nonce", "code_verifier", "code", "access_token", "input_token", "state"] {
                    secrets.push((name, params.text(name).to_owned()));
                }
            }
        }
    }
    secrets.retain(|(_, secret)| secret.len() > 8);
    secrets
}

#[tokio::test]
async fn s36_nothing_an_upstream_gave_and_nothing_that_proves_us_is_in_the_database_as_it_is() {
    let world = Federation::start().await;
    let secrets = use_every_way(&world).await;
    for name in ["nonce", "code_verifier", "code", "access_token", "state"] {
        assert!(secrets.iter().any(|(what, _)| *what == name), "{name} was seen");
    }
    let rows = everything(&world).await;
    let transactions = rows.iter().filter(|(table, _)| table == "upstream_transaction").count();
    assert!(transactions > 10 && rows.iter().any(|(table, _)| table == "connection"), "{transactions}");
    for (table, row) in &rows {
        let found = secrets.iter().find(|(_, secret)| has(row, secret));
        assert_eq!(found, None, "{table}: {row}");
        // No JWT of anybody: neither an ID token nor an access token of an upstream.
        assert!(!row.contains("eyJ") && !row.contains("ya29."), "{table}: {row}");
    }
}

#[tokio::test]
async fn s36_a_transaction_and_the_memory_of_a_token_are_deleted_when_they_are_over() {
    let world = Federation::start().await;
    use_every_way(&world).await;
    for table in ["upstream_transaction", "upstream_id_token"] {
        assert!(everything(&world).await.iter().any(|(name, _)| name == table), "{table}");
    }
    world.provider.clock.advance(Duration::from_hours(72));
    tegata::jobs::clean_up::tick(&world.provider.app).await.unwrap();
    let left = everything(&world).await;
    for table in ["upstream_transaction", "upstream_id_token"] {
        assert_eq!(left.iter().filter(|(name, _)| name == table).count(), 0, "{table}");
    }
}

/// Of an identity that was taken away nothing is left.
#[tokio::test]
async fn s36_an_identity_that_was_replaced_is_gone() {
    let world = Federation::start().await;
    let account = world.member_as("taro@vx7.example", "google", "taro").await;
    let sub = world.upstreams.google().user("taro").unwrap().text("sub").to_owned();
    assert!(identities(&world).await[0].ends_with(&sub));
    let link = change_link(&world, &account.email).await;
    world.register(&mut world.provider.browser(), &link, "other", "taro").await;
    let rows = everything(&world).await;
    assert_eq!(rows.iter().find(|(_, row)| has(row, &sub)), None);
}

/// Headers by which proxies speak, and those by which gateways name a user.
const HEADERS: [(&str, &str); 16] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-for", "198.51.100.9"),
    ("x-forwarded-port", "8080"),
    ("x-forwarded-prefix", "/evil"),
    ("forwarded", "for=198.51.100.9;host=evil.example;proto=http"),
    ("x-original-url", "/VX7/account"),
    ("x-rewrite-url", "/VX7/account"),
    ("x-real-ip", "198.51.100.9"),
    ("x-http-method-override", "DELETE"),
    ("remote-user", "keiyaku@vx7.example"),
    ("x-remote-user", "keiyaku@vx7.example"),
    ("x-forwarded-user", "keiyaku@vx7.example"),
    ("x-forwarded-email", "keiyaku@vx7.example"),
    ("x-ms-client-principal-name", "keiyaku@vx7.example"),
    ("client-cert", ":MIIB:"),
];

#[tokio::test]
async fn s38_headers_of_proxies_and_gateways_that_nobody_vouches_for_change_nothing() {
    let world = Federation::start().await;
    world.provider.account("keiyaku@vx7.example").await;
    world.member("google", "taro").await;
    let mut browser = world.provider.browser();
    // Nobody is signed in by them.
    let first = browser.send(Method::GET, "/VX7/account", None, &HEADERS).await;
    let page = browser.follow(first).await;
    page.is_login();
    let page = world.login_page(&mut browser).await;
    let (action, fields) = form(&page, "/upstream/google").unwrap();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post_from(&action, &fields, &HEADERS).await;
    let url: url::Url = answer.location().parse().unwrap();
    assert_eq!(query_value(&url, "redirect_uri").unwrap(), "https://login.example/VX7/callback/google");
    let back = world.upstreams.sign_in(&url, "taro").await.unwrap();
    let callback = back.as_str().strip_prefix("https://login.example").unwrap().to_owned();
    let answer = browser.send(Method::GET, &callback, None, &HEADERS).await;
    assert!(answer.location().starts_with("/VX7/interaction/"), "{}", answer.location());
    assert!(answer.cookies().iter().all(|cookie| cookie.contains("Secure")), "{:?}", answer.cookies());
    let end = browser.follow(answer).await;
    assert!(!Callback::of(&end).code().is_empty());
    // Nor do they stand in the audit log as if they were true.
    let addresses = sql::texts(&world.provider, "SELECT COALESCE(address, '') FROM audit_event").await;
    assert!(!addresses.is_empty() && !addresses.iter().any(|address| address.contains("198.51.100.9")));
}

/// The same on the confirmation of a link, where it would be somebody else's account.
#[tokio::test]
async fn s38_a_link_is_for_whom_it_began_whatever_a_header_says() {
    let world = Federation::start().await;
    let other = world.provider.account("keiyaku@vx7.example").await;
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
    let confirm = returning.end().await;
    let (action, fields) = form(&confirm, "/link/").unwrap();
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let id = other.account.id.to_string();
    fields.extend([("account", id.as_str()), ("account_id", &id), ("email", other.email()), ("subject", "x")]);
    returning.browser.post_from(&action, &fields, &HEADERS).await.location();
    let jiro = world.provider.record_of("jiro@vx7.example").await.account;
    assert!(identities(&world).await.iter().all(|row| row.starts_with(jiro.id.as_str())));
    let login = world.login_page(&mut returning.browser).await;
    submit(&mut returning.browser, &login, "/upstream/google", &[]).await.location();
    let mut browser = world.provider.browser();
    browser.open_login(&crate::support::AuthorizeRequest::of(&world.app)).await;
}
