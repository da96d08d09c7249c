//! 申込確認, and what follows from its two buttons.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{PURPOSE, draft, find};
use crate::context::PageContext;
use crate::lifecycle::complete_registration;
use crate::storage::Fault;
use crate::ticket::Purpose;
use crate::web::callback::see_other;
use crate::web::pages::{Done, DonePage, TicketRefusal};
use crate::web::{Problem, render};

/// `POST /registration/confirm`: 「確認」.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let fields =
        page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| Ok((form.text("ticket")?, form.text("draft")?)));
    let (secret, draft) = match fields {
        Ok(fields) => fields,
        Err(problem) => return page.refuse(&problem),
    };
    match register(&page, &secret, &draft).await {
        Ok(response) => response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /registration/cancel`: 「キャンセル」. The link stays good.
pub async fn cancel(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let secret = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form.text("ticket")) {
        Ok(secret) => secret,
        Err(problem) => return page.refuse(&problem),
    };
    match find(&page, &secret).await {
        Ok(Ok(_)) => {
            let href = page.issuer().page(&format!("/registration?ticket={secret}"));
            let done = DonePage { frame: page.frame(""), done: Done::RegistrationCancelled, href };
            page.seal(render(StatusCode::OK, &done))
        }
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /registration/done`: OK leads to the login page.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().service_url.clone();
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::Registered, href }))
}

async fn register(page: &PageContext, secret: &str, sealed: &str) -> Result<Response, Fault> {
    let open = match find(page, secret).await? {
        Ok(open) => open,
        Err(response) => return Ok(*response),
    };
    let Some(hash) = draft::open(page, &open.ticket.id, sealed) else {
        return Ok(page.refuse(&Problem::CsrfFailed));
    };
    let mut tx = page.app.db.begin().await?;
    if !complete_registration(&mut tx, &page.registrar(), (&open.ticket, &open.record), &hash).await? {
        return Ok(page.refuse_ticket(Purpose::Invitation, TicketRefusal::Used));
    }
    tx.commit().await?;
    metrics::counter!("tegata_registrations_total", "method" => "password").increment(1);
    Ok(page.seal(see_other(&page.issuer().page("/registration/done"))))
}
