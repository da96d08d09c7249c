//! OpenID Connect RP-Initiated Logout 1.0. Security lines 48 and 80.

use http::{Method, StatusCode};

use crate::support::{Answer, AuthorizeRequest, Callback, Scene, SignIn as _, TokenAnswer};

const GOODBYE: &str = "https://storage-app.example/goodbye";

fn url(pairs: &[(&str, &str)]) -> String {
    format!("/VX7/logout?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

/// Hanako is signed in; her tokens, without `offline_access`.
async fn signed_in() -> (Scene, TokenAnswer) {
    let mut scene = Scene::start().await;
    let request = scene.request().with("scope", "openid email");
    let callback = scene.browser.sign_in(&request, &scene.account).await;
    let tokens = scene.tokens(&callback).await;
    (scene, tokens)
}

async fn assert_signed_in(scene: &mut Scene, expected: bool) {
    let callback = scene.authorize(&scene.request().with("prompt", "none")).await;
    let error = callback.params.get("error").map(String::as_str);
    assert_eq!(error, if expected { None } else { Some("login_required") });
}

async fn answer_question(scene: &mut Scene, question: &Answer, answer: &str) -> Answer {
    assert_eq!(question.action(), "/VX7/logout/confirm", "the question was expected: {}", question.body);
    let mut fields = vec![("csrf", question.field("csrf").unwrap()), ("answer", answer.to_owned())];
    for name in ["client_id", "post_logout_redirect_uri", "state"] {
        fields.extend(question.field(name).map(|value| (name, value)));
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    scene.browser.post("/VX7/logout/confirm", &fields).await
}

/// Security line 48: a valid id_token_hint needs no question, even an expired one; the state comes back.
#[tokio::test]
async fn a_hint_of_this_session_ends_it_without_a_question() {
    let (mut scene, tokens) = signed_in().await;
    scene.wait(3600);
    let hint = tokens.get("id_token");
    let state = "a&b 手形";
    let answer = scene
        .browser
        .get(&url(&[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE), ("state", state)]))
        .await;
    let callback = Callback::of(&answer);
    assert_eq!((callback.uri.as_str(), callback.get("state")), (GOODBYE, state));
    assert_signed_in(&mut scene, false).await;
}

/// Security line 48: without a proof the person is asked; «yes» ends the session and leads on.
#[tokio::test]
async fn without_a_hint_the_person_is_asked_and_a_yes_ends_the_session() {
    let (mut scene, _) = signed_in().await;
    let question = scene
        .browser
        .get(&url(&[("client_id", "storage-app"), ("post_logout_redirect_uri", GOODBYE), ("state", "s")]))
        .await;
    assert!(question.body.contains("hanako@vx7.example") && question.body.contains("storage-app"));
    assert_signed_in(&mut scene, true).await;
    let answer = answer_question(&mut scene, &question, "yes").await;
    assert_eq!(answer.location(), format!("{GOODBYE}?state=s"));
    assert_signed_in(&mut scene, false).await;
}

/// Security line 48: «no» leaves everything as it is.
#[tokio::test]
async fn a_no_leaves_the_person_signed_in_and_on_our_own_page() {
    let (mut scene, _) = signed_in().await;
    let question =
        scene.browser.get(&url(&[("client_id", "storage-app"), ("post_logout_redirect_uri", GOODBYE)])).await;
    let answer = answer_question(&mut scene, &question, "no").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("https://ff.example/VX7"), "a way back to the service");
    assert_signed_in(&mut scene, true).await;
}

/// Security line 48: the question is answered by its own form alone.
#[tokio::test]
async fn a_forged_confirmation_is_refused() {
    let (mut scene, _) = signed_in().await;
    let csrf = scene.browser.get("/VX7/logout").await.field("csrf").unwrap();
    let other = scene.provider.browser().open_login(&scene.request()).await.field("csrf").unwrap();
    for token in ["", &other] {
        let answer = scene.browser.post("/VX7/logout/confirm", &[("csrf", token), ("answer", "yes")]).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    let from = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let answer = scene.browser.post_from("/VX7/logout/confirm", &[("csrf", &csrf), ("answer", "yes")], &from).await;
    answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    assert_signed_in(&mut scene, true).await;
}

/// Security line 48: exact comparison; a wrong URI never redirects and ends nothing.
#[tokio::test]
async fn a_wrong_post_logout_redirect_uri_never_redirects() {
    let (mut scene, tokens) = signed_in().await;
    let hint = tokens.get("id_token");
    let public = scene.provider.client("other", |_| {}).await;
    let of_other = public.registration.metadata.post_logout_redirect_uris[0].clone();
    for wrong in [
        "https://storage-app.example/goodbye/",
        "https://storage-app.example/Goodbye",
        "https://storage-app.example/goodbye?x=1",
        "https://storage-app.example/goodbye#",
        "https://storage-app.example:443/goodbye",
        "https://storage-app.example/callback",
        "https://storage-app.example@evil.example/goodbye",
        "//evil.example",
        "javascript:alert(1)",
        &of_other,
    ] {
        for pair in [("id_token_hint", hint.as_str()), ("client_id", "storage-app")] {
            let answer = scene.browser.get(&url(&[pair, ("post_logout_redirect_uri", wrong)])).await;
            answer.shows(StatusCode::BAD_REQUEST, "redirect_uri_mismatch");
            assert_eq!(scene.provider.explained(&answer).await, ["redirect_uri_mismatch"]);
        }
    }
    let csrf = scene.browser.get("/VX7/logout").await.field("csrf").unwrap();
    let fields = [
        ("csrf", csrf.as_str()),
        ("answer", "yes"),
        ("client_id", "storage-app"),
        ("post_logout_redirect_uri", "https://evil.example/"),
    ];
    let answer = scene.browser.post("/VX7/logout/confirm", &fields).await;
    answer.shows(StatusCode::BAD_REQUEST, "redirect_uri_mismatch");
    assert_signed_in(&mut scene, true).await;
}

/// §2: a client_id that is not the hint's client, a hint of another brand, a URI without anybody it belongs to.
#[tokio::test]
async fn a_request_that_contradicts_itself_is_refused() {
    let (mut scene, tokens) = signed_in().await;
    let hint = tokens.get("id_token");
    scene.provider.client("other", |_| {}).await;
    for pairs in [
        vec![("id_token_hint", hint.as_str()), ("client_id", "other")],
        vec![("id_token_hint", "x.y.z")],
        vec![("post_logout_redirect_uri", GOODBYE)],
    ] {
        let answer = scene.browser.get(&url(&pairs)).await;
        answer.shows(StatusCode::BAD_REQUEST, "request_malformed");
    }
    let elsewhere = url(&[("id_token_hint", &hint)]).replace("/VX7/", "/VX9/");
    scene.browser.get(&elsewhere).await.shows(StatusCode::BAD_REQUEST, "request_malformed");
    assert_signed_in(&mut scene, true).await;
}

/// A hint of another session, for example from before a new sign-in, proves nothing about this one.
#[tokio::test]
async fn a_hint_of_another_session_asks_first() {
    let (mut scene, tokens) = signed_in().await;
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    scene.log_in(&login).await;
    let question = scene.browser.get(&url(&[("id_token_hint", &tokens.get("id_token"))])).await;
    let answer = answer_question(&mut scene, &question, "yes").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_signed_in(&mut scene, false).await;
}

/// Nobody is signed in: nothing to end, and back where the client wants, if it is the client's.
#[tokio::test]
async fn without_a_session_the_person_is_sent_on_or_told() {
    let mut scene = Scene::start().await;
    let answer = scene.browser.get(&url(&[("client_id", "storage-app"), ("post_logout_redirect_uri", GOODBYE)])).await;
    assert_eq!(answer.location(), GOODBYE);
    let answer = scene.browser.get("/VX7/logout").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("ログアウト"));
}

/// §2: POST is supported; posted from another site the browser holds back our cookies, and the session ends all the same.
#[tokio::test]
async fn a_logout_posted_by_a_clients_page_ends_the_session() {
    let (mut scene, tokens) = signed_in().await;
    let hint = tokens.get("id_token");
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", GOODBYE), ("state", "bye")];
    let kept = std::mem::take(&mut scene.browser.cookies);
    let from = [("origin", "https://storage-app.example"), ("sec-fetch-site", "cross-site")];
    let answer = scene.browser.post_from("/VX7/logout", &fields, &from).await;
    assert!(!answer.location().contains(&hint), "no token in a URL: {}", answer.location());
    scene.browser.cookies.extend(kept);
    let answer = scene.browser.follow(answer).await;
    assert_eq!(answer.location(), format!("{GOODBYE}?state=bye"));
    assert_signed_in(&mut scene, false).await;
}

/// Security line 48: the proof that goes along in place of the token is good for its own session alone.
#[tokio::test]
async fn a_posted_token_of_another_session_ends_nothing_without_a_question() {
    let (mut scene, tokens) = signed_in().await;
    let hint = tokens.get("id_token");
    scene.browser.cookies.clear();
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", GOODBYE)];
    let posted = scene.browser.post_from("/VX7/logout", &fields, &[]).await;
    scene.sign_in().await;
    let asked = scene.browser.follow(posted).await;
    assert_eq!(asked.status, StatusCode::OK, "the question: {}", asked.body);
    assert_signed_in(&mut scene, true).await;
}

/// Security line 80: the session is dead at the server: a copy of the cookie is worth nothing, its tokens are dead.
#[tokio::test]
async fn a_copy_of_the_cookie_is_worth_nothing_after_logout() {
    let (mut scene, tokens) = signed_in().await;
    let mut copy = scene.browser.clone();
    let answer = scene.browser.get(&url(&[("id_token_hint", &tokens.get("id_token"))])).await;
    assert!(answer.cookies().iter().any(|c| c.starts_with("__Host-tegata-session-VX7=;") && c.contains("Max-Age=0")));
    assert!(copy.session().is_some());
    assert_eq!(copy.authorize(&scene.request().with("prompt", "none")).await.error(), "login_required");
    let program = scene.provider.program();
    assert_eq!(program.userinfo(&tokens.get("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(program.refresh(&scene.client, &tokens.get("refresh_token")).await.error(), "invalid_grant");
}

/// A code that was handed out just before the logout gives nothing any more.
#[tokio::test]
async fn a_code_from_before_the_logout_is_dead() {
    let (mut scene, tokens) = signed_in().await;
    let callback = scene.authorize(&scene.request().with("scope", "openid")).await;
    scene.browser.get(&url(&[("id_token_hint", &tokens.get("id_token"))])).await;
    let answer = scene.provider.program().exchange(&scene.client, callback.code()).await;
    assert_eq!(answer.error(), "invalid_grant");
}

/// Security line 89: another brand's session stays.
#[tokio::test]
async fn a_logout_at_one_brand_leaves_the_other_brand_alone() {
    let (mut scene, tokens) = signed_in().await;
    let client = scene.provider.client_of("VX9", "app-9", |_| {}).await;
    let account = scene
        .provider
        .account_with("hanako@vx9.example", |account| account.brand = tegata::id::BrandCode::new("VX9"))
        .await;
    let request = AuthorizeRequest::of(&client).at("/VX9");
    scene.browser.sign_in(&request, &account).await;
    scene.browser.get(&url(&[("id_token_hint", &tokens.get("id_token"))])).await;
    assert_signed_in(&mut scene, false).await;
    assert!(!scene.authorize(&request.with("prompt", "none")).await.code().is_empty());
}

/// A double click on «yes», or a confirmation that comes after the session ended by itself.
#[tokio::test]
async fn a_second_yes_ends_like_the_first() {
    let (mut scene, _) = signed_in().await;
    let question =
        scene.browser.get(&url(&[("client_id", "storage-app"), ("post_logout_redirect_uri", GOODBYE)])).await;
    for _ in 0..2 {
        let answer = answer_question(&mut scene, &question, "yes").await;
        assert_eq!(answer.location(), GOODBYE);
    }
    let answer = scene.browser.send(Method::GET, "/VX7/logout/confirm", None, &[]).await;
    answer.shows(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed");
}

/// Whoever comes to a shared computer hours later is not told who was here.
#[tokio::test]
async fn an_idle_session_is_ended_without_telling_whose_it_was() {
    let (mut scene, _) = signed_in().await;
    scene.wait(8 * 3600);
    let answer = scene.browser.get("/VX7/logout").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains("hanako"), "{}", answer.body);
    assert_eq!(scene.browser.session(), None);
}
