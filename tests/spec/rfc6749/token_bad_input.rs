//! Malformed requests to the endpoints for programs: each a precise refusal, never a fault of ours.

use http::Method;
use proptest::prelude::*;
use serde_json::json;

use crate::spec::rfc7523::{self, JWT_BEARER};
use crate::spec::scene::{ClientKey, Form, Scene};
use crate::support::program::basic;
use crate::support::{Answer, Program};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const ENDPOINTS: [&str; 3] = ["/VX7/token", "/VX7/introspect", "/VX7/revoke"];

async fn send(program: &Program, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    program.send(Method::POST, path, headers, body.to_vec()).await
}

/// Refused by status and code, with nothing of the request in the answer that a page could execute.
#[track_caller]
fn assert_refused(answer: &Answer, (status, code): (u16, &str), what: &str) {
    assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.body);
    assert!(answer.header("cache-control").contains("no-store"), "{what}");
    if !code.is_empty() {
        assert_eq!(answer.json()["error"], code, "{what}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json", "{what}");
        let description = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(description.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\'), "{description}");
    }
}

// RFC 6749 §5.2
#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let scene = Scene::confidential().await;
    let header = basic("storage-app", scene.client.secret.as_ref().unwrap());
    let own: (&str, &str) = ("authorization", &header);
    let good: &[u8] = b"grant_type=client_credentials&token=x";
    let bad = (400, "invalid_request");
    let megabyte = [b"token=", "x".repeat(1 << 20).as_bytes()].concat();
    let kilobytes = [b"grant_type=client_credentials&token=", "x".repeat(20_000).as_bytes()].concat();
    let many = "a=1&".repeat(101);
    for path in ENDPOINTS {
        for (what, headers, body, expected) in [
            (
                "JSON",
                vec![own, ("content-type", "application/json")],
                br#"{"grant_type":"client_credentials"}"#.to_vec(),
                bad,
            ),
            ("multipart", vec![own, ("content-type", "multipart/form-data; boundary=x")], b"--x--".to_vec(), bad),
            ("plain text", vec![own, ("content-type", "text/plain")], good.to_vec(), bad),
            ("no media type", vec![own], good.to_vec(), bad),
            ("two media types", vec![own, FORM, FORM], good.to_vec(), bad),
            (
                "another charset",
                vec![own, ("content-type", "application/x-www-form-urlencoded; charset=utf-16")],
                good.to_vec(),
                bad,
            ),
            ("a compressed body", vec![own, FORM, ("content-encoding", "gzip")], b"\x1f\x8b\x08\x00\x00".to_vec(), bad),
            ("bad UTF-8", vec![own, FORM], b"grant_type=%ff&token=%ff".to_vec(), bad),
            ("raw bad UTF-8", vec![own, FORM], b"grant_type=\xc3\x28&token=\xc3\x28".to_vec(), bad),
            ("an overlong sequence", vec![own, FORM], b"token=%c0%80".to_vec(), bad),
            ("a surrogate", vec![own, FORM], b"token=%ed%a0%80".to_vec(), bad),
            ("NUL", vec![own, FORM], b"grant_type=client_credentials%00&token=%00".to_vec(), bad),
            ("raw NUL", vec![own, FORM], b"grant_type=\0&token=\0".to_vec(), bad),
            ("a line break", vec![own, FORM], b"grant_type=client_credentials%0d%0a&token=a%0ab".to_vec(), bad),
            ("a control character in a name", vec![own, FORM], b"to%01ken=x".to_vec(), bad),
            ("1 MB", vec![own, FORM], megabyte.clone(), (413, "invalid_request")),
            ("a 20 kB field", vec![own, FORM], kilobytes.clone(), bad),
            ("a hundred and one fields", vec![own, FORM], many.clone().into_bytes(), bad),
            ("nothing", vec![own, FORM], Vec::new(), bad),
            ("only ampersands", vec![own, FORM], b"&&&&".to_vec(), bad),
            ("everything twice", vec![own, FORM], [good, b"&", good].concat(), bad),
            ("duplicated credentials", vec![FORM], [good, b"&client_id=a&client_id=a"].concat(), bad),
            ("two Authorization headers", vec![own, own, FORM], good.to_vec(), bad),
            (
                "another Authorization header first",
                vec![("authorization", "Basic eA=="), own, FORM],
                good.to_vec(),
                bad,
            ),
            (
                "an Authorization header of 60 kB",
                vec![("authorization", &"x".repeat(60_000)), FORM],
                good.to_vec(),
                (401, "invalid_client"),
            ),
            (
                "an unreadable Authorization header",
                vec![("authorization", "Basic \u{ff}\u{fe}"), FORM],
                good.to_vec(),
                (401, "invalid_client"),
            ),
            ("broken Basic", vec![("authorization", "Basic %%%"), FORM], good.to_vec(), (401, "invalid_client")),
        ] {
            assert_refused(&send(&scene.program, path, &headers, &body).await, expected, &format!("{path}: {what}"));
        }
    }
}

// A percent sign that begins nothing stands for itself (WHATWG), so it can be part of no good value.
#[tokio::test]
async fn a_broken_percent_sequence_is_part_of_the_value() {
    let scene = Scene::confidential().await;
    let header = basic("storage-app", scene.client.secret.as_ref().unwrap());
    for grant in ["client_credential%", "client_credentials%4", "%zzclient_credentials"] {
        let body = format!("grant_type={grant}").into_bytes();
        let answer = send(&scene.program, "/VX7/token", &[FORM, ("authorization", &header)], &body).await;
        assert_refused(&answer, (400, "unsupported_grant_type"), grant);
    }
}

// A length that nobody declares is counted while it arrives.
#[tokio::test]
async fn an_endless_body_is_cut_off() {
    use axum::body::Body;
    use tower_service::Service as _;
    let scene = Scene::confidential().await;
    for path in [&ENDPOINTS[..], &["/VX7/userinfo"]].concat() {
        let body = Body::new(Endless);
        let request = http::Request::post(path).header("host", "login.example").header(FORM.0, FORM.1);
        let Ok(response) = scene.provider.front.clone().call(request.body(body).unwrap()).await;
        assert_eq!(response.status(), 413, "{path}");
        assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
    }
}

/// A body that never ends and never says how long it is.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Self::Error>>> {
        std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(bytes::Bytes::from_static(&[b'a'; 16_384])))))
    }
}

#[tokio::test]
async fn a_malformed_userinfo_request_is_refused() {
    let scene = Scene::confidential().await;
    let long = format!("Bearer {}", "x".repeat(60_000));
    let deep = format!("Bearer {}.{}.c2ln", crate::spec::scene::encode(&"[".repeat(10_000)), "e30");
    for (what, headers, body, status) in [
        ("a huge token", vec![("authorization", long.as_str())], "", 401),
        ("a header that nests", vec![("authorization", deep.as_str())], "", 401),
        ("four parts", vec![("authorization", "Bearer a.b.c.d")], "", 401),
        ("only dots", vec![("authorization", "Bearer ...")], "", 401),
        ("no base64url", vec![("authorization", "Bearer ~.~.~")], "", 401),
        ("bytes", vec![("authorization", "Bearer \u{ff}")], "", 400),
        ("bad UTF-8 in the form", vec![FORM], "access_token=%ff", 400),
        ("NUL in the form", vec![FORM], "access_token=%00", 400),
        ("an empty token in the form", vec![FORM], "access_token=", 401),
        ("a blank in the form", vec![FORM], "access_token=a+b", 400),
        ("a 20 kB token in the form", vec![FORM], &format!("access_token={}", "x".repeat(20_000)), 400),
    ] {
        let answer = send(&scene.program, "/VX7/userinfo", &headers, body.as_bytes()).await;
        assert_refused(&answer, (status, ""), what);
        assert!(answer.header("www-authenticate").starts_with("Bearer "), "{what}");
    }
    let answer = scene.program.get("/VX7/userinfo?x=%ff", &[("authorization", "Bearer x")]).await;
    assert_refused(&answer, (400, "invalid_request"), "bad UTF-8 in the query");
}

#[tokio::test]
async fn an_assertion_of_odd_json_is_refused() {
    let key = ClientKey::new("k1");
    let scene = rfc7523::scene(&key).await;
    let header = r#"{"alg":"ES256"}"#;
    let nested = |open: &str, close: &str| {
        let deep = format!("{}1{}", open.repeat(3000), close.repeat(3000));
        rfc7523::claims("deep").to_string().replacen('{', &format!("{{\"aud\":{deep},"), 1)
    };
    let twice = |name: &str| rfc7523::claims(name).to_string().replacen('{', &format!("{{\"{name}\":1,"), 1);
    let long = "x".repeat(14_000);
    for payload in [
        nested("[", "]"),
        nested("{\"a\":", "}"),
        twice("sub"),
        "[]".to_owned(),
        "null".to_owned(),
        "{".to_owned(),
        String::new(),
        format!("{}{{}}", rfc7523::claims("tail")),
        json!({"iss": "storage-app", "sub": long, "aud": "x", "exp": 1, "jti": "x"}).to_string(),
        json!({"sub": "storage-app"}).to_string(),
        json!({"sub": "\u{0}"}).to_string(),
        json!({"sub": "'; DROP TABLE client; --"}).to_string(),
        json!({"iss": {}, "sub": "storage-app", "aud": {}, "exp": {}, "jti": {}}).to_string(),
    ] {
        let answer = rfc7523::show(&scene.program, &key.sign(header, &payload)).await;
        let what = payload.get(..60).unwrap_or(&payload);
        assert!(answer.status == 401 || answer.status == 400, "{what}: {} {}", answer.status, answer.body);
    }
    // An unknown member may be whatever it likes: it is never looked at.
    let unknown = rfc7523::claims("unknown").to_string().replacen('{', "{\"x\":[[[[{\"y\":[1e999999]}]]]],", 1);
    let answer = rfc7523::show(&scene.program, &key.sign(header, &unknown)).await;
    assert!(answer.status == 200 || answer.status == 401, "{}", answer.status);
}

// Whatever is done to a good request, the answer is an answer.
#[test]
fn no_mutation_of_a_good_request_makes_the_server_fail() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (scene, bodies) = runtime.block_on(async {
        let mut scene = Scene::confidential().await;
        let code = scene.code().await;
        let refresh = scene.tokens().await.get("refresh_token");
        let encode = |form: Form| {
            form_urlencoded::Serializer::new(String::new()).extend_pairs(form.pairs()).finish().into_bytes()
        };
        let assertion = Form::credentials()
            .with("client_assertion_type", JWT_BEARER)
            .with("client_assertion", &ClientKey::new("k1").assertion(&rfc7523::claims("x")));
        let bodies = [
            Form::code(&scene.client, &code),
            Form::refresh(&refresh).with("scope", "openid email").with("resource", "https://files.example/"),
            Form::credentials().with("scope", "api"),
            assertion,
            Form::of(&[("token", &refresh), ("token_type_hint", "refresh_token")]),
        ];
        (scene, bodies.map(encode))
    });
    let header = basic("storage-app", scene.client.secret.as_ref().unwrap());
    let mutation = (0..3_u8, any::<prop::sample::Index>(), any::<u8>());
    let case = (0..bodies.len(), 0..4_usize, any::<bool>(), prop::collection::vec(mutation, 0..12));
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) };
    proptest!(config, |((body, path, authenticated, mutations) in case)| {
        let mut body = bodies[body].clone();
        for (kind, at, byte) in mutations {
            let at = at.index(body.len().max(1));
            match kind {
                0 if at < body.len() => body[at] = byte,
                1 if at < body.len() => drop(body.remove(at)),
                _ => body.insert(at.min(body.len()), byte),
            }
        }
        let path = [ENDPOINTS[0], ENDPOINTS[1], ENDPOINTS[2], "/VX7/userinfo"][path];
        let mut headers = vec![FORM];
        headers.extend(authenticated.then_some(("authorization", header.as_str())));
        let answer = runtime.block_on(send(&scene.program, path, &headers, &body));
        prop_assert!(answer.status.is_success() || answer.status.is_client_error(), "{} {}", answer.status, answer.body);
        prop_assert!(answer.header("cache-control").contains("no-store"));
    });
}
