//! Its pages.

use super::Brand;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::Value;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// A contract on the page.
pub struct Row {
    pub id: String,
    pub name: String,
    pub plan: String,
    pub state: String,
    pub until: Option<String>,
}

impl Row {
    pub fn of(contract: &Value) -> Self {
        let text = |name: &str| contract[name].as_str().map(str::to_owned);
        Self {
            id: text("contract_id").unwrap_or_default(),
            name: text("name").unwrap_or_default(),
            plan: text("plan").unwrap_or_default(),
            state: text("state").unwrap_or_default(),
            until: text("plan_change_until"),
        }
    }

    fn plan_in_words(&self) -> &'static str {
        if self.plan == "trial" { "無料トライアル" } else { "基本プラン" }
    }

    fn state_in_words(&self) -> &'static str {
        if self.state == "active" { "ご利用中" } else { "解約済み" }
    }
}

/// The brand's contracts.
#[derive(Template)]
#[template(path = "contract_system/contracts.html")]
pub struct ContractsPage<'a> {
    pub brand: &'a Brand,
    pub page: &'a str,
    pub rows: Vec<Row>,
    pub said: Option<&'a str>,
}

impl ContractsPage<'_> {
    fn title(&self) -> &'static str {
        match self.page {
            "plan" => "プラン変更",
            "cancel" => "解約",
            _ => "契約情報変更",
        }
    }

    fn sentence(&self) -> Option<&'static str> {
        match self.said? {
            "done" => Some("変更しました。"),
            "refused" => Some("変更できませんでした。変更できる期間を過ぎているか、すでに変更されています。"),
            _ => Some("この契約は見つかりませんでした。"),
        }
    }
}

/// A page with its headers.
pub fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => {
            let mut response = Html(html).into_response();
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            response
        }
        Err(error) => trouble(&error.to_string()),
    }
}

/// What went wrong, for whoever tries the demo.
pub fn trouble(text: &str) -> Response {
    (StatusCode::BAD_GATEWAY, format!("{text}\n")).into_response()
}
