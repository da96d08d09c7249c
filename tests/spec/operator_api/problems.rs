//! Errors as RFC 9457 has them, and the document.

use http::Method;
use serde_json::Value;

use super::{full, new_client};
use crate::support::{Answer, Operators};

#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let problem = answer.json();
    assert_eq!((&problem["code"], &problem["status"]), (&code.into(), &status.into()));
    assert_eq!(problem["type"], format!("/api/docs#code-{code}"));
    assert_eq!(problem["reference"].as_str().unwrap(), answer.reference());
    assert!(problem["detail"].as_str().is_some_and(|text| !text.is_empty()));
}

#[tokio::test]
async fn every_problem_says_its_code_and_the_reference_that_finds_it() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let authorization = format!("Bearer {key}");
    let own = [("authorization", authorization.as_str())];
    let json = [own[0], ("content-type", "application/json")];
    let text = [own[0], ("content-type", "text/plain")];
    let body = new_client("files").to_string().into_bytes();
    for (method, path, headers, body, status, code) in [
        ("GET", "/api/v1/clients/none", &own[..], vec![], 404, "not_found"),
        ("GET", "/api/v1/nothing", &own[..], vec![], 404, "not_found"),
        ("PATCH", "/api/v1/clients", &own[..], vec![], 405, "method_not_allowed"),
        ("GET", "/api/v1/clients?zzz=1", &own[..], vec![], 400, "query_invalid"),
        ("GET", "/api/v1/clients?limit=%zz", &own[..], vec![], 400, "query_invalid"),
        ("POST", "/api/v1/clients", &json[..], b"{".to_vec(), 400, "body_invalid"),
        ("POST", "/api/v1/clients", &json[..], b"{\"brand\":\"VX7\"}".to_vec(), 400, "body_invalid"),
        ("POST", "/api/v1/clients", &text[..], body.clone(), 415, "media_type"),
        ("POST", "/api/v1/clients", &own[..], body, 415, "media_type"),
        ("POST", "/api/v1/clients", &json[..], vec![b' '; 70 * 1024], 413, "too_large"),
    ] {
        let answer = ops.program().send(Method::from_bytes(method.as_bytes()).unwrap(), path, headers, body).await;
        assert_problem(&answer, status, code);
        assert_eq!(ops.provider.explained(&answer).await, [code], "{method} {path}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_told_which_are() {
    let ops = Operators::start().await;
    let answer = ops.program().send(Method::PATCH, "/api/v1/clients", &[], Vec::new()).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET,HEAD,POST"));
}

#[tokio::test]
async fn deep_and_foreign_bodies_are_refused_and_break_nothing() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let authorization = format!("Bearer {key}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    for body in [
        deep.as_str(),
        "null",
        "[]",
        "\"x\"",
        "1e999",
        "{\"brand\":1}",
        "\u{feff}{}",
        "{\"brand\":\"VX7\",\"brand\":\"VX9\"}",
    ] {
        let answer = ops.program().send(Method::POST, "/api/v1/clients", &headers, body.as_bytes().to_vec()).await;
        assert_problem(&answer, 400, "body_invalid");
    }
}

#[tokio::test]
async fn the_document_is_openapi_and_the_page_shows_every_operation_without_a_foreign_script() {
    let ops = Operators::start().await;
    let document = ops.program().get("/api/openapi.json", &[]).await;
    let parsed: Value = document.json();
    assert_eq!((document.status.as_u16(), &parsed["openapi"]), (200, &"3.1.0".into()));
    let page = ops.browser().get("/api/docs").await;
    assert_eq!(page.status, 200);
    for route in tegata::router::operator_api::ROUTES {
        let shown = format!("<code translate=\"no\">{}</code>", route.path);
        assert!(page.body.contains(&shown), "{}", route.path);
        assert!(page.body.contains(route.permission.as_str()), "{}", route.permission);
    }
    let scripts: Vec<_> = page.body.split("<script").skip(1).collect();
    assert!(scripts.iter().all(|script| script.trim_start().starts_with("src=\"/assets/")), "{scripts:?}");
}

#[tokio::test]
async fn the_settings_hold_no_secret() {
    let ops = Operators::start().await;
    let key = full(&ops).await;
    let settings = ops.call(&key, "get", "/api/v1/settings", None).await;
    assert_eq!(settings.json()["settings"]["operator"]["url"], "https://ops.example/");
    assert_eq!(settings.json()["settings"]["brand"][0]["code"], "VX7");
}
