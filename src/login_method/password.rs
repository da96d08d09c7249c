//! メールアドレス・パスワード認証の設定: the password as the new method.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Uri};

use super::upstream::{is_of_menu, who};
use super::who::{By, PURPOSE, Who};
use crate::context::{PageContext, parameter};
use crate::lifecycle::{Linked, MethodChange, NewMethod, change_login_method};
use crate::secret::Secret;
use crate::storage::Fault;
use crate::ticket::Purpose as TicketPurpose;
use crate::web::callback::see_other;
use crate::web::pages::{MethodPasswordPage, NewPasswordAlert, TicketRefusal};
use crate::web::{Problem, render};

/// `GET /login-method/password?ticket=` and `GET /account/login-method/password`.
pub async fn get(mut page: PageContext, uri: Uri, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let by = match is_of_menu(uri.path()) {
        true => By::Menu,
        false => By::Ticket(parameter(query.as_deref(), "ticket")),
    };
    match Who::find(&page, by).await {
        Ok(Ok(who)) => show(&page, &who, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// The same by `POST`: 「登録」.
pub async fn post(page: PageContext, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let fields = page
        .read_form(&headers, &body, &[PURPOSE])
        .and_then(|form| Ok((form.secret("password")?, form.secret("again")?)));
    let passwords = match fields {
        Ok(fields) => fields,
        Err(problem) => return page.refuse(&problem),
    };
    let outcome = async {
        match who(&page, uri.path(), (&headers, &body)).await? {
            Ok(who) => set(&page, &who, passwords).await,
            Err(response) => Ok(*response),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn set(page: &PageContext, who: &Who, passwords: (Secret<String>, Secret<String>)) -> Result<Response, Fault> {
    let record = &who.record;
    let hash = match page.hash_new_password(record, &record.account.email, passwords).await {
        Ok(hash) => hash,
        Err(alert) => return Ok(show(page, who, Some(alert))),
    };
    let mut tx = page.app.db.begin().await?;
    let change = MethodChange { record, ticket: who.ticket(), new: NewMethod::Password(&hash) };
    if change_login_method(&mut tx, &page.registrar(), change).await? != Linked::Yes {
        drop(tx);
        return Ok(match who.ticket() {
            Some(_) => page.refuse_ticket(TicketPurpose::LoginMethodChange, TicketRefusal::Used),
            None => page.refuse(&Problem::Forbidden),
        });
    }
    tx.commit().await?;
    page.app.outbox.wake();
    Ok(page.seal(see_other(&page.issuer().page("/login-method/done"))))
}

fn show(page: &PageContext, who: &Who, alert: Option<NewPasswordAlert>) -> Response {
    let path = format!("{}/password", who.path());
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&who.with_ticket(&path));
    let form = MethodPasswordPage {
        frame,
        action: page.issuer().page(&path),
        ticket: who.secret.clone(),
        email: who.record.account.email.clone(),
        alert,
        back_href: page.issuer().page(&who.page_path()),
    };
    page.seal(render(NewPasswordAlert::status(alert), &form))
}
