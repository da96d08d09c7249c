//! The first page: a password, twice.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{PURPOSE, draft, find, upstream};
use crate::config::LoginMethodName;
use crate::context::{Form, OpenTicket, PageContext, parameter};
use crate::storage::Fault;
use crate::web::pages::{NewPasswordAlert, RegistrationConfirmPage, RegistrationPage, UpstreamAlert};
use crate::web::{Problem, render};

/// `GET /registration?ticket=`.
pub async fn get(mut page: PageContext, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let secret = parameter(query.as_deref(), "ticket");
    let alert = UpstreamAlert::parse(&parameter(query.as_deref(), "upstream"));
    let outcome = async {
        match find(&page, &secret).await? {
            Ok(open) => show(&page, &open, secret, (None, alert)).await,
            Err(response) => Ok(*response),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /registration`: the confirmation page.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let form = match page.read_form(&headers, &body, &[PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return page.refuse(&problem),
    };
    match ask(&page, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => page.refuse(&problem),
        Err(fault) => page.fault(&fault),
    }
}

async fn ask(page: &PageContext, form: &Form) -> Result<Result<Response, Problem>, Fault> {
    let fields = (|| Ok((form.text("ticket")?, form.secret("password")?, form.secret("again")?)))();
    let (secret, password, again) = match fields {
        Ok(fields) => fields,
        Err(problem) => return Ok(Err(problem)),
    };
    if !page.issuer().offers(LoginMethodName::Password) {
        return Ok(Err(Problem::NotFound));
    }
    let open = match find(page, &secret).await? {
        Ok(open) => open,
        Err(response) => return Ok(Ok(*response)),
    };
    let email = open.record.account.email.clone();
    let hash = match page.hash_new_password(&open.record, &email, (password, again)).await {
        Ok(hash) => hash,
        Err(alert) => return Ok(Ok(show(page, &open, secret, (Some(alert), None)).await?)),
    };
    let mut frame = page.frame(PURPOSE);
    // Nothing to be fetched again: the password stands in the form alone.
    frame.here = String::new();
    let confirm = RegistrationConfirmPage {
        action: page.issuer().page("/registration/confirm"),
        cancel_action: page.issuer().page("/registration/cancel"),
        draft: draft::seal(page, &open.ticket.id, &hash),
        ticket: secret,
        email,
        frame,
    };
    Ok(Ok(page.seal(render(StatusCode::OK, &confirm))))
}

/// Shows the form, with what is wrong with the password or with the account elsewhere.
pub(super) async fn show(
    page: &PageContext,
    open: &OpenTicket,
    ticket: String,
    (alert, upstream_alert): (Option<NewPasswordAlert>, Option<UpstreamAlert>),
) -> Result<Response, Fault> {
    let account = &open.record.account;
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&format!("/registration?ticket={ticket}"));
    let form = RegistrationPage {
        action: page.issuer().page("/registration"),
        name: account.name.clone(),
        email: account.email.clone(),
        password: page.issuer().offers(LoginMethodName::Password),
        upstream: upstream::buttons(page, open).await?,
        upstream_alert,
        ticket,
        alert,
        frame,
    };
    let status = if alert.is_some() { NewPasswordAlert::status(alert) } else { UpstreamAlert::status(upstream_alert) };
    Ok(page.seal(render(status, &form)))
}
