//! `id_token_hint`, `login_hint`, `ui_locales` (OpenID Connect Core §3.1.2.1, §3.1.2.2).

use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Callback, Scene, SignIn as _, TestAccount};

/// The ID token of another person, signed in elsewhere.
async fn other_with_hint(scene: &Scene) -> (TestAccount, String) {
    let other = scene.provider.account("jiro@vx7.example").await;
    let mut elsewhere = scene.provider.browser();
    let callback = elsewhere.sign_in(&scene.request(), &other).await;
    (other, scene.tokens(&callback).await.get("id_token"))
}

#[tokio::test]
async fn an_id_token_hint_of_the_person_who_is_signed_in_changes_nothing_even_expired() {
    let mut scene = Scene::start().await;
    let callback = scene.sign_in().await;
    let hint = scene.tokens(&callback).await.get("id_token");
    for _ in 0..2 {
        let request = scene.request().with("id_token_hint", &hint).with("prompt", "none");
        assert!(!scene.authorize(&request).await.code().is_empty());
        scene.wait(3600);
    }
}

/// OpenID Connect Core §3.1.2.2: no answer about another user than the hinted one.
#[tokio::test]
async fn an_id_token_hint_of_another_person_asks_that_person_to_sign_in() {
    let mut scene = Scene::signed_in().await;
    let (other, hint) = other_with_hint(&scene).await;
    let request = scene.request().with("id_token_hint", &hint);
    let login = scene.open(&request).await;
    login.is_login();
    let wrong = Callback::of(&scene.log_in(&login).await);
    assert_eq!(wrong.error(), "login_required");
    let login = scene.open(&request).await;
    let answer = scene.browser.submit(&login, other.email(), PASSWORD).await;
    let callback = Callback::of(&scene.browser.follow(answer).await);
    assert_eq!(scene.tokens(&callback).await.id_token()["sub"], other.sub());
}

/// The same for a `sub` with a value in `claims` (§5.5.1); two that contradict each other can never be met.
#[tokio::test]
async fn a_sub_asked_for_by_value_is_met_or_refused() {
    let mut scene = Scene::signed_in().await;
    let (other, hint) = other_with_hint(&scene).await;
    let claims = |member: &str, sub: &str| format!(r#"{{"{member}":{{"sub":{{"value":"{sub}"}}}}}}"#);
    let own = scene.account.sub().to_owned();
    for member in ["id_token", "userinfo"] {
        let request = scene.request().with("claims", &claims(member, &own)).with("prompt", "none");
        assert!(!scene.authorize(&request).await.code().is_empty());
        let request = scene.request().with("claims", &claims(member, other.sub()));
        scene.open(&request).await.is_login();
        let request = scene.request().with("claims", &claims(member, &own)).with("id_token_hint", &hint);
        assert_eq!(scene.refused(&request).await, "invalid_request");
    }
}

#[tokio::test]
async fn an_id_token_hint_that_is_not_ours_is_refused() {
    let mut scene = Scene::start().await;
    let callback = scene.sign_in().await;
    let tokens = scene.tokens(&callback).await;
    let (id_token, access_token) = (tokens.get("id_token"), tokens.get("access_token"));
    let client = scene.provider.client_of("VX9", "app-9", |_| {}).await;
    let account = scene
        .provider
        .account_with("hanako@vx9.example", |account| account.brand = tegata::id::BrandCode::new("VX9"))
        .await;
    let mut elsewhere = scene.provider.browser();
    let callback = elsewhere.sign_in(&AuthorizeRequest::of(&client).at("/VX9"), &account).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", callback.code()),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", crate::support::flow::VERIFIER),
    ];
    let foreign = scene.provider.program().post_as(&client, "/VX9/token", &fields).await.json();
    let mut parts: Vec<_> = id_token.split('.').collect();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    parts.swap(1, 2);
    for hint in [foreign["id_token"].as_str().unwrap(), &access_token, &unsigned, &parts.join("."), "x", "手形"] {
        let request = scene.request().with("id_token_hint", hint);
        assert_eq!(scene.refused(&request).await, "invalid_request", "{hint}");
    }
}

#[tokio::test]
async fn a_login_hint_fills_in_the_address_and_picks_the_account() {
    let mut scene = Scene::start().await;
    let login = scene.open(&scene.request().with("login_hint", "\"><b>@vx7.example")).await;
    assert!(!login.body.contains("<b>@"), "a hint is text: {}", login.body);
    let login = scene.open(&scene.request().with("login_hint", "Hanako@VX7.example")).await;
    assert_eq!(login.field("email").as_deref(), Some("Hanako@VX7.example"));
    scene.log_in(&login).await;
    assert!(!scene.authorize(&scene.request().with("login_hint", "Hanako@VX7.example")).await.code().is_empty());
    assert!(!scene.authorize(&scene.request().with("login_hint", "an-opaque-hint")).await.code().is_empty());
    let other = scene.open(&scene.request().with("login_hint", "jiro@vx7.example")).await;
    assert_eq!(other.is_login().field("email").as_deref(), Some("jiro@vx7.example"));
}

#[tokio::test]
async fn ui_locales_choose_the_language_unless_the_person_did() {
    let mut scene = Scene::start().await;
    for (locales, language) in [("en", "en"), ("fr en-US ja", "en"), ("ja en", "ja"), ("xx-YY", "ja"), ("", "ja")] {
        let mut browser = scene.provider.browser();
        let login = browser.open(&scene.request().with("ui_locales", locales)).await;
        assert_eq!(login.header("content-language"), language, "{locales}");
        let again = browser.submit(&login, "nobody@vx7.example", "wrong").await;
        assert_eq!(again.header("content-language"), language, "{locales}: the page shown again");
    }
    scene.browser.get("/VX7/account?lang=en").await;
    let login = scene.open(&scene.request().with("ui_locales", "ja")).await;
    assert_eq!(login.header("content-language"), "en", "the person's own choice stands");
}
