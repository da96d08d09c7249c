//! What we ask an upstream, letter for letter (S4, S5; `upstreams.md` §1.7).

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use tegata_conformance::upstreams::{Host, LoggedRequest, Mutation};
use url::Url;

use super::steps::{FAILED, Outcome, Visitor, clear_logs, parameter, token_requests};
use crate::support::federation::{CLIENT_ID, SECRET, submit};
use crate::support::{AuthorizeRequest, Browser, Federation, SignIn as _};

/// The query of each upstream's authorization request: `{…}` stands for what is new each time.
fn golden(connection: &str) -> String {
    let redirect_uri = format!("https%3A%2F%2Flogin.example%2FVX7%2Fcallback%2F{connection}");
    let pkce = "code_challenge={code_challenge}&code_challenge_method=S256";
    let usual = format!(
        "response_type=code&client_id=tegata-client&redirect_uri={redirect_uri}&scope=openid%20email%20profile\
         &state={{state}}&nonce={{nonce}}&{pkce}"
    );
    match connection {
        "google" | "other" => usual,
        "microsoft" => format!("{usual}&response_mode=query"),
        "facebook" => format!(
            "response_type=code&client_id=1234567890&redirect_uri={redirect_uri}&state={{state}}&scope=email,public_profile"
        ),
        "daccount" => format!(
            "response_type=code&scope=openid&client_id=tegata-client&state={{state}}&redirect_uri={redirect_uri}\
             &nonce={{nonce}}"
        ),
        _ => format!(
            "response_type=code&response_mode=query&client_id=tegata-client&redirect_uri={redirect_uri}\
             &scope=openid%20allatclaims&resource=https%3A%2F%2Ftegata.example%2Fresource&state={{state}}&nonce={{nonce}}\
             &{pkce}&client-request-id={{client-request-id}}"
        ),
    }
}

/// What is added when the person has to authenticate anew, and when they want another account.
fn additions(connection: &str) -> (&'static str, &'static str) {
    match connection {
        "google" => ("&prompt=select_account", "&prompt=select_account"),
        "facebook" => ("&auth_type=reauthenticate", "&auth_type=reauthenticate"),
        "microsoft" => ("&prompt=login&max_age=300", "&prompt=select_account"),
        "daccount" => ("", ""),
        "other" => ("&prompt=login", "&prompt=select_account"),
        _ => ("&prompt=login", "&prompt=login"),
    }
}

/// The last authorization request that arrived.
fn authorization_request(host: &Host) -> LoggedRequest {
    let by_path = |r: &&LoggedRequest| {
        ["/authorize", "/auth", "/dialog/oauth"].iter().any(|end| r.path.trim_end_matches('/').ends_with(end))
    };
    host.requests("*").iter().rfind(by_path).expect("an authorization request").clone()
}

/// The golden query with the values of this request, each checked for its form.
fn filled_in(golden: &str, query: &str) -> String {
    let values: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut expected = golden.to_owned();
    for (name, value) in &values {
        let place = format!("{{{name}}}");
        if !expected.contains(&place) {
            continue;
        }
        let fits = match name.as_str() {
            "client-request-id" => uuid::Uuid::parse_str(value).is_ok_and(|id| id.get_version_num() == 4),
            _ => value.len() == 43 && URL_SAFE_NO_PAD.decode(value).is_ok(),
        };
        assert!(fits, "{name}={value}");
        expected = expected.replace(&place, value);
    }
    expected
}

#[track_caller]
fn assert_golden(world: &Federation, connection: &str, addition: &str) {
    let request = authorization_request(&world.host(connection));
    let expected = filled_in(&format!("{}{addition}", golden(connection)), &request.query);
    assert_eq!(request.query, expected, "{connection}");
    assert_eq!(request.method, "GET");
}

#[tokio::test]
async fn s04_the_authorization_request_is_the_golden_one_letter_for_letter() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let outcome = Visitor::new(&world, &connection).come_back().await;
        outcome.proved(&connection);
        assert_golden(&world, &connection, "");
        let (fresh, other) = additions(&connection);
        let mut browser = outcome.browser;
        let url = world.depart(&mut browser, &outcome.page, &connection).await;
        Visitor::new(&world, &connection).permit(&url).await;
        assert_golden(&world, &connection, other);
        let page = browser.open_login(&AuthorizeRequest::of(&world.app).with("prompt", "login")).await;
        let url = world.depart(&mut browser, &page, &connection).await;
        Visitor::new(&world, &connection).permit(&url).await;
        assert_golden(&world, &connection, fresh);
    }
}

/// Basic or body as the profile says, and nothing beside what the grant needs (RFC 6749 §4.1.3, RFC 7636 §4.5).
#[tokio::test]
async fn s04_the_token_request_proves_us_as_its_profile_says_and_carries_nothing_else() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let (browser, url) = Visitor::new(&world, &connection).set_out().await;
        let back = Visitor::new(&world, &connection).permit(&url).await;
        clear_logs(&world);
        Outcome::of(&world, browser, back.as_str()).await.proved(&connection);
        let requests = token_requests(&world.host(&connection));
        let [request] = &requests[..] else { panic!("{connection}: {requests:?}") };
        let form: BTreeMap<String, String> = form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
        let redirect_uri = format!("https://login.example/VX7/callback/{connection}");
        let code = parameter(&back, "code");
        let mut expected: BTreeMap<String, String> =
            [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &redirect_uri)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        let basic = matches!(connection.as_str(), "daccount" | "other");
        if !basic {
            let client_id = if connection == "facebook" { "1234567890" } else { CLIENT_ID };
            expected.insert("client_id".to_owned(), client_id.to_owned());
            expected.insert("client_secret".to_owned(), SECRET.to_owned());
        }
        if !matches!(connection.as_str(), "daccount" | "facebook") {
            let verifier = form.get("code_verifier").cloned().unwrap_or_default();
            let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
            assert!(verifier.len() >= 43, "{connection}: RFC 7636 §4.1");
            assert_eq!(challenge, parameter(&url, "code_challenge"), "{connection}");
            expected.insert("code_verifier".to_owned(), verifier);
        }
        assert_eq!(form, expected, "{connection}");
        assert_eq!(form_urlencoded::parse(request.body.as_bytes()).count(), expected.len(), "none is there twice");
        assert_eq!(
            request.header("authorization").is_some_and(|text| text.starts_with("Basic ")),
            basic,
            "{connection}"
        );
        assert_eq!(request.query, "", "{connection}: no secret in a URL");
        for absent in ["cookie", "referer", "origin"] {
            assert_eq!(request.header(absent), None, "{connection}");
        }
    }
}

/// Metadata that no longer announces S256, or announces `plain` alone, changes nothing.
#[tokio::test]
async fn s04_downgraded_metadata_changes_nothing() {
    let world = Federation::start().await;
    for methods in [json!(null), json!(["plain"]), json!([])] {
        for connection in ["google", "microsoft", "other", world.adfs.as_str()] {
            world.host(connection).set_discovery("code_challenge_methods_supported", methods.clone());
            Visitor::new(&world, connection).come_back().await.proved(connection);
            assert_golden(&world, connection, "");
        }
    }
}

/// The simulators enforce the verifier, as the providers do: a code made for another challenge is good for nothing.
#[tokio::test]
async fn s04_a_code_for_another_challenge_is_refused_by_the_upstream() {
    let world = Federation::start().await;
    for connection in ["google", "microsoft", "other", world.adfs.as_str()] {
        world.member(connection, world.person_at(connection)).await;
        let visitor = Visitor::new(&world, connection);
        let (browser, url) = visitor.set_out().await;
        let (_, another) = visitor.set_out().await;
        let challenge = parameter(&another, "code_challenge");
        let swapped = url.as_str().replace(&parameter(&url, "code_challenge"), &challenge);
        let back = visitor.permit(&Url::parse(&swapped).unwrap()).await;
        let outcome = Outcome::of(&world, browser, back.as_str()).await;
        outcome.refused("upstream_code_refused", FAILED, connection);
    }
}

/// Brings the code of one's own sign-in with the state of another.
async fn inject(world: &Federation, connection: &str, user: &str) -> Outcome {
    let (_, stolen) = Visitor::named(world, connection, user).permitted().await;
    let (browser, back) = Visitor::new(world, connection).permitted().await;
    let url = back.as_str().replace(&encoded(&back, "code"), &encoded(&stolen, "code"));
    Outcome::of(world, browser, &url).await
}

fn encoded(url: &Url, name: &str) -> String {
    let query = url.query().unwrap_or_default();
    query.split('&').find(|pair| pair.starts_with(&format!("{name}="))).expect("a parameter").to_owned()
}

/// Code injection (RFC 9700 §4.5): PKCE stops it at the upstream, the nonce where there is no PKCE.
#[tokio::test]
async fn s05_a_code_or_token_of_another_transaction_is_refused() {
    let world = Federation::start().await;
    for connection in ["google", "microsoft", "other", "daccount", world.adfs.as_str()] {
        let user = world.person_at(connection);
        world.member(connection, user).await;
        let reason = if connection == "daccount" { "upstream_token_nonce" } else { "upstream_code_refused" };
        inject(&world, connection, user).await.refused(reason, FAILED, connection);
    }
}

/// Somebody unknown is refused for the nonce, not for being unknown: nothing was looked up.
#[tokio::test]
async fn s05_the_nonce_is_compared_before_any_account_is_looked_up() {
    let world = Federation::start().await;
    for connection in ["google", "microsoft", "other", "daccount", world.adfs.as_str()] {
        for mutation in [Mutation::MissingNonce, Mutation::WrongNonce] {
            world.host(connection).mutate_next(mutation);
            let outcome = Visitor::new(&world, connection).come_back().await;
            outcome.refused("upstream_token_nonce", FAILED, &format!("{connection} {mutation:?}"));
        }
    }
}

#[tokio::test]
async fn s05_every_request_has_a_nonce_and_a_state_of_its_own() {
    let world = Federation::start().await;
    let mut browser: Browser = world.provider.browser();
    let page = world.login_page(&mut browser).await;
    let mut seen = Vec::new();
    for connection in ["google", "microsoft", "other", "daccount"].repeat(5) {
        let answer = submit(&mut browser, &page, &format!("/upstream/{connection}"), &[]).await;
        let url: Url = answer.location().parse().unwrap();
        seen.extend([parameter(&url, "state"), parameter(&url, "nonce")]);
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((all, seen.len()), (40, 40));
}
