//! Cookies (ASVS 3.3, 7.2). Security lines 77, 78 and 85.

use tegata::config::BrandConfig;
use tegata::id::BrandCode;

use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Browser, Callback, Provider, Scene, SignIn as _};

/// Every `Set-Cookie` of a way through login page, wrong password, sign-in, language switch and logout.
async fn cookies_of(browser: &mut Browser, request: &AuthorizeRequest, email: &str, origin: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut note = |answer: &crate::support::Answer| seen.extend(answer.cookies().into_iter().map(str::to_owned));
    let first = browser.get(&request.url()).await;
    note(&first);
    let login = browser.follow(first).await;
    note(&browser.get(&format!("{}?lang=en", login.action())).await);
    let csrf = login.field("csrf").unwrap();
    for password in ["wrong", PASSWORD] {
        let fields = [("csrf", csrf.as_str()), ("email", email), ("password", password)];
        note(&browser.post_from(login.action(), &fields, &[("origin", origin)]).await);
    }
    let question = browser.get(&format!("{}/logout", request.issuer)).await;
    let csrf = question.field("csrf").unwrap();
    let fields = [("csrf", csrf.as_str()), ("answer", "yes")];
    note(&browser.post_from(question.action(), &fields, &[("origin", origin)]).await);
    seen
}

/// Security line 85: Secure, `__Host-`, HttpOnly, SameSite, Path=/, no Domain, at most 4096 bytes.
#[tokio::test]
async fn over_https_every_cookie_has_the_host_prefix_and_every_protection() {
    let mut scene = Scene::start().await;
    let request = scene.request();
    let seen = cookies_of(&mut scene.browser, &request, scene.account.email(), "https://login.example").await;
    for name in ["__Host-tegata-browser-VX7", "__Host-tegata-session-VX7", "__Host-tegata-lang"] {
        assert!(seen.iter().any(|cookie| cookie.starts_with(&format!("{name}="))), "{name}: {seen:?}");
    }
    for cookie in seen {
        let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
        for wanted in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&wanted), "{cookie}");
        }
        assert!(cookie.starts_with("__Host-") && !cookie.contains("Domain") && cookie.len() <= 4096, "{cookie}");
    }
}

/// Plain http is for a demonstration on the loopback alone; browsers refuse the prefix there.
#[tokio::test]
async fn over_plain_http_cookies_go_without_the_prefix_and_nobody_is_told_to_use_https() {
    let provider = Provider::with_config(|config| {
        let mut brand: BrandConfig = config.brand[0].clone();
        brand.code = BrandCode::new("DEV");
        brand.issuer = "http://localhost:8080/DEV".parse().unwrap();
        config.brand.push(brand);
    })
    .await;
    let client = provider.client_of("DEV", "dev-app", |_| {}).await;
    let account = provider.account_with("dev@dev.example", |account| account.brand = BrandCode::new("DEV")).await;
    let mut browser = provider.browser();
    browser.host = "localhost:8080";
    let request = AuthorizeRequest::of(&client).at("/DEV");
    let seen = cookies_of(&mut browser, &request, account.email(), "http://localhost:8080").await;
    for name in ["tegata-browser-DEV", "tegata-session-DEV", "tegata-lang"] {
        assert!(seen.iter().any(|cookie| cookie.starts_with(&format!("{name}="))), "{name}: {seen:?}");
    }
    for cookie in seen {
        assert!(!cookie.contains("Secure") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    }
    assert_eq!(browser.get("/DEV/account").await.header("strict-transport-security"), "");
}

/// Security line 77: at least 128 bits (ours: 256) from a secure generator; the session ends with the browser.
#[tokio::test]
async fn the_session_reference_is_long_new_each_time_and_not_kept_by_the_browser() {
    let mut scene = Scene::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let login = scene.open(&scene.request().with("prompt", "login")).await;
        let answer = scene.browser.submit(&login, scene.account.email(), PASSWORD).await;
        let cookie =
            answer.cookies().into_iter().find(|c| c.starts_with("__Host-tegata-session-VX7=")).unwrap().to_owned();
        let secret = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
        assert_eq!(secret.len(), 43, "256 bits in base64url");
        assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "{cookie}");
        assert!(seen.insert(secret), "security line 78: a new one at every authentication");
        scene.browser.follow(answer).await;
    }
}

/// Security line 77: verified at the server; a session cannot be planted, neither by guess nor by fixation.
#[tokio::test]
async fn a_session_cookie_that_was_not_handed_out_is_nothing_and_is_replaced_at_sign_in() {
    let mut scene = Scene::start().await;
    let planted = "A".repeat(43);
    scene.browser.cookies.insert("__Host-tegata-session-VX7".to_owned(), planted.clone());
    let login = scene.open(&scene.request()).await;
    let callback = Callback::of(&scene.log_in(login.is_login()).await);
    assert!(!callback.code().is_empty());
    assert_ne!(scene.browser.session(), Some(planted.as_str()));
    scene.browser.cookies.insert("__Host-tegata-session-VX7".to_owned(), planted);
    assert_eq!(scene.authorize(&scene.request().with("prompt", "none")).await.error(), "login_required");
}

/// Two cookies of one name: a sibling host planted one of them, so neither is believed.
#[tokio::test]
async fn of_two_session_cookies_neither_is_believed() {
    let mut scene = Scene::signed_in().await;
    let url = scene.request().with("prompt", "none").url();
    let planted = format!("__Host-tegata-session-VX7={}", "A".repeat(43));
    let answer = scene.browser.send(http::Method::GET, &url, None, &[("cookie", &planted)]).await;
    assert_eq!(Callback::of(&answer).error(), "login_required");
}
