//! Registration with an account elsewhere (manual, chapter 1.5 (4)).

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{PURPOSE, find, form};
use crate::account::Role;
use crate::context::{Buttons, Journey, OpenTicket, PageContext};
use crate::id::{ConnectionId, ContractId};
use crate::storage::Fault;
use crate::upstream::profile::Wishes;
use crate::upstream::transaction::Purpose;
use crate::web::pages::{ConnectionConfirmPage, ConnectionPurpose, Offer, UpstreamAlert, UpstreamButton};
use crate::web::render;

/// `POST /registration/upstream/{connection}`.
pub async fn post(page: PageContext, Path(connection): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (open, secret) = match read(&page, (&headers, &body)).await? {
            Ok(read) => read,
            Err(response) => return Ok(*response),
        };
        let found = page.connection(&ConnectionId::new(connection)).await?;
        let account = &open.record.account;
        let fits = found.filter(|connection| {
            let own = |contract: &ContractId| *contract == account.contract_id && account.role != Role::Contractor;
            connection.contract.as_ref().is_none_or(own)
        });
        let Some(connection) = fits else {
            return form::show(&page, &open, secret, (None, Some(UpstreamAlert::NotPossible))).await;
        };
        let purpose = Purpose::Register { ticket: open.ticket.id.clone(), account: account.id.clone() };
        page.begin_upstream(Journey {
            connection: &connection,
            purpose,
            wishes: Wishes::default(),
            ticket: Some(secret),
        })
        .await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /registration/active-directory`: 接続ID確認.
pub async fn active_directory(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (open, secret) = match read(&page, (&headers, &body)).await? {
            Ok(read) => read,
            Err(response) => return Ok(*response),
        };
        let account = &open.record.account;
        let connection = page.connection_of(&account.contract_id).await?.filter(|_| account.role != Role::Contractor);
        let Some(connection) = connection else {
            return form::show(&page, &open, secret, (None, Some(UpstreamAlert::NotPossible))).await;
        };
        let back_href = page.issuer().page(&format!("/registration?ticket={secret}"));
        let mut frame = page.frame(PURPOSE);
        frame.here.clone_from(&back_href);
        let confirm = ConnectionConfirmPage {
            frame,
            action: page.issuer().page(&format!("/registration/upstream/{}", connection.id)),
            connection_id: connection.id.to_string(),
            hidden: vec![("ticket".to_owned(), secret)],
            origin: connection.origin(),
            purpose: ConnectionPurpose::Registration,
            back_href,
        };
        Ok(page.seal(render(StatusCode::OK, &confirm)))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// The buttons of the registration page.
pub async fn buttons(page: &PageContext, open: &OpenTicket) -> Result<Vec<UpstreamButton>, Fault> {
    let account = &open.record.account;
    let of = Buttons { offer: Offer::Register, path: "/registration/upstream", query: "" };
    let mut all = page.upstream_buttons(of);
    if account.role != Role::Contractor && page.connection_of(&account.contract_id).await?.is_some() {
        all.extend(page.active_directory_button(Offer::Register, "/registration/active-directory"));
    }
    Ok(all)
}

type Read = (OpenTicket, String);

async fn read(page: &PageContext, (headers, body): (&HeaderMap, &Bytes)) -> Result<Result<Read, Box<Response>>, Fault> {
    let secret = match page.read_form(headers, body, &[PURPOSE]).and_then(|form| form.text("ticket")) {
        Ok(secret) => secret,
        Err(problem) => return Ok(Err(Box::new(page.refuse(&problem)))),
    };
    Ok(find(page, &secret).await?.map(|open| (open, secret)))
}
