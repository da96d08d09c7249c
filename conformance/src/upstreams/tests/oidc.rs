use super::world::*;
use crate::upstreams::*;

async fn world() -> World {
    let world = World::start().await;
    world.upstreams.oidc().register(Client::new("rp", "secret", CALLBACK));
    world
}

pub fn authorize(world: &World, more: &[(&str, &str)]) -> String {
    let mut params = vec![
        ("response_type", "code"),
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid email"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    params.extend(more);
    url(&format!("{}/authorize", world.upstreams.origin("oidc")), &params)
}

pub async fn redeem(world: &World, code: &str, verifier: &str) -> Reply {
    let form =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", verifier)];
    world.post_basic(&format!("{}/token", world.upstreams.origin("oidc")), ("rp", "secret"), &form).await
}

#[tokio::test]
async fn the_standards_are_kept() {
    let world = world().await;
    let origin = world.upstreams.origin("oidc");
    let document = world.get(&format!("{origin}/.well-known/openid-configuration")).await.json();
    assert_eq!(
        (&document["issuer"], &document["authorization_response_iss_parameter_supported"]),
        (&origin.clone().into(), &true.into())
    );
    let callback = world.upstreams.sign_in(&authorize(&world, &[]).parse().unwrap(), "taro").await.unwrap();
    assert_eq!(query_value(&callback, "iss").unwrap(), origin);
    let code = query_value(&callback, "code").unwrap();
    let reply = redeem(&world, &code, VERIFIER).await;
    assert!(claims(&reply).get("name").is_none() && claims(&reply)["email"] == "taro@oidc.example");
    assert_eq!(redeem(&world, &code, VERIFIER).await.error(), "invalid_grant");
    let code = world.code(&authorize(&world, &[]), "taro").await;
    assert_eq!(redeem(&world, &code, "wrong").await.error(), "invalid_grant");
    assert_eq!(world.refused(&authorize(&world, &[("nonce", "twice")])).await, "invalid_request");
}

#[tokio::test]
async fn time_comes_from_where_the_test_has_it() {
    let world = world().await;
    world.upstreams.set_time_source(|| 1_000_000_000_000);
    world.upstreams.oidc().set_clock_offset(240);
    let code = world.code(&authorize(&world, &[]), "taro").await;
    assert_eq!(claims(&redeem(&world, &code, VERIFIER).await)["iat"], 1_000_000_240);
}

#[tokio::test]
async fn what_was_sent_is_in_the_log() {
    let world = world().await;
    let code = world.code(&authorize(&world, &[]), "taro").await;
    redeem(&world, &code, VERIFIER).await;
    let oidc = world.upstreams.oidc();
    let [token] = &oidc.requests("/token")[..] else { panic!("one request") };
    assert_eq!((token.status, token.form().get("code")), (Some(200), Some(code.as_str())));
    assert!(token.header("authorization").unwrap().starts_with("Basic "));
    let asked = &oidc.requests("/authorize")[0];
    assert!(asked.query.starts_with("response_type=code&client_id=rp&"));
    oidc.reset();
    assert!(oidc.requests("*").is_empty() && oidc.client("rp").is_some());
}
