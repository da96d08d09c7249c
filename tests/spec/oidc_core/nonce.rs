//! `nonce` (OpenID Connect Core §3.1.2.1). Security line 17.

use crate::support::Scene;

/// Security line 17: the nonce is returned byte-equal.
#[tokio::test]
async fn a_nonce_comes_back_in_the_id_token_byte_for_byte() {
    let mut scene = Scene::signed_in().await;
    let all: String = (' '..='~').collect();
    for nonce in ["n".repeat(4096), all, "手形✓ \u{1f512} e\u{301} é".to_owned(), "{\"a\":[1]}".to_owned()] {
        let request = scene.request().with("nonce", &nonce);
        let callback = scene.authorize(&request).await;
        assert_eq!(scene.tokens(&callback).await.id_token()["nonce"], nonce);
    }
}

#[tokio::test]
async fn without_a_nonce_the_id_token_has_none() {
    let mut scene = Scene::signed_in().await;
    let callback = scene.authorize(&scene.request().without("nonce")).await;
    assert!(scene.tokens(&callback).await.id_token().get("nonce").is_none());
}

#[tokio::test]
async fn a_nonce_that_is_too_long_is_refused_not_cut() {
    let mut scene = Scene::signed_in().await;
    let request = scene.request().with("nonce", &"n".repeat(4097));
    assert_eq!(scene.refused(&request).await, "invalid_request");
}
