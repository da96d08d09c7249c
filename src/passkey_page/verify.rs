//! Verifying a sign-in: which passkey, whose, and whether the answer holds.

use super::form::Answer;
use crate::account::{SignInRecord, find_account};
use crate::context::PageContext;
use crate::id::{AccountId, SessionId};
use crate::second_factor::passkey::{
    Assertion, CeremonyKind, CeremonyOwner, CeremonyState, Passkey, PasskeyRefusal, RelyingParty, Verified,
    consume_ceremony, find_by_credential_id,
};
use crate::storage::Fault;

/// An answer that holds.
pub struct Proved {
    /// The passkey.
    pub passkey: Passkey,
    /// Whose it is.
    pub record: SignInRecord,
    /// What it says.
    pub verified: Verified,
}

/// One that does not.
pub struct Refused {
    /// Why.
    pub why: PasskeyRefusal,
    /// Whose passkey it is, when that much is known.
    pub record: Option<Box<SignInRecord>>,
}

impl From<PasskeyRefusal> for Refused {
    fn from(why: PasskeyRefusal) -> Self {
        Self { why, record: None }
    }
}

/// Who may answer a ceremony of this page.
pub fn owner(page: &PageContext, account: Option<(AccountId, SessionId)>) -> Option<CeremonyOwner> {
    Some(CeremonyOwner { brand: page.issuer().brand.clone(), browser: page.browser_hash()?, account })
}

/// Consumes the ceremony of an answer, in a transaction of its own: it is gone even if the answer is wrong.
///
/// # Errors
/// When the database fails.
pub async fn consume(
    page: &PageContext,
    (answer, kind): (&Answer, CeremonyKind),
    account: Option<(AccountId, SessionId)>,
) -> Result<Option<CeremonyState>, Fault> {
    let Some(owner) = owner(page, account) else { return Ok(None) };
    let mut tx = page.app.db.begin().await?;
    let state = consume_ceremony(&mut tx, (&answer.ceremony, kind), &owner, page.now).await?;
    tx.commit().await?;
    Ok(state)
}

/// Verifies an answer: of the account and session given, or of whomever the answer names.
///
/// # Errors
/// When the database fails; an answer that does not hold is the inner error.
pub async fn verify(
    page: &PageContext,
    answer: &Answer,
    account: Option<(AccountId, SessionId)>,
) -> Result<Result<Proved, Refused>, Fault> {
    let expected = account.as_ref().map(|(account, _)| account.clone());
    let state = consume(page, (answer, CeremonyKind::Authenticate), account).await?;
    let (Some(state), Some(party)) = (state, RelyingParty::of(page.issuer())) else {
        return Ok(Err(PasskeyRefusal::Ceremony.into()));
    };
    let assertion = match Assertion::parse(&answer.credential) {
        Ok(assertion) => assertion,
        Err(why) => return Ok(Err(why.into())),
    };
    let db = &page.app.db;
    let Some(passkey) = find_by_credential_id(db, &assertion.credential_id()).await? else {
        return Ok(Err(PasskeyRefusal::Unknown.into()));
    };
    if passkey.brand != page.issuer().brand {
        return Ok(Err(PasskeyRefusal::OtherBrand.into()));
    }
    let Some(record) = find_account(db, &passkey.account_id).await? else {
        return Ok(Err(PasskeyRefusal::Unknown.into()));
    };
    let refused = |why, record| Ok(Err(Refused { why, record: Some(Box::new(record)) }));
    if expected.as_ref().is_some_and(|account| *account != record.account.id) {
        return refused(PasskeyRefusal::OtherAccount, record);
    }
    match party.finish_authentication(&state, &assertion, (&passkey, &record.account, expected.is_none())) {
        Ok(verified) => Ok(Ok(Proved { passkey, record, verified })),
        Err(why) => refused(why, record),
    }
}
