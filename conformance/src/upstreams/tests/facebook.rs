use super::world::*;
use crate::upstreams::*;
use aws_lc_rs::hmac;
use axum::Router;
use axum::routing::{get, post};
use serde_json::json;
use tokio::net::TcpListener;

async fn world() -> World {
    let world = World::start().await;
    world.upstreams.facebook().register(Client::new("4711", "secret", CALLBACK));
    world
}

fn authorize(world: &World, version: &str) -> String {
    let callback = "https%3A%2F%2Frp.example%2Fcallback";
    let fb = world.upstreams.origin("fb");
    format!(
        "{fb}{version}/dialog/oauth?response_type=code&client_id=4711&redirect_uri={callback}&state=s&scope=email,public_profile"
    )
}

async fn redeem(world: &World, code: &str) -> Reply {
    let params = [("client_id", "4711"), ("client_secret", "secret"), ("redirect_uri", CALLBACK), ("code", code)];
    let token = url(&format!("{}/v23.0/oauth/access_token", world.upstreams.origin("graph")), &params);
    world.get(&token).await
}

async fn access_token(world: &World, user: &str) -> String {
    let code = world.code(&authorize(world, "/v23.0"), user).await;
    redeem(world, &code).await.json()["access_token"].as_str().unwrap().to_owned()
}

fn proof(token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
    crate::upstreams::jose::hex(hmac::sign(&key, token.as_bytes()))
}

async fn me(world: &World, token: &str, proof: Option<&str>) -> Reply {
    let mut params = vec![("fields", "id,name,email"), ("access_token", token)];
    params.extend(proof.map(|proof| ("appsecret_proof", proof)));
    world.get(&url(&format!("{}/me", world.upstreams.origin("graph")), &params)).await
}

async fn inspect(world: &World, token: &str) -> serde_json::Value {
    let params = [("input_token", token), ("access_token", "4711|secret")];
    let debug = url(&format!("{}/v23.0/debug_token", world.upstreams.origin("graph")), &params);
    world.get(&debug).await.json()["data"].clone()
}

#[tokio::test]
async fn the_profile_needs_a_proof_and_may_lack_an_address() {
    let world = world().await;
    for (user, address) in [("taro", true), ("noemail", false), ("declined", false)] {
        let token = access_token(&world, user).await;
        let bare = me(&world, &token, None).await;
        assert!(bare.status == 400 && bare.json()["error"]["code"] == 100, "{}", bare.text);
        let wrong = me(&world, &token, Some("00")).await;
        assert!(wrong.text.contains("Invalid appsecret_proof provided in the API argument"));
        let profile = me(&world, &token, Some(&proof(&token))).await;
        assert!(profile.text.contains("\\u"), "{}", profile.text);
        assert_eq!(profile.json().get("email").is_some(), address, "{user}");
        assert_eq!(inspect(&world, &token).await["user_id"], profile.json()["id"]);
    }
    let token = access_token(&world, "bigid").await;
    assert_eq!(me(&world, &token, Some(&proof(&token))).await.json()["id"], "9007199254740993123");
}

#[tokio::test]
async fn a_code_is_good_once_and_errors_have_the_shape_of_graph() {
    let world = world().await;
    let callback = world.upstreams.sign_in(&authorize(&world, "").parse().unwrap(), "taro").await.unwrap();
    assert_eq!(callback.fragment(), Some("_=_"));
    let code = query_value(&callback, "code").unwrap();
    assert_eq!(redeem(&world, &code).await.json()["token_type"], "bearer");
    let again = redeem(&world, &code).await;
    assert_eq!(again.json()["error"]["message"], "This authorization code has been used.");
    assert!(again.headers["www-authenticate"].to_str().unwrap().contains("\"invalid_code\""));
    let cancelled = world.upstreams.cancel(&authorize(&world, "").parse().unwrap()).await.unwrap();
    assert_eq!(query_value(&cancelled, "error_reason").unwrap(), "user_denied");
    let old = format!("{}/v2.0/me", world.upstreams.origin("graph"));
    assert_eq!(world.get(&old).await.json()["error"]["code"], 2635);
    assert_eq!(world.page(&authorize(&world, "/v2.0")).await.0, 400);
    world.upstreams.facebook().configure(|settings| settings.graph_errors = vec![4]);
    assert_eq!(me(&world, "x", None).await.json()["error"]["code"], 4);
    assert_eq!(me(&world, "x", None).await.json()["error"]["code"], 190);
}

#[tokio::test]
async fn a_token_of_another_app_is_caught_by_its_inspection_only() {
    let world = world().await;
    let facebook = world.upstreams.facebook();
    facebook.change_client("4711", |client| client.require_app_secret = false);
    facebook.mutate_next(Mutation::OtherClient);
    let token = access_token(&world, "taro").await;
    assert_eq!(me(&world, &token, Some(&proof(&token))).await.status, 200);
    assert_eq!(inspect(&world, &token).await["app_id"], "another-app");
    let token = access_token(&world, "taro").await;
    assert_eq!(inspect(&world, &token).await["app_id"], "4711");
    assert_ne!(facebook.facebook_id("taro", "4711"), facebook.facebook_id("taro", "another-app"));
}

#[tokio::test]
async fn notices_are_signed_and_the_status_page_is_opened() {
    let world = world().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let answer = json!({ "url": format!("{origin}/deletion/1"), "confirmation_code": "1" }).to_string();
    let app = Router::new()
        .route(
            "/delete",
            post(move |body: String| async move {
                if body.starts_with("signed_request=") { answer } else { String::new() }
            }),
        )
        .route("/deletion/1", get(|| async { "done" }));
    tokio::spawn(async { axum::serve(listener, app).await });
    let facebook = world.upstreams.facebook();
    let told =
        facebook.send_signed_request(&format!("{origin}/delete"), &SignedRequest::new("4711", "taro")).await.unwrap();
    assert_eq!((told.status, told.status_page), (200, Some(200)));

    let good = facebook.signed_request(&SignedRequest::new("4711", "taro"));
    let (signature, payload) = good.split_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
    assert_eq!(crate::upstreams::jose::base64url(hmac::sign(&key, payload.as_bytes())), signature);
    assert_eq!(part(&good, 1)["user_id"], json!(facebook.facebook_id("taro", "4711")));
    for flaw in SignedRequestFlaw::ALL {
        assert_ne!(facebook.signed_request(&SignedRequest::new("4711", "taro").flawed(*flaw)), good, "{flaw:?}");
    }
}
