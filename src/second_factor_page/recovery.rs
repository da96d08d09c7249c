//! `/second-factor/{interaction}/recovery`: the device is lost (manual, chapter 5.2 「参考」).

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::code::refuse;
use super::show::{self, Told};
use super::step::{Place, Step, open, open_form, tools};
use crate::audit::{EventKind, insert_event};
use crate::context::PageContext;
use crate::lifecycle;
use crate::notify::MailKind;
use crate::second_factor::guess::{Verdict, guess_recovery_code};
use crate::storage::{Fault, Tx};
use crate::web::pages::FactorAlert;

/// The field.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    let step = match open(&page, id, Place::Recovery).await {
        Ok(step) => step,
        Err(response) => return *response,
    };
    match Told::at_first(&page, &step).await {
        Ok(told) => show::recovery_entry(&page, &step, told),
        Err(fault) => page.fault(&fault),
    }
}

/// What was typed into it.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (step, form) = match open_form(&page, (id, Place::Recovery), &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let typed = match form.secret("code") {
        Ok(typed) => typed,
        Err(problem) => return page.refuse(&problem),
    };
    if typed.expose().trim().is_empty() {
        return show::recovery_entry(&page, &step, FactorAlert::RecoveryMissing.into());
    }
    recover(&page, &step, typed.expose()).await.unwrap_or_else(|fault| page.fault(&fault))
}

async fn recover(page: &PageContext, step: &Step, typed: &str) -> Result<Response, Fault> {
    let Some(mut tx) = step.begin(page).await? else { return Ok(page.to_dispatcher(&step.interaction.id)) };
    let verdict = guess_recovery_code(&mut tx, &tools(page), step.who(), typed).await?;
    match verdict {
        Verdict::Recovered => {
            tell(page, step, &mut tx).await?;
            tx.commit().await?;
            page.app.outbox.wake();
            Ok(step.lead_to(page, "/recovery-code"))
        }
        Verdict::Wrong | Verdict::Over | Verdict::Barred => {
            let mut told = refuse(page, step, tx, verdict).await?;
            if verdict == Verdict::Wrong {
                told.alert = Some(FactorAlert::RecoveryWrong);
            }
            Ok(show::recovery_entry(page, step, told))
        }
        Verdict::Gone | Verdict::Expired | Verdict::Verified(_) | Verdict::Proved(_) => Ok(step.lead_to(page, "")),
    }
}

/// Whoever did not do it themselves learns of it (`security.md` line 61).
async fn tell(page: &PageContext, step: &Step, tx: &mut Tx) -> Result<(), Fault> {
    lifecycle::tell(tx, &page.registrar(), step.account(), MailKind::RecoveryCodeUsed).await?;
    let event = step.event(page, EventKind::RecoveryCodeUsed);
    insert_event(tx, page.app.random.row_id(page.now).into(), &event, page.now).await
}
