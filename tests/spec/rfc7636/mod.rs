//! RFC 7636, Proof Key for Code Exchange, as RFC 9700 §2.1.1 sharpens it. Security lines 11 and 12.

use crate::support::flow::VERIFIER;
use crate::support::{AuthorizeRequest, Scene, TokenAnswer};

/// Security line 11: required for public clients.
#[tokio::test]
async fn a_public_client_must_send_a_challenge() {
    let mut scene = Scene::signed_in().await;
    let public = scene.provider.public_client().await;
    let request = AuthorizeRequest::of(&public);
    let without = request.clone().without("code_challenge").without("code_challenge_method");
    assert_eq!(scene.refused(&without).await, "invalid_request");
    assert!(!scene.authorize(&request).await.code().is_empty());
}

/// Security line 11: S256 only; an absent method means `plain` (RFC 7636 §4.3).
#[tokio::test]
async fn only_s256_is_accepted() {
    let mut scene = Scene::signed_in().await;
    let public = scene.provider.public_client().await;
    for client in [scene.client.clone(), public] {
        let request = AuthorizeRequest::of(&client);
        for refused in [
            request.clone().with("code_challenge_method", "plain"),
            request.clone().with("code_challenge_method", "s256"),
            request.clone().with("code_challenge_method", "S512"),
            request.clone().without("code_challenge_method"),
            request.clone().without("code_challenge"),
            request.clone().with("code_challenge", &VERIFIER[..42]),
            request.clone().with("code_challenge", &format!("{VERIFIER}A")),
            request.clone().with("code_challenge", &VERIFIER.replace('-', "+")),
            request.clone().with("code_challenge", &VERIFIER.replace('-', "=")),
        ] {
            assert_eq!(scene.refused(&refused).await, "invalid_request", "{:?}", refused.params);
        }
    }
}

/// Security line 11: enforced if sent, also for a confidential client. Security line 12: no verifier without challenge.
#[tokio::test]
async fn the_verifier_must_fit_the_challenge_and_neither_stands_alone() {
    let mut scene = Scene::signed_in().await;
    let other = "o".repeat(43);
    let too_short = VERIFIER[..42].to_owned();
    let (with, without) = (scene.request(), scene.request().without("code_challenge").without("code_challenge_method"));
    for (request, verifier, expected) in [
        (&with, Some(VERIFIER), None),
        (&with, Some(other.as_str()), Some("invalid_grant")),
        (&with, Some(too_short.as_str()), Some("invalid_grant")),
        (&with, None, Some("invalid_grant")),
        (&without, None, None),
        (&without, Some(VERIFIER), Some("invalid_grant")),
    ] {
        let callback = scene.authorize(request).await;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", callback.code()),
            ("redirect_uri", scene.client.redirect_uri.as_str()),
        ];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let answer = TokenAnswer(scene.provider.program().post_as(&scene.client, "/VX7/token", &fields).await);
        match expected {
            None => drop(answer.ok()),
            Some(error) => assert_eq!(answer.error(), error, "{verifier:?}"),
        }
    }
}

/// Security line 11: advertised.
#[tokio::test]
async fn the_metadata_says_that_s256_is_offered_and_nothing_else() {
    let scene = Scene::start().await;
    let metadata = scene.provider.program().get("/VX7/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}
