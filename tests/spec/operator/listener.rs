//! The door.

use http::StatusCode;
use tegata::operator::OperatorRole;

use crate::support::operators::submit;
use crate::support::{Operators, Provider};

#[tokio::test]
async fn the_operators_pages_exist_on_their_own_listener_alone() {
    let ops = Operators::start().await;
    let mut people = ops.provider.browser();
    for path in ["/sign-in", "/VX7/sign-in", "/enrolment", "/api/v1/contracts", "/api/openapi.json", "/api/docs"] {
        assert_eq!(people.get(path).await.status, 404, "{path}");
    }
    let mut staff = ops.browser();
    assert_eq!(staff.get("/sign-in").await.status, 200);
    for path in ["/VX7/authorize", "/token", "/account", "/VX7/.well-known/openid-configuration"] {
        assert_eq!(staff.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn another_host_is_misdirected_on_pages_and_api() {
    let ops = Operators::start().await;
    let mut browser = ops.browser();
    for host in ["login.example", "ops.example.evil.example", "ops.example:8443", "127.0.0.1"] {
        browser.host = host;
        for path in ["/sign-in", "/api/v1/brands", "/assets/base.css"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            ops.provider.explained(&answer).await;
        }
    }
}

#[tokio::test]
async fn whoever_comes_from_elsewhere_than_a_permitted_network_sees_nothing() {
    let ops = Operators::with(|config| config.permitted_networks = vec!["10.0.0.0/8".parse().unwrap()]).await;
    // Requests of the tests come from the loopback.
    let answer = ops.browser().get("/sign-in").await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "forbidden"));
    ops.provider.explained(&answer).await;
    assert_eq!(ops.browser().get("/healthz").await.status, 200, "a load balancer may ask");
}

#[tokio::test]
async fn without_a_configuration_there_is_no_listener() {
    let provider = Provider::start().await;
    assert!(tegata::router::operator::service(provider.app.clone()).is_none());
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_a_reference() {
    let ops = Operators::start().await;
    for path in ["/sign-in", "/nowhere", "/api/v1/brands", "/api/nowhere", "/api/openapi.json", "/api/docs"] {
        let answer = ops.browser().get(path).await;
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(answer.header("strict-transport-security").starts_with("max-age="), "{path}");
        assert!(!answer.reference().is_empty(), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_and_have_names_of_their_own() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let answer = submit(&mut browser, &staff.operator.email, crate::support::operators::PASSWORD).await;
    for cookie in answer.headers.get_all("set-cookie") {
        let text = cookie.to_str().unwrap();
        assert!(text.starts_with("__Host-tegata-operator-session="), "{text}");
        for word in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(word), "{text}");
        }
    }
    assert!(browser.cookies.keys().all(|name| name.starts_with("__Host-tegata-operator-")), "{:?}", browser.cookies);
}

#[tokio::test]
async fn what_is_too_long_or_no_text_is_refused_with_a_reference() {
    let ops = Operators::start().await;
    let mut browser = ops.browser();
    let long = "x".repeat(70 * 1024);
    let answer = browser.post("/sign-in", &[("email", &long)]).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::PAYLOAD_TOO_LARGE, "request_too_large"));
    let answer = browser.get("/console/%00").await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::NOT_FOUND, "not_found"));
    let answer = browser.get("/api/v1/contracts/%00").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["code"], "not_found");
}
