//! メールアドレス変更確認.

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

use super::{Change, PURPOSE, find};
use crate::account::LoginMethod;
use crate::context::{PageContext, parameter};
use crate::web::pages::{EmailChangeConfirmPage, NewPassword, NewPasswordAlert, NewPasswordPage};
use crate::web::render;

/// `GET /email-change?ticket=`.
pub async fn get(mut page: PageContext, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let secret = parameter(query.as_deref(), "ticket");
    match find(&page, &secret).await {
        Ok(Ok(change)) => show(&page, &change, secret, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// The form: a password for a password account, a button for any other.
pub fn show(page: &PageContext, change: &Change, ticket: String, alert: Option<NewPasswordAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&format!("/email-change?ticket={ticket}"));
    let action = page.issuer().page("/email-change");
    let email = change.email.as_str().to_owned();
    if change.open.record.account.login_method != LoginMethod::Password {
        return page.seal(render(StatusCode::OK, &EmailChangeConfirmPage { frame, action, ticket, email }));
    }
    let kind = NewPassword::EmailChange { email: email.clone() };
    page.seal(render(NewPasswordAlert::status(alert), &NewPasswordPage { frame, kind, action, ticket, email, alert }))
}
