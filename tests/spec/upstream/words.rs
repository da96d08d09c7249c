//! S34 and S39: what an upstream writes is shown as text or not at all, and no log repeats it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use http::StatusCode;
use tegata_conformance::upstreams::{Fault, Upstreams, query_value};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::ways::{Returning, audit, change_link, point_at, said};
use crate::spec::outbound::server::{Authority, Deed, Server};
use crate::support::federation::{SECRET, form, submit};
use crate::support::{Answer, AuthorizeRequest, Callback, Federation, SignIn as _};

/// What would do harm if it were taken for anything but text. Each has a word by which it is found again.
const PAYLOADS: [&str; 9] = [
    "<script>alert('EVILWORD')</script>",
    "\"><img src=x onerror=EVILWORD>",
    "' onmouseover='EVILWORD",
    "EVILWORD\r\nset-cookie: evil=1\r\n\r\n<h1>",
    "EVILWORD\u{1b}[31m\u{1b}]0;title\u{7}",
    "\u{202e}EVILWORD\u{2066}",
    "{{7*7}}${7*7}EVILWORD",
    "javascript:EVILWORD",
    "EVILWORD\u{2028}\u{0}\u{feff}",
];

/// Asserts that a payload stands nowhere in an answer, not even as text.
fn is_silent(answer: &Answer, what: &str) {
    assert!(!answer.body.contains("EVILWORD"), "{what}: {}", answer.body);
    for (name, value) in &answer.headers {
        assert!(!value.as_bytes().windows(8).any(|part| part == b"EVILWORD"), "{what}: {name}: {value:?}");
    }
    assert!(!answer.headers.contains_key("evil"), "{what}");
}

/// Everything that was logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens from now on, to every level of everybody but the simulators.
    fn listen(&self, filter: &str) -> tracing::subscriber::DefaultGuard {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(filter))
            .with_writer(self.clone())
            .with_ansi(false)
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

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

/// The simulators run in this process, on the same libraries: of those, what they say below `debug` is theirs as well.
const EVERYTHING: &str =
    "trace,tegata_conformance=off,hyper=debug,hyper_util=debug,reqwest=debug,rustls=debug,h2=debug";

#[tokio::test]
async fn s34_an_error_that_comes_back_is_neither_shown_nor_told_nor_written_down() {
    let world = Federation::start().await;
    let log = Log::default();
    let guard = log.listen(EVERYTHING);
    for connection in world.connections() {
        for payload in PAYLOADS {
            let mut browser = world.provider.browser();
            let page = world.login_page(&mut browser).await;
            let url = world.depart(&mut browser, &page, &connection).await;
            let state = query_value(&url, "state").unwrap();
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("state", &state)
                .append_pair("error", payload)
                .append_pair("error_description", &format!("AADSTS65004 {payload}"))
                .append_pair("error_uri", payload)
                .append_pair("error_code", payload)
                .append_pair("error_reason", payload)
                .append_pair("error_subcode", payload)
                .finish();
            let answer = browser.get(&format!("/VX7/callback/{connection}?{query}")).await;
            is_silent(&answer, &connection);
            if payload.contains('\0') {
                // No error at all, and no code.
                answer.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
                continue;
            }
            assert_eq!(said(&answer), "failed", "{connection} {payload:?}");
            let page = browser.follow(answer).await;
            is_silent(page.is_login(), &connection);
        }
    }
    // Where there is no transaction, the page is one of ours as well.
    for payload in PAYLOADS {
        let pairs = [("state", payload), ("error", payload), ("error_description", payload), ("code", payload)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        for path in ["google", "adfs-0000000000000000", "nobody"] {
            let answer = world.provider.browser().get(&format!("/VX7/callback/{path}?{query}")).await;
            assert!(answer.status.is_client_error(), "{path}");
            is_silent(&answer, path);
        }
        let pairs = [("upstream", payload)];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let again = browser.get(&format!("{}?{query}", page.action())).await;
        assert!(!again.body.contains("EVILWORD") && again.status == StatusCode::OK, "{}", again.body);
    }
    drop(guard);
    assert_eq!(log.text().lines().find(|line| line.contains("EVILWORD")), None, "the log");
    let audit = audit(&world).await;
    assert_eq!(audit.iter().find(|row| row.contains("EVILWORD")), None, "the audit log");
    assert!(audit.len() > 50, "which was written all the same: {}", audit.len());
}

#[tokio::test]
async fn s34_a_name_and_an_address_are_shown_as_text_and_nothing_else() {
    let world = Federation::start().await;
    let log = Log::default();
    let guard = log.listen(EVERYTHING);
    for (n, payload) in PAYLOADS.iter().enumerate() {
        let email = format!("p{n}@vx7.example");
        world.provider.invite(&email).await;
        let link = world.provider.mailed_link(&email, "利用者登録").await;
        for connection in ["google", "microsoft", "other", "facebook"] {
            let user = world.person_at(connection);
            world.host(connection).change_user(user, |person| {
                for claim in ["name", "email", "preferred_username", "given_name", "picture", "locale"] {
                    person.claims.insert(claim.to_owned(), (*payload).into());
                }
            });
            let mut returning = Returning::by_link(&world, &link, (connection, user)).await;
            let page = returning.end().await;
            assert!(page.body.contains("EVILWORD"), "{connection} {payload:?}: the person sees it: {}", page.body);
            assert!(form(&page, "/link/").is_some(), "{connection} {payload:?}");
            let raw = ["<script>alert", "<img src=x", "onmouseover='", "<h1>\n"];
            assert!(!raw.iter().any(|raw| page.body.contains(raw)), "{connection} {payload:?}: {}", page.body);
            let odd = |c: &char| {
                (c.is_control() && *c != '\n')
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}')
            };
            assert_eq!(page.body.chars().find(odd), None, "{connection} {payload:?}");
            let html = scraper::Html::parse_document(&page.body);
            let forms = scraper::Selector::parse("form").unwrap();
            assert!(html.select(&forms).all(|form| form.attr("onmouseover").is_none()));
        }
    }
    drop(guard);
    assert_eq!(log.text().lines().find(|line| line.contains("EVILWORD")), None, "the log");
    assert_eq!(audit(&world).await.iter().find(|row| row.contains("EVILWORD")), None, "the audit log");
}

/// A token endpoint that answers with whatever it likes.
#[tokio::test]
async fn s34_the_words_of_a_token_endpoint_reach_nobody() {
    tegata::boot::install_cryptography();
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(Vec::new())).await;
    let world = Federation::start_with(|config| {
        config.outbound.ports.push(server.port);
        let here = vec![std::net::IpAddr::from([127, 0, 0, 1])];
        config.outbound.hosts.insert("fs.sim.test".to_owned(), here);
        config.outbound.breaker_failures = 1_000.try_into().unwrap();
    })
    .await;
    let contract = world.provider.contract("別会社株式会社", tegata::contract::Plan::Basic).await;
    let both = |upstreams: &Upstreams| format!("{}\n{}", upstreams.ca_pem(), authority.pem());
    let ca = both(&world.upstreams);
    let evil = world.add_adfs("adfs-b", &contract, |settings| settings.ca_certificate = Some(ca)).await;
    point_at(&world, &evil, &format!("https://fs.sim.test:{}/token", server.port)).await;
    let log = Log::default();
    let guard = log.listen(EVERYTHING);
    for payload in PAYLOADS {
        let error =
            serde_json::json!({ "error": payload, "error_description": payload, "error_uri": payload, payload: 1 });
        let token = serde_json::json!({ "access_token": payload, "token_type": payload, "id_token": payload });
        let broken = format!("{{\"error\":\"{payload}");
        for (status, kind, body) in [
            ("400 Bad Request", "application/json", error.to_string()),
            ("401 Unauthorized", "application/json", error.to_string()),
            ("500 EVILWORD", "text/html", payload.to_owned()),
            ("200 OK", "application/json", token.to_string()),
            ("200 OK", "application/json", broken),
            ("200 OK", "text/html", payload.to_owned()),
            ("200 OK", "application/EVILWORD", "{}".to_owned()),
        ] {
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nwww-authenticate: EVILWORD\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            server.does_now(Deed::Answer(answer.into_bytes()));
            let mut returning = Returning::to(&world, evil.as_str(), "taro@corp").await;
            let answer = returning.arrive().await;
            assert!(["failed", "unavailable"].contains(&said(&answer).as_str()), "{payload:?} {status}");
            is_silent(&answer, status);
            is_silent(&returning.browser.follow(answer).await, status);
        }
    }
    drop(guard);
    assert_eq!(log.text().lines().find(|line| line.contains("EVILWORD")), None, "the log");
    assert_eq!(audit(&world).await.iter().find(|row| row.contains("EVILWORD")), None, "the audit log");
}

/// Goes every way there is, good and bad; answers everything that must not be in a log.
async fn use_everything(world: &Federation) -> Vec<(&'static str, String)> {
    let mut secrets = vec![("the client secret", SECRET.to_owned())];
    for connection in world.connections() {
        let user = world.person_at(&connection);
        let email = format!("{}.person@vx7.example", connection.get(..4).unwrap());
        world.provider.invite(&email).await;
        let link = world.provider.mailed_link(&email, "利用者登録").await;
        secrets.push(("a mailed link", link.split_once("ticket=").unwrap().1.to_owned()));
        let mut returning = Returning::by_link(world, &link, (&connection, user)).await;
        let confirm = returning.end().await;
        submit(&mut returning.browser, &confirm, "/link/", &[]).await;
        let mut returning = Returning::to(world, &connection, user).await;
        for name in ["state", "code"] {
            secrets.push((name, query_value(&returning.callback, name).unwrap()));
        }
        let answer = returning.end().await;
        let callback = Callback::of(&answer);
        let tokens = world.provider.program().exchange(&world.app, callback.code()).await.ok();
        secrets.push(("our code", callback.code().to_owned()));
        for name in ["access_token", "refresh_token", "id_token"] {
            secrets.push(("our token", tokens.get(name)));
        }
        // The id of an Active Directory is in a cookie as well, and no secret.
        let cookies = returning.browser.cookies.iter().filter(|(name, _)| !name.contains("connection"));
        secrets.extend(cookies.map(|(_, value)| ("a cookie", value.clone())));
        // Once more with the same address, somebody unknown, a cancelled one, one that is refused, one that fails.
        returning.arrive().await;
        world.host(&connection).fault(Fault::Status(503).on(super::ways::token_path(&connection)).once());
        Returning::to(world, &connection, user).await.end().await;
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let url = world.depart(&mut browser, &page, &connection).await;
        let back = world.upstreams.cancel(&url).await.unwrap();
        secrets.push(("state", query_value(&url, "state").unwrap()));
        browser.get(back.as_str()).await;
        let link = change_link(world, &email).await;
        secrets.push(("a mailed link", link.split_once("ticket=").unwrap().1.to_owned()));
        let mut browser = world.provider.browser();
        browser.get(&link).await;
        secrets.push(("an address", email));
    }
    let facts = ["sub", "oid", "upn", "unique_name", "objectguid", "email", "name", "preferred_username"];
    for host in world.upstreams.hosts() {
        for person in host.users() {
            secrets.extend(facts.iter().map(|fact| ("a fact about a person", person.text(fact).to_owned())));
        }
        for request in host.requests("*") {
            for params in [request.params(), request.form()] {
                let names =
                    ["nonce", "code_verifier", "code", "access_token", "input_token", "appsecret_proof", "state"];
                secrets.extend(names.iter().map(|name| ("a parameter", params.text(name).to_owned())));
            }
        }
    }
    let app = world.client_of("facebook").id;
    let facebook = world.upstreams.facebook();
    secrets.extend(["taro", "hanako"].map(|user| ("an id", facebook.facebook_id(user, &app).unwrap())));
    secrets.retain(|(_, secret)| secret.chars().count() > 3);
    secrets
}

#[tokio::test]
async fn s39_no_level_of_the_log_has_an_address_a_subject_a_code_or_a_token() {
    let world = Federation::start().await;
    let log = Log::default();
    let guard = log.listen(EVERYTHING);
    let secrets = use_everything(&world).await;
    assert!(secrets.len() > 200, "{}", secrets.len());
    world.provider.app.audit.flush().await;
    drop(guard);
    let log = log.text();
    assert!(log.contains("a request to another server failed") || log.contains("tegata"), "the log is listened to");
    for (what, secret) in &secrets {
        assert_eq!(log.lines().find(|line| line.contains(secret.as_str())), None, "{what}: {secret}");
    }
    let audit = audit(&world).await;
    for (what, secret) in &secrets {
        assert_eq!(audit.iter().find(|row| row.contains(secret.as_str())), None, "{what} in the audit log: {secret}");
    }
}

/// Nor is anything about a person in an address of ours: such addresses are in the logs of others.
#[tokio::test]
async fn s39_no_address_of_ours_has_an_address_or_a_subject_in_it() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    world.member("google", "taro").await;
    let page = browser.open_login(&AuthorizeRequest::of(&world.app)).await;
    let url = world.depart(&mut browser, &page, "google").await;
    let answer = world.arrive(&mut browser, &url, "taro").await;
    let taro = world.upstreams.google().user("taro").unwrap();
    let mut seen = vec![url.to_string(), answer.location().to_owned()];
    seen.push(browser.follow(answer).await.location().to_owned());
    for fact in ["sub", "email", "name"] {
        let encoded: String = form_urlencoded::byte_serialize(taro.text(fact).as_bytes()).collect();
        assert!(!seen.iter().any(|url| url.contains(taro.text(fact)) || url.contains(&encoded)), "{fact}: {seen:?}");
    }
}
