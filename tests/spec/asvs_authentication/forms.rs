//! Forms that change an account: by POST, from our own page, in the browser that opened it (ASVS 2.3.1, 3.5.1–3.5.3).
//! Security lines 87 and 88.

use http::{Method, StatusCode};

use super::{ask_for_address, reset_link, scene};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{Answer, NEW_PASSWORD, Person as _, Scene, SignIn as _, sql};

const NEW: &str = "hanako.new@vx7.example";

/// Every page with a form that changes an account, open in Hanako's browser. She is locked, and signed in all the same.
async fn forms() -> (Scene, Vec<Answer>) {
    let mut scene = scene().await;
    scene.sign_in().await;
    ask_for_address(&mut scene, NEW).await;
    scene.provider.invite("jiro@vx7.example").await;
    let mut stranger = scene.provider.browser();
    let page = stranger.open_login(&scene.request()).await;
    stranger.guess(&page, HANAKO, 10).await;
    let provider = &scene.provider;
    let links = [
        "/VX7/account/password".to_owned(),
        "/VX7/account/email".to_owned(),
        "/VX7/lo/forgot".to_owned(),
        provider.mailed_link(HANAKO, "アカウントロック").await,
        reset_link(provider).await,
        provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await,
        provider.mailed_link(NEW, "メールアドレス変更登録").await,
    ];
    let mut pages = Vec::new();
    for link in links {
        let page = scene.browser.get(&link).await;
        assert_eq!(page.status, StatusCode::OK, "{link}: {}", page.body);
        pages.push(page);
    }
    let registration = pages.iter().find(|page| page.action().ends_with("/registration")).unwrap();
    let confirm = scene.browser.fill_in(registration, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    assert!(confirm.action().ends_with("/registration/confirm"), "{}", confirm.body);
    pages.push(confirm);
    (scene, pages)
}

/// What any of the forms changes.
async fn state(scene: &Scene) -> Vec<String> {
    let mut state = Vec::new();
    for query in [
        "SELECT email || state || password_hash FROM account WHERE password_hash IS NOT NULL ORDER BY email",
        "SELECT email || state FROM account ORDER BY email",
        "SELECT id FROM ticket WHERE consumed_at IS NULL AND revoked_at IS NULL ORDER BY id",
        "SELECT id FROM recovery_request",
        "SELECT id FROM session WHERE ended_at IS NULL",
    ] {
        state.extend(sql::texts(&scene.provider, query).await);
    }
    state
}

fn filled_in(page: &Answer) -> Vec<(String, String)> {
    let hidden = ["csrf", "ticket", "draft"].into_iter().filter_map(|name| Some((name, page.field(name)?)));
    let typed = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD), ("email", HANAKO)];
    let typed = typed.map(|(name, value)| (name, value.to_owned()));
    hidden.chain(typed).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Security line 87: not by a link, an image, or any method but POST.
#[tokio::test]
async fn v3_5_3_no_method_but_post_changes_an_account() {
    let (mut scene, pages) = forms().await;
    let before = state(&scene).await;
    for page in &pages {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled_in(page)).finish();
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
            let url = format!("{}?{query}", page.action());
            let answer = scene.browser.send(method.clone(), &url, None, &[("sec-fetch-site", "same-origin")]).await;
            assert!(!answer.status.is_server_error(), "{method} {}", page.action());
        }
    }
    assert_eq!(state(&scene).await, before);
}

/// Security line 87: not from another site, not with the token of another page or browser, not without one.
#[tokio::test]
async fn v3_5_1_only_our_own_page_in_its_own_browser_changes_an_account() {
    let (mut scene, pages) = forms().await;
    let before = state(&scene).await;
    let mut stranger = scene.provider.browser();
    let theirs = stranger.get("/VX7/lo/forgot").await.field("csrf").unwrap();
    for page in &pages {
        let fields = filled_in(page);
        let own: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let others: Vec<String> =
            pages.iter().filter(|other| purpose(other) != purpose(page)).filter_map(|p| p.field("csrf")).collect();
        let evil = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        let sibling = [("origin", "https://other.login.example"), ("sec-fetch-site", "same-site")];
        for from in [&evil, &sibling] {
            let answer = scene.browser.post_from(page.action(), &own, from).await;
            answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
        }
        for token in others.iter().chain([&theirs, &String::new()]) {
            let mut forged = own.clone();
            forged.retain(|(name, _)| *name != "csrf");
            forged.push(("csrf", token));
            let answer = scene.browser.post(page.action(), &forged).await;
            answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
        }
    }
    assert_eq!(state(&scene).await, before);
}

/// The pages of one registration share a token.
fn purpose(page: &Answer) -> &str {
    page.action().split("/confirm").next().unwrap_or_default()
}

/// Security line 88: 申込確認 confirms what was typed on the page before it, in the same browser, for the same link.
#[tokio::test]
async fn v2_3_1_a_registration_is_confirmed_only_as_it_was_typed() {
    let scene = scene().await;
    for who in ["jiro@vx7.example", "saburo@vx7.example"] {
        scene.provider.invite(who).await;
    }
    let mut browser = scene.provider.browser();
    let new = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    let mut confirms = Vec::new();
    for who in ["jiro@vx7.example", "saburo@vx7.example"] {
        let link = scene.provider.mailed_link(who, "利用者登録のご案内").await;
        let form = browser.get(&link).await;
        confirms.push(browser.fill_in(&form, &new).await);
    }
    let [jiro, saburo] = [&confirms[0], &confirms[1]];
    let (csrf, ticket) = (jiro.field("csrf").unwrap(), jiro.field("ticket").unwrap());
    let own = jiro.field("draft").unwrap();
    for draft in ["", "x", &saburo.field("draft").unwrap(), &own[..own.len() - 4]] {
        let fields = [("csrf", csrf.as_str()), ("ticket", &ticket), ("draft", draft)];
        let answer = browser.post("/VX7/registration/confirm", &fields).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    // The page itself, taken to another browser that has a token of its own.
    let mut elsewhere = scene.provider.browser();
    let link = scene.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let csrf = elsewhere.get(&link).await.field("csrf").unwrap();
    let fields = [("csrf", csrf.as_str()), ("ticket", &ticket), ("draft", &own)];
    elsewhere.post("/VX7/registration/confirm", &fields).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    assert_eq!(sql::count(&scene.provider, "account", "state = 'invited'").await, 2);
    let done = browser.fill_in(jiro, &[]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(sql::count(&scene.provider, "account", "state = 'invited'").await, 1);
}
