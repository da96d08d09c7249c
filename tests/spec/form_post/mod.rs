//! OAuth 2.0 Form Post Response Mode.

use http::StatusCode;

use crate::support::{Callback, Scene};

/// §2: the page posts itself, and the button does where scripts are off; values that look like HTML stay values.
#[tokio::test]
async fn the_page_posts_exactly_the_response_and_runs_no_inline_script() {
    let mut scene = Scene::signed_in().await;
    let state = "\"><script>alert(1)</script><input name=\"iss\" value=\"x";
    let answer = scene.open(&scene.request().with("response_mode", "form_post").with("state", state)).await;
    let callback = Callback::of(&answer);
    assert_eq!((callback.get("state"), callback.uri.as_str()), (state, scene.client.redirect_uri.as_str()));
    assert_eq!(callback.params.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains("<script>") && !answer.body.contains("onload="), "{}", answer.body);
    assert!(answer.body.contains("type=\"submit\""), "the button for browsers without scripts");
}

/// Security line 86: the page may post to its client, be kept by nobody, be framed by nobody.
#[tokio::test]
async fn the_page_that_holds_a_code_is_kept_by_no_cache_and_may_post_to_its_client() {
    let mut scene = Scene::signed_in().await;
    let answer = scene.open(&scene.request().with("response_mode", "form_post")).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https:") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!answer.body.contains("?lang="), "another language would need another code");
}

/// The code of the page works like any other.
#[tokio::test]
async fn the_code_of_the_page_is_exchanged_as_usual() {
    let mut scene = Scene::signed_in().await;
    let callback = scene.authorize(&scene.request().with("response_mode", "form_post")).await;
    assert_eq!(scene.tokens(&callback).await.id_token()["sub"], scene.account.sub());
}
