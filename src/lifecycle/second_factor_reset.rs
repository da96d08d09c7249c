//! The registration of the second factor is taken back (manual, chapter 5.2): the next sign-in enrols again.

use super::{Letter, Registrar};
use crate::account::Account;
use crate::audit::EventKind;
use crate::id::AccountId;
use crate::notify::MailKind;
use crate::second_factor;
use crate::storage::{Fault, Tx};

/// Takes back everything a person has beside the password, by the hand of an administrator, and tells the person.
/// `false` when there was nothing.
///
/// # Errors
/// When the database fails.
pub async fn reset_second_factor(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    if !forget_factors(tx, &account.id).await? {
        return Ok(false);
    }
    registrar.write(tx, account, Letter::of(MailKind::SecondFactorReset)).await?;
    registrar.record(tx, EventKind::SecondFactorReset, "by_administrator", account).await?;
    Ok(true)
}

/// Deletes factor, recovery code, remembered browsers and passkeys; answers whether there was a factor or a passkey.
pub(super) async fn forget_factors(tx: &mut Tx, account: &AccountId) -> Result<bool, Fault> {
    let factor = second_factor::reset(tx, account).await?;
    let passkeys = second_factor::passkey::delete_all(tx, account).await?;
    Ok(factor || passkeys > 0)
}

/// Browsers are asked again: the password they were remembered with is gone.
pub(super) async fn forget_browsers(tx: &mut Tx, account: &AccountId) -> Result<(), Fault> {
    second_factor::remembered_browser::forget_all(tx, account).await
}
