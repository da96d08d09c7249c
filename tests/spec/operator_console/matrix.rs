//! Every route × every role: nothing more than the role allows, and whoever may not changes nothing.

use tegata::operator::OperatorRole;
use tegata::policy::operator_access::allows;

use super::{Scene, all};
use crate::support::operators::csrf;

#[tokio::test]
async fn a_role_opens_what_it_allows_and_everything_else_answers_403_and_changes_nothing() {
    let scene = Scene::start().await;
    let before = scene.state().await;
    for role in [OperatorRole::ReadOnly, OperatorRole::Support, OperatorRole::Full] {
        let mut browser = scene.browser(role).await;
        let before = scene.state().await;
        let token = csrf(&browser.get("/").await);
        for route in all() {
            let may = allows(role, route.permission);
            for path in scene.paths(&route) {
                let answer = browser.get(&path).await;
                let what = format!("GET {path} as {role}: {} {}", answer.status, answer.problem());
                match may {
                    true if path.contains("nobody") => assert_eq!(answer.status, 404, "{what}"),
                    true => assert_eq!(answer.status, 200, "{what}"),
                    false => {
                        assert_eq!((answer.status.as_u16(), answer.problem()), (403, "forbidden"), "{what}");
                        let said = scene.ops.audit_of(&answer).await;
                        assert!(said.contains("role_forbids"), "{what}: {said}");
                    }
                }
                if !route.acts {
                    assert_eq!(browser.post(&path, &[("csrf", &token)]).await.status, 405, "POST {path}");
                } else if !may {
                    let answer = browser.post(&path, &[("csrf", &token), ("confirm", "on")]).await;
                    assert_eq!(answer.status, 403, "POST {path} as {role}");
                }
            }
        }
        assert_eq!(scene.state().await, before, "{role}");
    }
    assert!(scene.state().await.starts_with(&before[..20]));
}

#[tokio::test]
async fn who_has_not_signed_in_is_led_to_the_sign_in_from_everywhere() {
    let scene = Scene::start().await;
    let before = scene.state().await;
    for route in all() {
        for path in scene.paths(&route) {
            let mut browser = scene.ops.browser();
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.location().starts_with("/sign-in?next="), "{path}: {}", answer.location());
            let answer = browser.post(&path, &[("confirm", "on")]).await;
            assert!(matches!(answer.status.as_u16(), 303 | 405), "POST {path}: {}", answer.status);
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn a_form_that_is_not_ours_changes_nothing() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    let mut stranger = scene.ops.browser();
    let foreign = csrf(&stranger.get("/sign-in").await);
    let before = scene.state().await;
    for route in all().iter().filter(|route| route.acts) {
        for path in scene.paths(route) {
            for token in ["", foreign.as_str()] {
                let answer = browser.post(&path, &[("csrf", token), ("confirm", "on"), ("to", "basic")]).await;
                assert_eq!((answer.status.as_u16(), answer.problem()), (403, "csrf_failed"), "POST {path}");
            }
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn what_hands_over_a_way_in_wants_a_sign_in_of_the_last_minutes() {
    let scene = Scene::start().await;
    let mut browser = scene.browser(OperatorRole::Full).await;
    scene.ops.provider.clock.advance(std::time::Duration::from_mins(11));
    let before = scene.state().await;
    let token = csrf(&browser.get("/").await);
    for route in all() {
        for path in scene.paths(&route).iter().filter(|path| !path.contains("nobody")) {
            let answer = browser.get(path).await;
            if route.permission.needs_fresh_sign_in() {
                assert!(answer.location().contains("again=1"), "{path}");
                assert_eq!(browser.post(path, &[("csrf", &token)]).await.status, 303, "{path}");
            } else {
                assert_eq!(answer.status, 200, "{path}");
            }
        }
    }
    assert_eq!(scene.state().await, before);
}

#[tokio::test]
async fn nothing_of_the_console_is_on_another_listener() {
    let scene = Scene::start().await;
    let mut browser = scene.ops.provider.browser();
    for route in all() {
        for path in scene.paths(&route) {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
            if path != "/" {
                assert_eq!(browser.get(&format!("/VX7{path}")).await.status, 404, "/VX7{path}");
            }
        }
    }
}
