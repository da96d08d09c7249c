//! ID tokens (OpenID Connect Core §2, §3.1.3, §12.2).

use std::time::Duration;

use serde_json::json;
use tegata::jose::Algorithm;

use crate::spec::scene::{ISSUER, Scene, header, verify};
use crate::support::provider::START;

#[tokio::test]
async fn an_id_token_says_who_signed_in_when_and_how() {
    let mut scene = Scene::confidential().await;
    let code = scene.code().await;
    scene.wait(Duration::from_secs(30));
    let tokens = scene.program.exchange(&scene.client, &code).await.ok();
    let claims = verify(&scene.program, &tokens.get("id_token")).await.expect("the published keys verify it");
    let (then, now) = (START.as_seconds(), START.as_seconds() + 30);
    for (name, expected) in [
        ("iss", json!(ISSUER)),
        ("sub", json!(scene.account.sub())),
        ("aud", json!("storage-app")),
        ("iat", json!(now)),
        ("exp", json!(now + 600)),
        ("auth_time", json!(then)),
        ("nonce", json!("nonce-1")),
        ("acr", json!("urn:tegata:acr:1fa")),
        ("amr", json!(["pwd"])),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    assert!(claims["sid"].as_str().is_some_and(|sid| !sid.is_empty()));
    assert_ne!(claims["sid"].as_str(), scene.browser.session(), "not the cookie's secret");
    for absent in ["azp", "c_hash", "email", "name", "phone_number", "address"] {
        assert_eq!(claims.get(absent), None, "{absent}: §2, §5.4");
    }
}

// OpenID Connect Core §2; security.md 45
#[tokio::test]
async fn it_is_signed_as_the_client_is_registered() {
    for &alg in Algorithm::ALL {
        let mut scene = Scene::with(|r| r.metadata.id_token_signed_response_alg = alg).await;
        let tokens = scene.tokens().await;
        let id_token = tokens.get("id_token");
        assert_eq!(header(&id_token)["alg"], alg.as_str());
        let claims = verify(&scene.program, &id_token).await.unwrap_or_else(|| panic!("{alg}"));
        // §3.1.3.6: the left half of the hash that belongs to the algorithm.
        let (digest, half) = match alg {
            Algorithm::EdDsa => (&aws_lc_rs::digest::SHA512, 32),
            _ => (&aws_lc_rs::digest::SHA256, 16),
        };
        let hash = aws_lc_rs::digest::digest(digest, tokens.get("access_token").as_bytes());
        assert_eq!(claims["at_hash"], tegata::secret::base64url(&hash.as_ref()[..half]), "{alg}");
    }
}

#[tokio::test]
async fn without_openid_there_is_none() {
    let mut scene = Scene::confidential().await;
    let code = scene.code_for(&scene.request().with("scope", "profile email")).await;
    let tokens = scene.program.exchange(&scene.client, &code).await.ok();
    assert_eq!(tokens.0.json().get("id_token"), None);
}

#[tokio::test]
async fn a_nonce_comes_back_byte_for_byte_or_not_at_all() {
    let mut scene = Scene::confidential().await;
    for nonce in ["n-0S6_WzA2Mj", "\u{624b}\u{5f62} +%&=\"\\", &"x".repeat(500)] {
        let request = scene.request().with("nonce", nonce);
        assert_eq!(scene.tokens_for(&request).await.id_token()["nonce"], nonce);
    }
    let request = scene.request().without("nonce");
    assert_eq!(scene.tokens_for(&request).await.id_token().get("nonce"), None);
}

// §12.2
#[tokio::test]
async fn the_id_token_of_a_refresh_is_about_the_same_sign_in() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    scene.wait(Duration::from_hours(1));
    let refreshed = scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await.ok();
    let (first, second) = (tokens.id_token(), verify(&scene.program, &refreshed.get("id_token")).await.unwrap());
    for name in ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    assert_eq!(second["iat"], json!(START.as_seconds() + 3600));
    assert_eq!(second.get("nonce"), None, "it answers no authorization request");
    assert_ne!(first["at_hash"], second["at_hash"]);
}

// §5.5
#[tokio::test]
async fn the_claims_parameter_asks_for_single_claims() {
    let mut scene = Scene::confidential().await;
    let wish = json!({
        "id_token": {
            "email": {"essential": true},
            "name": null,
            "given_name": {"value": "花子"},
            "family_name": {"value": "somebody else"},
            "phone_number": {"values": ["+810", "+819012345678"]},
            "role": null,
            "unknown_claim": {"essential": true},
            "iss": {"value": "https://evil.example"},
            "aud": {"value": "another"},
            "password_hash": null
        },
        "userinfo": {"phone_number": null, "website": null}
    });
    let request = scene.request().with("scope", "openid").with("claims", &wish.to_string());
    let tokens = scene.tokens_for(&request).await;
    let claims = tokens.id_token();
    for (name, expected) in [
        ("email", json!("hanako@vx7.example")),
        ("name", json!("端場 花子")),
        ("given_name", json!("花子")),
        ("phone_number", json!("+819012345678")),
        ("role", json!("user")),
        ("iss", json!(ISSUER)),
        ("aud", json!("storage-app")),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    for absent in ["family_name", "unknown_claim", "password_hash", "phone_number_verified"] {
        assert_eq!(claims.get(absent), None, "{absent}");
    }
    let userinfo = scene.program.userinfo(&tokens.get("access_token")).await.json();
    assert_eq!(userinfo, json!({"sub": scene.account.sub(), "phone_number": "+819012345678"}));
    // §12.2: and again at each refresh. There is no refresh token here without a session, so it is at hand.
    let refreshed = scene.program.refresh(&scene.client, &tokens.get("refresh_token")).await.ok();
    assert_eq!(refreshed.id_token()["email"], "hanako@vx7.example");
}
