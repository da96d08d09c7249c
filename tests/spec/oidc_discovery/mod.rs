//! Discovery (OpenID Connect Discovery 1.0 §3, §4; security.md lines 44 and 47).

use http::Method;
use serde_json::{Value, json};

use crate::spec::scene::{Form, Scene, header, jwks};
use crate::support::{Answer, Program};

/// Each issuer with the host and the path of its document.
pub const ISSUERS: [(&str, &str, &str); 3] = [
    ("https://login.example/VX7", "login.example", "/VX7"),
    ("https://login.example/VX9", "login.example", "/VX9"),
    ("https://id.own.example", "id.own.example", ""),
];

/// GET as from outside, with the host a URL names.
pub async fn fetch(program: &Program, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
    program.send(method, url, headers, Vec::new()).await
}

/// A request whose URI names its host, as HTTP/2 and proxies write it.
pub fn absolute(host: &str, path: &str) -> String {
    format!("https://{host}{path}")
}

#[tokio::test]
async fn the_document_of_each_issuer_names_that_issuer_and_its_endpoints() {
    let scene = Scene::confidential().await;
    for (issuer, host, path) in ISSUERS {
        let url = absolute(host, &format!("{path}/.well-known/openid-configuration"));
        let answer = fetch(&scene.program, Method::GET, &url, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{url}");
        let document = answer.json();
        assert_eq!(document["issuer"], issuer, "§4.3: exactly the issuer that was asked");
        for (name, path) in [
            ("authorization_endpoint", "/authorize"),
            ("token_endpoint", "/token"),
            ("userinfo_endpoint", "/userinfo"),
            ("jwks_uri", "/jwks.json"),
            ("introspection_endpoint", "/introspect"),
            ("revocation_endpoint", "/revoke"),
            ("end_session_endpoint", "/logout"),
        ] {
            assert_eq!(document[name], format!("{issuer}{path}"), "{name}");
        }
    }
}

#[tokio::test]
async fn every_member_says_what_the_server_does() {
    let scene = Scene::confidential().await;
    let document = scene.program.get("/VX7/.well-known/openid-configuration", &[]).await.json();
    let algorithms = json!(["ES256", "RS256", "PS256", "EdDSA"]);
    let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    let confidential = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
    for (name, expected) in [
        ("scopes_supported", json!(["openid", "profile", "email", "address", "phone", "contract", "offline_access"])),
        ("response_types_supported", json!(["code"])),
        ("response_modes_supported", json!(["query", "fragment", "form_post"])),
        ("grant_types_supported", json!(["authorization_code", "refresh_token", "client_credentials"])),
        ("subject_types_supported", json!(["public"])),
        ("acr_values_supported", json!(["urn:tegata:acr:federated", "urn:tegata:acr:1fa", "urn:tegata:acr:2fa"])),
        ("id_token_signing_alg_values_supported", algorithms.clone()),
        ("userinfo_signing_alg_values_supported", algorithms.clone()),
        ("token_endpoint_auth_methods_supported", methods.clone()),
        ("token_endpoint_auth_signing_alg_values_supported", algorithms.clone()),
        ("revocation_endpoint_auth_methods_supported", methods),
        ("introspection_endpoint_auth_methods_supported", confidential),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("claim_types_supported", json!(["normal"])),
        ("claims_parameter_supported", json!(true)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("ui_locales_supported", json!(["ja", "en"])),
    ] {
        assert_eq!(document[name], expected, "{name}");
    }
    // RFC 8414 §2: what is not offered is left out, not null.
    assert!(document.as_object().unwrap().values().all(|value| !value.is_null()));
    // OpenID Connect Discovery §3: RS256 is a must; none is only for the foolish.
    assert!(!document.to_string().contains("none\",\"ES256") && !algorithms.to_string().contains("none"));
}

// Every claim that discovery lists can really be had.
#[tokio::test]
async fn the_claims_listed_are_claims_that_come() {
    let mut scene = Scene::confidential().await;
    let document = scene.program.get("/VX7/.well-known/openid-configuration", &[]).await.json();
    let tokens = scene.tokens_with_scope("openid profile email phone address contract").await;
    let userinfo = scene.program.userinfo(&tokens.get("access_token")).await.json();
    let listed: Vec<&str> = document["claims_supported"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for claims in [userinfo, tokens.id_token()] {
        for claim in claims.as_object().unwrap().keys() {
            assert!(listed.contains(&claim.as_str()), "{claim} comes and is not listed");
        }
    }
    assert_eq!(listed.iter().collect::<std::collections::BTreeSet<_>>().len(), listed.len(), "none is listed twice");
}

#[tokio::test]
async fn every_url_in_the_document_answers() {
    let scene = Scene::confidential().await;
    for (_, host, path) in ISSUERS {
        let url = absolute(host, &format!("{path}/.well-known/openid-configuration"));
        let document = fetch(&scene.program, Method::GET, &url, &[]).await.json();
        for (name, url) in document.as_object().unwrap() {
            let Some(url) = url.as_str().filter(|url| url.starts_with("https://") && name != "issuer") else {
                continue;
            };
            let status = fetch(&scene.program, Method::GET, url, &[]).await.status.as_u16();
            let expected: &[u16] = match name.as_str() {
                "jwks_uri" => &[200],
                "authorization_endpoint" => &[400],
                "userinfo_endpoint" => &[401],
                "end_session_endpoint" => &[200, 303],
                _ => &[405],
            };
            assert!(expected.contains(&status), "{name} {url}: {status}");
        }
    }
}

#[tokio::test]
async fn documents_and_keys_may_be_kept_for_a_while_and_read_from_any_origin() {
    let scene = Scene::confidential().await;
    for path in ["/VX7/.well-known/openid-configuration", "/VX7/jwks.json"] {
        let answer = scene.program.get(path, &[("origin", "https://spa.example")]).await;
        assert_eq!(answer.header("cache-control"), "public, max-age=900", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

// RFC 9110 §13.1.2
#[tokio::test]
async fn who_has_the_document_already_is_told_so() {
    let scene = Scene::confidential().await;
    for path in ["/VX7/.well-known/openid-configuration", "/VX7/jwks.json"] {
        let etag = scene.program.get(path, &[]).await.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 10, "{etag}");
        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            for method in [Method::GET, Method::HEAD] {
                let answer = fetch(&scene.program, method, path, &[("if-none-match", &known)]).await;
                assert_eq!((answer.status.as_u16(), answer.body.as_str()), (304, ""), "{path} {known}");
                assert_eq!(answer.header("etag"), etag);
                assert_eq!(answer.header("cache-control"), "public, max-age=900");
            }
        }
        let answer = scene.program.get(path, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(answer.status, 200, "{path}");
    }
}

// RFC 9110 §9.3.2: the same headers; the server that writes the answer leaves the body out.
#[tokio::test]
async fn head_answers_with_the_headers_of_get() {
    let scene = Scene::confidential().await;
    for path in ["/VX7/.well-known/openid-configuration", "/VX7/jwks.json"] {
        let get = scene.program.get(path, &[]).await;
        let head = fetch(&scene.program, Method::HEAD, path, &[]).await;
        assert_eq!(head.status, 200);
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        assert_eq!(get.header("content-length"), get.body.len().to_string());
    }
}

// RFC 9110 §4.2.3: a host has no case.
#[tokio::test]
async fn a_host_written_in_capitals_is_the_same_host() {
    let scene = Scene::confidential().await;
    let path = "/VX7/.well-known/openid-configuration";
    let url = absolute("LOGIN.Example", path);
    assert_eq!(fetch(&scene.program, Method::GET, &url, &[]).await.json()["issuer"], "https://login.example/VX7");
    let unknown = absolute("evil.example", path);
    assert_eq!(fetch(&scene.program, Method::GET, &unknown, &[]).await.status, 421);
}

// security.md 44
#[tokio::test]
async fn the_key_set_holds_every_key_in_use_and_no_private_part() {
    let mut scene =
        Scene::with(|r| r.metadata.userinfo_signed_response_alg = Some(tegata::jose::Algorithm::Ps256)).await;
    let answer = scene.program.get("/VX7/jwks.json", &[]).await;
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    let keys = jwks(&scene.program).await["keys"].as_array().unwrap().clone();
    let kids: Vec<&str> = keys.iter().filter_map(|key| key["kid"].as_str()).collect();
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert_eq!(key.get(private), None, "{private}");
        }
        assert_eq!(key["use"], "sig");
        let names: &[&str] = match key["kty"].as_str().unwrap() {
            "RSA" => &["alg", "e", "kid", "kty", "n", "use"],
            "EC" => &["alg", "crv", "kid", "kty", "use", "x", "y"],
            _ => &["alg", "crv", "kid", "kty", "use", "x"],
        };
        assert_eq!(key.as_object().unwrap().keys().collect::<Vec<_>>(), names, "nothing but the public part");
    }
    assert_eq!(kids.len(), keys.len());
    assert_eq!(kids.iter().collect::<std::collections::BTreeSet<_>>().len(), kids.len(), "no kid comes twice");
    let tokens = scene.tokens().await;
    let userinfo = scene.program.userinfo(&tokens.get("access_token")).await.body;
    let own = scene.token(&Form::credentials()).await.ok().get("access_token");
    for jwt in [tokens.get("access_token"), tokens.get("id_token"), userinfo, own] {
        assert!(kids.contains(&header(&jwt)["kid"].as_str().unwrap()));
    }
}
