//! Bearer tokens at a protected resource (RFC 6750, security.md line 36).

use http::Method;

use crate::spec::scene::{Scene, assert_error, assert_unkept};
use crate::support::Answer;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_error(answer, status, code, what);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer realm=\"https://login.example/VX7\""), "{what}: {challenge}");
    assert!(challenge.contains(&format!("error=\"{code}\"")), "{what}: {challenge}");
}

#[tokio::test]
async fn a_token_comes_in_the_header_or_in_a_form() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("access_token");
    let form = format!("access_token={token}").into_bytes();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let answer = scene.program.get("/VX7/userinfo", &[("authorization", &format!("{scheme} {token}"))]).await;
        assert_eq!(answer.status, 200, "{scheme}");
    }
    let header = format!("Bearer {token}");
    let post = scene.program.send(Method::POST, "/VX7/userinfo", &[("authorization", &header)], Vec::new()).await;
    assert_eq!(post.status, 200, "POST with the header: {}", post.body);
    let body = scene.program.send(Method::POST, "/VX7/userinfo", &[FORM], form.clone()).await;
    assert_eq!(body.status, 200, "POST with the form: {}", body.body);
    // §2.2: a form has the media type of a form, and a GET has none.
    for (method, headers) in [
        (Method::POST, vec![("content-type", "text/plain")]),
        (Method::POST, vec![("content-type", "application/json")]),
        (Method::POST, vec![]),
        (Method::GET, vec![FORM]),
    ] {
        let answer = scene.program.send(method, "/VX7/userinfo", &headers, form.clone()).await;
        assert_eq!(answer.status, 401, "{headers:?}");
    }
}

// security.md 36
#[tokio::test]
async fn a_token_in_the_query_is_refused() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("access_token");
    let path = format!("/VX7/userinfo?access_token={token}");
    let header = format!("Bearer {token}");
    for (method, headers) in
        [(Method::GET, vec![]), (Method::POST, vec![FORM]), (Method::GET, vec![("authorization", header.as_str())])]
    {
        let answer = scene.program.send(method, &path, &headers, Vec::new()).await;
        assert_refused(&answer, 400, "invalid_request", "in the query");
        assert!(!answer.body.contains(&token) && !format!("{:?}", answer.headers).contains(&token));
    }
}

#[tokio::test]
async fn more_than_one_token_is_refused() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("access_token");
    let header = format!("Bearer {token}");
    let both = [FORM, ("authorization", header.as_str())];
    let form = format!("access_token={token}").into_bytes();
    let answer = scene.program.send(Method::POST, "/VX7/userinfo", &both, form.clone()).await;
    assert_refused(&answer, 400, "invalid_request", "header and form");
    let twice = [form.as_slice(), b"&", &form].concat();
    let answer = scene.program.send(Method::POST, "/VX7/userinfo", &[FORM], twice).await;
    assert_refused(&answer, 400, "invalid_request", "twice in the form");
    let headers = [("authorization", header.as_str()), ("authorization", header.as_str())];
    assert_refused(&scene.program.get("/VX7/userinfo", &headers).await, 400, "invalid_request", "two headers");
}

// §3.1: without a token there is no error to name.
#[tokio::test]
async fn a_request_without_a_token_gets_a_bare_challenge() {
    let scene = Scene::confidential().await;
    for headers in [&[][..], &[("authorization", "Basic YTpi")]] {
        let answer = scene.program.get("/VX7/userinfo", headers).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"https://login.example/VX7\"");
        assert_unkept(&answer, "a challenge");
    }
}

#[tokio::test]
async fn a_malformed_token_is_refused_with_a_challenge() {
    let scene = Scene::confidential().await;
    for bad in ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer =", "Bearer \"x\""] {
        let answer = scene.program.get("/VX7/userinfo", &[("authorization", bad)]).await;
        assert_refused(&answer, 400, "invalid_request", bad);
    }
    for bad in ["Bearer x", "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer tga_x"] {
        let answer = scene.program.get("/VX7/userinfo", &[("authorization", bad)]).await;
        assert_refused(&answer, 401, "invalid_token", bad);
    }
}

// §3.1, OpenID Connect Core §5.3.3
#[tokio::test]
async fn a_token_without_openid_is_told_what_is_missing() {
    let mut scene = Scene::confidential().await;
    let refresh = scene.tokens().await.get("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", "email")];
    let narrowed = scene.program.post_as(&scene.client, "/VX7/token", &form).await.json();
    let answer = scene.program.userinfo(narrowed["access_token"].as_str().unwrap()).await;
    assert_refused(&answer, 403, "insufficient_scope", "without openid");
    assert!(answer.header("www-authenticate").ends_with("scope=\"openid\""));
}
