//! `/second-factor/{interaction}/authenticator`: enrolling an authenticator app.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::code::look_at;
use super::show::Told;
use super::step::{Place, Step, open, open_form};
use crate::context::PageContext;
use crate::second_factor::guess::Guess;
use crate::second_factor::totp::qr_svg;
use crate::storage::Fault;
use crate::web::pages::FactorAuthenticatorPage;
use crate::web::render;

/// QR code, secret, and the field for the first code. A reload shows the same.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    let step = match open(&page, id, Place::Enrolment).await {
        Ok(step) => step,
        Err(response) => return *response,
    };
    let shown = async {
        let told = Told::at_first(&page, &step).await?;
        show(&page, &step, told)
    };
    shown.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// The first code.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (step, form) = match open_form(&page, (id, Place::Enrolment), &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let (typed, remember) = match form.secret("code").and_then(|typed| Ok((typed, form.ticked("remember")?))) {
        Ok(fields) => fields,
        Err(problem) => return page.refuse(&problem),
    };
    let guess = Guess { code: typed.expose(), enrolls_authenticator: true, remember };
    let answered = async {
        match look_at(&page, &step, guess).await? {
            Ok(response) => Ok(response),
            Err(told) => show(&page, &step, Told { remember, ..told }),
        }
    };
    answered.await.unwrap_or_else(|fault| page.fault(&fault))
}

fn show(page: &PageContext, step: &Step, told: Told) -> Result<Response, Fault> {
    let frame = step.frame(page, "/authenticator");
    let secret = step.attempt.secret(&page.app.master)?;
    let uri = secret.uri(&frame.face.name, &step.account().email)?;
    let shown = FactorAuthenticatorPage {
        action: frame.here.clone(),
        frame,
        qr_svg: qr_svg(&uri)?,
        secret: secret.grouped(),
        alert: told.alert,
        remember: told.remember,
        sms_href: step.url(page, ""),
        redirect_uri: step.redirect_uri(),
    };
    Ok(told.sealed(page, render(told.status(), &shown)))
}
