//! アカウントロックを解除する (manual, chapter 6.1): a page with one button, so that a mail scanner unlocks nothing.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::context::{OpenTicket, PageContext, parameter};
use crate::lifecycle::{self, may_recover};
use crate::storage::Fault;
use crate::ticket::Purpose;
use crate::web::callback::see_other;
use crate::web::pages::{Done, DonePage, TicketRefusal, UnblockPage};
use crate::web::render;

const PURPOSE: &str = "ticket/unblock";

/// `GET /lo/unblock?ticket=`: the button.
pub async fn get(mut page: PageContext, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let ticket = parameter(query.as_deref(), "ticket");
    match find(&page, &ticket).await {
        Ok(Ok(_)) => {
            let mut frame = page.frame(PURPOSE);
            frame.here = page.issuer().page(&format!("/lo/unblock?ticket={ticket}"));
            let action = page.issuer().page("/lo/unblock");
            page.seal(render(StatusCode::OK, &UnblockPage { frame, action, ticket }))
        }
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /lo/unblock`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let secret = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form.text("ticket")) {
        Ok(secret) => secret,
        Err(problem) => return page.refuse(&problem),
    };
    match unblock(&page, &secret).await {
        Ok(response) => response,
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /lo/unblock/done`.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().service_url.clone();
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::Unblocked, href }))
}

async fn find(page: &PageContext, secret: &str) -> Result<Result<OpenTicket, Box<Response>>, Fault> {
    page.ticket(secret, Purpose::Unblock, |record| may_recover(record, page.now)).await
}

async fn unblock(page: &PageContext, secret: &str) -> Result<Response, Fault> {
    let open = match find(page, secret).await? {
        Ok(open) => open,
        Err(response) => return Ok(*response),
    };
    let mut tx = page.app.db.begin().await?;
    if !lifecycle::unblock(&mut tx, &page.registrar(), &open.ticket, &open.record.account).await? {
        return Ok(page.refuse_ticket(Purpose::Unblock, TicketRefusal::Used));
    }
    tx.commit().await?;
    Ok(page.seal(see_other(&page.issuer().page("/lo/unblock/done"))))
}
