//! `GET /line/{interaction}/return`: from the carrier, which proves nothing.

use axum::extract::{Path, RawQuery};
use axum::response::Response;

use super::show::Visit;
use super::step::{Step, conclude};
use crate::audit::EventKind;
use crate::context::{PageContext, parameter};
use crate::id::InteractionId;
use crate::line::{LineReject, Return};
use crate::storage::Fault;

/// `GET /line/{interaction}/return?state=…`, with `response` where the carrier signs one.
pub async fn get(mut page: PageContext, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let outcome = async {
        let step = match Step::find(&page, InteractionId::new(id)).await? {
            Ok(step) => step,
            Err(response) => return Ok(*response),
        };
        let (state, response) = (parameter(query.as_deref(), "state"), parameter(query.as_deref(), "response"));
        if response.is_empty() {
            note_return(&page, &step, &state).await?;
        }
        let back = Return { state: &state, response: &response };
        let outcome = page.resume_line(&step.interaction.id, back).await;
        let standing = page.stand(&step.signed_in.record.contract.id, outcome).await?;
        conclude(&page, &step, standing, Visit::Back).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// Uses the state up. A way back that belongs to no departure changes nothing, since the line is looked at anew either way;
/// somebody may be trying something, which is worth a line in the audit log.
async fn note_return(page: &PageContext, step: &Step, state: &str) -> Result<(), Fault> {
    let Some(verifier) = &page.app.line else { return Ok(()) };
    let request = page.line_request(Some(&step.interaction.id));
    if !verifier.came_back(&page.app.db, &request, state).await? {
        page.app.audit.record(step.event(page, EventKind::LineRefused).because(LineReject::WrongState.as_str()));
    }
    Ok(())
}
