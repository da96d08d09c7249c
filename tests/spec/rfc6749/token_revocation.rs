//! What ends tokens before their time (security.md lines 29, 81 and 89).

use crate::spec::scene::{Scene, assert_error, inactive};

// security.md 29
#[tokio::test]
async fn logout_ends_what_was_not_granted_offline_and_spares_the_rest() {
    let mut scene = Scene::confidential().await;
    let bound = scene.tokens_with_scope("openid email").await;
    let offline = scene.tokens_with_scope("openid email offline_access").await;
    scene.log_out(&bound.get("id_token")).await;
    assert!(!scene.is_alive(&bound.get("access_token")).await);
    assert_eq!(scene.program.introspect(&scene.client, &bound.get("refresh_token")).await, inactive());
    assert_eq!(scene.program.refresh(&scene.client, &bound.get("refresh_token")).await.error(), "invalid_grant");
    assert!(scene.is_alive(&offline.get("access_token")).await);
    scene.program.refresh(&scene.client, &offline.get("refresh_token")).await.ok();
}

// security.md 81, 89
#[tokio::test]
async fn suspending_an_account_ends_its_tokens_at_once() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    scene.suspend().await;
    assert!(!scene.is_alive(&tokens.get("access_token")).await);
    assert_eq!(scene.program.introspect(&scene.client, &tokens.get("refresh_token")).await, inactive());
    let refused = scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await;
    assert_error(&refused.0, 400, "invalid_grant", "suspended");
}

// security.md 89
#[tokio::test]
async fn switching_a_client_off_ends_its_tokens_at_once() {
    let mut scene = Scene::confidential().await;
    let name = "https://login.example/VX7".to_owned();
    let server = scene.provider.client("resource-server", |r| r.settings.introspects = vec![name]).await;
    let tokens = scene.tokens().await;
    let access = tokens.get("access_token");
    assert_eq!(scene.program.introspect(&server, &access).await["active"], true);
    scene.disable_client().await;
    assert_eq!(scene.program.introspect(&server, &access).await, inactive());
    assert_eq!(scene.program.userinfo(&access).await.status, 401);
    let refused = scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await;
    assert_error(&refused.0, 401, "invalid_client", "switched off");
}

// security.md 29: an administrator ends everything of an account.
#[tokio::test]
async fn everything_of_an_account_can_be_revoked() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    let mut tx = scene.provider.db().begin().await.unwrap();
    let now = scene.provider.clock.now();
    tegata::token::revoke_account_families(&mut tx, &scene.account.account.id, (None, "by_administrator"), now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(!scene.is_alive(&tokens.get("access_token")).await);
    assert_eq!(scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await.error(), "invalid_grant");
}
