//! The authorization code at the token endpoint (§4.1.3, RFC 7636 §4.6).

use std::time::Duration;

use crate::spec::scene::{Form, Scene, assert_error, inactive};
use crate::support::SignIn as _;
use crate::support::flow::VERIFIER;

// security.md 21
#[tokio::test]
async fn a_code_redeemed_twice_is_refused_and_takes_with_it_what_it_gave() {
    let mut scene = Scene::confidential().await;
    let code = scene.code().await;
    let tokens = scene.program.exchange(&scene.client, &code).await.ok();
    let (access, refresh) = (tokens.get("access_token"), tokens.get("refresh_token"));
    let further = scene.program.refresh(&scene.client, &refresh).await.ok().get("access_token");
    assert!(scene.is_alive(&access).await && scene.is_alive(&further).await);

    let again = scene.program.exchange(&scene.client, &code).await;
    assert_error(&again.0, 400, "invalid_grant", "the second use");
    assert!(!scene.is_alive(&access).await && !scene.is_alive(&further).await);
    assert_eq!(scene.program.introspect(&scene.client, &refresh).await, inactive());
    assert_eq!(scene.program.refresh(&scene.client, &refresh).await.error(), "invalid_grant");
    let reasons = scene.provider.audit_reasons(again.0.reference()).await;
    assert!(reasons.contains(&"code_reused".to_owned()), "{reasons:?}");
}

// security.md 21
#[tokio::test]
async fn a_code_that_comes_again_after_its_end_still_revokes_what_it_gave() {
    let mut scene = Scene::confidential().await;
    let code = scene.code().await;
    let access = scene.program.exchange(&scene.client, &code).await.ok().get("access_token");
    scene.wait(Duration::from_secs(300));
    assert_eq!(scene.program.exchange(&scene.client, &code).await.error(), "invalid_grant");
    assert!(!scene.is_alive(&access).await);
}

// security.md 21: a client may hold several grants of one user; only the one that was stolen ends.
#[tokio::test]
async fn a_reused_code_leaves_other_grants_alone() {
    let mut scene = Scene::confidential().await;
    let other = scene.tokens().await.get("access_token");
    let code = scene.code().await;
    scene.program.exchange(&scene.client, &code).await.ok();
    scene.program.exchange(&scene.client, &code).await.error();
    assert!(scene.is_alive(&other).await);
}

// security.md 22
#[tokio::test]
async fn a_code_lives_for_sixty_seconds() {
    let mut scene = Scene::confidential().await;
    let (young, old) = (scene.code().await, scene.code().await);
    scene.wait(Duration::from_millis(59_999));
    scene.program.exchange(&scene.client, &young).await.ok();
    scene.wait(Duration::from_millis(1));
    assert_error(&scene.program.exchange(&scene.client, &old).await.0, 400, "invalid_grant", "at 60 s");
}

// security.md 23
#[tokio::test]
async fn a_code_serves_no_other_client_and_stays_good_for_its_own() {
    let mut scene = Scene::confidential().await;
    let uri = scene.client.redirect_uri.clone();
    let thief = scene.provider.client("thief", |r| r.metadata.redirect_uris = vec![uri]).await;
    let code = scene.code().await;
    let stolen = scene.program.exchange(&thief, &code).await;
    assert_error(&stolen.0, 400, "invalid_grant", "another client");
    scene.program.exchange(&scene.client, &code).await.ok();
    // Once used, it is still none of the other client's business: his try must not end the grant.
    let access = scene.tokens().await.get("access_token");
    assert_eq!(scene.program.exchange(&thief, &code).await.error(), "invalid_grant");
    assert!(scene.is_alive(&access).await);
}

// security.md 23, 47
#[tokio::test]
async fn a_code_serves_no_other_brand() {
    let mut scene = Scene::confidential().await;
    let elsewhere = scene.provider.client_of("VX9", "elsewhere", |_| {}).await;
    let code = scene.code().await;
    let form = Form::code(&scene.client, &code);
    let foreign = scene.program.post_as(&elsewhere, "/VX9/token", &form.pairs()).await;
    assert_error(&foreign, 400, "invalid_grant", "a client of the other brand");
    let misplaced = scene.program.post_as(&scene.client, "/VX9/token", &form.pairs()).await;
    assert_error(&misplaced, 401, "invalid_client", "the client itself at the other brand");
    scene.token(&form).await.ok();
}

// security.md 23
#[tokio::test]
async fn a_code_needs_the_very_redirect_uri_of_its_request() {
    let mut scene = Scene::with(|r| r.metadata.redirect_uris.push("https://storage-app.example/other".into())).await;
    let code = scene.code().await;
    let form = Form::code(&scene.client, &code);
    for uri in [
        "https://storage-app.example/other",
        "https://storage-app.example/callback/",
        "https://storage-app.example/callback?",
        "https://storage-app.example:443/callback",
        "https://STORAGE-APP.example/callback",
        "http://storage-app.example/callback",
        "https://evil.example/callback",
    ] {
        assert_error(&scene.token(&form.clone().with("redirect_uri", uri)).await.0, 400, "invalid_grant", uri);
    }
    assert_error(&scene.token(&form.clone().without("redirect_uri")).await.0, 400, "invalid_grant", "none at all");
    scene.token(&form).await.ok();
}

// security.md 11, 23
#[tokio::test]
async fn a_code_with_a_challenge_needs_its_verifier() {
    let mut scene = Scene::public().await;
    let challenge = scene.request().params.iter().find(|(name, _)| name == "code_challenge").unwrap().1.clone();
    let code = scene.code().await;
    let form = Form::code(&scene.client, &code);
    let wrong = "x".repeat(43);
    let long = format!("{VERIFIER}{}", "x".repeat(86));
    for verifier in [
        "",
        wrong.as_str(),
        &challenge,
        &VERIFIER[..42],
        &long,
        &VERIFIER.to_ascii_lowercase(),
        &format!("{VERIFIER} "),
        &format!("{VERIFIER}="),
    ] {
        let answer = scene.token(&form.clone().with("code_verifier", verifier)).await;
        assert_error(&answer.0, 400, "invalid_grant", verifier);
    }
    assert_error(&scene.token(&form.clone().without("code_verifier")).await.0, 400, "invalid_grant", "none at all");
    scene.token(&form).await.ok();
}

// security.md 12
#[tokio::test]
async fn a_verifier_without_a_challenge_is_refused() {
    let mut scene = Scene::confidential().await;
    let plain = scene.request().without("code_challenge").without("code_challenge_method");
    let code = scene.code_for(&plain).await;
    let form = Form::code(&scene.client, &code);
    assert_error(&scene.token(&form).await.0, 400, "invalid_grant", "a verifier for nothing");
    scene.token(&form.without("code_verifier")).await.ok();
}

// security.md 23: what outlives the session are refresh tokens, not codes.
#[tokio::test]
async fn a_code_ends_with_its_session_even_for_offline_access() {
    let mut scene = Scene::confidential().await;
    let hint = scene.tokens().await.get("id_token");
    let code = scene.code().await;
    scene.log_out(&hint).await;
    assert_error(&scene.program.exchange(&scene.client, &code).await.0, 400, "invalid_grant", "after logout");
}

// security.md 81, 89
#[tokio::test]
async fn a_code_of_a_suspended_account_is_refused() {
    let mut scene = Scene::confidential().await;
    let code = scene.code().await;
    scene.suspend().await;
    assert_error(&scene.program.exchange(&scene.client, &code).await.0, 400, "invalid_grant", "suspended");
}

// RFC 9700 §4.5: two users' codes at one client must not be exchanged for one another.
#[tokio::test]
async fn a_code_gives_the_tokens_of_the_user_it_was_made_for() {
    let mut scene = Scene::confidential().await;
    let other = scene.provider.account("jiro@vx7.example").await;
    let mine = scene.code().await;
    let request = scene.request();
    let his = scene.provider.browser().sign_in(&request, &other).await.code().to_owned();
    assert_eq!(scene.program.exchange(&scene.client, &his).await.ok().id_token()["sub"], other.sub());
    assert_eq!(scene.program.exchange(&scene.client, &mine).await.ok().id_token()["sub"], scene.account.sub());
}
