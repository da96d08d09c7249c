//! What the script hears: a challenge, or why there is none.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use crate::audit::EventKind;
use crate::context::PageContext;
use crate::second_factor::passkey::{Ceremony, CeremonyOwner, CeremonyState, Options, insert_ceremony};
use crate::storage::Fault;
use crate::web::{Problem, machine};

/// Stores a ceremony and answers its options.
pub async fn begin(
    page: &PageContext,
    owner: CeremonyOwner,
    (options, state): (Options, CeremonyState),
) -> Result<Response, Fault> {
    let ceremony = Ceremony::new(&page.app.random, owner, state, page.now);
    let mut tx = page.app.db.begin().await?;
    insert_ceremony(&mut tx, &ceremony).await?;
    tx.commit().await?;
    Ok(machine::json(StatusCode::OK, &json!({ "ceremony": ceremony.id, "publicKey": options })))
}

/// The same problem as a page would show, for a script.
pub fn refuse(page: &PageContext, problem: &Problem) -> Response {
    page.app.audit.record(page.event(EventKind::PageRefused).because(problem.code()));
    machine::json(problem.status(), &json!({ "error": problem.code(), "reference": page.request.reference }))
}
