//! Both factors are proved: the session is open, under a new secret.

use axum::response::Response;

use super::pending::Pending;
use crate::audit::{EventKind, insert_event};
use crate::context::OperatorPage;
use crate::operator::session::open_session;
use crate::operator::{clear_code_failures, mark_signed_in};
use crate::secret::Secret;
use crate::storage::{Fault, Tx};
use crate::web::cookie::{Cookie, Purpose};

/// Opens the session in the caller's transaction; `None` when it was opened or ended a moment before. The caller
/// commits, then answers with [`signed_in`].
pub async fn open(
    page: &OperatorPage,
    tx: &mut Tx,
    pending: &Pending,
    amr: &'static str,
) -> Result<Option<Secret<String>>, Fault> {
    let (app, operator) = (&page.app, &pending.record.operator);
    let secret = Secret::new(app.random.token());
    let until = page.now.plus(app.config.operator.session_absolute.0);
    if !open_session(tx, &pending.session.id, secret.expose(), (page.now, until)).await? {
        return Ok(None);
    }
    clear_code_failures(tx, &operator.id).await?;
    mark_signed_in(tx, &operator.id, page.now).await?;
    let mut event = page.event(EventKind::OperatorSignedIn).with("operator", operator.id.as_str()).with("amr", amr);
    event.session = Some(pending.session.id.clone());
    insert_event(tx, app.random.row_id(page.now).into(), &event, page.now).await?;
    Ok(Some(secret))
}

/// On to the page where the sign-in began.
pub fn signed_in(page: &OperatorPage, pending: &Pending, secret: &Secret<String>) -> Response {
    metrics::counter!("tegata_operator_sign_ins_total", "outcome" => "allowed").increment(1);
    let mut response = page.go(&pending.session.next);
    let secure = page.app.config.operator.is_secure();
    Cookie::new(Purpose::OperatorSession, secure, "", secret.expose().as_str()).set(response.headers_mut());
    response
}

/// Notes a second factor that was refused.
pub fn record_refusal(page: &OperatorPage, pending: &Pending, why: &'static str) {
    metrics::counter!("tegata_operator_sign_ins_total", "outcome" => why).increment(1);
    let event = page.event(EventKind::OperatorSignInRefused).because(why);
    page.app.audit.record(event.with("operator", pending.record.operator.id.as_str()));
}
