//! The token endpoint as such: what it offers, to whom, and what every answer of the endpoints for programs carries.

use http::Method;
use tegata::protocol::client_metadata::GrantType;

use crate::spec::scene::{Form, Scene, assert_error, assert_unkept};

const ENDPOINTS: [&str; 3] = ["/VX7/token", "/VX7/introspect", "/VX7/revoke"];

// security.md 24
#[tokio::test]
async fn only_three_grants_exist_and_the_password_grant_is_none_of_them() {
    let scene = Scene::confidential().await;
    for grant in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "Authorization_Code",
        "authorization_code ",
        "authorization_code refresh_token",
    ] {
        let form = Form::of(&[("grant_type", grant), ("username", scene.account.email()), ("password", "x")]);
        assert_error(&scene.token(&form).await.0, 400, "unsupported_grant_type", grant);
    }
}

// security.md 25
#[tokio::test]
async fn a_client_uses_only_the_grants_it_is_registered_for() {
    let mut all = Scene::confidential().await;
    let refresh = all.tokens().await.get("refresh_token");
    let code = all.code().await;
    for &registered in GrantType::ALL {
        let id = format!("only-{}", registered.as_str());
        let client = all.provider.client(&id, |r| r.metadata.grant_types = vec![registered]).await;
        for (used, form) in [
            (GrantType::AuthorizationCode, Form::code(&client, &code)),
            (GrantType::RefreshToken, Form::refresh(&refresh)),
            (GrantType::ClientCredentials, Form::credentials()),
        ] {
            let answer = all.program.post_as(&client, "/VX7/token", &form.pairs()).await;
            let refused = answer.status == 400 && answer.json()["error"] == "unauthorized_client";
            assert_eq!(refused, used != registered, "{registered} registered, {used} used: {}", answer.body);
        }
    }
}

// security.md 38
#[tokio::test]
async fn endpoints_for_programs_are_post_only() {
    let scene = Scene::confidential().await;
    for path in ENDPOINTS {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = scene.program.send(method.clone(), path, &[], Vec::new()).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{method} {path}");
            assert_unkept(&answer, path);
        }
        let query = format!("{path}?grant_type=client_credentials&token=x");
        assert_eq!(scene.program.get(&query, &[]).await.status, 405);
    }
    let answer = scene.program.send(Method::DELETE, "/VX7/userinfo", &[], Vec::new()).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, HEAD, POST"));
}

// security.md 37
#[tokio::test]
async fn no_answer_with_or_without_tokens_may_be_kept() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    assert_unkept(&tokens.0, "tokens");
    assert_eq!(tokens.0.header("pragma"), "no-cache", "§5.1");
    let access = tokens.get("access_token");
    assert_unkept(&scene.token(&Form::refresh(&tokens.get("refresh_token"))).await.ok().0, "refresh");
    assert_unkept(&scene.token(&Form::refresh("x")).await.0, "a token error");
    assert_unkept(&scene.program.userinfo(&access).await, "userinfo");
    assert_unkept(&scene.program.userinfo("x").await, "a userinfo error");
    assert_unkept(&scene.program.get("/VX7/userinfo", &[]).await, "a userinfo challenge");
    for path in ["/VX7/introspect", "/VX7/revoke"] {
        assert_unkept(&scene.program.post_as(&scene.client, path, &[("token", &access)]).await, path);
        assert_unkept(&scene.program.post(path, &[("token", &access)], &[]).await, path);
        assert_unkept(&scene.program.post_as(&scene.client, path, &[]).await, path);
    }
}

// RFC 6749 §5.1
#[tokio::test]
async fn tokens_come_as_json_with_their_lifetime_and_scope() {
    let mut scene = Scene::confidential().await;
    let tokens = scene.tokens().await;
    assert_eq!(tokens.0.header("content-type"), "application/json");
    let body = tokens.0.json();
    let mut names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&"Bearer".into(), &600.into()));
    assert_eq!(body["scope"], "openid profile email offline_access");
}

// security.md 35
#[tokio::test]
async fn codes_and_tokens_are_long_random_texts_of_their_kind() {
    let mut scene = Scene::with(|r| r.settings.access_token_format = tegata::client::AccessTokenFormat::Opaque).await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let code = scene.code().await;
        let tokens = scene.program.exchange(&scene.client, &code).await.ok();
        for (prefix, text) in
            [("tgc_", code), ("tga_", tokens.get("access_token")), ("tgr_", tokens.get("refresh_token"))]
        {
            let secret = text.strip_prefix(prefix).unwrap_or_else(|| panic!("{text} does not begin with {prefix}"));
            assert_eq!(secret.len(), 43, "256 bit of base64url");
            assert!(seen.insert(text), "nothing comes twice");
        }
    }
}

// RFC 9700 §2.6: programs in a browser may use these endpoints, without cookies.
#[tokio::test]
async fn programs_in_a_browser_may_use_what_public_clients_need() {
    let mut scene = Scene::public().await;
    let origin = ("origin", "https://spa.example");
    for (path, methods) in [("/VX7/token", "POST"), ("/VX7/userinfo", "GET, POST"), ("/VX7/revoke", "POST")] {
        let ask =
            [origin, ("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
        let answer = scene.program.send(Method::OPTIONS, path, &ask, Vec::new()).await;
        assert_eq!(answer.status, 204, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-methods"), methods);
        assert_eq!(answer.header("access-control-allow-headers"), "Authorization, Content-Type");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path} never takes cookies");
    }
    let code = scene.code().await;
    let good = scene.program.post_as(&scene.client, "/VX7/token", &Form::code(&scene.client, &code).pairs()).await;
    let bad = scene.program.post("/VX7/token", &[("grant_type", "x")], &[origin]).await;
    let challenge = scene.program.get("/VX7/userinfo", &[origin]).await;
    for (answer, status) in [(good, 200), (bad, 401), (challenge, 401)] {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-expose-headers"), "WWW-Authenticate");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

// Introspection is for resource servers, which are no pages.
#[tokio::test]
async fn introspection_is_not_for_programs_in_a_browser() {
    let scene = Scene::confidential().await;
    let answer = scene.program.send(Method::OPTIONS, "/VX7/introspect", &[], Vec::new()).await;
    assert_eq!(answer.status, 405);
    let answer = scene.program.post_as(&scene.client, "/VX7/introspect", &[("token", "x")]).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

// RFC 6749 §3.2: unknown parameters are ignored, duplicated ones refused.
#[tokio::test]
async fn unknown_parameters_are_ignored_and_duplicated_ones_refused() {
    let mut scene = Scene::confidential().await;
    let code = scene.code().await;
    let form = Form::code(&scene.client, &code).and("audience", "x").and("foo", "1").and("foo", "2");
    for name in ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"] {
        let value =
            form.0.iter().find(|(own, _)| own == name).map_or(scene.client.id.clone(), |(_, value)| value.clone());
        let twice = form.clone().with(name, &value).and(name, &value);
        assert_error(&scene.token(&twice).await.0, 400, "invalid_request", name);
    }
    scene.token(&form).await.ok();
}
