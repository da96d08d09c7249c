//! `/ad/{connection}`: the login URL of an Active Directory, as the mail has it (manual, chapter 1.3).
//!
//! A sign-in has to begin at the service, so that it can end there. This page leads to it, and lets the login page that
//! the service asks for go on to the Active Directory by itself.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::StatusCode;

use crate::context::{PageContext, parameter};
use crate::storage::Fault;
use crate::upstream::connection::parse_connection_id;
use crate::web::callback::see_other;
use crate::web::cookie::{Cookie, Purpose};
use crate::web::pages::ActiveDirectoryEntryPage;
use crate::web::{Problem, render};

/// How long the login page may take to be asked for.
const START_KEPT: std::time::Duration = std::time::Duration::from_mins(5);

/// `GET /ad/{connection}`.
pub async fn entry(mut page: PageContext, Path(id): Path<String>) -> Response {
    page.ensure_browser();
    match known(&page, &id).await {
        Ok(true) => {}
        Ok(false) => return page.refuse(&Problem::ConnectionDisabled),
        Err(fault) => return page.fault(&fault),
    }
    let mut frame = page.frame(&purpose(&id));
    // A link, not a form: what follows leaves our host twice, and a page's policy would have to name every step.
    let go_href = format!("{}?token={}", page.issuer().page(&format!("/ad/{id}/go")), frame.csrf);
    frame.csrf = String::new();
    let entry =
        ActiveDirectoryEntryPage { frame, connection_id: id, go_href, service_href: page.issuer().service_url.clone() };
    page.seal(render(StatusCode::OK, &entry))
}

/// `GET /ad/{connection}/go`: from that page alone, in this browser.
pub async fn go(page: PageContext, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let token = parameter(query.as_deref(), "token");
    if !page.is_our_form(&purpose(&id), &token) {
        return page.seal(see_other(&page.issuer().page(&format!("/ad/{}", checked(&id)))));
    }
    match known(&page, &id).await {
        Ok(true) => {
            let mut response = page.seal(see_other(&page.issuer().service_url));
            let (secure, brand) = (page.issuer().secure, page.issuer().cookie_tag.as_str());
            Cookie::new(Purpose::Start, secure, brand, id).lasting(START_KEPT).set(response.headers_mut());
            response
        }
        Ok(false) => page.refuse(&Problem::ConnectionDisabled),
        Err(fault) => page.fault(&fault),
    }
}

fn purpose(id: &str) -> String {
    format!("ad/{id}")
}

fn checked(id: &str) -> String {
    parse_connection_id(id).map(|id| id.to_string()).unwrap_or_default()
}

async fn known(page: &PageContext, id: &str) -> Result<bool, Fault> {
    match parse_connection_id(id).filter(|parsed| parsed.as_str() == id) {
        Some(id) => Ok(page.connection(&id).await?.is_some()),
        None => Ok(false),
    }
}
