//! The contract system, simulated: where 契約情報変更, プラン変更 and 解約 of the account menu lead, and what drives a contract's
//! plan and state through the provider's JSON API.
//!
//! ```text
//! account menu ─ プラン変更 ─▶ /VX7/plan: the brand's contracts ─ 「基本プランへ変更」 ─▶ PUT /api/v1/contracts/{id}/plan
//! ```
//! The real one knows by itself who comes; this one shows every contract of the brand to everybody, which is why it says
//! that it is a simulation. It must not: know the provider by anything but its API, keep anything.

mod page;

use self::page::{ContractsPage, Row};
use anyhow::Context as _;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// What it is told at start.
pub struct Config {
    /// The provider's JSON API, e.g. `http://localhost:8082/api/v1`.
    pub api: String,
    /// A key of it with `contracts:read` and `contracts:write`.
    pub key: String,
    /// The brands.
    pub brands: Vec<Brand>,
}

/// A brand.
pub struct Brand {
    /// Its code, the first path segment.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Where its service is.
    pub service_url: String,
}

struct Shared {
    config: Config,
    http: reqwest::Client,
}

/// Serves on `listener` until the future is dropped.
///
/// # Errors
/// When the listener breaks, or no HTTP client can be made.
pub async fn serve(listener: TcpListener, config: Config) -> anyhow::Result<()> {
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?;
    let shared = Arc::new(Shared { config, http });
    let router = Router::new()
        .route("/assets/style.css", get(style))
        .route("/{brand}/{page}", get(show))
        .route("/{brand}/contracts/{id}", post(change))
        .with_state(shared);
    Ok(axum::serve(listener, router).await?)
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../assets/upstreams.css")).into_response()
}

#[derive(Deserialize)]
struct Said {
    said: Option<String>,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    Path((code, page)): Path<(String, String)>,
    Query(Said { said }): Query<Said>,
) -> Response {
    let known = ["change", "plan", "cancel"].contains(&page.as_str());
    let Some(brand) = shared.brand(&code).filter(|_| known) else { return not_found() };
    match shared.contracts(brand).await {
        Ok(rows) => page::render(&ContractsPage { brand, page: &page, rows, said: said.as_deref() }),
        Err(error) => page::trouble(&format!("{error:#}")),
    }
}

/// A button of the page.
#[derive(Deserialize)]
struct Wish {
    page: String,
    change: String,
}

async fn change(
    State(shared): State<Arc<Shared>>,
    Path((code, id)): Path<(String, String)>,
    Form(wish): Form<Wish>,
) -> Response {
    let Some(brand) = shared.brand(&code) else { return not_found() };
    let known = ["change", "plan", "cancel"].contains(&wish.page.as_str());
    let (part, body) = match wish.change.as_str() {
        "basic" => ("plan", json!({"plan": "basic"})),
        "cancelled" | "active" => ("state", json!({"state": wish.change})),
        _ => return not_found(),
    };
    match shared.put(&id, part, &body).await {
        Ok(said) if known => Redirect::to(&format!("/{}/{}?said={said}", brand.code, wish.page)).into_response(),
        Ok(_) => not_found(),
        Err(error) => page::trouble(&format!("{error:#}")),
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "not found\n").into_response()
}

impl Shared {
    fn brand(&self, code: &str) -> Option<&Brand> {
        self.config.brands.iter().find(|brand| brand.code == code)
    }

    async fn contracts(&self, brand: &Brand) -> anyhow::Result<Vec<Row>> {
        let url = format!("{}/contracts?brand={}&limit=200", self.config.api, brand.code);
        let answer = self.http.get(&url).bearer_auth(&self.config.key).send().await.context("the API")?;
        let status = answer.status();
        let body: Value = answer.json().await.context("the API's answer")?;
        anyhow::ensure!(status.is_success(), "the API answers {status}: {body}");
        let items = body["items"].as_array().context("the API's answer has no items")?;
        Ok(items.iter().map(Row::of).collect())
    }

    /// Asks for a change; answers the word the page says about it.
    async fn put(&self, id: &str, part: &str, body: &Value) -> anyhow::Result<&'static str> {
        let mut url = url::Url::parse(&self.config.api)?;
        url.path_segments_mut().map_err(|()| anyhow::anyhow!("the API's address"))?.extend(["contracts", id, part]);
        let answer = self.http.put(url).bearer_auth(&self.config.key).json(body).send().await.context("the API")?;
        Ok(match answer.status().as_u16() {
            200..300 => "done",
            409 => "refused",
            404 => "unknown",
            status => anyhow::bail!("the API answers {status}: {}", answer.text().await.unwrap_or_default()),
        })
    }
}
