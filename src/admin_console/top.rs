//! The first page.

use axum::response::Response;
use http::StatusCode;

use super::desk::Desk;
use crate::context::PageContext;
use crate::web::pages::admin::{AdminSection, AdminTopPage, role_key};
use crate::web::render;

/// `GET /admin`.
pub async fn get(page: PageContext) -> Response {
    let desk = match Desk::open(&page).await {
        Ok(Ok(desk)) => desk,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let top = AdminTopPage {
        frame: page.frame(""),
        nav: desk.nav(&page, AdminSection::Top),
        name: desk.account().name.clone(),
        role: role_key(desk.account().role),
        top_href: page.issuer().service_url.clone(),
    };
    page.seal(render(StatusCode::OK, &top))
}
