//! Refresh tokens (§6, RFC 9700 §4.14): rotation, the grace window, what they are bound to.

use std::time::Duration;

use crate::spec::scene::{Form, Scene, assert_error, inactive};

/// `tokens.refresh_grace`.
const GRACE: Duration = Duration::from_secs(10);

// security.md 26
#[tokio::test]
async fn a_public_clients_refresh_token_is_replaced_at_each_use() {
    let mut scene = Scene::public().await;
    let first = scene.tokens().await;
    let second = scene.program.refresh(&scene.client, &first.get("refresh_token")).await.ok();
    let third = scene.program.refresh(&scene.client, &second.get("refresh_token")).await.ok();
    let all = [&first, &second, &third].map(|tokens| (tokens.get("refresh_token"), tokens.get("access_token")));
    assert!(all[0] != all[1] && all[1] != all[2] && !all[2].0.is_empty());
    // The access token of the first answer lives on: only the refresh token was exchanged.
    let userinfo = scene.program.userinfo(&all[0].1).await;
    assert_eq!(userinfo.status, 200);
}

// RFC 9700 §4.14.2: the answer may have been lost on the way.
#[tokio::test]
async fn a_retry_within_the_grace_window_gets_the_identical_answer() {
    let mut scene = Scene::public().await;
    let old = scene.tokens().await.get("refresh_token");
    let first = scene.program.refresh(&scene.client, &old).await.ok();
    for wait in [Duration::ZERO, Duration::from_secs(5), GRACE - Duration::from_secs(5) - Duration::from_millis(1)] {
        scene.wait(wait);
        let again = scene.program.refresh(&scene.client, &old).await.ok();
        assert_eq!(again.0.body, first.0.body);
        assert_eq!(again.0.header("content-type"), first.0.header("content-type"));
    }
    scene.program.refresh(&scene.client, &first.get("refresh_token")).await.ok();
}

// security.md 26
#[tokio::test]
async fn reuse_at_the_end_of_the_grace_window_revokes_the_family() {
    let mut scene = Scene::public().await;
    let tokens = scene.tokens().await;
    let old = tokens.get("refresh_token");
    let new = scene.program.refresh(&scene.client, &old).await.ok();
    scene.wait(GRACE);
    let reuse = scene.program.refresh(&scene.client, &old).await;
    assert_error(&reuse.0, 400, "invalid_grant", "reuse");
    assert!(scene.provider.audit_reasons(reuse.0.reference()).await.contains(&"refresh_token_reused".to_owned()));
    assert_eq!(scene.program.refresh(&scene.client, &new.get("refresh_token")).await.error(), "invalid_grant");
    for access in [tokens.get("access_token"), new.get("access_token")] {
        assert_eq!(scene.program.userinfo(&access).await.status, 401);
    }
}

// security.md 26: whoever stole a token long ago must not wait for the victim to forget.
#[tokio::test]
async fn reuse_of_any_former_token_revokes_the_family() {
    let mut scene = Scene::public().await;
    let mut former = vec![scene.tokens().await.get("refresh_token")];
    for _ in 0..3 {
        scene.wait(GRACE);
        let next = scene.program.refresh(&scene.client, former.last().unwrap()).await.ok();
        former.push(next.get("refresh_token"));
    }
    assert_eq!(scene.program.refresh(&scene.client, &former[0]).await.error(), "invalid_grant");
    assert_eq!(scene.program.refresh(&scene.client, &former[3]).await.error(), "invalid_grant");
}

// RFC 9700 §4.14.2: a token that the client proves itself with need not be replaced.
#[tokio::test]
async fn a_confidential_clients_refresh_token_stays() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("refresh_token");
    for _ in 0..3 {
        scene.wait(GRACE * 2);
        let answer = scene.program.refresh(&scene.client, &token).await.ok();
        assert_eq!(answer.0.json().get("refresh_token"), None, "the one it has stays good");
    }
}

#[tokio::test]
async fn a_confidential_client_registered_for_rotation_rotates() {
    let mut scene = Scene::with(|r| r.settings.rotate_refresh_tokens = true).await;
    let old = scene.tokens().await.get("refresh_token");
    let new = scene.program.refresh(&scene.client, &old).await.ok().get("refresh_token");
    assert_eq!(scene.program.introspect(&scene.client, &old).await, inactive());
    assert_eq!(scene.program.introspect(&scene.client, &new).await["active"], true);
    scene.wait(GRACE);
    assert_eq!(scene.program.refresh(&scene.client, &old).await.error(), "invalid_grant");
    assert_eq!(scene.program.introspect(&scene.client, &new).await, inactive());
}

// security.md 27
#[tokio::test]
async fn a_refresh_token_serves_no_other_client_and_survives_the_try() {
    for public in [false, true] {
        let mut scene = if public { Scene::public().await } else { Scene::confidential().await };
        let thief = scene.provider.client("thief", |_| {}).await;
        let anybody = scene.provider.public_client().await;
        let token = scene.tokens().await.get("refresh_token");
        for other in [&thief, &anybody] {
            let stolen = scene.program.refresh(other, &token).await;
            assert_error(&stolen.0, 400, "invalid_grant", &other.id);
        }
        scene.program.refresh(&scene.client, &token).await.ok();
        // Within and after the grace window alike.
        scene.wait(GRACE * 2);
        assert_eq!(scene.program.refresh(&thief, &token).await.error(), "invalid_grant");
    }
}

// security.md 27, 47
#[tokio::test]
async fn a_refresh_token_serves_no_other_brand() {
    let mut scene = Scene::confidential().await;
    let elsewhere = scene.provider.client_of("VX9", "elsewhere", |_| {}).await;
    let form = Form::refresh(&scene.tokens().await.get("refresh_token"));
    let answer = scene.program.post_as(&elsewhere, "/VX9/token", &form.pairs()).await;
    assert_error(&answer, 400, "invalid_grant", "another brand");
    scene.token(&form).await.ok();
}

// security.md 27; RFC 6749 §6
#[tokio::test]
async fn a_refresh_never_widens_the_scope() {
    let mut scene = Scene::confidential().await;
    let form = Form::refresh(&scene.tokens_with_scope("openid email offline_access").await.get("refresh_token"));
    for wider in ["openid email phone", "api", "openid email offline_access contract", "*"] {
        let answer = scene.token(&form.clone().with("scope", wider)).await;
        assert_error(&answer.0, 400, "invalid_scope", wider);
    }
    assert_eq!(scene.token(&form).await.ok().get("scope"), "openid email offline_access");
}

// RFC 6749 §6: an omitted scope means the one granted, not the one of the last refresh.
#[tokio::test]
async fn a_narrower_scope_lasts_for_one_answer() {
    let mut scene = Scene::confidential().await;
    let form = Form::refresh(&scene.tokens().await.get("refresh_token"));
    let narrow = scene.token(&form.clone().with("scope", "openid email")).await.ok();
    assert_eq!(narrow.get("scope"), "openid email");
    assert_eq!(narrow.access_token()["scope"], "openid email");
    let bare = scene.token(&form.clone().with("scope", "email")).await.ok();
    assert_eq!(bare.0.json().get("id_token"), None, "without openid there is no ID token");
    assert_eq!(scene.token(&form).await.ok().get("scope"), "openid profile email offline_access");
}

#[tokio::test]
async fn a_client_without_the_grant_gets_no_refresh_token() {
    use tegata::protocol::client_metadata::GrantType::AuthorizationCode;
    let mut scene = Scene::with(|r| r.metadata.grant_types = vec![AuthorizationCode]).await;
    assert_eq!(scene.tokens().await.0.json().get("refresh_token"), None);
}
