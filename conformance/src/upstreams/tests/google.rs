use super::world::*;
use crate::upstreams::*;
use axum::http::StatusCode;
use serde_json::json;

async fn world() -> World {
    let world = World::start().await;
    world.upstreams.google().register(Client::new("rp", "secret", CALLBACK));
    world
}

fn authorize(world: &World, more: &[(&str, &str)]) -> String {
    let mut params = vec![
        ("response_type", "code"),
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid email profile"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    params.extend(more);
    url(&format!("{}/o/oauth2/v2/auth", world.upstreams.origin("google")), &params)
}

async fn redeem(world: &World, code: &str, verifier: &str) -> Reply {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "rp"),
        ("client_secret", "secret"),
        ("code_verifier", verifier),
    ];
    world.post(&format!("{}/token", world.upstreams.origin("google-token")), &form).await
}

#[tokio::test]
async fn a_person_signs_in_and_the_code_buys_a_signed_token_once() {
    let world = world().await;
    let code = world.code(&authorize(&world, &[]), "taro").await;
    let reply = redeem(&world, &code, VERIFIER).await;
    let claims = claims(&reply);
    assert_eq!(claims["iss"], world.upstreams.origin("google"));
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!("rp"), &json!("n")));
    assert_eq!((&claims["email_verified"], claims.get("hd")), (&json!(true), None));
    let jwks = world.get(&format!("{}/oauth2/v3/certs", world.upstreams.origin("google-keys"))).await.json();
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    assert!(verifies(reply.json()["id_token"].as_str().unwrap(), &jwks));
    assert_eq!(redeem(&world, &code, VERIFIER).await.error(), "invalid_grant");
}

#[tokio::test]
async fn what_does_not_fit_buys_nothing() {
    let world = world().await;
    let code = world.code(&authorize(&world, &[]), "taro").await;
    assert_eq!(redeem(&world, &code, "another verifier").await.error(), "invalid_grant");
    assert_eq!(redeem(&world, "unknown", VERIFIER).await.error(), "invalid_grant");
    let token = format!("{}/token", world.upstreams.origin("google-token"));
    let wrong = world.post_basic(&token, ("rp", "wrong"), &[("grant_type", "authorization_code")]).await;
    assert_eq!((wrong.status, wrong.error().as_str()), (401, "invalid_client"));
    let nonce = world.post_basic(&token, ("rp", "secret"), &[("nonce", "n")]).await;
    assert!(nonce.text.contains("Parameter not allowed for this message type: nonce"));
}

#[tokio::test]
async fn errors_of_the_request_stay_at_google() {
    let world = world().await;
    let (status, text) = world.page(&authorize(&world, &[]).replace("%2Fcallback", "%2FCallback")).await;
    assert!(status == 400 && text.contains("redirect_uri_mismatch"), "{status} {text}");
    let view = world.upstreams.browser().unwrap().with_user_agent("Mozilla/5.0 (Linux; Android 14; wv) Chrome/130");
    let arrival = view.open(&authorize(&world, &[]).parse().unwrap()).await.unwrap();
    assert!(matches!(arrival, Arrival::Page { status: StatusCode::FORBIDDEN, .. }), "{arrival:?}");
}

#[tokio::test]
async fn a_signed_in_person_is_not_asked_again_even_with_prompt_login() {
    let world = world().await;
    let browser = world.upstreams.browser().unwrap();
    assert_eq!(world.refused(&authorize(&world, &[("prompt", "none")])).await, "login_required");
    browser.sign_in(&authorize(&world, &[]).parse().unwrap(), "taro").await.unwrap();
    for prompt in ["none", "login"] {
        let arrival = browser.open(&authorize(&world, &[("prompt", prompt)]).parse().unwrap()).await.unwrap();
        assert!(matches!(arrival, Arrival::Redirect(_)), "{prompt}: {arrival:?}");
    }
    let arrival = browser.open(&authorize(&world, &[("prompt", "select_account")]).parse().unwrap()).await.unwrap();
    assert!(matches!(arrival, Arrival::Page { .. }), "{arrival:?}");
}

#[tokio::test]
async fn the_issuer_has_two_spellings_and_the_response_may_lie() {
    let world = world().await;
    let google = world.upstreams.google();
    let callback = world.upstreams.sign_in(&authorize(&world, &[]).parse().unwrap(), "bareissuer").await.unwrap();
    assert_eq!(query_value(&callback, "iss").unwrap(), google.origin());
    let reply = redeem(&world, &query_value(&callback, "code").unwrap(), VERIFIER).await;
    assert_eq!(claims(&reply)["iss"], google.origin().trim_start_matches("https://"));
    google.configure(|settings| settings.response_issuer = ResponseIssuer::Wrong);
    let callback = world.upstreams.cancel(&authorize(&world, &[]).parse().unwrap()).await.unwrap();
    assert_eq!(query_value(&callback, "iss").unwrap(), world.upstreams.origin("evil"));
    assert_eq!(query_value(&callback, "error").unwrap(), "access_denied");
}
