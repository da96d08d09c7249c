//! Consent (OpenID Connect Core §3.1.2.4). Security line 16.

use http::StatusCode;
use tegata::client::Registration;
use tegata::consent::revoke_consent;
use tegata::id::ClientId;
use tegata::protocol::client_metadata::{ApplicationType, TokenEndpointAuthMethod};

use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Callback, Scene, SignIn as _};

/// Asserts the consent page.
#[track_caller]
fn is_consent(answer: &Answer) -> &Answer {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.action().contains("/consent/"), "the consent page was expected: {}", answer.body);
    answer
}

/// Security line 16: shows client, scopes; what the client calls itself is text.
#[tokio::test]
async fn the_page_names_the_client_the_person_and_what_is_asked_for() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let page = scene.open(&AuthorizeRequest::of(&third).with("scope", "openid email phone")).await;
    is_consent(&page);
    for shown in ["会計ソフト &#60;b&#62;", "hanako@vx7.example", "third-party.example", "メールアドレス", "電話番号"]
    {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
}

/// Security line 16: remembered for a client whose identity is assured.
#[tokio::test]
async fn a_third_party_is_asked_for_once() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let request = AuthorizeRequest::of(&third).with("scope", "openid email");
    let page = scene.open(&request).await;
    let callback = Callback::of(&scene.browser.consent(is_consent(&page), "allow").await);
    assert_eq!((callback.uri.as_str(), callback.get("state")), (third.redirect_uri.as_str(), "state-1"));
    assert!(!scene.authorize(&request.clone().with("prompt", "none")).await.code().is_empty(), "remembered");
    assert!(!scene.authorize(&request.clone().with("scope", "openid")).await.code().is_empty(), "less is covered");
    let other = scene.provider.account("jiro@vx7.example").await;
    let login = scene.provider.browser().open_login(&request).await;
    assert!(!login.body.is_empty());
    let mut elsewhere = scene.provider.browser();
    let login = elsewhere.open_login(&request).await;
    let answer = elsewhere.submit(&login, other.email(), PASSWORD).await;
    is_consent(&elsewhere.follow(answer).await);
}

/// Security line 16: the brand's own applications ask nobody, unless they want to.
#[tokio::test]
async fn a_first_party_is_not_asked_for_unless_it_says_so() {
    let mut scene = Scene::signed_in().await;
    assert!(!scene.authorize(&scene.request()).await.code().is_empty());
    let page = scene.open(&scene.request().with("prompt", "consent")).await;
    let answer = scene.browser.consent(is_consent(&page), "allow").await;
    assert!(!Callback::of(&answer).code().is_empty());
}

/// Security line 16: a «no» is access_denied, and asked again the next time.
#[tokio::test]
async fn a_person_who_refuses_sends_access_denied() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    for mode in crate::support::scene::MODES {
        let request = AuthorizeRequest::of(&third).with("response_mode", mode);
        let page = scene.open(&request).await;
        let answer = scene.browser.consent(is_consent(&page), "deny").await;
        let callback = Callback::of(&answer);
        assert_eq!((callback.error(), callback.mode, callback.get("state")), ("access_denied", mode, "state-1"));
        assert_eq!(scene.provider.explained(&answer).await, ["access_denied"]);
    }
    is_consent(&scene.open(&AuthorizeRequest::of(&third)).await);
}

/// Security line 16: asked again for more, on `prompt=consent`, and after it was taken back.
#[tokio::test]
async fn a_given_consent_is_asked_for_again_when_it_does_not_cover_or_stand() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let request = AuthorizeRequest::of(&third).with("scope", "openid email");
    let page = scene.open(&request).await;
    scene.browser.consent(is_consent(&page), "allow").await;
    for more in [
        request.clone().with("scope", "openid email phone"),
        request.clone().with("claims", r#"{"userinfo":{"address":null}}"#),
        request.clone().with("prompt", "consent"),
    ] {
        is_consent(&scene.open(&more).await);
    }
    assert!(!scene.authorize(&request).await.code().is_empty(), "asking for more takes nothing back");
    let mut tx = scene.provider.db().begin().await.unwrap();
    let (account, client) = (&scene.account.account.id, ClientId::new(&third.id));
    assert!(revoke_consent(&mut tx, account, &client, scene.provider.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    is_consent(&scene.open(&request).await);
}

/// Security line 16: each time the client cannot be assured (ASVS 10.7.1).
#[tokio::test]
async fn a_public_application_on_a_persons_own_machine_is_asked_for_each_time() {
    let mut scene = Scene::signed_in().await;
    for (id, uri, each_time) in [
        ("native", "com.example.app:/cb", true),
        ("loopback", "http://127.0.0.1/cb", true),
        ("claimed", "https://app.example/cb", false),
    ] {
        let change = |r: &mut Registration| {
            r.settings.first_party = false;
            r.metadata.application_type = ApplicationType::Native;
            r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::None;
            r.metadata.redirect_uris = vec![uri.to_owned()];
        };
        let client = scene.provider.client(id, change).await;
        let request = AuthorizeRequest::of(&client);
        let page = scene.open(&request).await;
        let answer = scene.browser.consent(is_consent(&page), "allow").await;
        assert!(!Callback::of(&answer).code().is_empty());
        let second = scene.open(&request).await;
        assert_eq!(second.action().contains("/consent/"), each_time, "{id}");
    }
}

/// OpenID Connect Core §11: `offline_access` of a third party only with consent asked for now.
#[tokio::test]
async fn offline_access_of_a_third_party_needs_prompt_consent() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    for (prompt, offline) in [("", false), ("consent", true)] {
        let request = AuthorizeRequest::of(&third).with("prompt", prompt);
        let page = scene.open(&request).await;
        let callback = Callback::of(&scene.browser.consent(is_consent(&page), "allow").await);
        let tokens = scene.provider.program().exchange(&third, callback.code()).await.ok();
        let scope = tokens.access_token()["scope"].as_str().unwrap_or_default().to_owned();
        assert_eq!(scope.contains("offline_access"), offline, "{prompt}: {scope}");
    }
}

/// A yes counts for the person who said it, not for whoever signs in before the answer is fetched.
#[tokio::test]
async fn a_yes_does_not_pass_to_another_person_in_the_same_browser() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let other = scene.provider.account("jiro@vx7.example").await;
    let page = scene.open(&AuthorizeRequest::of(&third).with("prompt", "consent")).await;
    let (action, csrf) = (page.action().to_owned(), page.field("csrf").unwrap());
    let allowed = scene.browser.post(&action, &[("csrf", &csrf), ("answer", "allow")]).await;
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    let answer = scene.browser.submit(&login, other.email(), PASSWORD).await;
    scene.browser.follow(answer).await;
    let page = scene.browser.follow(allowed).await;
    is_consent(&page);
    assert!(page.body.contains("jiro@vx7.example"));
}

/// Security line 87: the answer must come from the page of this interaction in this browser.
#[tokio::test]
async fn an_answer_from_elsewhere_is_refused() {
    let mut scene = Scene::signed_in().await;
    let third = scene.provider.third_party().await;
    let page = scene.open(&AuthorizeRequest::of(&third)).await;
    let (action, csrf) = (page.action().to_owned(), page.field("csrf").unwrap());
    let other = scene.open(&AuthorizeRequest::of(&third)).await.field("csrf").unwrap();
    let login = scene.open(&scene.request().with("prompt", "login")).await.field("csrf").unwrap();
    for token in ["", "x", &other, &login] {
        let answer = scene.browser.post(&action, &[("csrf", token), ("answer", "allow")]).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    for from in [[("origin", "https://evil.example")], [("origin", "null")], [("sec-fetch-site", "cross-site")]] {
        let answer = scene.browser.post_from(&action, &[("csrf", &csrf), ("answer", "allow")], &from).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    let unclear = scene.browser.post(&action, &[("csrf", &csrf), ("answer", "maybe")]).await;
    unclear.shows(StatusCode::BAD_REQUEST, "request_malformed");
    is_consent(&scene.open(&AuthorizeRequest::of(&third)).await);
}
