//! Where a browser is led (S8; RFC 9700 §4.11): forty payloads against whatever of ours could carry a destination.

use http::StatusCode;

use super::payloads::{PAYLOADS, encoded, leads_only_home};
use super::steps::{Visitor, parameter};
use crate::support::{AuthorizeRequest, Browser, Federation};

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
