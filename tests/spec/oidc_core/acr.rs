//! `acr` and `amr` (OpenID Connect Core §2, §5.5.1.1). Security line 19.

use crate::support::{Callback, Scene};

const ONE: &str = "urn:tegata:acr:1fa";
const TWO: &str = "urn:tegata:acr:2fa";

/// Security line 19: what is returned is true, whatever was asked for.
#[tokio::test]
async fn a_voluntary_acr_that_is_not_reached_is_answered_with_the_true_one() {
    let mut scene = Scene::signed_in().await;
    let voluntary = format!(r#"{{"id_token":{{"acr":{{"values":["{TWO}"]}}}}}}"#);
    for request in [
        scene.request(),
        scene.request().with("acr_values", ONE),
        scene.request().with("acr_values", TWO),
        scene.request().with("acr_values", &format!("urn:example:gold {TWO} {ONE}")),
        scene.request().with("claims", &voluntary),
    ] {
        let callback = scene.authorize(&request).await;
        let id_token = scene.tokens(&callback).await.id_token();
        assert_eq!((&id_token["acr"], &id_token["amr"]), (&ONE.into(), &serde_json::json!(["pwd"])));
    }
}

/// Security line 19: an essential acr that is not met is an error.
#[tokio::test]
async fn an_essential_acr_that_cannot_be_reached_is_refused() {
    let mut scene = Scene::signed_in().await;
    for acr in [
        format!(r#"{{"essential":true,"value":"{TWO}"}}"#),
        format!(r#"{{"essential":true,"values":["{TWO}","urn:example:gold"]}}"#),
        r#"{"essential":true,"values":["urn:example:gold"]}"#.to_owned(),
    ] {
        let request = scene.request().with("claims", &format!(r#"{{"id_token":{{"acr":{acr}}}}}"#));
        assert_eq!(scene.refused(&request).await, "unmet_authentication_requirements", "{acr}");
    }
}

#[tokio::test]
async fn an_essential_acr_that_is_reached_is_answered() {
    let mut scene = Scene::start().await;
    let claims = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["{TWO}","{ONE}"]}}}}}}"#);
    let login = scene.open(&scene.request().with("claims", &claims)).await;
    let callback = Callback::of(&scene.log_in(&login).await);
    assert_eq!(scene.tokens(&callback).await.id_token()["acr"], ONE);
}
