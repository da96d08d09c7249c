//! Requests that nobody should send: each a precise 4xx with a reason under its reference, never a fault of ours, never
//! a redirect to a URI that was not verified (security lines 3 and 90).

use http::{Method, StatusCode};

use crate::support::{Answer, Callback, Scene};

const FORM: &str = "application/x-www-form-urlencoded";

/// Asserts a refusal: told on a page with this status and problem, and explained in the audit log.
async fn assert_refused(scene: &Scene, answer: &Answer, (status, problem): (u16, &str), what: &str) {
    assert_eq!((answer.status.as_u16(), answer.problem()), (status, problem), "{what}: {}", answer.body);
    assert_eq!(answer.header("location"), "", "{what}");
    assert_eq!(scene.provider.explained(answer).await, [problem], "{what}");
}

/// The good request as text, to be spoilt.
fn good(scene: &Scene) -> String {
    scene.request().query()
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_told_on_a_page() {
    let mut scene = Scene::signed_in().await;
    let good = good(&scene);
    let huge = "x".repeat(1 << 20);
    let many = "a=1&".repeat(101);
    for spoilt in [
        String::new(),
        "&&&".to_owned(),
        "=".to_owned(),
        good.replace('&', ";"),
        good.replace("state-1", "%ff"),
        good.replace("state-1", "%c3%28"),
        good.replace("state-1", "%ed%a0%80"),
        good.replace("state-1", "%00"),
        good.replace("state-1", "a%0d%0aSet-Cookie:%20x=y"),
        good.replace("state-1", &huge[..20_000]),
        good.replace("client_id=", "client_id=%00"),
        good.replace("redirect_uri=", "redirect_uri=%e3%81"),
        format!("%ff=1&{good}"),
        format!("{many}{good}"),
        format!("{good}&x={}", &huge[..20_000]),
        good.replace("client_id", "client%5Fid%00"),
    ] {
        let answer = scene.browser.get(&format!("/VX7/authorize?{spoilt}")).await;
        assert_refused(&scene, &answer, (400, "request_malformed"), &spoilt[..spoilt.len().min(300)]).await;
        let headers = [("content-type", FORM)];
        let answer = scene.browser.send(Method::POST, "/VX7/authorize", Some(spoilt.clone()), &headers).await;
        assert_refused(&scene, &answer, (400, "request_malformed"), &spoilt[..spoilt.len().min(300)]).await;
    }
}

#[tokio::test]
async fn a_broken_percent_sequence_stands_for_itself_or_is_refused() {
    let mut scene = Scene::signed_in().await;
    let good = good(&scene);
    let answer = scene.browser.get(&format!("/VX7/authorize?{}", good.replace("state-1", "%zz%4"))).await;
    assert_eq!(Callback::of(&answer).get("state"), "%zz%4");
    let answer = scene.browser.get(&format!("/VX7/authorize?{}", good.replace("callback", "callback%"))).await;
    assert_refused(&scene, &answer, (400, "redirect_uri_mismatch"), "a broken redirect URI").await;
}

#[tokio::test]
async fn a_body_that_is_no_form_is_told_on_a_page() {
    let mut scene = Scene::signed_in().await;
    let good = good(&scene);
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    let action = login.action().to_owned();
    for path in ["/VX7/authorize", action.as_str(), "/VX7/logout", "/VX7/logout/confirm"] {
        for (content_type, body) in [
            ("", good.as_str()),
            ("text/plain", &good),
            ("application/json", r#"{"client_id":"storage-app"}"#),
            (
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\na\r\n--x--",
            ),
            ("application/x-www-form-urlencoded; charset=shift_jis", &good),
            ("application/x-www-form-urlencoded; charset=utf-16", &good),
            (FORM, "csrf=%00&email=%ff"),
            (FORM, "client_id=%c3%28"),
        ] {
            let headers = [("content-type", content_type), ("origin", "https://login.example")];
            let headers = if content_type.is_empty() { &headers[1..] } else { &headers[..] };
            let answer = scene.browser.send(Method::POST, path, Some(body.to_owned()), headers).await;
            assert_refused(&scene, &answer, (400, "request_malformed"), &format!("{path} {content_type}: {body}"))
                .await;
        }
    }
}

#[tokio::test]
async fn a_body_of_a_megabyte_is_told_on_a_page() {
    let mut scene = Scene::signed_in().await;
    let good = good(&scene);
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    let action = login.action().to_owned();
    for path in ["/VX7/authorize", action.as_str(), "/VX7/logout", "/VX7/logout/confirm"] {
        let body = format!("{good}&password={}", "x".repeat(1 << 20));
        let length = body.len().to_string();
        for headers in [&[("content-type", FORM)][..], &[("content-type", FORM), ("content-length", &length)][..]] {
            let answer = scene.browser.send(Method::POST, path, Some(body.clone()), headers).await;
            assert_refused(&scene, &answer, (413, "request_too_large"), path).await;
        }
    }
}

#[tokio::test]
async fn claims_that_are_bombs_or_no_claims_go_back_as_invalid_request() {
    let mut scene = Scene::signed_in().await;
    let deep = format!("{}1{}", r#"{"id_token":"#.repeat(400), "}".repeat(400));
    let arrays = format!(r#"{{"id_token":{{"acr":{{"values":{}1{}}}}}}}"#, "[".repeat(2000), "]".repeat(2000));
    for claims in [
        deep.as_str(),
        &arrays,
        &format!("{{\"id_token\":{{{}}}}}", "\"a\":null,".repeat(1000)),
        "[]",
        "null",
        "1",
        "\"x\"",
        r#"{"id_token":[]}"#,
        r#"{"userinfo":"email"}"#,
        r#"{"id_token":{"email":true}}"#,
        r#"{"id_token":{"email":{"essential":"yes"}}}"#,
        r#"{"id_token":{"acr":{"values":"urn:x"}}}"#,
        r#"{"id_token":{"email":null}"#,
        r#"{"id_token":{"\ud800":null}}"#,
    ] {
        let request = scene.request().with("claims", claims);
        assert_eq!(scene.refused(&request).await, "invalid_request", "{}", &claims[..claims.len().min(80)]);
    }
}

#[tokio::test]
async fn a_value_beyond_its_limit_goes_back_as_invalid_request() {
    let mut scene = Scene::signed_in().await;
    let long = "x".repeat(16_000);
    for name in ["nonce", "state", "login_hint", "ui_locales", "acr_values", "claims"] {
        let request = scene.request().with(name, &long);
        assert_eq!(scene.refused(&request).await, "invalid_request", "{name}");
    }
}

#[tokio::test]
async fn a_huge_or_broken_cookie_counts_as_none() {
    let mut scene = Scene::start().await;
    for value in ["x".repeat(60_000), "a\"b".to_owned(), "=;=".to_owned(), "\u{7f}".to_owned()] {
        for name in ["__Host-tegata-session-VX7", "__Host-tegata-browser-VX7"] {
            let cookie = format!("{name}={value}; {name}={value}x");
            let Ok(_) = http::HeaderValue::from_str(&cookie) else { continue };
            let url = scene.request().with("prompt", "none").url();
            let answer = scene.browser.send(Method::GET, &url, None, &[("cookie", &cookie)]).await;
            assert_eq!(Callback::of(&answer).error(), "login_required");
        }
    }
}

#[tokio::test]
async fn a_login_form_that_was_tampered_with_is_refused() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request()).await;
    let (action, csrf) = (login.action().to_owned(), login.field("csrf").unwrap());
    for (fields, expected) in [
        (vec![("csrf", csrf.as_str()), ("csrf", &csrf)], (400, "request_malformed")),
        (vec![("csrf", &csrf), ("email", "a@b.example"), ("email", "c@d.example")], (400, "request_malformed")),
        (vec![("csrf", &csrf), ("password", "a"), ("password", "b")], (400, "request_malformed")),
        (vec![("email", "a@b.example"), ("password", "b")], (403, "csrf_failed")),
        (vec![("csrf", "手形")], (403, "csrf_failed")),
        (vec![], (403, "csrf_failed")),
    ] {
        let answer = scene.browser.post(&action, &fields).await;
        assert_refused(&scene, &answer, expected, &format!("{fields:?}")).await;
    }
}

/// Security line 88: a step belongs to an interaction that exists.
#[tokio::test]
async fn a_step_of_an_interaction_that_never_was_says_how_to_begin() {
    let mut scene = Scene::signed_in().await;
    for id in ["nothing", "AAAAAAAAAAAAAAAAAAAAAA", "..", &"x".repeat(5000)] {
        for step in ["interaction", "login", "consent"] {
            let answer = scene.browser.get(&format!("/VX7/{step}/{id}")).await;
            assert_refused(&scene, &answer, (400, "interaction_expired"), step).await;
            assert!(answer.body.contains("https://ff.example/VX7"), "the page leads back to the service");
        }
    }
    for id in ["%00", "%ff", "a%2fb", "%2e%2e", "%", "%0a"] {
        for step in ["interaction", "login", "consent"] {
            let answer = scene.browser.get(&format!("/VX7/{step}/{id}")).await;
            assert_refused(&scene, &answer, (404, "not_found"), &format!("{step}/{id}")).await;
        }
    }
}

#[tokio::test]
async fn each_page_answers_only_its_own_methods() {
    let mut scene = Scene::start().await;
    for (path, allowed) in [
        ("/VX7/authorize", "GET, HEAD, POST"),
        ("/VX7/login/x", "GET, HEAD, POST"),
        ("/VX7/consent/x", "GET, HEAD, POST"),
        ("/VX7/interaction/x", "GET, HEAD"),
        ("/VX7/logout", "GET, HEAD, POST"),
        ("/VX7/logout/confirm", "POST"),
        ("/VX7/account", "GET, HEAD"),
        ("/VX7/account/password", "GET, HEAD, POST"),
        ("/VX7/account/email/sent", "GET, HEAD"),
        ("/VX7/lo/forgot", "GET, HEAD, POST"),
        ("/VX7/lo/reset", "GET, HEAD, POST"),
        ("/VX7/lo/unblock", "GET, HEAD, POST"),
        ("/VX7/registration", "GET, HEAD, POST"),
        ("/VX7/registration/confirm", "POST"),
        ("/VX7/email-change", "GET, HEAD, POST"),
        ("/VX7/", "GET, HEAD"),
    ] {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::GET, Method::POST] {
            if allowed.split(", ").any(|word| word == method.as_str()) {
                continue;
            }
            let answer = scene.browser.send(method.clone(), path, None, &[]).await;
            assert_refused(&scene, &answer, (405, "method_not_allowed"), &format!("{method} {path}")).await;
            assert_eq!(answer.header("allow"), allowed, "{path}");
        }
    }
}

#[tokio::test]
async fn a_bad_logout_request_is_told_on_a_page() {
    let mut scene = Scene::signed_in().await;
    for (query, problem) in [
        ("state=%ff", "request_malformed"),
        ("state=%00", "request_malformed"),
        ("state=1&state=2", "request_malformed"),
        ("client_id=storage-app&client_id=storage-app", "request_malformed"),
        ("id_token_hint=x.y.z", "request_malformed"),
        ("id_token_hint=eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUvVlg3In0.", "request_malformed"),
        ("post_logout_redirect_uri=https://storage-app.example/goodbye", "request_malformed"),
        ("client_id=nobody", "unknown_client"),
        ("client_id=storage-app&post_logout_redirect_uri=https://evil.example/", "redirect_uri_mismatch"),
    ] {
        let answer = scene.browser.get(&format!("/VX7/logout?{query}")).await;
        assert_refused(&scene, &answer, (400, problem), query).await;
    }
    let still = scene.authorize(&scene.request().with("prompt", "none")).await;
    assert!(!still.code().is_empty(), "nothing of this ended the session");
    assert_eq!(scene.browser.get("/VX7/nowhere").await.status, StatusCode::NOT_FOUND);
}
