//! `/second-factor/{interaction}/code`: the code of the factor, or of the number being enrolled.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::enter;
use super::finish::{finish, record};
use super::show::{self, Told};
use super::step::{Place, Step, open, open_form, tools};
use crate::context::PageContext;
use crate::second_factor::guess::{Guess, Verdict, guess_code};
use crate::session::end_session;
use crate::storage::{Fault, Tx};
use crate::web::pages::FactorAlert;

/// The field.
pub async fn get(page: PageContext, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let step = match open(&page, id, Place::Code).await {
        Ok(step) => step,
        Err(response) => return *response,
    };
    let resent = query.is_some_and(|query| query.split('&').any(|pair| pair == "resent"));
    let shown = async {
        let told = Told { resent, ..Told::at_first(&page, &step).await? };
        if told.alert.is_some() { show::code(&page, &step, told) } else { enter::ask(&page, &step, told).await }
    };
    shown.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// What was typed into it.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (step, form) = match open_form(&page, (id, Place::Code), &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let (typed, remember) = match form.secret("code").and_then(|typed| Ok((typed, form.ticked("remember")?))) {
        Ok(fields) => fields,
        Err(problem) => return page.refuse(&problem),
    };
    let guess = Guess { code: typed.expose(), enrolls_authenticator: false, remember };
    let answered = async {
        match look_at(&page, &step, guess).await? {
            Ok(response) => Ok(response),
            Err(told) => show::code(&page, &step, Told { remember, ..told }),
        }
    };
    answered.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// Looks at a code: the answer that leads on, or what the page has to say.
///
/// # Errors
/// When the database fails.
pub async fn look_at(page: &PageContext, step: &Step, guess: Guess<'_>) -> Result<Result<Response, Told>, Fault> {
    if guess.code.trim().is_empty() {
        return Ok(Err(FactorAlert::CodeMissing.into()));
    }
    let Some(mut tx) = step.begin(page).await? else { return Ok(Ok(page.to_dispatcher(&step.interaction.id))) };
    let verdict = guess_code(&mut tx, &tools(page), step.who(), guess).await?;
    match verdict {
        Verdict::Verified(method) => {
            return finish(page, step, tx, (method.into(), guess.remember)).await.map(Ok);
        }
        Verdict::Proved(_) | Verdict::Recovered => {
            tx.commit().await?;
            return Ok(Ok(step.lead_to(page, "/recovery-code")));
        }
        Verdict::Gone => return Ok(Ok(step.lead_to(page, ""))),
        Verdict::Wrong | Verdict::Over | Verdict::Expired | Verdict::Barred => {}
    }
    refuse(page, step, tx, verdict).await.map(Err)
}

/// Writes a refusal down, ends the session after the last one, and finds the words.
///
/// # Errors
/// When the database fails.
pub async fn refuse(page: &PageContext, step: &Step, mut tx: Tx, verdict: Verdict) -> Result<Told, Fault> {
    let (why, alert) = match verdict {
        Verdict::Over => ("attempt_over", FactorAlert::AttemptOver),
        Verdict::Expired => ("code_expired", FactorAlert::CodeExpired),
        Verdict::Barred => ("too_many_wrong", FactorAlert::TooManyWrong),
        _ => ("wrong_code", FactorAlert::CodeWrong),
    };
    record(page, step, &mut tx, why).await?;
    if verdict == Verdict::Over {
        // The person begins again with the password.
        end_session(&mut tx, &step.signed_in.session.id, page.now).await?;
    }
    tx.commit().await?;
    if verdict == Verdict::Barred {
        return Told::at_first(page, step).await;
    }
    Ok(alert.into())
}
