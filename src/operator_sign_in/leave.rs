//! The way out.

use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use crate::audit::{EventKind, insert_event};
use crate::context::{CONSOLE_PURPOSE, OperatorPage};
use crate::operator::session::end_session;
use crate::storage::Fault;
use crate::web::cookie::{Cookie, Purpose};
use crate::web::pages::{OperatorNotice, OperatorNoticePage};
use crate::web::render;

/// `POST /sign-out`, from a form of any page of the console.
pub async fn sign_out(page: OperatorPage, body: Bytes) -> Response {
    if let Err(problem) = page.read_form(&body, &[CONSOLE_PURPOSE, "sign-out"]) {
        return page.refuse(&problem);
    }
    match end(&page).await {
        Ok(()) => {
            let mut response = page.go("/signed-out");
            let secure = page.app.config.operator.is_secure();
            Cookie::removal(Purpose::OperatorSession, secure, "").set(response.headers_mut());
            response
        }
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /signed-out`.
pub async fn signed_out(page: OperatorPage) -> Response {
    let shown = OperatorNoticePage { frame: page.frame(""), notice: OperatorNotice::SignedOut };
    page.seal(render(StatusCode::OK, &shown))
}

async fn end(page: &OperatorPage) -> Result<(), Fault> {
    let Some((session, operator)) = page.find_session().await? else { return Ok(()) };
    let mut event = page.event(EventKind::OperatorSignedOut).with("operator", operator.id.as_str());
    event.session = Some(session.id.clone());
    let mut tx = page.app.db.begin().await?;
    if end_session(&mut tx, &session.id, page.now).await? {
        insert_event(&mut tx, page.app.random.row_id(page.now).into(), &event, page.now).await?;
    }
    tx.commit().await
}
