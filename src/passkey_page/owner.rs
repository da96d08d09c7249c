//! Whose passkeys are changed, and what every change leaves behind.

use axum::response::Response;
use http::HeaderMap;

use super::form::Form;
use crate::audit::{Event, EventKind, insert_event};
use crate::context::PageContext;
use crate::id::{AccountId, SessionId};
use crate::lifecycle;
use crate::notify::MailKind;
use crate::policy::menu::Entry;
use crate::second_factor::passkey::RelyingParty;
use crate::session::SignedIn;
use crate::storage::{Fault, Tx};
use crate::web::Problem;

/// The purpose of the forms of the page.
pub const PURPOSE: &str = "account/passkeys";

/// A person in front of their own passkeys.
pub struct Owner {
    /// The person and their session.
    pub signed_in: SignedIn,
    /// The issuer as a relying party.
    pub party: RelyingParty,
}

impl Owner {
    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.signed_in.record.account.id
    }

    /// To what a ceremony of theirs is bound.
    pub fn bound(&self) -> Option<(AccountId, SessionId)> {
        Some((self.account().clone(), self.signed_in.session.id.clone()))
    }

    /// An event about them.
    pub fn event(&self, page: &PageContext, kind: EventKind) -> Event {
        let mut event = page.event(kind);
        event.account = Some(self.account().clone());
        event.contract = Some(self.signed_in.record.contract.id.clone());
        event.session = Some(self.signed_in.session.id.clone());
        event
    }

    /// Writes a change down, in the transaction of the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_down(&self, page: &PageContext, tx: &mut Tx, kind: EventKind) -> Result<(), Fault> {
        insert_event(tx, page.app.random.row_id(page.now).into(), &self.event(page, kind), page.now).await
    }

    /// Tells them by mail (`security.md` line 61), in the transaction of the change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell(&self, page: &PageContext, tx: &mut Tx, kind: MailKind) -> Result<(), Fault> {
        lifecycle::tell(tx, &page.registrar(), &self.signed_in.record.account, kind).await
    }
}

/// Who may change passkeys here: somebody who signed in within the last minutes (`security.md` line 83) and whose menu has
/// the entry. Everybody else is sent to sign in, or refused.
///
/// # Errors
/// When the database fails.
pub async fn find(page: &PageContext) -> Result<Result<Owner, Box<Response>>, Fault> {
    let signed_in = match page.menu_entry(Entry::Passkeys).await? {
        Ok(signed_in) => signed_in,
        Err(response) => return Ok(Err(response)),
    };
    match RelyingParty::of(page.issuer()) {
        Some(party) => Ok(Ok(Owner { signed_in, party })),
        None => Ok(Err(Box::new(page.refuse(&Problem::NotFound)))),
    }
}

/// The same, and the form that was posted.
pub async fn open(page: &PageContext, headers: &HeaderMap, body: &[u8]) -> Result<(Owner, Form), Box<Response>> {
    let owner = match find(page).await {
        Ok(owner) => owner?,
        Err(fault) => return Err(Box::new(page.fault(&fault))),
    };
    let form = Form::read(page, PURPOSE, headers, body).map_err(|problem| Box::new(page.refuse(&problem)))?;
    Ok((owner, form))
}
