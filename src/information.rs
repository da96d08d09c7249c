//! Pages that only explain: where a link of the login page leads until its own room is built.

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

use crate::context::PageContext;
use crate::web::pages::{Info, InfoPage};
use crate::web::render;

/// `GET /account`: 「パスワード変更、その他認証・契約情報の変更」.
pub async fn account(page: PageContext, query: RawQuery) -> Response {
    explain(&page, Info::Account, query)
}

/// `GET /help/password`: 「パスワードを忘れた方」.
pub async fn forgotten_password(page: PageContext, query: RawQuery) -> Response {
    explain(&page, Info::Password, query)
}

fn explain(page: &PageContext, info: Info, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let from = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "from").map(|(_, value)| value);
    // Back to the login page one came from: its id is checked to be one, so that nobody is led elsewhere.
    let id = from.as_deref().and_then(|from| from.strip_prefix("login/"));
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let back = match id.filter(is_id) {
        Some(id) => page.issuer().page(&format!("/login/{id}")),
        None => page.issuer().service_url.clone(),
    };
    page.seal(render(StatusCode::OK, &InfoPage { frame: page.frame(""), info, back: Some(back) }))
}
