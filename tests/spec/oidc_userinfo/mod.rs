//! The UserInfo endpoint (OpenID Connect Core §5.3, §5.4).

use http::Method;
use serde_json::{Value, json};
use tegata::account::{Address, Profile};
use tegata::jose::Algorithm;

use crate::spec::scene::{Form, ISSUER, Scene, header, verify};
use crate::support::Provider;

/// A user about whom everything is known.
async fn scene() -> Scene {
    let provider = Provider::start().await;
    let client = provider.client("storage-app", |_| {}).await;
    let mut scene = Scene::of(provider, client).await;
    let text = |text: &str| Some(text.to_owned());
    scene.account = scene
        .provider
        .account_with("taro@vx7.example", |account| {
            account.profile = Profile {
                given_name: text("太郎"),
                family_name: text("端場"),
                middle_name: text("J"),
                nickname: text("たろ"),
                preferred_username: text("taro"),
                profile: text("https://example.com/taro"),
                picture: text("https://example.com/taro.png"),
                website: text("https://taro.example"),
                gender: text("male"),
                birthdate: text("1980-01-31"),
                zoneinfo: text("Asia/Tokyo"),
                locale: text("ja-JP"),
                phone_number: text("+81 3 1234 5678"),
                phone_number_verified: Some(false),
                address: Some(Address {
                    formatted: text("東京都千代田区1-1"),
                    locality: text("千代田区"),
                    region: text("東京都"),
                    postal_code: text("100-0001"),
                    country: text("JP"),
                    street_address: None,
                }),
            };
        })
        .await;
    scene
}

fn expected(scope: &str, sub: &str) -> Value {
    let mut claims = json!({"sub": sub});
    let mut add = |more: Value| claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    for word in scope.split(' ') {
        match word {
            "profile" => add(json!({
                "name": "端場 花子", "given_name": "太郎", "family_name": "端場", "middle_name": "J", "nickname": "たろ",
                "preferred_username": "taro", "profile": "https://example.com/taro",
                "picture": "https://example.com/taro.png", "website": "https://taro.example", "gender": "male",
                "birthdate": "1980-01-31", "zoneinfo": "Asia/Tokyo", "locale": "ja-JP", "updated_at": 1_795_132_800
            })),
            "email" => add(json!({"email": "taro@vx7.example", "email_verified": true})),
            "phone" => add(json!({"phone_number": "+81 3 1234 5678", "phone_number_verified": false})),
            "address" => add(json!({"address": {
                "formatted": "東京都千代田区1-1", "locality": "千代田区", "region": "東京都", "postal_code": "100-0001",
                "country": "JP"
            }})),
            _ => {}
        }
    }
    claims
}

// §5.4
#[tokio::test]
async fn each_scope_gives_its_claims_and_no_others() {
    let mut scene = scene().await;
    for scope in [
        "openid",
        "openid profile",
        "openid email",
        "openid phone",
        "openid address",
        "openid profile email phone address",
        "openid profile email phone address offline_access",
    ] {
        let access = scene.tokens_with_scope(scope).await.get("access_token");
        let claims = scene.program.userinfo(&access).await;
        assert_eq!(claims.header("content-type"), "application/json");
        assert_eq!(claims.json(), expected(scope, scene.account.sub()), "{scope}");
    }
    let access = scene.tokens_with_scope("openid contract").await.get("access_token");
    let claims = scene.program.userinfo(&access).await.json();
    assert_eq!((&claims["brand"], &claims["role"]), (&json!("VX7"), &json!("user")));
    assert_eq!(claims["contract_name"], "ハワノリ株式会社");
}

// §5.3.1
#[tokio::test]
async fn get_and_post_answer_alike() {
    let mut scene = scene().await;
    let access = scene.tokens().await.get("access_token");
    let bearer = format!("Bearer {access}");
    let own: (&str, &str) = ("authorization", &bearer);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let get = scene.program.get("/VX7/userinfo", &[own]).await;
    let body = format!("access_token={access}").into_bytes();
    for (headers, body) in [(vec![own], Vec::new()), (vec![own, form], Vec::new()), (vec![form], body)] {
        let post = scene.program.send(Method::POST, "/VX7/userinfo", &headers, body).await;
        assert_eq!((post.status, &post.body), (get.status, &get.body));
    }
}

// §5.3.2
#[tokio::test]
async fn a_client_registered_for_it_gets_a_signed_answer() {
    for &alg in Algorithm::ALL {
        let mut scene = Scene::with(|r| r.metadata.userinfo_signed_response_alg = Some(alg)).await;
        let access = scene.tokens().await.get("access_token");
        let answer = scene.program.userinfo(&access).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/jwt"));
        assert_eq!(header(&answer.body)["alg"], alg.as_str());
        let claims = verify(&scene.program, &answer.body).await.unwrap_or_else(|| panic!("{alg}"));
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ISSUER), &json!("storage-app")));
        assert_eq!((&claims["sub"], &claims["email"]), (&json!(scene.account.sub()), &json!("hanako@vx7.example")));
    }
}

// RFC 6749 §6
#[tokio::test]
async fn a_scope_narrowed_at_a_refresh_narrows_the_answer() {
    let mut scene = scene().await;
    let form = Form::refresh(&scene.tokens_with_scope("openid profile email phone").await.get("refresh_token"));
    for scope in ["openid email", "openid phone", "openid"] {
        let access = scene.token(&form.clone().with("scope", scope)).await.ok().get("access_token");
        assert_eq!(scene.program.userinfo(&access).await.json(), expected(scope, scene.account.sub()), "{scope}");
    }
}

// §5.3.2: the answer is about the user as he is now, under the `sub` of the ID token.
#[tokio::test]
async fn the_subject_is_that_of_the_id_token() {
    let mut scene = scene().await;
    let tokens = scene.tokens().await;
    let claims = scene.program.userinfo(&tokens.get("access_token")).await.json();
    assert_eq!(claims["sub"], tokens.id_token()["sub"]);
    assert_eq!(claims["sub"], scene.account.sub());
}

#[tokio::test]
async fn what_is_not_known_is_left_out_and_never_empty() {
    let provider = Provider::start().await;
    let client = provider.client("storage-app", |_| {}).await;
    let mut scene = Scene::of(provider, client).await;
    scene.account = scene
        .provider
        .account_with("bare@vx7.example", |account| {
            account.profile = Profile::default();
            account.email_verified_at = None;
        })
        .await;
    let access = scene.tokens_with_scope("openid profile email phone address").await.get("access_token");
    let claims = scene.program.userinfo(&access).await.json();
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    for name in &names {
        assert!(["sub", "name", "updated_at", "email", "email_verified"].contains(name), "{name}");
    }
    assert_eq!(claims["email_verified"], false);
}
