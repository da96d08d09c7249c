//! 「パスワードを忘れた方はこちら」 (manual, chapter 6.2).
//!
//! The address comes along from the login page, or is typed here. Nothing is looked up: what is done, and how long it
//! takes, is the same for every address.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::account::EmailAddress;
use crate::context::{PageContext, parameter};
use crate::lifecycle::{RecoveryRequest, insert_request};
use crate::lockout::Limit;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::{Done, DonePage, ForgottenAlert, ForgottenPage};
use crate::web::{Problem, render};

const PURPOSE: &str = "forgotten";

/// `GET /lo/forgot`: the form.
pub async fn get(mut page: PageContext, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    show(&page, &parameter(query.as_deref(), "from"), String::new(), None)
}

/// `POST /lo/forgot`: from this page, or from the login page named by `from`.
pub async fn post(page: PageContext, RawQuery(query): RawQuery, headers: HeaderMap, body: Bytes) -> Response {
    let from_query = parameter(query.as_deref(), "from");
    let (email, from) = match read(&page, &headers, &body, from_query) {
        Ok(fields) => fields,
        Err(problem) => return page.refuse(&problem),
    };
    let address = page.request.address;
    let alert = match EmailAddress::parse(&email) {
        _ if email.trim().is_empty() => Some(ForgottenAlert::EmailMissing),
        Err(_) => Some(ForgottenAlert::EmailInvalid),
        Ok(_) if page.app.limits.wait(Limit::Mails, address).is_some() => Some(ForgottenAlert::TooManyRequests),
        Ok(_) => None,
    };
    if alert.is_some() {
        return show(&page, &from, email, alert);
    }
    page.app.limits.count(Limit::Mails, address);
    match write_down(&page, email).await {
        Ok(()) => page.seal(see_other(&page.issuer().page(&format!("/lo/forgot/sent{}", query_of(&from))))),
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /lo/forgot/sent`: the same words for everybody.
pub async fn sent(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let from = parameter(query.as_deref(), "from");
    let href = back(&page, &from).unwrap_or_else(|| page.issuer().service_url.clone());
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::ResetRequested, href }))
}

fn read(page: &PageContext, headers: &HeaderMap, body: &[u8], from_query: String) -> Result<(String, String), Problem> {
    // The login page's own form comes here by its second button; no other page's does.
    let login = checked(&from_query);
    let purposes: &[&str] = if login.is_empty() { &[PURPOSE] } else { &[PURPOSE, login] };
    let form = page.read_form(headers, body, purposes)?;
    let from = form.text("from")?;
    Ok((form.text("email")?, if from.is_empty() { from_query } else { from }))
}

async fn write_down(page: &PageContext, email: String) -> Result<(), Fault> {
    let app = &page.app;
    let request = RecoveryRequest {
        email,
        lang: page.lang.tag().to_owned(),
        reference: page.request.reference.clone(),
        address: page.request.address.to_string(),
        access_path: page.issuer().access_path,
    };
    let sealed = request.seal((&app.master, &app.random), &page.issuer().brand, page.now);
    let mut tx = app.db.begin().await?;
    insert_request(&mut tx, &sealed).await?;
    tx.commit().await
}

fn show(page: &PageContext, from: &str, email: String, alert: Option<ForgottenAlert>) -> Response {
    let status = match alert {
        None => StatusCode::OK,
        Some(ForgottenAlert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&format!("/lo/forgot{}", query_of(from)));
    let action = page.issuer().page("/lo/forgot");
    let back_href = back(page, from);
    let mut response =
        render(status, &ForgottenPage { action, email, alert, back_href, from: checked(from).to_owned(), frame });
    if alert == Some(ForgottenAlert::TooManyRequests) {
        let wait = page.app.limits.wait(Limit::Mails, page.request.address).map_or(1, |wait| wait.as_secs().max(1));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    page.seal(response)
}

/// The login page one came from: its id is checked to be one, so that nobody is led elsewhere.
fn checked(from: &str) -> &str {
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if from.strip_prefix("login/").is_some_and(is_id) { from } else { "" }
}

fn query_of(from: &str) -> String {
    match checked(from) {
        "" => String::new(),
        from => format!("?from={from}"),
    }
}

fn back(page: &PageContext, from: &str) -> Option<String> {
    Some(checked(from)).filter(|from| !from.is_empty()).map(|from| page.issuer().page(&format!("/{from}")))
}
