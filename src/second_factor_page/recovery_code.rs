//! `/second-factor/{interaction}/recovery-code`: shown until the box is ticked, and never again.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_DISPOSITION;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::finish::{Shown, finish_with};
use super::show::Told;
use super::step::{Place, Step, open, open_form, tools};
use crate::audit::{EventKind, insert_event};
use crate::context::PageContext;
use crate::second_factor::attempt::Stage;
use crate::second_factor::enrolment::{Completion, complete};
use crate::secret::Secret;
use crate::storage::Fault;
use crate::web::pages::{FactorAlert, RecoveryCodePage};
use crate::web::{machine, render};

/// The code.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    match open(&page, id, Place::Saving).await {
        Ok(step) => show(&page, &step, Told::default()).unwrap_or_else(|fault| page.fault(&fault)),
        Err(response) => *response,
    }
}

/// The code as a text file.
pub async fn download(page: PageContext, Path(id): Path<String>) -> Response {
    let step = match open(&page, id, Place::Saving).await {
        Ok(step) => step,
        Err(response) => return *response,
    };
    let code = match code(&page, &step) {
        Ok(code) => code,
        Err(fault) => return page.fault(&fault),
    };
    let frame = page.frame("");
    // With line ends that every editor of every system shows.
    let text = format!("{}\r\n{}\r\n{}\r\n", frame.face.name, frame.t("recovery-code-title"), code.expose());
    let mut response = machine::raw(StatusCode::OK, "text/plain; charset=utf-8", text);
    let attachment = HeaderValue::from_static("attachment; filename=\"recovery-code.txt\"");
    response.headers_mut().insert(CONTENT_DISPOSITION, attachment);
    page.seal(response)
}

/// The box.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (step, form) = match open_form(&page, (id, Place::Saving), &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    match form.ticked("saved") {
        Ok(true) => save(&page, &step).await.unwrap_or_else(|fault| page.fault(&fault)),
        Ok(false) => show(&page, &step, FactorAlert::SavedMissing.into()).unwrap_or_else(|fault| page.fault(&fault)),
        Err(problem) => page.refuse(&problem),
    }
}

async fn save(page: &PageContext, step: &Step) -> Result<Response, Fault> {
    let Some(mut tx) = step.begin(page).await? else { return Ok(page.to_dispatcher(&step.interaction.id)) };
    let (shown, remember) = match complete(&mut tx, &tools(page), step.who()).await? {
        Completion::Enrolled { method, remember } => {
            metrics::counter!("tegata_second_factor_enrolments_total", "by" => method.as_str()).increment(1);
            let event = step.event(page, EventKind::SecondFactorEnrolled).with("by", method.as_str());
            insert_event(&mut tx, page.app.random.row_id(page.now).into(), &event, page.now).await?;
            (Shown::Code(method), remember)
        }
        Completion::Recovered => (Shown::RecoveryCode, false),
        Completion::EnrolledElsewhere => {
            // The attempt is used up all the same: the person is asked for the factor that is there.
            tx.commit().await?;
            return Ok(step.lead_to(page, ""));
        }
        Completion::Gone => return Ok(step.lead_to(page, "")),
    };
    let done = step.lead_to(page, "/done");
    finish_with(page, step, tx, (shown, remember, done)).await
}

fn show(page: &PageContext, step: &Step, told: Told) -> Result<Response, Fault> {
    let frame = step.frame(page, "/recovery-code");
    let shown = RecoveryCodePage {
        action: frame.here.clone(),
        frame,
        code: code(page, step)?.expose().clone(),
        download_href: step.url(page, "/recovery-code.txt"),
        alert: told.alert,
        replaced: step.attempt.stage == Stage::Recovered,
        redirect_uri: step.redirect_uri(),
    };
    Ok(told.sealed(page, render(told.status(), &shown)))
}

fn code(page: &PageContext, step: &Step) -> Result<Secret<String>, Fault> {
    let code = step.attempt.recovery_code(&page.app.master)?;
    code.ok_or_else(|| Fault::corrupt("second_factor_attempt", "sealed_recovery", &step.attempt.session, "no code"))
}
