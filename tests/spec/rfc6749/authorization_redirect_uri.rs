//! Where an authorization response may go (RFC 6749 §3.1.2, §4.1.2.1; RFC 8252 §7; RFC 9700 §2.1, §4.1.3).

use http::StatusCode;
use tegata::protocol::client_metadata::{ApplicationType, ClientMetadata, TokenEndpointAuthMethod};

use crate::support::scene::MODES;
use crate::support::{AuthorizeRequest, Callback, Provider, Scene, TestClient};

/// Asserts that neither GET nor POST, whatever the mode and signed in or not, leads anywhere but to the page.
async fn assert_page(scene: &mut Scene, request: &AuthorizeRequest, status: StatusCode, problem: &str) {
    for mode in MODES {
        let request = request.clone().with("response_mode", mode);
        let fields: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answers = [
            scene.browser.get(&request.url()).await,
            scene.browser.post(&format!("{}/authorize", request.issuer), &fields).await,
            scene.browser.get(&request.with("prompt", "none").url()).await,
        ];
        for answer in answers {
            answer.shows(status, problem);
            assert_eq!(scene.provider.explained(&answer).await, [problem]);
        }
    }
}

/// Security line 1: simple string comparison. Security line 3: a page, never a redirect.
#[tokio::test]
async fn a_redirect_uri_matches_byte_for_byte_or_the_person_sees_a_page() {
    let mut scene = Scene::signed_in().await;
    let registered = scene.client.redirect_uri.clone();
    let others = [
        "https://storage-app.example/callback/",
        "https://storage-app.example/Callback",
        "https://storage-app.example//callback",
        "https://storage-app.example/callback;x=1",
        "https://storage-app.example/callback?x=1",
        "https://storage-app.example/callback?",
        "https://storage-app.example/callback#",
        "https://storage-app.example/callback#fragment",
        "https://storage-app.example/callback%23",
        "https://storage-app.example/callback/../callback",
        "https://storage-app.example/./callback",
        "https://storage-app.example/callback/..%2fevil",
        "https://storage-app.example/%63allback",
        "https://storage-app.example/callbac%6B",
        "https://storage-app.example:443/callback",
        "https://storage-app.example:8443/callback",
        "https://storage-app.example./callback",
        "https://Storage-App.example/callback",
        "HTTPS://storage-app.example/callback",
        "http://storage-app.example/callback",
        "//storage-app.example/callback",
        "storage-app.example/callback",
        "/callback",
        "https://user@storage-app.example/callback",
        "https://storage-app.example@evil.example/callback",
        "https://storage-app.example:x@evil.example/callback",
        "https://storage-app.example.evil.example/callback",
        "https://evil.example/https://storage-app.example/callback",
        "https://evil.example\\@storage-app.example/callback",
        "https://storage-app.example\\callback",
        "https://storage-app.example/callback ",
        " https://storage-app.example/callback",
        "https://storage‐app.example/callback",
        "https://storаge-app.example/callback",
        "https://storage-app．example/callback",
        "https://storage-app.example/callback\u{200b}",
        "https://*.example/callback",
        "javascript:alert(1)",
        "data:text/html,x",
    ];
    for other in others {
        assert_ne!(other, registered);
        let request = scene.request().with("redirect_uri", other);
        assert_page(&mut scene, &request, StatusCode::BAD_REQUEST, "redirect_uri_mismatch").await;
    }
}

/// Security line 3: also when it is missing, empty or sent twice.
#[tokio::test]
async fn a_missing_or_doubled_redirect_uri_is_told_on_a_page() {
    let mut scene = Scene::signed_in().await;
    let good = scene.client.redirect_uri.clone();
    for request in [
        scene.request().without("redirect_uri"),
        scene.request().with("redirect_uri", ""),
        scene.request().and("redirect_uri", "https://evil.example/"),
        scene.request().and("redirect_uri", &good),
    ] {
        assert_page(&mut scene, &request, StatusCode::BAD_REQUEST, "request_malformed").await;
    }
}

/// Security line 3: an unknown client, another brand's client, a client that was stopped.
#[tokio::test]
async fn a_client_that_is_not_known_here_is_told_on_a_page() {
    let mut scene = Scene::signed_in().await;
    let elsewhere = scene.provider.client_of("VX9", "elsewhere", |_| {}).await;
    let stopped = scene.provider.client("stopped", |_| {}).await;
    scene.provider.disable(&stopped).await;
    let of = |client: &TestClient| AuthorizeRequest::of(client);
    for (request, problem) in [
        (scene.request().with("client_id", "nobody"), "unknown_client"),
        (scene.request().with("client_id", "STORAGE-APP"), "unknown_client"),
        (scene.request().with("client_id", "storage-app "), "unknown_client"),
        (of(&elsewhere), "unknown_client"),
        (of(&stopped), "client_disabled"),
        (scene.request().without("client_id"), "request_malformed"),
        (scene.request().and("client_id", "storage-app"), "request_malformed"),
    ] {
        assert_page(&mut scene, &request, StatusCode::BAD_REQUEST, problem).await;
    }
}

/// Security line 1: port free only for loopback addresses of native applications (RFC 8252 §7.3).
#[tokio::test]
async fn a_native_application_may_use_any_port_of_its_loopback_address_and_nothing_else() {
    let mut scene = Scene::start().await;
    let native = native(&scene.provider, "http://127.0.0.1/cb").await;
    for good in
        ["http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:49152/cb", "http://127.0.0.1:65535/cb"]
    {
        let request = AuthorizeRequest::of(&native).with("redirect_uri", good).with("prompt", "none");
        let callback = scene.authorize(&request).await;
        assert_eq!((callback.uri.as_str(), callback.error()), (good, "login_required"));
    }
    for bad in [
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:080/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:80x/cb",
        "http://127.0.0.1:80@evil.example/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.2/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://localhost/cb",
        "http://[::1]/cb",
        "https://127.0.0.1/cb",
        "http://127.0.0.1:8000/cb/",
        "http://127.0.0.1:8000/other",
        "http://127.0.0.1:8000/cb?x=1",
    ] {
        let request = AuthorizeRequest::of(&native).with("redirect_uri", bad);
        assert_page(&mut scene, &request, StatusCode::BAD_REQUEST, "redirect_uri_mismatch").await;
    }
}

/// Security line 1: the exception is for native applications alone.
#[tokio::test]
async fn a_web_application_has_the_port_it_registered() {
    let mut scene = Scene::start().await;
    let web =
        scene.provider.client("web", |r| r.metadata.redirect_uris = vec!["http://localhost:8000/cb".into()]).await;
    let request = AuthorizeRequest::of(&web).with("redirect_uri", "http://localhost:8001/cb");
    assert_page(&mut scene, &request, StatusCode::BAD_REQUEST, "redirect_uri_mismatch").await;
}

/// RFC 8252 §7.1.
#[tokio::test]
async fn a_private_use_scheme_leads_back_to_its_application() {
    let mut scene = Scene::start().await;
    let native = native(&scene.provider, "com.example.app:/cb").await;
    let callback = scene.authorize(&AuthorizeRequest::of(&native).with("prompt", "none")).await;
    assert_eq!((callback.uri.as_str(), callback.error()), ("com.example.app:/cb", "login_required"));
    for bad in ["com.example.app:/cb2", "com.example.app://cb", "COM.example.app:/cb", "com.example.app2:/cb"] {
        let request = AuthorizeRequest::of(&native).with("redirect_uri", bad);
        assert_page(&mut scene, &request, StatusCode::BAD_REQUEST, "redirect_uri_mismatch").await;
    }
}

/// Security line 2: no http redirect URI except loopback ones of native applications.
#[test]
fn an_http_redirect_uri_can_be_registered_only_for_the_loopback_of_a_native_application() {
    let accepted = |uri: &str, application_type| {
        let metadata = ClientMetadata {
            client_name: "x".to_owned(),
            redirect_uris: vec![uri.to_owned()],
            application_type,
            ..ClientMetadata::default()
        };
        metadata.validate().is_ok()
    };
    assert!(accepted("http://127.0.0.1:8000/cb", ApplicationType::Native));
    assert!(!accepted("http://127.0.0.1:8000/cb", ApplicationType::Web));
    for application_type in [ApplicationType::Native, ApplicationType::Web] {
        for bad in ["http://app.example/cb", "http://127.0.0.1.evil.example/cb", "http://10.0.0.1/cb", "https://a/#x"] {
            assert!(!accepted(bad, application_type), "{bad}");
        }
    }
}

/// RFC 6749 §3.1.2: the registered query stays as it is.
#[tokio::test]
async fn a_registered_query_is_kept_and_the_response_added_to_it() {
    let provider = Provider::start().await;
    let uri = "https://app.example/cb?tenant=a%2Fb&x";
    let client = provider.client("app", |r| r.metadata.redirect_uris = vec![uri.to_owned()]).await;
    let mut browser = provider.browser();
    for (mode, joint) in [("query", '&'), ("fragment", '#')] {
        let request = AuthorizeRequest::of(&client).with("prompt", "none").with("response_mode", mode);
        let answer = browser.get(&request.url()).await;
        assert!(answer.location().starts_with(&format!("{uri}{joint}error=login_required&")), "{}", answer.location());
    }
    let request = AuthorizeRequest::of(&client).with("prompt", "none").with("response_mode", "form_post");
    assert_eq!(Callback::of(&browser.get(&request.url()).await).uri, uri);
}

/// Every rule whose error goes to the client, in every response mode: to the verified URI alone, with state and `iss`.
#[tokio::test]
async fn each_error_goes_to_the_verified_redirect_uri_in_the_mode_asked_for() {
    let mut scene = Scene::signed_in().await;
    for mode in MODES {
        for (name, value, expected) in [
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "", "invalid_request"),
            ("scope", "nothing-we-know", "invalid_scope"),
            ("scope", "a\"b", "invalid_scope"),
            ("prompt", "create", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("max_age", "1.5", "invalid_request"),
            ("max_age", "99999999999999999999999", "invalid_request"),
            ("claims", "{", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge", "short", "invalid_request"),
            ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
            ("request_uri", "https://evil.example/r", "request_uri_not_supported"),
            ("registration", "{}", "registration_not_supported"),
            ("resource", "https://unknown.example/", "invalid_target"),
            ("resource", "not a uri", "invalid_target"),
            ("id_token_hint", "x.y.z", "invalid_request"),
        ] {
            let request = scene.request().with("response_mode", mode).with(name, value);
            let answer = scene.browser.get(&request.url()).await;
            let callback = Callback::of(&answer);
            assert_eq!(callback.error(), expected, "{name}={value}");
            assert_eq!((callback.uri.as_str(), callback.mode), (scene.client.redirect_uri.as_str(), mode));
            assert_eq!((callback.get("state"), callback.get("iss")), ("state-1", "https://login.example/VX7"));
            assert!(scene.provider.explained(&answer).await.contains(&expected.to_owned()), "{name}={value}");
        }
    }
}

async fn native(provider: &Provider, uri: &str) -> TestClient {
    let change = |r: &mut tegata::client::Registration| {
        r.metadata.application_type = ApplicationType::Native;
        r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::None;
        r.metadata.redirect_uris = vec![uri.to_owned()];
    };
    provider.client("native", change).await
}
