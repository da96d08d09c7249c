//! 「登録」: the new address counts.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::page::show;
use super::{Change, PURPOSE, find};
use crate::account::LoginMethod;
use crate::context::{Form, PageContext};
use crate::lifecycle::{EmailChanged, complete_email_change};
use crate::secret::Secret;
use crate::storage::Fault;
use crate::ticket::Purpose;
use crate::web::callback::see_other;
use crate::web::pages::{Done, DonePage, NewPasswordAlert, TicketRefusal};
use crate::web::{Problem, render};

/// `POST /email-change`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let form = match page.read_form(&headers, &body, &[PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return page.refuse(&problem),
    };
    match complete(&page, &form).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => page.refuse(&problem),
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /email-change/done`: 「閉じる」 leads to the login page.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().service_url.clone();
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::EmailChanged, href }))
}

async fn complete(page: &PageContext, form: &Form) -> Result<Result<Response, Problem>, Fault> {
    let fields = (|| Ok((form.text("ticket")?, form.secret("password")?, form.secret("again")?)))();
    let (secret, password, again) = match fields {
        Ok(fields) => fields,
        Err(problem) => return Ok(Err(problem)),
    };
    let change = match find(page, &secret).await? {
        Ok(change) => change,
        Err(response) => return Ok(Ok(*response)),
    };
    let hash = match new_hash(page, &change, (password, again)).await {
        Ok(hash) => hash,
        Err(alert) => return Ok(Ok(show(page, &change, secret, Some(alert)))),
    };
    let refused = match apply(page, &change, hash.as_ref()).await? {
        EmailChanged::Yes => return Ok(Ok(page.seal(see_other(&page.issuer().page("/email-change/done"))))),
        EmailChanged::Taken => TicketRefusal::Taken,
        EmailChanged::No => TicketRefusal::Used,
    };
    Ok(Ok(page.refuse_ticket(Purpose::EmailChange, refused)))
}

async fn new_hash(
    page: &PageContext,
    change: &Change,
    passwords: (Secret<String>, Secret<String>),
) -> Result<Option<Secret<String>>, NewPasswordAlert> {
    let record = &change.open.record;
    if record.account.login_method != LoginMethod::Password {
        return Ok(None);
    }
    page.hash_new_password(record, change.email.as_str(), passwords).await.map(Some)
}

/// Commits only a change that was made; whoever takes the address in the same moment wins.
async fn apply(page: &PageContext, change: &Change, hash: Option<&Secret<String>>) -> Result<EmailChanged, Fault> {
    let (ticket, record) = (&change.open.ticket, &change.open.record);
    let mut tx = page.app.db.begin().await?;
    let outcome = complete_email_change(&mut tx, &page.registrar(), (ticket, record, &change.email), hash).await;
    match outcome {
        Ok(EmailChanged::Yes) => {
            tx.commit().await?;
            page.app.outbox.wake();
            Ok(EmailChanged::Yes)
        }
        Err(Fault::Unique(_)) => Ok(EmailChanged::Taken),
        other => other,
    }
}
