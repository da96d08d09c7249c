//! From the choice to an upstream.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};

use super::who::{By, PURPOSE, Who};
use crate::account::LoginMethod;
use crate::context::{Journey, PageContext};
use crate::id::ConnectionId;
use crate::storage::Fault;
use crate::upstream::Connection;
use crate::upstream::profile::Wishes;
use crate::web::pages::{ConnectionConfirmPage, ConnectionPurpose, UpstreamAlert};
use crate::web::render;

/// `POST /login-method/upstream/{connection}` and `POST /account/login-method/upstream/{connection}`.
pub async fn post(
    page: PageContext,
    Path(connection): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = async {
        let who = match who(&page, uri.path(), (&headers, &body)).await? {
            Ok(who) => who,
            Err(response) => return Ok(*response),
        };
        let Some(connection) = page.connection(&ConnectionId::new(connection)).await? else {
            return super::show(&page, &who, Some(UpstreamAlert::NotPossible)).await;
        };
        if let Some(alert) = refusal(&who, &connection) {
            return super::show(&page, &who, Some(alert)).await;
        }
        let (purpose, ticket) = (who.purpose(), who.secret.clone());
        page.begin_upstream(Journey { connection: &connection, purpose, wishes: Wishes::default(), ticket }).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// Why this connection is not for this person, before they have walked there and back.
fn refusal(who: &Who, connection: &Connection) -> Option<UpstreamAlert> {
    let account = &who.record.account;
    if connection.method == LoginMethod::Facebook && account.login_method == LoginMethod::Facebook {
        return Some(UpstreamAlert::SameFacebook);
    }
    match &connection.contract {
        Some(contract) if *contract != account.contract_id => Some(UpstreamAlert::WrongContract),
        Some(_) if !who.may_use_active_directory() => Some(UpstreamAlert::NotPossible),
        _ => None,
    }
}

/// `POST …/active-directory`: 接続ID確認.
pub async fn active_directory(page: PageContext, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let who = match who(&page, uri.path(), (&headers, &body)).await? {
            Ok(who) => who,
            Err(response) => return Ok(*response),
        };
        let contract = &who.record.account.contract_id;
        let connection = page.connection_of(contract).await?.filter(|_| who.may_use_active_directory());
        let Some(connection) = connection else {
            return super::show(&page, &who, Some(UpstreamAlert::NotPossible)).await;
        };
        let mut frame = page.frame(PURPOSE);
        frame.here = page.issuer().page(&who.page_path());
        let confirm = ConnectionConfirmPage {
            frame,
            action: page.issuer().page(&format!("{}/upstream/{}", who.path(), connection.id)),
            connection_id: connection.id.to_string(),
            hidden: who.secret.iter().map(|secret| ("ticket".to_owned(), secret.clone())).collect(),
            origin: connection.origin(),
            purpose: ConnectionPurpose::Change,
            back_href: page.issuer().page(&who.page_path()),
        };
        Ok(page.seal(render(StatusCode::OK, &confirm)))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// Whether a path is one of the account menu's.
pub(super) fn is_of_menu(path: &str) -> bool {
    path.starts_with("/account/login-method")
}

/// Who sent a form of these pages.
pub(super) async fn who(
    page: &PageContext,
    path: &str,
    (headers, body): (&HeaderMap, &Bytes),
) -> Result<Result<Who, Box<Response>>, Fault> {
    match page.read_form(headers, body, &[PURPOSE]).and_then(|form| form.text("ticket")) {
        Ok(_) if is_of_menu(path) => Who::find(page, By::Menu).await,
        Ok(ticket) => Who::find(page, By::Ticket(ticket)).await,
        Err(problem) => Ok(Err(Box::new(page.refuse(&problem)))),
    }
}
