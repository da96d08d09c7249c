//! The application over HTTP, without a provider: whatever happens, there is a page with a way back.

use super::{Brand, Config, router};
use axum::http::StatusCode;
use tokio::net::TcpListener;

struct App {
    base: String,
    client: reqwest::Client,
}

/// Starts the application against an issuer that nobody serves.
async fn start() -> anyhow::Result<App> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let brand = Brand {
        code: "VX7".into(),
        name: "M-Drive".into(),
        issuer: "http://127.0.0.1:1/VX7".into(),
        client_id: "app".into(),
        client_secret: "secret".into(),
        primary: "#0b5cad".into(),
        partner: None,
    };
    let router = router(Config { base_url: base.clone(), line: false, brands: vec![brand] })?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    Ok(App { base, client })
}

impl App {
    async fn get(&self, path: &str) -> anyhow::Result<(StatusCode, reqwest::header::HeaderMap, String)> {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await?;
        Ok((answer.status(), answer.headers().clone(), answer.text().await?))
    }
}

#[tokio::test]
async fn sends_a_stranger_to_the_login() -> anyhow::Result<()> {
    let app = start().await?;
    let (status, headers, _) = app.get("/VX7").await?;
    assert_eq!((status, headers["location"].to_str()?), (StatusCode::SEE_OTHER, &*format!("{}/VX7/login", app.base)));
    Ok(())
}

#[tokio::test]
async fn tells_a_person_that_the_login_service_is_away() -> anyhow::Result<()> {
    let (status, _, page) = start().await?.get("/VX7/login").await?;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("もう一度ログイン") && page.contains("provider_unreachable"), "{page}");
    Ok(())
}

#[tokio::test]
async fn believes_no_answer_whose_state_it_did_not_issue() -> anyhow::Result<()> {
    let app = start().await?;
    for query in ["", "?code=a", "?code=a&state=b", "?error=access_denied&state=b", "?state=a&state=b", "?state=%ff"] {
        let (status, headers, page) = app.get(&format!("/VX7/callback{query}")).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(page.contains("もう一度ログイン") && page.contains("<code>expired</code>"), "{query}: {page}");
        assert!(!headers.contains_key("set-cookie"), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn a_foreign_link_does_not_claim_that_somebody_logged_out() -> anyhow::Result<()> {
    let app = start().await?;
    let (_, headers, _) = app.get("/VX7/logged-out?state=made-up").await?;
    assert_eq!(headers["location"].to_str()?, format!("{}/VX7", app.base));
    Ok(())
}

#[tokio::test]
async fn every_page_carries_a_strict_policy() -> anyhow::Result<()> {
    let app = start().await?;
    for path in ["/", "/VX7/goodbye", "/VX7/login", "/nowhere"] {
        let (_, headers, page) = app.get(path).await?;
        let policy = headers["content-security-policy"].to_str()?;
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(!page.contains("style=") && !page.contains("<script"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn speaks_english_when_asked_and_remembers_it() -> anyhow::Result<()> {
    let (_, headers, page) = start().await?.get("/VX7/goodbye?lang=en").await?;
    assert!(page.contains("You have logged out") && page.contains("<html lang=\"en\">"));
    assert!(headers["set-cookie"].to_str()?.starts_with("storage-lang=en;"));
    Ok(())
}
