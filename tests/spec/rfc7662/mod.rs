//! Token introspection (RFC 7662, security.md line 40).

use serde_json::{Value, json};
use tegata::client::AccessTokenFormat;

use crate::spec::scene::{ISSUER, Scene, inactive};

#[tokio::test]
async fn a_client_learns_everything_about_its_own_access_token() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let mut scene = Scene::with(|r| r.settings.access_token_format = format).await;
        let tokens = scene.tokens().await;
        let id = tokens.id_token();
        let claims = scene.program.introspect(&scene.client, &tokens.get("access_token")).await;
        for (name, expected) in [
            ("active", json!(true)),
            ("token_type", json!("Bearer")),
            ("iss", json!(ISSUER)),
            ("sub", json!(scene.account.sub())),
            ("aud", json!(ISSUER)),
            ("client_id", json!("storage-app")),
            ("scope", json!("openid profile email offline_access")),
            ("username", json!("hanako@vx7.example")),
            ("iat", id["iat"].clone()),
            ("exp", json!(id["iat"].as_i64().unwrap() + 600)),
        ] {
            assert_eq!(claims[name], expected, "{format:?} {name}");
        }
        assert!(claims["jti"].is_string());
    }
}

#[tokio::test]
async fn a_client_learns_about_its_own_refresh_token() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    let claims = scene.program.introspect(&scene.client, &tokens.get("refresh_token")).await;
    let idle = 30 * 86_400;
    for (name, expected) in [
        ("active", json!(true)),
        ("client_id", json!("storage-app")),
        ("sub", json!(scene.account.sub())),
        ("scope", json!("openid profile email offline_access")),
        ("exp", json!(tokens.id_token()["iat"].as_i64().unwrap() + idle)),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
}

// The user allowed this client to know who, not where he reads his mail.
#[tokio::test]
async fn the_users_address_is_told_only_to_those_who_were_granted_it() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens_with_scope("openid offline_access").await;
    for token in [tokens.get("access_token"), tokens.get("refresh_token")] {
        let claims = scene.program.introspect(&scene.client, &token).await;
        assert_eq!((&claims["active"], claims.get("username")), (&json!(true), None));
        assert!(!claims.to_string().contains("hanako@"));
    }
}

// security.md 40
#[tokio::test]
async fn what_is_not_the_callers_business_is_inactive_and_nothing_else() {
    let mut scene = Scene::confidential().await;
    let stranger = scene.provider.client("stranger", |_| {}).await;
    let other_audience = vec!["https://files.example".to_owned(), "https://login.example/VX9".to_owned()];
    let server = scene.provider.client("server", |r| r.settings.introspects = other_audience).await;
    let tokens = scene.tokens().await;
    let code = scene.code().await;
    let (access, refresh, id) = (tokens.get("access_token"), tokens.get("refresh_token"), tokens.get("id_token"));
    for client in [&stranger, &server] {
        for token in [&access, &refresh, &id, &code] {
            assert_eq!(scene.program.introspect(client, token).await, inactive(), "{}", client.id);
        }
    }
    let (signed, tail) = access.rsplit_once('.').unwrap();
    let broken = format!("{signed}.{}A", &tail[..tail.len() - 1]);
    let unsigned = format!("{signed}.");
    let shaped = format!("tga_{}", "x".repeat(43));
    let long = "x".repeat(16_000);
    for garbage in [&id, &code, &broken, &unsigned, &shaped, &long, &"x".to_owned(), &"tgr_".to_owned()] {
        assert_eq!(scene.program.introspect(&scene.client, garbage).await, inactive(), "{garbage}");
    }
}

// security.md 40, 47
#[tokio::test]
async fn tokens_of_another_brand_are_inactive() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let mut scene = Scene::with(|r| r.settings.access_token_format = format).await;
        let everything = vec![ISSUER.to_owned(), "https://login.example/VX9".to_owned()];
        let elsewhere = scene.provider.client_of("VX9", "elsewhere", |r| r.settings.introspects = everything).await;
        let tokens = scene.tokens().await;
        for token in [tokens.get("access_token"), tokens.get("refresh_token")] {
            let answer = scene.program.post_as(&elsewhere, "/VX9/introspect", &[("token", &token)]).await;
            assert_eq!(answer.json(), inactive(), "{format:?}");
        }
        let header = format!("Bearer {}", tokens.get("access_token"));
        for path in ["/VX9/userinfo", "https://id.own.example/userinfo"] {
            let host = if path.starts_with('/') { "login.example" } else { "id.own.example" };
            let answer = scene.program.get(path, &[("authorization", &header), ("host", host)]).await;
            assert!(answer.status == 401 || answer.status == 421, "{path}: {}", answer.status);
        }
    }
}

// §2.2: a protected resource asks about the tokens that are made for it.
#[tokio::test]
async fn a_resource_server_sees_the_tokens_of_its_audience_and_no_refresh_tokens() {
    let files = "https://files.example/api";
    let mut scene = Scene::with(|r| r.settings.resources = vec![files.to_owned()]).await;
    let server = scene.provider.client("files", |r| r.settings.introspects = vec![files.to_owned()]).await;
    let request = scene.request().with("resource", files);
    let (for_files, for_us) = (scene.tokens_for(&request).await, scene.tokens().await);
    let seen = scene.program.introspect(&server, &for_files.get("access_token")).await;
    assert_eq!((&seen["active"], &seen["client_id"]), (&json!(true), &json!("storage-app")));
    assert_eq!(seen["aud"], json!([ISSUER, files]));
    assert_eq!(scene.program.introspect(&server, &for_us.get("access_token")).await, inactive());
    assert_eq!(scene.program.introspect(&server, &for_files.get("refresh_token")).await, inactive());
}

#[tokio::test]
async fn a_narrowed_token_says_what_it_grants() {
    let mut scene = Scene::confidential().await;
    let refresh = scene.tokens().await.get("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", "email")];
    let narrowed = scene.program.post_as(&scene.client, "/VX7/token", &form).await.json();
    let claims = scene.program.introspect(&scene.client, narrowed["access_token"].as_str().unwrap()).await;
    assert_eq!(claims["scope"], Value::from("email"));
}
