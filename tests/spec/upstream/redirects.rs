//! Where a browser is led and what it tells there (S8 to S11; RFC 9700 §4.2, §4.3, §4.11, §4.12, §4.16).

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};

use super::payloads::{PAYLOADS, encoded, leads_only_home};
use super::steps::{Outcome, Visitor, parameter, token_requests};
use crate::support::federation::{SECRET, form, submit};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Browser, Callback, Federation, Person as _, SignIn as _, sql};

/// Every place of ours that takes something from an address, with the payload in it.
fn places(world: &Federation, login: &str, state: &str) -> Vec<String> {
    let authorize = AuthorizeRequest::of(&world.app);
    let good = authorize.url();
    let without = authorize.without("redirect_uri").url();
    let adfs = world.adfs.as_str();
    [
        format!("{without}&redirect_uri={{}}"),
        format!("{good}&return_to={{}}&next={{}}&url={{}}&target_link_uri={{}}"),
        format!("{login}?upstream={{}}"),
        format!("{login}?passkey={{}}&return_to={{}}&from={{}}"),
        format!("{login}/active-directory?from={{}}&connection_id={{}}"),
        "/VX7/interaction/{}".to_owned(),
        "/VX7/lo/forgot?from={}".to_owned(),
        "/VX7/lo/forgot?from=login/{}".to_owned(),
        "/VX7/lo/forgot/sent?from={}".to_owned(),
        "/VX7/logout?client_id=storage-app&post_logout_redirect_uri={}".to_owned(),
        "/VX7/logout?state={}&logout_hint={}".to_owned(),
        "/VX7/registration?ticket={}&upstream={}".to_owned(),
        "/VX7/login-method?ticket={}&upstream={}".to_owned(),
        "/VX7/account/login-method?upstream={}&return_to={}".to_owned(),
        "/VX7/account?lang={}&return_to={}".to_owned(),
        "/VX7/callback/{}?code=x&state=y".to_owned(),
        "/VX7/callback/google?code=x&state={}".to_owned(),
        format!("/VX7/callback/google?state={state}&error={{}}&error_uri={{}}&error_description={{}}&return_to={{}}"),
        "/VX7/link/{}".to_owned(),
        "/VX7/ad/{}".to_owned(),
        format!("/VX7/ad/{adfs}?return_to={{}}"),
        format!("/VX7/ad/{adfs}/go?token={{}}&return_to={{}}"),
        "/VX7/deletion/{}".to_owned(),
        "/VX7/{}".to_owned(),
        "/{}".to_owned(),
    ]
    .into()
}

/// Opens an address and what it leads to.
async fn walk(browser: &mut Browser, path: &str, what: &str) {
    let mut at = path.to_owned();
    for _ in 0..6 {
        let answer = browser.get(&at).await;
        leads_only_home(&answer, &at, what);
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
        let location = answer.header("location");
        if !location.starts_with('/') {
            return;
        }
        at = location.to_owned();
    }
    panic!("{what}: the redirects do not end");
}

#[tokio::test]
async fn s08_forty_payloads_in_every_address_of_ours_lead_nowhere_else() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    let page = world.login_page(&mut browser).await;
    let login = page.action().to_owned();
    for payload in PAYLOADS {
        // A state that is good makes the error parameter count; it is used up each time.
        let url = world.depart(&mut browser, &page, "google").await;
        for place in places(&world, &login, &parameter(&url, "state")) {
            let path = place.replace("{}", &encoded(payload));
            walk(&mut browser, &path, &format!("{place} {payload:?}")).await;
        }
    }
}

#[tokio::test]
async fn s08_forty_payloads_in_every_form_of_ours_lead_nowhere_else() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    let page = world.login_page(&mut browser).await;
    let login = page.action().to_owned();
    let csrf = page.field("csrf").unwrap();
    let forms = [
        ("/VX7/lo/forgot".to_owned(), "from"),
        (format!("{login}/active-directory"), "connection_id"),
        (login.clone(), "return_to"),
        (login.clone(), "email"),
        (format!("{login}/upstream/google"), "return_to"),
        ("/VX7/logout/confirm".to_owned(), "post_logout_redirect_uri"),
        ("/VX7/registration".to_owned(), "ticket"),
        ("/VX7/callback/facebook/deletion".to_owned(), "signed_request"),
    ];
    for payload in PAYLOADS {
        for (action, field) in &forms {
            let what = format!("{action} {field}={payload:?}");
            let answer = browser.post(action, &[("csrf", &csrf), (field, payload)]).await;
            if answer.header("location").starts_with(&world.host("google").origin()) {
                // The upstream's own address; our answer goes to our callback whatever the form says.
                let url = answer.location().parse().unwrap();
                assert_eq!(parameter(&url, "redirect_uri"), "https://login.example/VX7/callback/google", "{what}");
                continue;
            }
            leads_only_home(&answer, action, &what);
        }
        let path = format!("{login}/upstream/{}", encoded(payload));
        let answer = browser.post(&path, &[("csrf", &csrf)]).await;
        leads_only_home(&answer, &path, payload);
    }
}

/// Paths that begin like another host, as a browser could be made to send them.
#[tokio::test]
async fn s08_a_path_that_looks_like_a_host_is_a_page_that_does_not_exist() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    for path in ["//evil.example", "//evil.example/VX7/login", "/VX7//evil.example", "/VX7///evil.example/%2e%2e"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        leads_only_home(&answer, "/", path);
    }
}

/// Where the upstream sends the person is what is registered, letter for letter; it knows no other address of ours.
#[tokio::test]
async fn s08_what_returns_to_the_client_stands_in_the_transaction_and_in_no_address() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let (_, url) = Visitor::new(&world, &connection).set_out().await;
        let addresses = url.as_str().matches("https%3A%2F%2F").count();
        let own = if connection.starts_with("adfs-") { 2 } else { 1 };
        assert_eq!(addresses, own, "the redirect URI, and the resource of an Active Directory: {url}");
        assert!(!url.as_str().contains("storage-app"), "{url}");
    }
}

#[track_caller]
fn assert_protected(answer: &Answer, what: &str) {
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    leads_only_home(answer, "/VX7/callback/x", what);
    assert!(!answer.body.contains("<iframe"), "{what}");
}

#[tokio::test]
async fn s09_departure_and_return_are_303_and_every_answer_of_a_callback_keeps_its_address_to_itself() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    let visitor = Visitor::new(&world, "google");
    let mut browser = world.provider.browser();
    let page = world.login_page(&mut browser).await;
    let answer = submit(&mut browser, &page, "/upstream/google", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    let url = answer.location().parse().unwrap();
    let cancelled = world.upstreams.cancel(&url).await.unwrap();
    let (code, state) = (visitor.permit(&url).await, parameter(&url, "state"));
    let unknown = code.as_str().replace(&state, &"B".repeat(43));
    let elsewhere = code.as_str().replace("/callback/google", "/callback/other");
    let mut stranger = world.provider.browser();
    for (what, answer, status) in [
        ("malformed", browser.get("/VX7/callback/google?code=C0DE&code=C0DE").await, StatusCode::BAD_REQUEST),
        ("unknown", browser.get(&unknown).await, StatusCode::BAD_REQUEST),
        ("another callback", browser.get(&elsewhere).await, StatusCode::BAD_REQUEST),
        ("another browser", stranger.get(code.as_str()).await, StatusCode::BAD_REQUEST),
        ("good", browser.get(code.as_str()).await, StatusCode::SEE_OTHER),
        ("again", browser.get(code.as_str()).await, StatusCode::BAD_REQUEST),
        ("cancelled, late", browser.get(cancelled.as_str()).await, StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(answer.status, status, "{what}");
        assert_protected(&answer, what);
        for secret in [&state, &parameter(&code, "code"), "C0DE"] {
            assert!(!answer.body.contains(secret), "{what}: the page holds {secret}");
        }
    }
    let (mut browser, url) = visitor.set_out().await;
    let cancelled = world.upstreams.cancel(&url).await.unwrap();
    let answer = browser.get(cancelled.as_str()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_protected(&answer, "cancelled");
    let posted = browser.send(Method::POST, "/VX7/callback/google", Some(String::new()), &[]).await;
    assert_eq!((posted.status, posted.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
}

/// What was written to the log while somebody listened.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn s09_no_code_state_nonce_or_secret_is_in_the_log_the_audit_log_or_a_referer() {
    let log = Log::default();
    let subscriber = || {
        let writer = log.clone();
        let filter = tracing_subscriber::EnvFilter::new("info,tegata=trace");
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(move || writer.clone()).finish()
    };
    // With a single subscriber a log line that another test's thread meets first is switched off for all of them.
    let _second = tracing::Dispatch::new(subscriber());
    let _guard = tracing::subscriber::set_default(subscriber());
    let world = Federation::start().await;
    let mut secrets = vec![SECRET.to_owned()];
    for connection in world.connections() {
        let (browser, back) = Visitor::new(&world, &connection).permitted().await;
        secrets.extend([parameter(&back, "code"), parameter(&back, "state")]);
        let outcome = Outcome::of(&world, browser, back.as_str()).await;
        let mut browser = outcome.browser;
        browser.get(back.as_str()).await;
        browser.get(&back.as_str().replace("state=", "state=x")).await;
        let requests = token_requests(&world.host(&connection));
        secrets.extend(requests.iter().filter_map(|r| r.form().get("code_verifier").map(str::to_owned)));
        let all = world.host(&connection).requests("*");
        assert!(all.iter().all(|request| request.header("referer").is_none()), "{connection}");
    }
    world.host("other").fault(tegata_conformance::upstreams::Fault::CutBody.on("/token").once());
    Visitor::new(&world, "other").come_back().await;
    world.provider.app.audit.flush().await;
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a request to another server failed"), "the log is captured: {log}");
    let columns = "id || event || COALESCE(reason, '') || reference || COALESCE(session_id, '') || detail";
    let rows = sql::texts(&world.provider, &format!("SELECT {columns} FROM audit_event")).await;
    assert!(rows.len() >= 18, "{rows:?}");
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
        assert!(!rows.iter().any(|row| row.contains(&secret)), "the audit log holds {secret}");
    }
}

/// Whether a session secret still opens anything.
async fn is_alive(world: &Federation, secret: &str) -> bool {
    let mut browser = world.provider.browser();
    browser.cookies.insert("__Host-tegata-session-VX7".to_owned(), secret.to_owned());
    let callback = browser.authorize(&AuthorizeRequest::of(&world.app).with("prompt", "none")).await;
    !callback.params.contains_key("error")
}

/// A step-up is a sign-in anew: whoever signs in with an account elsewhere is asked for no second factor of ours.
#[tokio::test]
async fn s10_signing_in_gives_a_new_session_and_ends_the_one_before_whoever_planted_it() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let visitor = Visitor::new(&world, &connection);
        let outcome = visitor.come_back().await;
        outcome.signed_in(&connection);
        let mut browser = outcome.browser;
        let first = browser.session().unwrap().to_owned();
        assert!(is_alive(&world, &first).await, "{connection}");
        let page = browser.open_login(&AuthorizeRequest::of(&world.app).with("prompt", "login")).await;
        let url = world.depart(&mut browser, &page, &connection).await;
        let back = visitor.permit(&url).await;
        let answer = browser.get(back.as_str()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let second = browser.session().unwrap().to_owned();
        assert_ne!(first, second, "{connection}");
        assert!(is_alive(&world, &second).await && !is_alive(&world, &first).await, "{connection}");
    }
    let attackers = Visitor::new(&world, "google").come_back().await.browser.session().unwrap().to_owned();
    for planted in [attackers.as_str(), "planted-by-somebody"] {
        let (mut victim, url) = Visitor::new(&world, "other").set_out().await;
        victim.cookies.insert("__Host-tegata-session-VX7".to_owned(), planted.to_owned());
        let back = Visitor::new(&world, "other").permit(&url).await;
        victim.get(back.as_str()).await;
        assert_ne!(victim.session(), Some(planted));
        assert!(!is_alive(&world, planted).await);
    }
}

#[tokio::test]
async fn s10_linking_another_way_to_sign_in_ends_every_session() {
    let world = Federation::start().await;
    let contractor = world.contractor("keiyaku@vx7.example").await;
    let mut browser = world.provider.browser();
    browser.open_menu(&contractor, PASSWORD).await;
    let before = browser.session().unwrap().to_owned();
    let page = browser.get("/VX7/account/login-method").await;
    let url = world.depart(&mut browser, &page, "google").await;
    let back = Visitor::new(&world, "google").permit(&url).await;
    let answer = browser.get(back.as_str()).await;
    let confirm = browser.follow(answer).await;
    assert!(is_alive(&world, &before).await, "nothing changes before the confirmation");
    let answer = submit(&mut browser, &confirm, "/link/", &[]).await;
    let done = browser.follow(answer).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(!is_alive(&world, &before).await);
    assert_eq!(sql::count(&world.provider, "session", "ended_at IS NULL").await, 0);
    Visitor::new(&world, "google").come_back().await.signed_in("by the new way");
}

#[track_caller]
fn assert_unframed(page: &Answer, what: &str) {
    assert_eq!(page.header("x-frame-options"), "DENY", "{what}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{what}");
}

#[tokio::test]
async fn s11_no_page_on_the_way_to_an_upstream_and_back_may_be_framed() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    let login = world.login_page(&mut browser).await;
    let id_page = submit(&mut browser, &login, "/active-directory", &[]).await;
    let id = world.adfs.as_str();
    let confirm_id = submit(&mut browser, &id_page, "/active-directory", &[("connection_id", id)]).await;
    let departure = submit(&mut browser, &confirm_id, &format!("/upstream/{id}"), &[]).await;
    let refused = Visitor::new(&world, "google").come_back().await.page;
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let registration = browser.get(&link).await;
    let url = world.depart(&mut browser, &registration, "facebook").await;
    let back = world.arrive(&mut browser, &url, "taro").await;
    let confirm_link = browser.follow(back).await;
    assert!(form(&confirm_link, "/link/").is_some(), "{}", confirm_link.body);
    let answer = submit(&mut browser, &confirm_link, "/link/", &[]).await;
    let done = browser.follow(answer).await;
    let contractor = world.contractor("keiyaku@vx7.example").await;
    let mut menu = world.provider.browser();
    menu.open_menu(&contractor, PASSWORD).await;
    for (what, page) in [
        ("login", login),
        ("connection ID", id_page),
        ("connection ID, confirmed", confirm_id),
        ("departure", departure),
        ("login, refused", refused),
        ("registration", registration),
        ("link", confirm_link),
        ("done", done),
        ("login method", menu.get("/VX7/account/login-method").await),
        ("mailed login URL", browser.get(&format!("/VX7/ad/{id}")).await),
        ("callback", browser.get("/VX7/callback/google").await),
        ("link of nobody", browser.get("/VX7/link/x").await),
        ("deletion of nobody", browser.get("/VX7/deletion/x").await),
    ] {
        assert_unframed(&page, what);
    }
    let callback: Callback = world.signs_in("facebook", "taro").await;
    assert!(!callback.code().is_empty());
}
