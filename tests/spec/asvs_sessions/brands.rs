//! One brand is nothing to another (ASVS 8.4.1). Security lines 47 and 89.

use http::StatusCode;

use crate::support::flow::VERIFIER;
use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Scene, SignIn as _, TestClient};

/// Hanako is signed in at VX7; a client of the same kind exists at the other brands.
async fn scene_with(brand: &str) -> (Scene, TestClient) {
    let scene = Scene::signed_in().await;
    let client = scene.provider.client_of(brand, &format!("app-{brand}"), |_| {}).await;
    (scene, client)
}

const OTHERS: [(&str, &str, &str); 2] = [("VX9", "/VX9", "login.example"), ("OWN", "", "id.own.example")];

/// The cookies of VX7 under the names of another brand.
fn disguise(scene: &mut Scene, brand: &str, host: &'static str) {
    scene.browser.host = host;
    for (name, value) in scene.browser.cookies.clone() {
        scene.browser.cookies.insert(name.replace("VX7", brand), value);
    }
}

#[tokio::test]
async fn a_session_of_one_brand_is_none_at_another() {
    for (brand, issuer, host) in OTHERS {
        let (mut scene, client) = scene_with(brand).await;
        disguise(&mut scene, brand, host);
        let request = AuthorizeRequest::of(&client).at(issuer);
        assert_eq!(scene.authorize(&request.clone().with("prompt", "none")).await.error(), "login_required");
        scene.open(&request).await.is_login();
        let logout = scene.browser.get(&format!("{issuer}/logout")).await;
        assert!(!logout.body.contains("hanako"), "{}", logout.body);
    }
}

#[tokio::test]
async fn a_sign_in_in_progress_at_one_brand_is_none_at_another() {
    for (brand, issuer, host) in OTHERS {
        let (mut scene, _) = scene_with(brand).await;
        let login = scene.open(&scene.request().with("prompt", "login")).await;
        let (id, csrf) = (login.action().rsplit('/').next().unwrap().to_owned(), login.field("csrf").unwrap());
        disguise(&mut scene, brand, host);
        for step in ["login", "consent", "interaction"] {
            let page = scene.browser.get(&format!("{issuer}/{step}/{id}")).await;
            page.shows(StatusCode::BAD_REQUEST, "interaction_expired");
        }
        let fields = [("csrf", csrf.as_str()), ("email", scene.account.email()), ("password", PASSWORD)];
        let answer = scene.browser.post(&format!("{issuer}/login/{id}"), &fields).await;
        answer.shows(StatusCode::BAD_REQUEST, "interaction_expired");
    }
}

#[tokio::test]
async fn an_account_of_one_brand_does_not_exist_at_another() {
    for (brand, issuer, host) in OTHERS {
        let (scene, client) = scene_with(brand).await;
        let mut browser = scene.provider.browser();
        browser.host = host;
        let login = browser.open_login(&AuthorizeRequest::of(&client).at(issuer)).await;
        let answer = browser.submit(&login, scene.account.email(), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(scene.provider.explained(&answer).await, ["unknown_account"]);
    }
}

#[tokio::test]
async fn a_code_or_token_of_one_brand_is_none_at_another() {
    let (mut scene, other) = scene_with("VX9").await;
    let callback = scene.authorize(&scene.request()).await;
    let tokens = scene.tokens(&scene.browser.clone().authorize(&scene.request()).await).await;
    let program = scene.provider.program();
    let fields = |code: &str, redirect_uri: &str| {
        [
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code.to_owned()),
            ("redirect_uri".to_owned(), redirect_uri.to_owned()),
            ("code_verifier".to_owned(), VERIFIER.to_owned()),
        ]
    };
    for (client, expected) in [(&other, "invalid_grant"), (&scene.client, "invalid_client")] {
        let fields = fields(callback.code(), &scene.client.redirect_uri);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = program.post_as(client, "/VX9/token", &fields).await;
        assert_eq!(answer.json()["error"], expected);
    }
    let bearer = format!("Bearer {}", tokens.get("access_token"));
    let answer = program.get("/VX9/userinfo", &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let refresh = tokens.get("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(program.post_as(&other, "/VX9/token", &fields).await.json()["error"], "invalid_grant");
    for token in [tokens.get("access_token"), refresh] {
        let answer = program.post_as(&other, "/VX9/introspect", &[("token", &token)]).await;
        assert_eq!(answer.json(), serde_json::json!({"active": false}));
    }
    scene.tokens(&callback).await;
}

/// The host chooses the issuer, and nothing a client may send besides.
#[tokio::test]
async fn a_host_or_path_of_nobody_is_421_or_404() {
    let mut scene = Scene::start().await;
    for (host, path, status, problem) in [
        ("evil.example", "/VX7/authorize", StatusCode::MISDIRECTED_REQUEST, "misdirected"),
        ("login.example:8443", "/VX7/authorize", StatusCode::MISDIRECTED_REQUEST, "misdirected"),
        ("login.example.", "/VX7/authorize", StatusCode::MISDIRECTED_REQUEST, "misdirected"),
        ("login.example", "/vx7/authorize", StatusCode::NOT_FOUND, "not_found"),
        ("login.example", "/VX70/authorize", StatusCode::NOT_FOUND, "not_found"),
        ("login.example", "/VX7/authorize/", StatusCode::NOT_FOUND, "not_found"),
        ("login.example", "/VX7//authorize", StatusCode::NOT_FOUND, "not_found"),
        ("login.example", "/authorize", StatusCode::NOT_FOUND, "not_found"),
        ("login.example", "/", StatusCode::NOT_FOUND, "not_found"),
        ("id.own.example", "/VX7/authorize", StatusCode::NOT_FOUND, "not_found"),
    ] {
        scene.browser.host = host;
        let headers = [("x-forwarded-host", "login.example"), ("forwarded", "host=login.example")];
        let answer = scene.browser.send(http::Method::GET, path, None, &headers).await;
        answer.shows(status, problem);
        assert_eq!(scene.provider.explained(&answer).await, [problem], "{host}{path}");
    }
}
