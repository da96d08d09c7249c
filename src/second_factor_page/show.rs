//! The pages of the step, from what is known about it.

use std::time::Duration;

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::step::Step;
use crate::context::PageContext;
use crate::second_factor::{Method, find_bar};
use crate::storage::Fault;
use crate::web::pages::{CodeBy, FactorAlert, FactorCodePage, FactorSmsPage, RecoveryEntryPage};
use crate::web::render;

/// What a page has to say besides itself.
#[derive(Clone, Copy, Default)]
pub struct Told {
    /// Why it is shown again.
    pub alert: Option<FactorAlert>,
    /// When to try again, if that is why.
    pub wait: Option<Duration>,
    /// Whether the box to remember the browser was ticked.
    pub remember: bool,
    /// Whether another SMS has just been sent.
    pub resent: bool,
}

impl From<FactorAlert> for Told {
    fn from(alert: FactorAlert) -> Self {
        Self { alert: Some(alert), ..Self::default() }
    }
}

impl Told {
    /// What there is to say before anything was typed: that the account's codes are not looked at for a while.
    pub async fn at_first(page: &PageContext, step: &Step) -> Result<Self, Fault> {
        let until = find_bar(&page.app.db, &step.account().id, page.now).await?;
        let alert = until.map(|_| FactorAlert::TooManyWrong);
        Ok(Self { alert, wait: until.map(|until| until.since(page.now)), ..Self::default() })
    }

    /// The status that goes with it.
    pub const fn status(&self) -> StatusCode {
        match self.alert {
            None => StatusCode::OK,
            Some(FactorAlert::SmsTooSoon | FactorAlert::SmsLimit | FactorAlert::TooManyWrong) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Some(FactorAlert::SmsUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
            Some(FactorAlert::AttemptOver) => StatusCode::FORBIDDEN,
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// Says in a header, too, when to try again.
    pub fn sealed(&self, page: &PageContext, mut response: Response) -> Response {
        if let Some(wait) = self.wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        page.seal(response)
    }
}

/// The field for the phone number.
pub fn phone(page: &PageContext, step: &Step, typed: String, told: Told) -> Response {
    let shown = FactorSmsPage {
        frame: step.frame(page, ""),
        action: step.url(page, "/phone"),
        phone: typed,
        alert: told.alert,
        authenticator_href: step.url(page, "/authenticator"),
        redirect_uri: step.redirect_uri(),
    };
    told.sealed(page, render(told.status(), &shown))
}

/// The field for the code of the enrolled factor, or of the number being enrolled; the field for the number when there
/// is neither.
///
/// # Errors
/// When the database fails, or what is stored cannot be opened.
pub fn code(page: &PageContext, step: &Step, told: Told) -> Result<Response, Fault> {
    let master = &page.app.master;
    let number = match &step.factor {
        Some(factor) => factor.phone(master, step.who())?,
        None => step.attempt.phone(master)?,
    };
    let by = match (&step.factor, number) {
        (_, Some(number)) => CodeBy::Sms { masked_phone: number.masked() },
        (Some(factor), None) if factor.method == Method::Authenticator => CodeBy::Authenticator,
        (_, None) => return Ok(phone(page, step, String::new(), told)),
    };
    let (enrolled, by_sms) = (step.factor.is_some(), by != CodeBy::Authenticator);
    // After the last wrong code nothing but a new sign-in leads on.
    let over = told.alert == Some(FactorAlert::AttemptOver);
    let href = |offered: bool, rest: &str| (offered && !over).then(|| step.url(page, rest));
    let shown = FactorCodePage {
        frame: step.frame(page, "/code"),
        action: step.url(page, "/code"),
        by,
        enrolling: !enrolled,
        resend_action: href(by_sms, "/resend"),
        change_href: href(!enrolled, ""),
        lost_href: href(enrolled, "/recovery"),
        passkey_href: href(enrolled && step.has_passkeys, "/passkey"),
        alert: told.alert,
        remember: told.remember,
        resent: told.resent,
        redirect_uri: step.redirect_uri(),
    };
    Ok(told.sealed(page, render(told.status(), &shown)))
}

/// The field for the recovery code.
pub fn recovery_entry(page: &PageContext, step: &Step, told: Told) -> Response {
    let shown = RecoveryEntryPage {
        frame: step.frame(page, "/recovery"),
        action: step.url(page, "/recovery"),
        alert: told.alert,
        back_href: step.url(page, "/code"),
        redirect_uri: step.redirect_uri(),
    };
    told.sealed(page, render(told.status(), &shown))
}
