//! RFC 9207, OAuth 2.0 Authorization Server Issuer Identification. Security line 8.

use crate::support::scene::MODES;
use crate::support::{AuthorizeRequest, Callback, Provider, Scene, SignIn as _};

/// Security line 8: `iss` in every authorization response.
#[tokio::test]
async fn every_response_names_its_issuer_success_and_error_in_every_mode() {
    let mut scene = Scene::signed_in().await;
    for mode in MODES {
        let request = scene.request().with("response_mode", mode);
        let success = scene.authorize(&request).await;
        assert!(!success.code().is_empty());
        let error = scene.authorize(&request.with("scope", "unheard-of")).await;
        for callback in [success, error] {
            assert_eq!((callback.mode, callback.get("iss")), (mode, "https://login.example/VX7"));
        }
    }
}

/// Security lines 8 and 47: each brand has an issuer of its own, whatever the request says.
#[tokio::test]
async fn each_brand_answers_with_its_own_issuer() {
    let provider = Provider::start().await;
    for (brand, issuer, host, iss) in [
        ("VX7", "/VX7", "login.example", "https://login.example/VX7"),
        ("VX9", "/VX9", "login.example", "https://login.example/VX9"),
        ("OWN", "", "id.own.example", "https://id.own.example"),
    ] {
        let client = provider.client_of(brand, &format!("app-{brand}"), |_| {}).await;
        let mut browser = provider.browser();
        browser.host = host;
        let request =
            AuthorizeRequest::of(&client).at(issuer).with("prompt", "none").and("iss", "https://evil.example");
        let callback = Callback::of(&browser.open(&request).await);
        assert_eq!((callback.error(), callback.get("iss")), ("login_required", iss));
        let answer = browser.get(&format!("{issuer}/.well-known/openid-configuration")).await;
        assert_eq!(answer.json()["issuer"], iss);
        assert_eq!(answer.json()["authorization_response_iss_parameter_supported"], true);
    }
}
