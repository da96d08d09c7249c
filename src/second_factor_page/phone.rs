//! `POST /second-factor/{interaction}/phone` and `…/resend`.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::send::{Sent, send};
use super::show;
use super::step::{Place, Step, open_form};
use crate::context::PageContext;
use crate::second_factor::phone::{PhoneNumber, PhoneRefusal};
use crate::storage::Fault;
use crate::web::pages::FactorAlert;

/// Enrolment: the number.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (step, form) = match open_form(&page, (id, Place::Enrolment), &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let typed = match form.text("phone") {
        Ok(typed) => typed,
        Err(problem) => return page.refuse(&problem),
    };
    enroll(&page, &step, typed).await.unwrap_or_else(|fault| page.fault(&fault))
}

async fn enroll(page: &PageContext, step: &Step, typed: String) -> Result<Response, Fault> {
    let number = match PhoneNumber::parse(&typed, &page.app.config.second_factor.sms_countries) {
        Ok(number) => number,
        Err(refusal) => return Ok(show::phone(page, step, typed, alert(refusal).into())),
    };
    // The same number once more, while its code is good: a second click.
    let pending = step.attempt.phone(&page.app.master)?;
    let again = pending.is_some_and(|pending| pending.e164() == number.e164());
    if again && page.now < step.attempt.code_expires_at {
        return Ok(step.lead_to(page, "/code"));
    }
    match send(page, step, &number).await? {
        Sent::Yes => Ok(step.lead_to(page, "/code")),
        Sent::No(told) => Ok(show::phone(page, step, typed, told)),
        Sent::Gone => Ok(step.lead_to(page, "/code")),
    }
}

const fn alert(refusal: PhoneRefusal) -> FactorAlert {
    match refusal {
        PhoneRefusal::Missing => FactorAlert::PhoneMissing,
        PhoneRefusal::Invalid => FactorAlert::PhoneInvalid,
        PhoneRefusal::NotMobile => FactorAlert::PhoneNotMobile,
        PhoneRefusal::Country => FactorAlert::PhoneCountry,
    }
}

/// Another SMS to the number of the factor, or to the one being enrolled.
pub async fn resend(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let step = match open_form(&page, (id, Place::Code), &headers, &body).await {
        Ok((step, _)) => step,
        Err(response) => return *response,
    };
    send_again(&page, &step).await.unwrap_or_else(|fault| page.fault(&fault))
}

async fn send_again(page: &PageContext, step: &Step) -> Result<Response, Fault> {
    let master = &page.app.master;
    let number = match &step.factor {
        Some(factor) => factor.phone(master, step.who())?,
        None => step.attempt.phone(master)?,
    };
    let Some(number) = number else { return Ok(step.lead_to(page, "")) };
    match send(page, step, &number).await? {
        Sent::Yes => Ok(step.lead_to(page, "/code?resent")),
        Sent::No(told) => show::code(page, step, told),
        Sent::Gone => Ok(step.lead_to(page, "/code")),
    }
}
