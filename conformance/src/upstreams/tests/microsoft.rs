use super::world::*;
use crate::upstreams::microsoft::people::{CONSUMERS, CORP, OTHER, VICTIM};
use crate::upstreams::*;
use serde_json::{Value, json};

async fn world() -> World {
    let world = World::start().await;
    world.upstreams.microsoft().register(Client::new("rp", "secret", CALLBACK));
    world
}

fn authorize(world: &World, authority: &str, more: &[(&str, &str)]) -> String {
    let mut params = vec![
        ("response_type", "code"),
        ("response_mode", "query"),
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid email profile"),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in more {
        params.retain(|(known, _)| known != name);
        params.push((name, value));
    }
    url(&format!("{}/{authority}/oauth2/v2.0/authorize", world.upstreams.origin("ms")), &params)
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
    world.post(&format!("{}/common/oauth2/v2.0/token", world.upstreams.origin("ms")), &form).await
}

async fn id_token(world: &World, user: &str) -> (Value, Value) {
    let code = world.code(&authorize(world, "common", &[]), user).await;
    let token = redeem(world, &code, VERIFIER).await.json()["id_token"].as_str().unwrap().to_owned();
    (part(&token, 0), part(&token, 1))
}

async fn jwks(world: &World) -> Value {
    world.get(&format!("{}/common/discovery/v2.0/keys", world.upstreams.origin("ms"))).await.json()
}

#[tokio::test]
async fn the_issuer_is_a_template_where_many_tenants_share_an_authority() {
    let world = world().await;
    let origin = world.upstreams.origin("ms");
    for (authority, tenant) in
        [("common", "{tenantid}"), ("organizations", "{tenantid}"), ("consumers", CONSUMERS), (CORP, CORP)]
    {
        let document = world.get(&format!("{origin}/{authority}/v2.0/.well-known/openid-configuration")).await.json();
        assert_eq!(document["issuer"], format!("{origin}/{tenant}/v2.0"));
        assert!(document.get("code_challenge_methods_supported").is_none());
    }
    let (_, claims) = id_token(&world, "work").await;
    assert_eq!((&claims["iss"], &claims["tid"]), (&json!(format!("{origin}/{CORP}/v2.0")), &json!(CORP)));
}

#[tokio::test]
async fn keys_belong_to_tenants() {
    let world = world().await;
    let issuer = |header: &Value, jwks: &Value| {
        let keys = jwks["keys"].as_array().unwrap();
        keys.iter().find(|key| key["kid"] == header["kid"]).unwrap()["issuer"].as_str().unwrap().to_owned()
    };
    let jwks = jwks(&world).await;
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 3);
    assert!(issuer(&id_token(&world, "work").await.0, &jwks).contains("{tenantid}"));
    assert!(issuer(&id_token(&world, "personal").await.0, &jwks).contains(CONSUMERS));
    let (header, claims) = id_token(&world, "consumerkey").await;
    assert!(issuer(&header, &jwks).contains(CONSUMERS) && claims["tid"] == CORP);
}

#[tokio::test]
async fn people_differ_in_what_their_addresses_are_worth() {
    let world = world().await;
    for (user, address, verified) in [
        ("noauth", json!(VICTIM), Value::Null),
        ("noauth_false", json!(VICTIM), json!(false)),
        ("noauth_string", json!(VICTIM), json!("1")),
        ("noauth_true", json!(VICTIM), json!(true)),
        ("noemail", Value::Null, Value::Null),
    ] {
        let (_, claims) = id_token(&world, user).await;
        assert_eq!((&claims["email"], &claims["xms_edov"]), (&address, &verified), "{user}");
    }
    assert_eq!(id_token(&world, "version1").await.1["iss"], format!("https://sts.windows.net/{CORP}/"));
    let guest = id_token(&world, "guest").await.1;
    assert!(guest["idp"].is_string() && guest["tid"] == OTHER);
    let code = world.code(&authorize(&world, "common", &[("scope", "openid")]), "work").await;
    assert!(claims(&redeem(&world, &code, VERIFIER).await).get("oid").is_none());
}

#[tokio::test]
async fn an_authority_admits_its_own_people_only() {
    let world = world().await;
    for (authority, user, admitted) in [
        ("organizations", "personal", false),
        ("consumers", "work", false),
        ("consumers", "personal", true),
        (CORP, "work", true),
        (OTHER, "work", false),
        ("common", "suspended", false),
    ] {
        let url = authorize(&world, authority, &[]).parse().unwrap();
        let outcome = world.upstreams.sign_in(&url, user).await;
        assert_eq!(outcome.is_ok(), admitted, "{authority} {user}");
    }
}

#[tokio::test]
async fn errors_have_numbers() {
    let world = world().await;
    let number = |reply: &Reply| reply.json()["error_codes"][0].as_u64().unwrap();
    let code = world.code(&authorize(&world, "common", &[]), "work").await;
    let wrong = redeem(&world, &code, "wrong").await;
    assert_eq!((number(&wrong), wrong.error().as_str()), (501_481, "invalid_grant"));
    assert_eq!(number(&redeem(&world, &code, VERIFIER).await), 54_005);
    world.upstreams.microsoft().change_client("rp", |client| client.secret_expired = true);
    assert_eq!(number(&redeem(&world, &code, VERIFIER).await), 7_000_222);
    assert_eq!(world.refused(&authorize(&world, "common", &[("resource", "x")])).await, "invalid_request");
    assert_eq!(world.refused(&authorize(&world, "common", &[("prompt", "none")])).await, "login_required");
    let callback = world.upstreams.cancel(&authorize(&world, "common", &[]).parse().unwrap()).await.unwrap();
    assert_eq!(query_value(&callback, "error_subcode").unwrap(), "cancel");
    let (_, text) = world.page(&authorize(&world, "common", &[("redirect_uri", "https://evil.example/")])).await;
    assert!(text.contains("AADSTS50011"));
    let logout =
        format!("{}/common/oauth2/v2.0/logout?id_token_hint={}", world.upstreams.origin("ms"), "x".repeat(2_001));
    assert!(world.page(&logout).await.1.contains("AADSTS90015"));
}

#[tokio::test]
async fn max_age_brings_auth_time_and_form_post_a_form() {
    let world = world().await;
    let (browser, more) = (world.upstreams.browser().unwrap(), [("max_age", "60"), ("response_mode", "form_post")]);
    let url = authorize(&world, "common", &more).parse().unwrap();
    let callback = browser.sign_in(&url, "work").await.unwrap();
    let claims = claims(&redeem(&world, &query_value(&callback, "code").unwrap(), VERIFIER).await);
    assert!(claims["auth_time"].is_i64());
    assert!(matches!(browser.open(&url).await.unwrap(), Arrival::Form { .. }));
    world.upstreams.microsoft().set_clock_offset(61);
    assert!(matches!(browser.open(&url).await.unwrap(), Arrival::Page { .. }));
}
