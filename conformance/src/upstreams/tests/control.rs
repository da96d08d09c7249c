use super::world::*;
use crate::upstreams::*;
use serde_json::{Value, json};

async fn tell(world: &World, path: &str, body: Value) -> u16 {
    let url = format!("http://127.0.0.1:{}/__sim{path}", world.upstreams.control_port());
    reqwest::Client::new().post(url).json(&body).send().await.unwrap().status().as_u16()
}

async fn ask(world: &World, path: &str) -> Value {
    let url = format!("http://127.0.0.1:{}/__sim{path}", world.upstreams.control_port());
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn everything_can_be_told_in_json() {
    let world = World::start().await;
    let oidc = world.upstreams.oidc();
    let client = json!({ "id": "rp", "secret": "secret", "redirect_uris": [CALLBACK] });
    assert_eq!(tell(&world, "/oidc/clients", client).await, 204);
    let user = json!([{ "name": "jiro", "title": "次郎", "claims": { "sub": "j" } }]);
    assert_eq!(tell(&world, "/oidc/users", user).await, 204);
    world.code(&super::oidc::authorize(&world, &[]), "jiro").await;
    assert_eq!(ask(&world, "/oidc/log?path=/authorize").await.as_array().unwrap().len(), 1);

    assert_eq!(
        tell(&world, "/oidc/faults", json!([{ "match": "/token", "kind": { "status": 503 }, "count": 2 }])).await,
        204
    );
    assert_eq!(oidc.faults(), [Fault::Status(503).on("/token").times(2)]);
    let kid = oidc.kid();
    assert_eq!(tell(&world, "/oidc/keys", json!("rotate")).await, 204);
    assert_ne!(oidc.kid(), kid);
    assert_eq!(tell(&world, "/oidc/keys", json!([{ "drop_kid": kid }, "replace"])).await, 204);
    assert_eq!(tell(&world, "/oidc/mutations", json!(["wrong_nonce", { "issued_ahead": 400 }])).await, 204);
    assert_eq!(
        tell(&world, "/oidc/settings", json!({ "response_issuer": "absent", "certificate": "expired" })).await,
        204
    );
    assert_eq!(oidc.settings().response_issuer, ResponseIssuer::Absent);
    assert_eq!(tell(&world, "/oidc/settings", json!({ "no_such_setting": 1 })).await, 422);
    assert_eq!(tell(&world, "/oidc/clock", json!({ "offset": -60 })).await, 204);
    assert_eq!(tell(&world, "/nobody/clock", json!({ "offset": 0 })).await, 404);
    assert_eq!(tell(&world, "/oidc/reset", json!({})).await, 200 + 4);
    assert!(oidc.faults().is_empty() && oidc.user("jiro").is_none() && oidc.client("rp").is_some());

    assert_eq!(tell(&world, "", json!({ "name": "adfs-z", "kind": "adfs" })).await, 201);
    let hosts = ask(&world, "").await;
    let last = hosts["hosts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["origins"]["adfs-z"], world.upstreams.origin("adfs-z"));
    assert!(hosts["ca_pem"].as_str().unwrap().contains("BEGIN CERTIFICATE"));
}

#[tokio::test]
async fn the_demo_speaks_plain_http_and_shows_whom_it_plays() {
    let upstreams = Upstreams::start(Scheme::Http).await.unwrap();
    assert_eq!(upstreams.origin("google"), format!("http://google.localhost:{}", upstreams.port()));
    let google = upstreams.google();
    google.register(Client::new("rp", "secret", "http://localhost:1/callback"));
    let params = [
        ("response_type", "code"),
        ("client_id", "rp"),
        ("redirect_uri", "http://localhost:1/callback"),
        ("scope", "openid"),
    ];
    let url: url::Url = url(&format!("{}/o/oauth2/v2/auth", google.origin()), &params).parse().unwrap();
    let browser = upstreams.browser().unwrap();
    let Arrival::Page { body, .. } = browser.open(&url).await.unwrap() else { panic!("no page") };
    assert!(body.contains("シミュレーター") && body.contains("Google") && body.contains("lang=\"ja\""));
    assert!(browser.sign_in(&url, "taro").await.unwrap().query().unwrap().contains("code="));
    google.fault(Fault::Refuse);
    assert!(browser.open(&url).await.is_err());
}
