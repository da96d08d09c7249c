//! The end: a session of two factors in place of that of one.

use axum::response::Response;

use super::step::{Step, tools};
use crate::audit::{EventKind, insert_event};
use crate::context::PageContext;
use crate::protocol::acr::{Acr, Amr};
use crate::second_factor::{Method, remembered_browser};
use crate::session::{Authentication, SecondFactorProof};
use crate::storage::{Fault, Tx};

/// What was shown beside the password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// A code of the factor.
    Code(Method),
    /// The recovery code.
    RecoveryCode,
}

impl From<Method> for Shown {
    fn from(method: Method) -> Self {
        Self::Code(method)
    }
}

impl Shown {
    /// In words of RFC 8176, which has none for a recovery code.
    const fn amr(self) -> Option<Amr> {
        match self {
            Self::Code(Method::Sms) => Some(Amr::Sms),
            Self::Code(Method::Authenticator) => Some(Amr::OneTimePassword),
            Self::RecoveryCode => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Code(method) => method.as_str(),
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// Begins the session, remembers the browser if that was wished, and commits; the answer leads to the dispatcher.
///
/// # Errors
/// When the database fails.
pub async fn finish(
    page: &PageContext,
    step: &Step,
    tx: Tx,
    (shown, remember): (Shown, bool),
) -> Result<Response, Fault> {
    let to = page.to_dispatcher(&step.interaction.id);
    finish_with(page, step, tx, (shown, remember, to)).await
}

/// The same with another answer.
pub async fn finish_with(
    page: &PageContext,
    step: &Step,
    mut tx: Tx,
    (shown, remember, mut response): (Shown, bool, Response),
) -> Result<Response, Fault> {
    let (app, record) = (&page.app, &step.signed_in.record);
    let mut event = step.event(page, EventKind::SecondFactorVerified).with("by", shown.word());
    let secret = match remember {
        true => Some(remembered_browser::remember(&mut tx, &tools(page), &record.account.id).await?),
        false => None,
    };
    let authentication = authentication(page, step, shown);
    let new = page.begin_session(&mut tx, record, authentication, &step.interaction).await?;
    event.session = Some(new.session.id.clone());
    insert_event(&mut tx, app.random.row_id(page.now).into(), &event, page.now).await?;
    if secret.is_some() {
        let event = step.event(page, EventKind::BrowserRemembered);
        insert_event(&mut tx, app.random.row_id(page.now).into(), &event, page.now).await?;
    }
    tx.commit().await?;
    metrics::counter!("tegata_second_factor_total", "by" => shown.word(), "outcome" => "verified").increment(1);
    response = page.with_session(response, &new);
    if let Some(cookie) =
        secret.and_then(|secret| remembered_browser::cookie(&page.headers, page.issuer(), Some(&secret)))
    {
        cookie.set(response.headers_mut());
    }
    Ok(response)
}

fn authentication(page: &PageContext, step: &Step, shown: Shown) -> Authentication {
    let before = &step.signed_in.session.authentication;
    let mut amr = before.amr.clone();
    for word in [shown.amr(), Some(Amr::MultipleFactors)].into_iter().flatten() {
        if !amr.iter().any(|known| known == word.as_str()) {
            amr.push(word.as_str().to_owned());
        }
    }
    Authentication {
        auth_time: page.now,
        amr,
        acr: Acr::TwoFactor.as_str().to_owned(),
        access_path: before.access_path,
        line: before.line,
        second_factor: SecondFactorProof::Verified,
        upstream_auth_time: None,
    }
}

/// Writes down that a code was refused.
///
/// # Errors
/// When the database fails.
pub async fn record(page: &PageContext, step: &Step, tx: &mut Tx, why: &'static str) -> Result<(), Fault> {
    let by = step.factor.as_ref().map_or("enrolment", |factor| factor.method.as_str());
    metrics::counter!("tegata_second_factor_total", "by" => by, "outcome" => why).increment(1);
    let event = step.event(page, EventKind::SecondFactorRefused).because(why);
    insert_event(tx, page.app.random.row_id(page.now).into(), &event, page.now).await
}
