//! The `claims` parameter (OpenID Connect Core §5.5). Its malformed forms: `rfc6749::authorization_bad_input`.

use crate::support::Scene;

#[tokio::test]
async fn single_claims_come_where_they_were_asked_for() {
    let mut scene = Scene::signed_in().await;
    let claims = r#"{"id_token":{"email":{"essential":true},"auth_time":{"essential":true}},"userinfo":{"phone_number":null,"given_name":{"essential":true}}}"#;
    let callback = scene.authorize(&scene.request().with("scope", "openid").with("claims", claims)).await;
    let tokens = scene.tokens(&callback).await;
    let id_token = tokens.id_token();
    assert_eq!(id_token["email"], "hanako@vx7.example");
    assert!(id_token["auth_time"].is_i64(), "an essential auth_time is given");
    let userinfo = scene.provider.program().userinfo(&tokens.get("access_token")).await.json();
    assert_eq!((&userinfo["phone_number"], &userinfo["given_name"]), (&"+819012345678".into(), &"花子".into()));
    assert!(userinfo.get("name").is_none(), "what was not asked for stays here: {userinfo}");
}

#[tokio::test]
async fn claims_and_members_nobody_knows_are_ignored() {
    let mut scene = Scene::signed_in().await;
    let claims = r#"{"id_token":{"urn:x:y":{"essential":true},"iss":{"value":"https://evil.example"},"\u0000":null},"elsewhere":[[[1]]],"userinfo":null}"#;
    let callback = scene.authorize(&scene.request().with("claims", claims)).await;
    let id_token = scene.tokens(&callback).await.id_token();
    assert_eq!(id_token["iss"], "https://login.example/VX7");
    assert!(id_token.get("urn:x:y").is_none());
}
