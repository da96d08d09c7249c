//! リセットパスワード (manual, chapter 6.2).

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::context::{Form, OpenTicket, PageContext, parameter};
use crate::lifecycle::{may_recover, reset_password};
use crate::storage::Fault;
use crate::ticket::Purpose;
use crate::web::callback::see_other;
use crate::web::pages::{Done, DonePage, NewPassword, NewPasswordAlert, NewPasswordPage, TicketRefusal};
use crate::web::{Problem, render};

const PURPOSE: &str = "ticket/password_reset";

/// `GET /lo/reset?ticket=`: the form.
pub async fn get(mut page: PageContext, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let secret = parameter(query.as_deref(), "ticket");
    match find(&page, &secret).await {
        Ok(Ok(open)) => show(&page, &open, secret, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /lo/reset`: the new password.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let form = match page.read_form(&headers, &body, &[PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return page.refuse(&problem),
    };
    match set(&page, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => page.refuse(&problem),
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /lo/reset/done`.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().service_url.clone();
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::PasswordReset, href }))
}

async fn find(page: &PageContext, secret: &str) -> Result<Result<OpenTicket, Box<Response>>, Fault> {
    page.ticket(secret, Purpose::PasswordReset, |record| may_recover(record, page.now)).await
}

async fn set(page: &PageContext, form: &Form) -> Result<Result<Response, Problem>, Fault> {
    let fields = (|| Ok((form.text("ticket")?, form.secret("password")?, form.secret("again")?)))();
    let (secret, password, again) = match fields {
        Ok(fields) => fields,
        Err(problem) => return Ok(Err(problem)),
    };
    let open = match find(page, &secret).await? {
        Ok(open) => open,
        Err(response) => return Ok(Ok(*response)),
    };
    let email = open.record.account.email.clone();
    let hash = match page.hash_new_password(&open.record, &email, (password, again)).await {
        Ok(hash) => hash,
        Err(alert) => return Ok(Ok(show(page, &open, secret, Some(alert)))),
    };
    let mut tx = page.app.db.begin().await?;
    if !reset_password(&mut tx, &page.registrar(), (&open.ticket, &open.record), &hash).await? {
        return Ok(Ok(page.refuse_ticket(Purpose::PasswordReset, TicketRefusal::Used)));
    }
    tx.commit().await?;
    page.app.outbox.wake();
    Ok(Ok(page.seal(see_other(&page.issuer().page("/lo/reset/done")))))
}

fn show(page: &PageContext, open: &OpenTicket, ticket: String, alert: Option<NewPasswordAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&format!("/lo/reset?ticket={ticket}"));
    let form = NewPasswordPage {
        kind: NewPassword::Reset,
        action: page.issuer().page("/lo/reset"),
        ticket,
        email: open.record.account.email.clone(),
        alert,
        frame,
    };
    page.seal(render(NewPasswordAlert::status(alert), &form))
}
