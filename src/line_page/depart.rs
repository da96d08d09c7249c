//! `POST /line/{interaction}`: to the carrier.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use url::Url;

use super::show::{MOST_ROUNDS, Visit, answer, purpose, trouble};
use super::step::{Step, conclude};
use crate::context::{LineStanding, PageContext};
use crate::id::InteractionId;
use crate::interaction::count_line_round;
use crate::line::departure::depart;
use crate::line::{LineOutcome, PendingLine};
use crate::secret::TokenHash;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::LineTrouble;

/// `POST /line/{interaction}`: 「回線情報通知設定画面へ進む」 or 「回線を確認する」.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let step = match Step::find(&page, InteractionId::new(id)).await? {
            Ok(step) => step,
            Err(response) => return Ok(*response),
        };
        if let Err(problem) = page.read_form(&headers, &body, &[&purpose(&step)]) {
            return Ok(page.refuse(&problem));
        }
        // The line of this request, too: it may be fine by now, or be something that no visit to the carrier changes.
        let standing = page.line_of(&step.signed_in.record.contract.id, &step.interaction.id).await?;
        match &standing {
            LineStanding::Unproved(outcome) => go(&page, &step, outcome, &standing).await,
            _ => conclude(&page, &step, standing, Visit::First).await,
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn go(
    page: &PageContext,
    step: &Step,
    outcome: &LineOutcome,
    standing: &LineStanding,
) -> Result<Response, Fault> {
    let west = || {
        let request = page.line_request(Some(&step.interaction.id));
        page.app.line.as_ref().and_then(|verifier| verifier.west_page(&request))
    };
    match outcome {
        LineOutcome::Redirect { url, pending } => leave(page, step, (url, pending)).await,
        LineOutcome::NotNotified { .. } => match west() {
            Some((url, pending)) => leave(page, step, (&url, &pending)).await,
            None => Ok(answer(page, step, standing, Visit::First)),
        },
        _ => Ok(answer(page, step, standing, Visit::First)),
    }
}

async fn leave(page: &PageContext, step: &Step, (url, pending): (&Url, &PendingLine)) -> Result<Response, Fault> {
    let hashes = (&TokenHash::of(pending.state.expose()), &TokenHash::of(pending.nonce.expose()));
    let mut tx = page.app.db.begin().await?;
    if !count_line_round(&mut tx, &step.interaction.id, MOST_ROUNDS).await? {
        return Ok(page.seal(trouble(page, step, LineTrouble::StillNotNotified)));
    }
    depart(&mut tx, &step.interaction.id, hashes, (page.now, step.interaction.expires_at)).await?;
    tx.commit().await?;
    Ok(page.seal(see_other(url.as_str())))
}
