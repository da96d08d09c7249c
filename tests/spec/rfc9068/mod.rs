//! JWT access tokens (RFC 9068, security.md lines 32, 42 and 43).

use serde_json::{Value, json};
use tegata::client::AccessTokenFormat;
use tegata::jose::Algorithm;

use crate::spec::scene::{ISSUER, Scene, encode, header, inactive, verify};
use crate::support::provider::START;
use crate::support::{AuthorizeRequest, SignIn as _};

#[tokio::test]
async fn an_access_token_has_the_claims_of_the_profile() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("access_token");
    assert_eq!(header(&token)["typ"], "at+jwt", "§2.1");
    let claims = verify(&scene.program, &token).await.expect("the published keys verify it");
    let now = START.as_seconds();
    for (name, expected) in [
        ("iss", json!(ISSUER)),
        ("sub", json!(scene.account.sub())),
        ("aud", json!(ISSUER)),
        ("client_id", json!("storage-app")),
        ("scope", json!("openid profile email offline_access")),
        ("iat", json!(now)),
        ("exp", json!(now + 600)),
        ("auth_time", json!(now)),
        ("amr", json!(["pwd"])),
        ("acr", json!("urn:tegata:acr:1fa")),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    for untold in ["brand", "role", "contract_id", "access_path"] {
        assert_eq!(claims.get(untold), None, "the scope contract was not granted: {untold}");
    }
    assert_eq!(claims["jti"].as_str().unwrap().len(), 22, "128 bit");
    assert_ne!(claims["jti"], scene.tokens().await.access_token()["jti"], "each has an id of its own");
    for personal in ["email", "name", "phone_number", "address", "nonce"] {
        assert_eq!(claims.get(personal), None, "§5: no personal data beyond the subject: {personal}");
    }
}

#[tokio::test]
async fn where_a_person_belongs_is_told_under_the_scope_contract() {
    let mut scene = Scene::confidential().await;
    let request = AuthorizeRequest::of(&scene.client).with("scope", "openid contract");
    let callback = scene.browser.sign_in(&request, &scene.account).await;
    let claims = scene.program.exchange(&scene.client, callback.code()).await.ok().access_token();
    let told = ["brand", "role", "access_path"].map(|name| claims[name].as_str().unwrap_or_default());
    assert_eq!(told, ["VX7", "user", "internet"]);
    assert_eq!(claims["contract_id"], scene.account.account.contract_id.as_str());
}

#[tokio::test]
async fn it_is_signed_as_the_client_is_registered_and_verifies_with_the_published_keys() {
    for &alg in Algorithm::ALL {
        let mut scene = Scene::with(|r| r.settings.access_token_signed_response_alg = alg).await;
        let token = scene.tokens().await.get("access_token");
        assert_eq!(header(&token)["alg"], alg.as_str());
        assert!(verify(&scene.program, &token).await.is_some(), "{alg}");
        assert!(scene.is_alive(&token).await, "{alg}");
        let (message, signature) = token.rsplit_once('.').unwrap();
        let turned: String = signature.chars().rev().collect();
        assert!(verify(&scene.program, &format!("{message}.{turned}")).await.is_none());
    }
}

// security.md 42; RFC 8725 §3.11
#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let mut scene = Scene::confidential().await;
    let id_token = scene.tokens().await.get("id_token");
    assert_eq!(header(&id_token)["typ"], "JWT");
    assert_eq!(scene.program.userinfo(&id_token).await.status, 401);
    assert_eq!(scene.program.introspect(&scene.client, &id_token).await, inactive());
}

// security.md 42, 45
#[tokio::test]
async fn a_token_that_was_touched_is_refused() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("access_token");
    let parts: Vec<&str> = token.split('.').collect();
    let with_header = |change: Value| {
        let mut header = header(&token);
        header.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        format!("{}.{}.{}", encode(&header.to_string()), parts[1], parts[2])
    };
    let claims = crate::support::flow::claims(&token);
    let with_claim = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        format!("{}.{}.{}", parts[0], encode(&claims.to_string()), parts[2])
    };
    let jwks = crate::spec::scene::jwks(&scene.program).await.to_string();
    let hs256 = format!(
        "{}.{}",
        encode(&json!({"alg": "HS256", "typ": "at+jwt", "kid": header(&token)["kid"]}).to_string()),
        parts[1]
    );
    let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, jwks.as_bytes());
    let tag = aws_lc_rs::hmac::sign(&hmac, hs256.as_bytes());
    let none = encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    for (what, touched) in [
        ("alg none", format!("{none}.{}.", parts[1])),
        ("alg none with the signature", format!("{none}.{}.{}", parts[1], parts[2])),
        ("HS256 with the key set as secret", format!("{hs256}.{}", tegata::secret::base64url(tag.as_ref()))),
        ("another algorithm of the same key", with_header(json!({"alg": "EdDSA"}))),
        ("an unknown kid", with_header(json!({"kid": "unknown"}))),
        ("no kid", with_header(json!({"kid": null}))),
        ("another type", with_header(json!({"typ": "JWT"}))),
        ("no type", with_header(json!({"typ": null}))),
        ("a key of its own", with_header(json!({"jwk": {"kty": "EC"}}))),
        ("a longer life", with_claim("exp", json!(i64::MAX))),
        ("another user", with_claim("sub", json!("somebody"))),
        ("another issuer", with_claim("iss", json!("https://login.example/VX9"))),
        ("padding", format!("{token}=")),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("a fourth part", format!("{token}.x")),
        ("another spelling of the signature", format!("{}.{}.{}", parts[0], parts[1], parts[2].to_ascii_lowercase())),
    ] {
        assert_eq!(scene.program.introspect(&scene.client, &touched).await, inactive(), "{what}");
        let answer = scene.program.userinfo(&touched).await;
        assert_eq!(answer.status, 401, "{what}");
    }
    assert!(scene.is_alive(&token).await);
}

// security.md 42: a key that was never published, and one of ours signing for another issuer.
#[tokio::test]
async fn only_our_keys_for_this_issuer_make_access_tokens() {
    use tegata::jose::{SigningKey, sign_compact};
    let mut scene = Scene::confidential().await;
    let claims = scene.tokens().await.access_token();
    let ours = scene.provider.app.keys.load().current(Algorithm::Es256).unwrap().clone();
    let stranger = SigningKey::generate(Algorithm::Es256).unwrap();
    let now = START.as_seconds();
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    for (what, key, claims) in [
        ("a stranger's key", &stranger, claims.clone()),
        ("another issuer", &ours, with("iss", json!("https://login.example/VX9"))),
        ("the issuer with a slash", &ours, with("iss", json!("https://login.example/VX7/"))),
        ("at its end", &ours, with("exp", json!(now))),
        ("before its time", &ours, with("nbf", json!(now + 1))),
        ("another family", &ours, with("family", json!("unknown"))),
        ("an unknown client", &ours, with("client_id", json!("unknown"))),
        ("no end", &ours, with("exp", json!(null))),
        ("no issuer", &ours, with("iss", json!(null))),
    ] {
        let token = sign_compact(key, Some("at+jwt"), &claims).unwrap();
        assert_eq!(scene.program.introspect(&scene.client, &token).await, inactive(), "{what}");
        assert_eq!(scene.program.userinfo(&token).await.status, 401, "{what}");
    }
    let good = sign_compact(&ours, Some("at+jwt"), &claims).unwrap();
    assert!(scene.is_alive(&good).await, "the forge itself works");
}

// An opaque token says nothing at all.
#[tokio::test]
async fn an_opaque_token_works_like_a_jwt_and_tells_nothing() {
    let mut scene = Scene::with(|r| r.settings.access_token_format = AccessTokenFormat::Opaque).await;
    let tokens = scene.tokens().await;
    let access = tokens.get("access_token");
    assert!(access.starts_with("tga_") && !access.contains('.'));
    assert!(scene.is_alive(&access).await);
    let further = scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await.ok();
    assert!(scene.is_alive(&further.get("access_token")).await);
    scene.log_out(&tokens.get("id_token")).await;
    assert!(scene.is_alive(&access).await, "granted offline");
}
