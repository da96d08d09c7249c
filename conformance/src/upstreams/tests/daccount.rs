use super::world::*;
use crate::upstreams::*;
use serde_json::json;

async fn world() -> World {
    let world = World::start().await;
    world.upstreams.daccount().register(Client::new("rp", "secret", CALLBACK));
    world
}

fn golden(world: &World) -> String {
    let callback = "https%3A%2F%2Frp.example%2Fcallback";
    let id = world.upstreams.origin("daccount-id");
    format!(
        "{id}/cgi8/oidc/authorize?response_type=code&scope=openid&client_id=rp&state=s&redirect_uri={callback}&nonce=n"
    )
}

async fn redeem(world: &World, code: &str) -> Reply {
    let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    world.post_basic(&format!("{}/token", world.upstreams.origin("daccount")), ("rp", "secret"), &form).await
}

#[tokio::test]
async fn the_golden_request_is_answered_and_every_addition_refused() {
    let world = world().await;
    let code = world.code(&golden(&world), "taro").await;
    let reply = redeem(&world, &code).await;
    assert_eq!(claims(&reply)["iss"], format!("{}/", world.upstreams.origin("daccount")));
    let keys = format!("{}/oft/external/ofrnt/v1.0/jwksget", world.upstreams.origin("daccount-keys"));
    let jwks = world.get(&keys).await.json();
    assert!(jwks["keys"][0].get("kid").is_none() && jwks["keys"][0].get("alg").is_none());
    assert!(verifies(reply.json()["id_token"].as_str().unwrap(), &jwks));
    for addition in ["code_challenge=x", "response_mode=query", "claims=%7B%7D", "ui_locales=ja", "nonce=again"] {
        assert_eq!(world.refused(&format!("{}&{addition}", golden(&world))).await, "invalid_request", "{addition}");
    }
    for missing in ["&nonce=n", "&state=s"] {
        assert_eq!(world.refused(&golden(&world).replace(missing, "")).await, "invalid_request", "{missing}");
    }
    let plus = golden(&world).replace("scope=openid", "scope=openid+profile1");
    assert_eq!(world.refused(&plus).await, "invalid_request");
    world.code(&plus.replace('+', "%20"), "taro").await;
}

#[tokio::test]
async fn only_http_basic_from_a_registered_address_authenticates() {
    let world = world().await;
    let token = format!("{}/token", world.upstreams.origin("daccount"));
    let code = world.code(&golden(&world), "taro").await;
    let body = [("grant_type", "authorization_code"), ("client_id", "rp"), ("client_secret", "secret")];
    assert_eq!(world.post(&token, &body).await.error(), "invalid_client");
    let daccount = world.upstreams.daccount();
    daccount.change_client("rp", |client| client.allowed_addresses = Some(vec!["192.0.2.1".parse().unwrap()]));
    assert_eq!(redeem(&world, &code).await.error(), "invalid_client");
    daccount.change_client("rp", |client| client.allowed_addresses = Some(vec!["127.0.0.1".parse().unwrap()]));
    assert_eq!(redeem(&world, &code).await.status, 200);
    assert_eq!(redeem(&world, &code).await.error(), "invalid_grant");
}

#[tokio::test]
async fn time_and_contract_may_spoil_a_code() {
    let world = world().await;
    let daccount = world.upstreams.daccount();
    let code = world.code(&golden(&world), "taro").await;
    daccount.set_clock_offset(11);
    assert_eq!(redeem(&world, &code).await.error(), "invalid_grant");
    let code = world.code(&golden(&world), "taro").await;
    daccount.set_claim("taro", "name", "改姓 太郎");
    assert!(redeem(&world, &code).await.text.contains("contract"));
    let browser = world.upstreams.browser().unwrap();
    let url: url::Url = golden(&world).parse().unwrap();
    let Arrival::Page { body, .. } = browser.open(&url).await.unwrap() else { panic!("no page") };
    daccount.set_clock_offset(11 + 601);
    let Arrival::Redirect(back) = browser.submit(&body, &url, ("user", "taro")).await.unwrap() else {
        panic!("no answer")
    };
    assert_eq!(query_value(&back, "error").unwrap(), "timestamp_refused");
}

#[tokio::test]
async fn lines_tiers_and_algorithms_are_kept_apart() {
    let world = world().await;
    let line_only = format!("{}&authif=0", golden(&world));
    world.code(&line_only, "taro").await;
    let refused = world.upstreams.sign_in(&line_only.parse().unwrap(), "noline").await.unwrap();
    assert_eq!(query_value(&refused, "error").unwrap(), "invalid_auth");
    world.upstreams.daccount().change_client("rp", |client| {
        client.hs256 = true;
        client.login_only = true;
    });
    let scope = golden(&world).replace("scope=openid", "scope=openid%20profile1%20email_n");
    let code = world.code(&scope, "urlsub").await;
    let reply = redeem(&world, &code).await.json();
    assert_eq!(part(reply["id_token"].as_str().unwrap(), 0)["alg"], "HS256");
    let userinfo = format!("{}/userinfo", world.upstreams.origin("daccount"));
    let answer = world.http.get(userinfo).bearer_auth(reply["access_token"].as_str().unwrap()).send().await.unwrap();
    let answer = Reply::of(answer).await.json();
    assert_eq!(answer, json!({ "sub": "https://i.mydocomo.com/id/AbCdEf0123456789" }));
}

#[tokio::test]
async fn the_single_key_is_replaced() {
    let world = world().await;
    let keys = format!("{}/oft/external/ofrnt/v1.0/jwksget", world.upstreams.origin("daccount-keys"));
    let before = world.get(&keys).await.json();
    world.upstreams.daccount().keys(KeyAction::Replace);
    let after = world.get(&keys).await.json();
    assert_eq!(after["keys"].as_array().unwrap().len(), 1);
    let code = world.code(&golden(&world), "taro").await;
    let token = redeem(&world, &code).await.json()["id_token"].as_str().unwrap().to_owned();
    assert!(verifies(&token, &after) && !verifies(&token, &before));
}
