//! Client assertions: `private_key_jwt` (RFC 7523 §3, OpenID Connect Core §9; security.md lines 31, 42, 45).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tegata::protocol::client_metadata::TokenEndpointAuthMethod;
use tegata::protocol::signing_algorithm::SigningAlgorithm;

use crate::spec::scene::{ClientKey, ISSUER, Scene, assert_error, encode};
use crate::support::provider::START;
use crate::support::{Answer, Program};

/// The type of a JWT assertion.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client that proves itself with a key.
pub async fn scene(key: &ClientKey) -> Scene {
    Scene::with(|r| {
        r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        r.metadata.jwks = Some(json!({"keys": [key.public]}));
    })
    .await
}

/// The claims of a good assertion.
pub fn claims(jti: &str) -> Value {
    let now = START.as_seconds();
    json!({"iss": "storage-app", "sub": "storage-app", "aud": ISSUER, "exp": now + 60, "iat": now, "jti": jti})
}

/// Shows an assertion at the token endpoint.
pub async fn show(program: &Program, assertion: &str) -> Answer {
    let fields =
        [("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)];
    program.post("/VX7/token", &fields, &[]).await
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims(name);
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims(name);
    claims.as_object_mut().unwrap().remove(name);
    claims
}

async fn assert_refused(scene: &Scene, assertion: &str, what: &str) {
    let answer = show(&scene.program, assertion).await;
    assert_error(&answer, 401, "invalid_client", what);
}

async fn assert_accepted(scene: &Scene, assertion: &str, what: &str) {
    let answer = show(&scene.program, assertion).await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.body);
}

#[tokio::test]
async fn an_assertion_names_this_issuer_and_nobody_else() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let endpoint = "https://login.example/VX7/token";
    for (i, good) in [json!(ISSUER), json!(endpoint), json!([ISSUER]), json!([ISSUER, endpoint])].iter().enumerate() {
        let mut claims = claims(&format!("good-{i}"));
        claims["aud"] = good.clone();
        assert_accepted(&scene, &key.assertion(&claims), &good.to_string()).await;
    }
    for bad in [
        json!("https://login.example/VX9"),
        json!("https://login.example/VX7/"),
        json!("https://login.example"),
        json!("https://login.example/VX7/authorize"),
        json!("storage-app"),
        json!(""),
        json!([]),
        json!(null),
        json!({"iss": ISSUER}),
        json!([ISSUER, 1]),
        // Another server could show it here as its own.
        json!([ISSUER, "https://evil.example"]),
    ] {
        assert_refused(&scene, &key.assertion(&with("aud", bad.clone())), &bad.to_string()).await;
    }
    assert_refused(&scene, &key.assertion(&without("aud")), "no audience").await;
}

#[tokio::test]
async fn an_assertion_is_by_the_client_about_the_client() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let other = scene.provider.client("other", |_| {}).await;
    for name in ["iss", "sub"] {
        for bad in [json!("nobody"), json!(""), json!(null), json!(1), json!(["storage-app"]), json!(other.id)] {
            assert_refused(&scene, &key.assertion(&with(name, bad.clone())), &format!("{name} {bad}")).await;
        }
        assert_refused(&scene, &key.assertion(&without(name)), name).await;
    }
    let fields = [("client_id", "other"), ("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER)];
    let assertion = key.assertion(&claims("beside"));
    let answer =
        scene.program.post("/VX7/token", &[&fields[..], &[("client_assertion", &assertion)]].concat(), &[]).await;
    assert_error(&answer, 400, "invalid_request", "a client_id that is another");
}

#[tokio::test]
async fn an_assertion_is_short_lived_and_its_times_are_dates() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let now = START.as_seconds();
    for (name, good) in [
        ("exp", json!(now + 3600)),
        ("exp", json!(now - 59)),
        ("exp", json!(now as f64 + 30.5)),
        ("nbf", json!(now + 60)),
        ("nbf", json!(now)),
        ("iat", json!(now - 3600)),
    ] {
        let mut claims = claims(&format!("{name} {good}"));
        claims[name] = good.clone();
        assert_accepted(&scene, &key.assertion(&claims), &format!("{name} {good}")).await;
    }
    for (name, bad) in [
        ("exp", json!(now - 60)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!(now + 3601)),
        ("exp", json!(1e300)),
        ("exp", json!(u64::MAX)),
        ("exp", json!("1795132860")),
        ("exp", json!(null)),
        ("exp", json!(true)),
        ("exp", json!([now + 60])),
        ("nbf", json!(now + 61)),
        ("nbf", json!(1e300)),
        ("iat", json!(now + 61)),
        ("iat", json!("now")),
    ] {
        assert_refused(&scene, &key.assertion(&with(name, bad.clone())), &format!("{name} {bad}")).await;
    }
    assert_refused(&scene, &key.assertion(&without("exp")), "without exp").await;
    let not_a_number = claims("nan").to_string().replace(&(now + 60).to_string(), "NaN");
    assert_refused(&scene, &key.sign(r#"{"alg":"ES256"}"#, &not_a_number), "NaN").await;
}

// security.md 31
#[tokio::test]
async fn an_assertion_serves_once_at_any_endpoint_and_any_node() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let assertion = key.assertion(&claims("once"));
    assert_accepted(&scene, &assertion, "the first time").await;
    assert_refused(&scene, &assertion, "the second time").await;
    let node = scene.provider.second_node().await;
    assert_error(&show(&node.program(), &assertion).await, 401, "invalid_client", "another node");
    for path in ["/VX7/introspect", "/VX7/revoke"] {
        let fields = [("token", "x"), ("client_assertion_type", JWT_BEARER), ("client_assertion", &assertion)];
        assert_error(&scene.program.post(path, &fields, &[]).await, 401, "invalid_client", path);
    }
    // The same `jti` in another assertion is the same use.
    let mut later = claims("once");
    later["exp"] = json!(START.as_seconds() + 600);
    assert_refused(&scene, &key.assertion(&later), "another assertion of that jti").await;
    assert_accepted(&scene, &key.assertion(&claims("twice")), "another jti").await;
}

// security.md 31: the note is kept for as long as the assertion would be believed.
#[tokio::test]
async fn an_assertion_is_remembered_until_it_has_expired() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let mut long = claims("long");
    long["exp"] = json!(START.as_seconds() + 3600);
    let assertion = key.assertion(&long);
    assert_accepted(&scene, &assertion, "the first time").await;
    scene.wait(Duration::from_secs(3600 + 59));
    let mut tx = scene.provider.db().begin().await.unwrap();
    let now = scene.provider.clock.now();
    tegata::client::delete_expired_assertions(&mut tx, now, 100).await.unwrap();
    tx.commit().await.unwrap();
    assert_refused(&scene, &assertion, "in its last moment").await;
    scene.wait(Duration::from_secs(1));
    assert_refused(&scene, &assertion, "after its end").await;
}

#[tokio::test]
async fn an_assertion_without_a_usable_jti_is_refused() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    for bad in [json!(""), json!(null), json!(7), json!("x".repeat(257))] {
        assert_refused(&scene, &key.assertion(&with("jti", bad.clone())), &bad.to_string()).await;
    }
    assert_refused(&scene, &key.assertion(&without("jti")), "no jti").await;
}

// security.md 42, 45
#[tokio::test]
async fn only_the_registered_key_and_a_real_algorithm_sign_assertions() {
    let (key, stranger) = (ClientKey::new("k1"), ClientKey::new("k1"));
    let scene = scene(&key).await;
    let good = claims("signed").to_string();
    assert_refused(&scene, &stranger.assertion(&claims("stranger")), "a key nobody registered").await;
    for none in ["none", "None", "NONE"] {
        let unsigned = format!("{}.{}.", encode(&format!(r#"{{"alg":"{none}"}}"#)), encode(&good));
        assert_refused(&scene, &unsigned, none).await;
    }
    // The public key as the secret of an HMAC.
    let message = format!("{}.{}", encode(r#"{"alg":"HS256"}"#), encode(&good));
    for secret in [key.public.to_string(), key.public["x"].as_str().unwrap().to_owned()] {
        let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&hmac, message.as_bytes());
        assert_refused(&scene, &format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag)), "HS256").await;
    }
    for header in [
        r#"{"alg":"ES256","kid":"unknown"}"#,
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"ES384"}"#,
        r#"{"alg":"ES256","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","typ":"logout+jwt"}"#,
        r#"{"alg":"ES256","crit":["exp"],"exp":1}"#,
        r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"ES256","zip":"DEF"}"#,
        r#"{"alg":"none","alg":"ES256"}"#,
        r#"{"alg":"ES256","kid":"k1","kid":"k1"}"#,
        r#"{"kid":"k1"}"#,
        r#"["ES256"]"#,
        "{}",
        "",
    ] {
        assert_refused(&scene, &key.sign(header, &claims(header).to_string()), header).await;
    }
    for header in [
        r#"{"alg":"ES256","kid":"k1"}"#,
        r#"{"alg":"ES256","typ":"JWT"}"#,
        r#"{"alg":"ES256","typ":"client-authentication+jwt"}"#,
    ] {
        assert_accepted(&scene, &key.sign(header, &claims(header).to_string()), header).await;
    }
}

// security.md 42: keys come from the registration, never from the token.
#[tokio::test]
async fn keys_and_links_to_keys_in_the_header_are_ignored() {
    let (key, stranger) = (ClientKey::new("k1"), ClientKey::new("k2"));
    let scene = scene(&key).await;
    for header in [
        json!({"alg": "ES256", "jwk": stranger.public}),
        json!({"alg": "ES256", "jku": "https://evil.example/jwks.json"}),
        json!({"alg": "ES256", "x5u": "https://evil.example/cert.pem"}),
        json!({"alg": "ES256", "x5c": ["MIIB"]}),
    ] {
        let header = header.to_string();
        assert_refused(&scene, &stranger.sign(&header, &claims(&header).to_string()), &header).await;
        assert_accepted(&scene, &key.sign(&header, &claims(&header).to_string()), &header).await;
    }
}

// security.md 42: two parsers must not read two different assertions.
#[tokio::test]
async fn claims_that_come_twice_are_refused() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    for twice in [r#""sub":"storage-app","#, r#""aud":"x","#, r#""exp":1795132860,"#, r#""jti":"a","#, r#""iss":"x","#]
    {
        let payload = claims(twice).to_string().replacen('{', &format!("{{{twice}"), 1);
        assert_refused(&scene, &key.sign(r#"{"alg":"ES256"}"#, &payload), twice).await;
    }
}

// OpenID Connect Discovery §3: what `token_endpoint_auth_signing_alg_values_supported` promises.
#[tokio::test]
async fn an_assertion_may_be_signed_with_each_algorithm_offered() {
    for &alg in SigningAlgorithm::ALL {
        let key = ClientKey::of(alg, "k1");
        let scene = scene(&key).await;
        let header = format!(r#"{{"alg":"{alg}","kid":"k1"}}"#);
        assert_accepted(&scene, &key.sign(&header, &claims("a").to_string()), alg.as_str()).await;
    }
}

#[tokio::test]
async fn a_registered_algorithm_excludes_the_others() {
    let key = ClientKey::new("k1");
    let scene = Scene::with(|r| {
        r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        r.metadata.token_endpoint_auth_signing_alg = Some(SigningAlgorithm::EdDsa);
        r.metadata.jwks = Some(json!({"keys": [key.public]}));
    })
    .await;
    assert_refused(&scene, &key.assertion(&claims("a")), "ES256 where EdDSA is registered").await;
}

#[tokio::test]
async fn another_assertion_type_is_refused() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    let assertion = key.assertion(&claims("a"));
    let form = [("grant_type", "client_credentials"), ("client_assertion", assertion.as_str())];
    let answer = scene.program.post("/VX7/token", &[&form[..], &[("client_assertion_type", saml)]].concat(), &[]).await;
    assert_error(&answer, 401, "invalid_client", saml);
    assert_error(&scene.program.post("/VX7/token", &form, &[]).await, 400, "invalid_request", "no type");
    let only_type = [("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER)];
    assert_error(&scene.program.post("/VX7/token", &only_type, &[]).await, 400, "invalid_request", "no assertion");
}

// Our own signature proves that we made a token, not that a client did.
#[tokio::test]
async fn our_own_tokens_are_no_assertions() {
    let key = ClientKey::new("k1");
    let scene = scene(&key).await;
    let ours = show(&scene.program, &key.assertion(&claims("a"))).await.json();
    assert_refused(&scene, ours["access_token"].as_str().unwrap(), "an access token whose sub is the client").await;
}
