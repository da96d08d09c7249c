//! メールアドレス変更 (manual, chapter 2.1 (2)): the contractor's own address.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::account::{EmailAddress, find_by_email};
use crate::context::{Form, PageContext};
use crate::lifecycle::request_email_change;
use crate::lockout::Limit;
use crate::policy::menu::Entry;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::ticket::Issued;
use crate::web::callback::see_other;
use crate::web::pages::{ChangeEmailAlert, ChangeEmailPage, Done, DonePage};
use crate::web::{Problem, render};

const PURPOSE: &str = "account/email";
const PATH: &str = "/account/email";

/// `GET /account/email`.
pub async fn get(page: PageContext) -> Response {
    match page.menu_entry(Entry::ChangeEmail).await {
        Ok(Ok(_)) => show(&page, Fields::default(), None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /account/email`: 「メール送信」.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let signed_in = match page.menu_entry(Entry::ChangeEmail).await {
        Ok(Ok(signed_in)) => signed_in,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let fields = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| Fields::read(&form)) {
        Ok(fields) => fields,
        Err(problem) => return page.refuse(&problem),
    };
    match request(&page, &signed_in, &fields).await {
        Ok(None) => page.seal(see_other(&page.issuer().page("/account/email/sent"))),
        Ok(alert) => show(&page, fields, alert),
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /account/email/sent`.
pub async fn sent(page: PageContext) -> Response {
    let href = page.issuer().page("/account");
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::EmailChangeRequested, href }))
}

#[derive(Default)]
struct Fields {
    email: String,
    again: String,
}

impl Fields {
    fn read(form: &Form) -> Result<Self, Problem> {
        Ok(Self { email: form.text("email")?, again: form.text("again")? })
    }
}

/// Asks for the change, or says what is wrong. Whether somebody has the address is not said (`security.md` line 63).
async fn request(page: &PageContext, signed_in: &SignedIn, fields: &Fields) -> Result<Option<ChangeEmailAlert>, Fault> {
    let (app, record) = (&page.app, &signed_in.record);
    if fields.email.trim().is_empty() || fields.again.trim().is_empty() {
        return Ok(Some(ChangeEmailAlert::Missing));
    }
    let (Ok(email), again) = (EmailAddress::parse(&fields.email), EmailAddress::parse(&fields.again)) else {
        return Ok(Some(ChangeEmailAlert::Invalid));
    };
    if again.as_ref().map(EmailAddress::as_str) != Ok(email.as_str()) {
        return Ok(Some(ChangeEmailAlert::Differ));
    }
    if email.as_str() == record.account.email {
        return Ok(Some(ChangeEmailAlert::Same));
    }
    if app.limits.wait(Limit::Mails, page.request.address).is_some() {
        return Ok(Some(ChangeEmailAlert::TooManyRequests));
    }
    app.limits.count(Limit::Mails, page.request.address);
    // The own address in another spelling is nobody else's.
    let holder = find_by_email(&app.db, &page.issuer().brand, &email).await?;
    let holder = holder.filter(|holder| holder.account.id != record.account.id);
    let mut tx = app.db.begin().await?;
    let issued = request_email_change(&mut tx, &page.registrar(), record, (&email, holder.as_ref())).await?;
    tx.commit().await?;
    app.outbox.wake();
    Ok(match issued {
        Issued::Yes => None,
        Issued::OtherPending => Some(ChangeEmailAlert::OtherPending),
    })
}

fn show(page: &PageContext, fields: Fields, alert: Option<ChangeEmailAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(PATH);
    let form = ChangeEmailPage {
        action: page.issuer().page(PATH),
        back_href: page.issuer().page("/account"),
        email: fields.email,
        again: fields.again,
        alert,
        frame,
    };
    let status = match alert {
        None => StatusCode::OK,
        Some(ChangeEmailAlert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.seal(render(status, &form))
}
