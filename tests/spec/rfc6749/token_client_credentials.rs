//! A client in its own name (§4.4).

use serde_json::Value;
use tegata::client::AccessTokenFormat;
use tegata::protocol::client_metadata::TokenEndpointAuthMethod;
use tegata::protocol::scope::Scope;

use crate::spec::scene::{Form, ISSUER, Scene, assert_error, verify};
use crate::support::TokenAnswer;

#[tokio::test]
async fn a_client_gets_a_token_about_itself_and_nobody_else() {
    let scene = Scene::confidential().await;
    let tokens = scene.token(&Form::credentials().with("scope", "api")).await.ok();
    let body = tokens.0.json();
    assert_eq!((&body["token_type"], &body["scope"]), (&Value::from("Bearer"), &Value::from("api")));
    assert_eq!((body.get("refresh_token"), body.get("id_token")), (None, None), "§4.4.3");
    let claims = verify(&scene.program, &tokens.get("access_token")).await.unwrap();
    assert_eq!((&claims["sub"], &claims["client_id"]), (&Value::from("storage-app"), &Value::from("storage-app")));
    assert_eq!(claims["aud"], ISSUER);
    // security.md 41: nothing in it may be taken for a user's.
    for user in ["auth_time", "acr", "amr", "sid", "role", "contract_id", "access_path", "family", "email", "name"] {
        assert_eq!(claims.get(user), None, "{user}");
    }
}

#[tokio::test]
async fn the_scope_is_the_registered_one_without_what_needs_a_user() {
    let scene = Scene::confidential().await;
    let tokens = scene.token(&Form::credentials()).await.ok();
    assert_eq!(tokens.get("scope"), "profile email phone address contract api");
    for refused in ["openid", "openid api", "offline_access", "admin", "api admin", "API"] {
        let answer = scene.token(&Form::credentials().with("scope", refused)).await;
        assert_error(&answer.0, 400, "invalid_scope", refused);
    }
}

// §4.4: confidential clients only, whatever was registered.
#[tokio::test]
async fn a_public_client_has_no_name_of_its_own() {
    let scene = Scene::with(|r| r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::None).await;
    assert_error(&scene.token(&Form::credentials()).await.0, 400, "unauthorized_client", "a public client");
}

// security.md 41: nobody is behind it.
#[tokio::test]
async fn the_token_opens_no_userinfo_and_can_be_introspected_and_revoked() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let scene = Scene::with(|r| r.settings.access_token_format = format).await;
        let token = scene.token(&Form::credentials().with("scope", "api")).await.ok().get("access_token");
        assert_eq!(scene.program.userinfo(&token).await.status, 401);
        let active = scene.program.introspect(&scene.client, &token).await;
        assert_eq!((&active["active"], &active["sub"]), (&Value::from(true), &Value::from("storage-app")));
        assert_eq!((active.get("username"), &active["scope"]), (None, &Value::from("api")));
        scene.program.post_as(&scene.client, "/VX7/revoke", &[("token", &token)]).await;
        assert_eq!(scene.program.introspect(&scene.client, &token).await["active"], false);
    }
}

#[tokio::test]
async fn a_client_without_any_scope_gets_a_token_without_scope() {
    let scene = Scene::with(|r| r.metadata.scope = Scope::default()).await;
    let tokens: TokenAnswer = scene.token(&Form::credentials()).await.ok();
    assert_eq!(tokens.access_token().get("scope"), None);
}
