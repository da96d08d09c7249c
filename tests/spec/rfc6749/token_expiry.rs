//! How long tokens live (security.md lines 28 and 42), at the very edge of each limit.

use std::time::Duration;

use tegata::token::delete_expired_tokens;

use crate::spec::scene::{Scene, inactive};
use crate::support::TokenAnswer;

const DAY: Duration = Duration::from_hours(24);
const TICK: Duration = Duration::from_millis(1);

async fn refresh(scene: &Scene, token: &str) -> TokenAnswer {
    scene.program.refresh(&scene.client, token).await
}

// security.md 42
#[tokio::test]
async fn an_access_token_ends_exactly_at_exp() {
    for format in [tegata::client::AccessTokenFormat::Jwt, tegata::client::AccessTokenFormat::Opaque] {
        let mut scene = Scene::with(|r| r.settings.access_token_format = format).await;
        let tokens = scene.tokens().await;
        assert_eq!(tokens.0.json()["expires_in"], 600);
        let access = tokens.get("access_token");
        scene.wait(Duration::from_mins(10) - TICK);
        assert!(scene.is_alive(&access).await, "{format:?} in its last moment");
        scene.wait(TICK);
        assert!(!scene.is_alive(&access).await, "{format:?} at exp");
    }
}

// security.md 28
#[tokio::test]
async fn a_refresh_token_ends_when_idle_for_too_long() {
    let mut scene = Scene::confidential().await;
    let (used, idle) = (scene.tokens().await.get("refresh_token"), scene.tokens().await.get("refresh_token"));
    scene.wait(DAY * 30 - TICK);
    refresh(&scene, &used).await.ok();
    scene.wait(TICK);
    assert_eq!(refresh(&scene, &idle).await.error(), "invalid_grant");
    assert_eq!(scene.program.introspect(&scene.client, &idle).await, inactive());
    scene.wait(DAY * 30 - TICK * 2);
    refresh(&scene, &used).await.ok();
}

// security.md 28
#[tokio::test]
async fn a_refresh_token_ends_for_good_however_often_it_is_used() {
    for public in [false, true] {
        let mut scene = if public { Scene::public().await } else { Scene::confidential().await };
        let mut token = scene.tokens().await.get("refresh_token");
        for day in [20, 40, 60, 80] {
            scene.wait(DAY * 20);
            let next = refresh(&scene, &token).await;
            assert_eq!(next.0.status, 200, "after {day} days");
            token = if public { next.get("refresh_token") } else { token };
        }
        scene.wait(DAY * 10 - TICK);
        let next = refresh(&scene, &token).await.ok();
        token = if public { next.get("refresh_token") } else { token };
        scene.wait(TICK);
        assert_eq!(refresh(&scene, &token).await.error(), "invalid_grant");
    }
}

// A token in use must not be cleaned away because it was once issued with an earlier end.
#[tokio::test]
async fn a_refresh_token_in_use_survives_the_cleaning() {
    let mut scene = Scene::confidential().await;
    let token = scene.tokens().await.get("refresh_token");
    scene.wait(DAY * 20);
    refresh(&scene, &token).await.ok();
    scene.wait(DAY * 20);
    let mut tx = scene.provider.db().begin().await.unwrap();
    delete_expired_tokens(&mut tx, scene.provider.clock.now(), 1000).await.unwrap();
    tx.commit().await.unwrap();
    refresh(&scene, &token).await.ok();
}

// OpenID Connect Core §11: what was not granted offline ends with the session, at its absolute limit as well.
#[tokio::test]
async fn without_offline_access_tokens_end_with_the_session() {
    let mut scene = Scene::with(|r| r.settings.lifetimes.access_token = Some(7 * 86_400)).await;
    let tokens = scene.tokens_with_scope("openid email").await;
    let (access, token) = (tokens.get("access_token"), tokens.get("refresh_token"));
    scene.wait(DAY - TICK);
    refresh(&scene, &token).await.ok();
    assert!(scene.is_alive(&access).await);
    scene.wait(TICK);
    assert_eq!(refresh(&scene, &token).await.error(), "invalid_grant");
    assert!(!scene.is_alive(&access).await);
}

#[tokio::test]
async fn a_clients_own_lifetimes_replace_the_configured_ones() {
    let mut scene = Scene::with(|r| {
        let lifetimes = &mut r.settings.lifetimes;
        lifetimes.access_token = Some(60);
        lifetimes.id_token = Some(120);
        lifetimes.refresh_token_idle = Some(3600);
        lifetimes.refresh_token_absolute = Some(5400);
    })
    .await;
    let tokens = scene.tokens().await;
    assert_eq!(tokens.0.json()["expires_in"], 60);
    let (id, access) = (tokens.id_token(), tokens.access_token());
    assert_eq!(id["exp"].as_i64().unwrap() - id["iat"].as_i64().unwrap(), 120);
    assert_eq!(access["exp"].as_i64().unwrap() - access["iat"].as_i64().unwrap(), 60);
    let token = tokens.get("refresh_token");
    scene.wait(Duration::from_secs(3599));
    refresh(&scene, &token).await.ok();
    let exp = scene.program.introspect(&scene.client, &token).await["exp"].as_i64().unwrap();
    assert_eq!(exp - id["iat"].as_i64().unwrap(), 5400, "the absolute limit comes first");
    scene.wait(Duration::from_secs(1801));
    assert_eq!(refresh(&scene, &token).await.error(), "invalid_grant");
}
