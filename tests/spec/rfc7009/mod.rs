//! Token revocation (RFC 7009, security.md line 39).

use tegata::client::AccessTokenFormat;

use crate::spec::scene::{Scene, assert_error, inactive};
use crate::support::{Answer, TestClient};

async fn revoke(scene: &Scene, client: &TestClient, fields: &[(&str, &str)]) -> Answer {
    let answer = scene.program.post_as(client, "/VX7/revoke", fields).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "{}"), "every token is answered alike");
    answer
}

// §2.1
#[tokio::test]
async fn a_refresh_token_takes_its_family_with_it() {
    for public in [false, true] {
        let mut scene = if public { Scene::public().await } else { Scene::confidential().await };
        let (first, other) = (scene.tokens().await, scene.tokens().await);
        let second = scene.program.refresh(&scene.client, &first.get("refresh_token")).await.ok();
        // A token that was replaced meanwhile is still the client's word that it is done.
        revoke(&scene, &scene.client, &[("token", &first.get("refresh_token"))]).await;
        for access in [first.get("access_token"), second.get("access_token")] {
            assert_eq!(scene.program.userinfo(&access).await.status, 401);
        }
        let last = if public { &second } else { &first };
        assert_eq!(scene.program.refresh(&scene.client, &last.get("refresh_token")).await.error(), "invalid_grant");
        assert_eq!(scene.program.userinfo(&other.get("access_token")).await.status, 200, "another grant lives on");
    }
}

#[tokio::test]
async fn an_access_token_takes_only_itself() {
    for format in [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque] {
        let mut scene = Scene::with(|r| r.settings.access_token_format = format).await;
        let tokens = scene.tokens().await;
        let (access, refresh) = (tokens.get("access_token"), tokens.get("refresh_token"));
        let sibling = scene.program.refresh(&scene.client, &refresh).await.ok().get("access_token");
        revoke(&scene, &scene.client, &[("token", &access)]).await;
        assert!(!scene.is_alive(&access).await, "{format:?}");
        assert!(scene.is_alive(&sibling).await, "{format:?}");
        scene.program.refresh(&scene.client, &refresh).await.ok();
        revoke(&scene, &scene.client, &[("token", &access)]).await;
    }
}

// §2.1: the hint helps to look, it does not decide.
#[tokio::test]
async fn a_wrong_or_unknown_hint_does_no_harm() {
    for hint in ["access_token", "refresh_token", "pct", "", "ACCESS_TOKEN"] {
        let mut scene = Scene::confidential().await;
        let tokens = scene.tokens().await;
        revoke(&scene, &scene.client, &[("token", &tokens.get("access_token")), ("token_type_hint", hint)]).await;
        assert!(!scene.is_alive(&tokens.get("access_token")).await, "{hint}");
        revoke(&scene, &scene.client, &[("token", &tokens.get("refresh_token")), ("token_type_hint", hint)]).await;
        let token = tokens.get("refresh_token");
        assert_eq!(scene.program.introspect(&scene.client, &token).await, inactive(), "{hint}");
    }
}

// security.md 39
#[tokio::test]
async fn tokens_of_others_and_unknown_ones_are_answered_alike_and_live_on() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    let thief = scene.provider.client("thief", |_| {}).await;
    let anybody = scene.provider.public_client().await;
    for client in [&thief, &anybody] {
        for token in [tokens.get("access_token"), tokens.get("refresh_token"), tokens.get("id_token")] {
            revoke(&scene, client, &[("token", &token)]).await;
        }
    }
    assert!(scene.is_alive(&tokens.get("access_token")).await);
    scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await.ok();
    let shaped = format!("tgr_{}", "x".repeat(43));
    for garbage in ["x", "a.b.c", shaped.as_str(), "tga_", "\u{3042}", "eyJ"] {
        revoke(&scene, &scene.client, &[("token", garbage)]).await;
    }
}

// security.md 39, 47
#[tokio::test]
async fn another_brand_cannot_revoke() {
    let mut scene = Scene::confidential().await;
    let elsewhere = scene.provider.client_of("VX9", "elsewhere", |_| {}).await;
    let tokens = scene.tokens().await;
    for token in [tokens.get("access_token"), tokens.get("refresh_token")] {
        assert_eq!(scene.program.post_as(&elsewhere, "/VX9/revoke", &[("token", &token)]).await.status, 200);
    }
    assert!(scene.is_alive(&tokens.get("access_token")).await);
    scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await.ok();
}

// A code, an ID token or a secret is nothing that could be given back here.
#[tokio::test]
async fn what_is_no_access_or_refresh_token_is_left_as_it_is() {
    let mut scene = Scene::confidential().await;
    let id_token = scene.tokens().await.get("id_token");
    let code = scene.code().await;
    revoke(&scene, &scene.client, &[("token", &id_token)]).await;
    revoke(&scene, &scene.client, &[("token", &code)]).await;
    scene.program.exchange(&scene.client, &code).await.ok();
}

#[tokio::test]
async fn a_request_without_exactly_one_token_is_refused() {
    let scene = Scene::confidential().await;
    for fields in [&[][..], &[("token", "")], &[("token", "a"), ("token", "b")]] {
        let answer = scene.program.post_as(&scene.client, "/VX7/revoke", fields).await;
        assert_error(&answer, 400, "invalid_request", &format!("{fields:?}"));
    }
}
