//! A user of the storage app signs in with e-mail and password, end to end, and logs out (manual, chapter 1.1).

use http::StatusCode;

use crate::support::{AuthorizeRequest, Callback, Provider, SignIn as _};

#[tokio::test]
async fn a_user_signs_in_and_the_storage_app_learns_who_it_is() {
    let provider = Provider::start().await;
    let (client, account) = (provider.storage_app().await, provider.account("hanako@vx7.example").await);
    let mut browser = provider.browser();
    let callback = browser.sign_in(&AuthorizeRequest::of(&client), &account).await;
    assert_eq!(callback.uri, client.redirect_uri);
    assert_eq!(callback.get("state"), "state-1");
    assert_eq!(callback.get("iss"), "https://login.example/VX7");

    let tokens = provider.program().exchange(&client, callback.code()).await.ok();
    let id_token = tokens.id_token();
    assert_eq!(id_token["sub"], account.sub());
    assert_eq!(id_token["aud"], client.id.as_str());
    assert_eq!(id_token["nonce"], "nonce-1");
    assert_eq!(id_token["amr"], serde_json::json!(["pwd"]));
    let userinfo = provider.program().userinfo(&tokens.get("access_token")).await;
    assert_eq!(userinfo.status, StatusCode::OK);
    assert_eq!(userinfo.json()["email"], "hanako@vx7.example");
    assert_eq!(userinfo.json()["name"], "端場 花子");
}

#[tokio::test]
async fn a_second_request_in_the_same_browser_needs_no_password() {
    let provider = Provider::start().await;
    let (client, account) = (provider.storage_app().await, provider.account("hanako@vx7.example").await);
    let mut browser = provider.browser();
    browser.sign_in(&AuthorizeRequest::of(&client), &account).await;
    let callback = browser.authorize(&AuthorizeRequest::of(&client).with("state", "2")).await;
    assert_eq!(callback.get("state"), "2");
    assert!(!callback.code().is_empty());
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_one_neutral_sentence() {
    let provider = Provider::start().await;
    let (client, _) = (provider.storage_app().await, provider.account("hanako@vx7.example").await);
    let mut browser = provider.browser();
    let login = browser.open_login(&AuthorizeRequest::of(&client)).await;
    let again = browser.submit(&login, "hanako@vx7.example", "wrong").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.field("email").as_deref(), Some("hanako@vx7.example"));
    let unknown = browser.submit(&login, "nobody@vx7.example", "wrong").await;
    assert_eq!(
        again.body.replace("hanako", "x").replace(again.reference(), ""),
        unknown.body.replace("nobody", "x").replace(unknown.reference(), "")
    );
}

#[tokio::test]
async fn logging_out_ends_the_session_and_its_tokens() {
    let provider = Provider::start().await;
    let (client, account) = (provider.storage_app().await, provider.account("hanako@vx7.example").await);
    let mut browser = provider.browser();
    let request = AuthorizeRequest::of(&client).with("scope", "openid email");
    let callback = browser.sign_in(&request, &account).await;
    let tokens = provider.program().exchange(&client, callback.code()).await.ok();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token_hint", &tokens.get("id_token"))
        .append_pair("post_logout_redirect_uri", "https://storage-app.example/goodbye")
        .append_pair("state", "bye")
        .finish();
    let answer = browser.get(&format!("/VX7/logout?{query}")).await;
    let target = Callback::of(&answer);
    assert_eq!((target.uri.as_str(), target.get("state")), ("https://storage-app.example/goodbye", "bye"));
    assert_eq!(browser.session(), None);
    assert_eq!(provider.program().userinfo(&tokens.get("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.program().refresh(&client, &tokens.get("refresh_token")).await.error(), "invalid_grant");
    let page = browser.get(&request.url()).await;
    let login = browser.follow(page).await;
    assert!(login.body.contains("name=\"password\""), "the next sign-in asks for the password");
}
