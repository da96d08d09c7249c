//! How long a session lives (ASVS 7.3, 7.4). Security lines 79 and 80.

use crate::support::{Callback, Provider, Scene, SignIn as _};

const HOUR: u64 = 3600;

async fn error(scene: &mut Scene) -> Option<String> {
    let callback = scene.authorize(&scene.request().with("prompt", "none")).await;
    callback.params.get("error").cloned()
}

/// Security line 79: the idle limit counts from the last use.
#[tokio::test]
async fn an_idle_session_ends_at_its_limit_and_each_use_moves_it() {
    let mut scene = Scene::signed_in().await;
    for _ in 0..2 {
        scene.wait(8 * HOUR - 1);
        assert_eq!(error(&mut scene).await, None);
    }
    scene.wait(8 * HOUR);
    assert_eq!(error(&mut scene).await.as_deref(), Some("login_required"));
    let login = scene.open(&scene.request()).await;
    let callback = Callback::of(&scene.log_in(login.is_login()).await);
    assert!(!callback.code().is_empty(), "the person signs in again");
}

/// Security line 79: the absolute limit holds however busy the session is.
#[tokio::test]
async fn a_busy_session_ends_at_its_absolute_limit() {
    let mut scene = Scene::signed_in().await;
    for _ in 0..3 {
        scene.wait(7 * HOUR);
        assert_eq!(error(&mut scene).await, None);
    }
    scene.wait(3 * HOUR - 1);
    assert_eq!(error(&mut scene).await, None);
    scene.wait(1);
    assert_eq!(error(&mut scene).await.as_deref(), Some("login_required"));
}

/// Security line 79: both come from the configuration.
#[tokio::test]
async fn the_limits_are_those_of_the_configuration() {
    let provider = Provider::with_config(|config| {
        config.session.idle.0 = std::time::Duration::from_secs(60);
        config.session.absolute.0 = std::time::Duration::from_secs(100);
    })
    .await;
    let mut scene = Scene::at(provider).await;
    scene.sign_in().await;
    for (wait, expected) in [(59, None), (40, None), (1, Some("login_required"))] {
        scene.wait(wait);
        assert_eq!(error(&mut scene).await.as_deref(), expected, "after {wait} s");
    }
}

/// A consent page left open over the idle limit does not act for the session that was.
#[tokio::test]
async fn a_page_left_open_over_the_limit_leads_back_to_the_login_page() {
    let mut scene = Scene::signed_in().await;
    scene.wait(8 * HOUR - 600);
    let third = scene.provider.third_party().await;
    let page = scene.open(&crate::support::AuthorizeRequest::of(&third)).await;
    scene.wait(601);
    let answer = scene.browser.consent(&page, "allow").await;
    answer.is_login();
    assert_eq!(crate::support::sql::texts(&scene.provider, "SELECT client_id FROM consent").await, [""; 0]);
}
