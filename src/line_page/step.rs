//! `GET /line/{interaction}`: the line of this very request.

use axum::extract::Path;
use axum::response::Response;

use super::show::{Visit, answer};
use crate::audit::{Event, EventKind, insert_event};
use crate::context::{LineStanding, PageContext};
use crate::id::{InteractionId, LineId};
use crate::interaction::Interaction;
use crate::line::{LineEvidence, LineKey, mark_line_seen};
use crate::policy::access_path::AccessPath;
use crate::session::SignedIn;
use crate::storage::Fault;

/// The step, and who takes it.
pub struct Step {
    /// The sign-in in progress.
    pub interaction: Interaction,
    /// The session that waits for its line.
    pub signed_in: SignedIn,
}

impl Step {
    /// Somebody of the line host who has signed in; otherwise the answer that leads on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(page: &PageContext, id: InteractionId) -> Result<Result<Self, Box<Response>>, Fault> {
        let interaction = match page.interaction(&id).await? {
            Ok(interaction) => interaction,
            Err(response) => return Ok(Err(response)),
        };
        let here = page.issuer().access_path == AccessPath::Line;
        let signed_in = page.signed_in_for(interaction.target.purpose()).await?.filter(|_| here);
        Ok(match signed_in {
            Some(signed_in) => Ok(Self { interaction, signed_in }),
            None => Err(Box::new(page.to_dispatcher(&id))),
        })
    }

    /// An audit event about the line of this sign-in.
    pub fn event(&self, page: &PageContext, kind: EventKind) -> Event {
        let (record, session) = (&self.signed_in.record, &self.signed_in.session);
        let mut event = page.event(kind);
        event.contract = Some(record.contract.id.clone());
        event.account = Some(record.account.id.clone());
        event.client = self.interaction.target.client_id().cloned();
        event.session = Some(session.id.clone());
        event
    }
}

/// `GET /line/{interaction}`.
pub async fn get(mut page: PageContext, Path(id): Path<String>) -> Response {
    page.ensure_browser();
    let outcome = async {
        let step = match Step::find(&page, InteractionId::new(id)).await? {
            Ok(step) => step,
            Err(response) => return Ok(*response),
        };
        let standing = page.line_of(&step.signed_in.record.contract.id, &step.interaction.id).await?;
        conclude(&page, &step, standing, Visit::First).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// What follows from the line of a request.
///
/// # Errors
/// When the database fails.
pub async fn conclude(
    page: &PageContext,
    step: &Step,
    standing: LineStanding,
    visit: Visit,
) -> Result<Response, Fault> {
    match standing {
        LineStanding::Registered { line, key, evidence } => enter(page, step, (&line, key), &evidence).await,
        other => Ok(answer(page, step, &other, visit)),
    }
}

/// The line is one of the contract's: written down, and on.
async fn enter(
    page: &PageContext,
    step: &Step,
    (line, key): (&LineId, LineKey),
    evidence: &LineEvidence,
) -> Result<Response, Fault> {
    let mut event = described(step.event(page, EventKind::LineVerified), evidence);
    event = event.with("line", line.as_str());
    let mut tx = page.app.db.begin().await?;
    // `None`: the session ended in this very moment; the dispatcher asks to sign in again.
    if page.complete_line(&mut tx, &step.signed_in, key.hash(), &step.interaction).await?.is_some() {
        mark_line_seen(&mut tx, line, page.now).await?;
        insert_event(&mut tx, page.app.random.row_id(page.now).into(), &event, page.now).await?;
        tx.commit().await?;
        metrics::counter!("tegata_line_checks_total", "outcome" => "verified").increment(1);
    }
    Ok(page.to_dispatcher(&step.interaction.id))
}

/// An event with what is known of a line: never more than three characters of its number.
pub fn described(event: Event, evidence: &LineEvidence) -> Event {
    event
        .with("tail", evidence.number.tail())
        .with("area", evidence.area.as_str())
        .with("method", evidence.method.as_str())
        .with("witness", &evidence.witness)
}
