//! The sign-in between password and second factor.

use axum::response::Response;

use crate::context::{OperatorPage, SIGN_IN};
use crate::id::OperatorId;
use crate::operator::passkey::{OperatorPasskey, list_passkeys};
use crate::operator::session::{OperatorSession, Stage};
use crate::operator::{OperatorRecord, find_operator};
use crate::second_factor::passkey::RelyingParty;
use crate::storage::Fault;

/// The page of the second factor.
pub const SECOND_FACTOR: &str = "/sign-in/second-factor";
/// What its forms act on.
pub const PURPOSE: &str = "second-factor";

/// Somebody whose password was right.
pub struct Pending {
    /// Who.
    pub record: OperatorRecord,
    /// Their session, good for this step alone.
    pub session: OperatorSession,
    /// Their passkeys.
    pub passkeys: Vec<OperatorPasskey>,
}

/// The sign-in of this browser; `Err` is the answer to one that has none, or is through already.
pub async fn find(page: &OperatorPage) -> Result<Result<Pending, Box<Response>>, Fault> {
    let Some((session, operator)) = page.find_session().await? else {
        return Ok(Err(Box::new(page.go(SIGN_IN))));
    };
    if session.stage == Stage::Open {
        return Ok(Err(Box::new(page.go(&session.next))));
    }
    let Some(record) = find_operator(&page.app.db, &operator.id).await? else {
        return Ok(Err(Box::new(page.go(SIGN_IN))));
    };
    let passkeys = list_passkeys(&page.app.db, &operator.id).await?;
    Ok(Ok(Pending { record, session, passkeys }))
}

/// This listener as a relying party; `None` where browsers offer no passkeys.
pub fn relying_party(page: &OperatorPage) -> Option<RelyingParty> {
    RelyingParty::at(&page.app.config.operator.origin()?, &page.app.faces.neutral().name)
}

/// An operator as authenticators know them.
///
/// # Errors
/// When the id is no UUID, which it always is.
pub fn handle(id: &OperatorId) -> Result<uuid::Uuid, Fault> {
    uuid::Uuid::parse_str(id.as_str()).map_err(|error| Fault::corrupt("operator", "id", id, error))
}
