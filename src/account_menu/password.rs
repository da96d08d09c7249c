//! パスワード変更 (manual, chapter 3).

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::account::AccountState;
use crate::context::{Form, PageContext};
use crate::lifecycle::{change_password, lock};
use crate::lockout::{Limit, LoginKey, clear_failures, count_failure, find_failures, is_locked};
use crate::password::Outcome;
use crate::policy::menu::Entry;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::{ChangePasswordAlert, ChangePasswordPage, Done, DonePage, NewPasswordAlert};
use crate::web::{Problem, render};

const PURPOSE: &str = "account/password";
const PATH: &str = "/account/password";

/// `GET /account/password`.
pub async fn get(page: PageContext) -> Response {
    match page.menu_entry(Entry::ChangePassword).await {
        Ok(Ok(signed_in)) => show(&page, &signed_in, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /account/password`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let signed_in = match page.menu_entry(Entry::ChangePassword).await {
        Ok(Ok(signed_in)) => signed_in,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let form = match page.read_form(&headers, &body, &[PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return page.refuse(&problem),
    };
    match change(&page, &signed_in, &form).await {
        Ok(Ok(None)) => page.seal(see_other(&page.issuer().page("/account/password/done"))),
        Ok(Ok(alert)) => show(&page, &signed_in, alert),
        Ok(Err(problem)) => page.refuse(&problem),
        Err(fault) => page.fault(&fault),
    }
}

/// `GET /account/password/done`.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().page("/account");
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::PasswordChanged, href }))
}

/// Changes it, or says what is wrong.
async fn change(
    page: &PageContext,
    signed_in: &SignedIn,
    form: &Form,
) -> Result<Result<Option<ChangePasswordAlert>, Problem>, Fault> {
    let fields = (|| Ok((form.secret("current")?, form.secret("password")?, form.secret("again")?)))();
    let (current, password, again) = match fields {
        Ok(fields) => fields,
        Err(problem) => return Ok(Err(problem)),
    };
    if current.expose().is_empty() {
        return Ok(Ok(Some(ChangePasswordAlert::CurrentMissing)));
    }
    let (app, record) = (&page.app, &signed_in.record);
    if app.limits.wait(Limit::Failures, page.request.address).is_some() {
        return Ok(Ok(Some(ChangePasswordAlert::TooManyRequests)));
    }
    // A lock guards the password wherever it is typed: whoever found a screen unlocked has ten tries and no more.
    let key = LoginKey::of(&app.master, &record.account.brand, &record.account.email);
    if record.account.state == AccountState::Locked || is_locked(find_failures(&app.db, key).await?) {
        return Ok(Ok(Some(ChangePasswordAlert::TooManyRequests)));
    }
    let stored = record.password_hash.as_ref().map(|hash| hash.expose().clone());
    match app.passwords.verify(current, stored).await {
        Err(_) => return Ok(Ok(Some(ChangePasswordAlert::New(NewPasswordAlert::Overloaded)))),
        Ok(Outcome::Mismatch) => return count(page, signed_in).await.map(Ok),
        Ok(Outcome::Match | Outcome::MatchNeedsRehash) => {}
    }
    let hash = match page.hash_new_password(record, &record.account.email, (password, again)).await {
        Ok(hash) => hash,
        Err(alert) => return Ok(Ok(Some(ChangePasswordAlert::New(alert)))),
    };
    let mut tx = app.db.begin().await?;
    clear_failures(&mut tx, key).await?;
    if !change_password(&mut tx, &page.registrar(), (record, &signed_in.session.id), &hash).await? {
        // Changed elsewhere, or locked, a moment ago: as wrong as any other, so that a burst learns nothing.
        drop(tx);
        return count(page, signed_in).await.map(Ok);
    }
    tx.commit().await?;
    app.outbox.wake();
    Ok(Ok(None))
}

/// Whoever found a screen unlocked guesses here as at the login page: it is counted the same.
async fn count(page: &PageContext, signed_in: &SignedIn) -> Result<Option<ChangePasswordAlert>, Fault> {
    let (app, account) = (&page.app, &signed_in.record.account);
    app.limits.count(Limit::Failures, page.request.address);
    let mut tx = app.db.begin().await?;
    let key = LoginKey::of(&app.master, &account.brand, &account.email);
    let failures = count_failure(&mut tx, key, page.now).await?;
    let locked = is_locked(failures) && lock(&mut tx, &page.registrar(), account).await?;
    tx.commit().await?;
    if locked {
        app.outbox.wake();
    }
    let over = is_locked(failures);
    Ok(Some(if over { ChangePasswordAlert::TooManyRequests } else { ChangePasswordAlert::CurrentWrong }))
}

fn show(page: &PageContext, signed_in: &SignedIn, alert: Option<ChangePasswordAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(PATH);
    let form = ChangePasswordPage {
        action: page.issuer().page(PATH),
        back_href: page.issuer().page("/account"),
        email: signed_in.record.account.email.clone(),
        alert,
        frame,
    };
    let status = match alert {
        None => StatusCode::OK,
        Some(ChangePasswordAlert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(ChangePasswordAlert::New(alert)) => NewPasswordAlert::status(Some(alert)),
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.seal(render(status, &form))
}
