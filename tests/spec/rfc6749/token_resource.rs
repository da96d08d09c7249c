//! Resource indicators at the token endpoint (RFC 8707, security.md lines 27 and 32).

use serde_json::json;

use crate::spec::scene::{Form, ISSUER, Scene, assert_error};

const FILES: &str = "https://files.example/api";
const MAIL: &str = "https://mail.example/api";

async fn scene() -> Scene {
    Scene::with(|r| r.settings.resources = vec![FILES.to_owned(), MAIL.to_owned()]).await
}

// security.md 32
#[tokio::test]
async fn without_a_resource_a_token_is_for_the_issuer_alone() {
    let mut scene = scene().await;
    assert_eq!(scene.tokens().await.access_token()["aud"], ISSUER);
    assert_eq!(scene.token(&Form::credentials()).await.ok().access_token()["aud"], ISSUER);
}

// security.md 32
#[tokio::test]
async fn a_client_in_its_own_name_may_ask_for_its_registered_resources() {
    let scene = scene().await;
    let one = scene.token(&Form::credentials().with("resource", FILES)).await.ok();
    assert_eq!(one.access_token()["aud"], FILES);
    let both = scene.token(&Form::credentials().with("resource", FILES).and("resource", MAIL)).await.ok();
    assert_eq!(both.access_token()["aud"], json!([FILES, MAIL]));
    for unknown in ["https://other.example/", "https://files.example/api/", "https://FILES.example/api", ISSUER] {
        let answer = scene.token(&Form::credentials().with("resource", unknown)).await;
        assert_error(&answer.0, 400, "invalid_target", unknown);
    }
}

// RFC 8707 §2: an absolute URI without a fragment.
#[tokio::test]
async fn what_is_no_absolute_uri_is_no_resource() {
    let scene = scene().await;
    for bad in ["files", "/api", "//files.example", "https://files.example/api#part", "https://", "%"] {
        assert_error(&scene.token(&Form::credentials().with("resource", bad)).await.0, 400, "invalid_target", bad);
    }
}

// security.md 27
#[tokio::test]
async fn a_refresh_may_choose_among_the_granted_resources_and_never_beyond() {
    let mut scene = scene().await;
    let mut request = scene.request();
    request.params.extend([("resource".to_owned(), FILES.to_owned()), ("resource".to_owned(), MAIL.to_owned())]);
    let tokens = scene.tokens_for(&request).await;
    assert_eq!(tokens.access_token()["aud"], json!([ISSUER, FILES, MAIL]));
    let form = Form::refresh(&tokens.get("refresh_token"));
    let chosen = scene.token(&form.clone().with("resource", MAIL)).await.ok();
    assert_eq!(chosen.access_token()["aud"], json!([ISSUER, MAIL]));
    let all = scene.token(&form).await.ok();
    assert_eq!(all.access_token()["aud"], json!([ISSUER, FILES, MAIL]), "the choice does not stick");
    for beyond in [ISSUER, "https://other.example/"] {
        let answer = scene.token(&form.clone().with("resource", beyond)).await;
        assert_error(&answer.0, 400, "invalid_target", beyond);
    }
}

// security.md 27
#[tokio::test]
async fn a_code_gives_no_resource_that_was_not_asked_for() {
    let mut scene = scene().await;
    let request = scene.request().with("resource", FILES);
    let code = scene.code_for(&request).await;
    let form = Form::code(&scene.client, &code);
    assert_error(&scene.token(&form.clone().with("resource", MAIL)).await.0, 400, "invalid_target", "another");
    assert_eq!(scene.token(&form).await.ok().access_token()["aud"], json!([ISSUER, FILES]));
    let plain = scene.code().await;
    let form = Form::code(&scene.client, &plain).with("resource", FILES);
    assert_error(&scene.token(&form).await.0, 400, "invalid_target", "nothing was asked for");
}

// security.md 32, 42: userinfo is a resource server like any other and looks at `aud`. It is one of the audiences
// exactly as long as `openid` is granted.
#[tokio::test]
async fn a_token_for_another_resource_alone_opens_no_userinfo() {
    let mut scene = scene().await;
    let request = scene.request().with("resource", FILES);
    let tokens = scene.tokens_for(&request).await;
    assert!(scene.is_alive(&tokens.get("access_token")).await);
    let form = Form::refresh(&tokens.get("refresh_token")).with("scope", "email");
    let narrowed = scene.token(&form).await.ok();
    assert_eq!(narrowed.access_token()["aud"], FILES);
    let access = narrowed.get("access_token");
    assert_eq!(scene.program.userinfo(&access).await.status, 401);
    assert_eq!(scene.program.introspect(&scene.client, &access).await["active"], true);
}
