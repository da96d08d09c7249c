//! Whether a user is there: suspended, resumed, deleted (`product.md` §8).

use super::Registrar;
use super::second_factor_reset::{forget_browsers, forget_factors};
use crate::account::administration::delete_account;
use crate::account::{Account, AccountState, update_account_state};
use crate::audit::EventKind;
use crate::lockout::{LoginKey, clear_failures};
use crate::storage::{Fault, Tx};
use crate::ticket::revoke_tickets_of_account;
use crate::upstream::identity::delete_identity;

/// Stops a user: no sign-in, no session, no token and no mailed link is good any more. Factors and method stay for the
/// day the user comes back. `false` when the user is not in use, so that there is nothing to stop.
///
/// # Errors
/// When the database fails.
pub async fn suspend(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    let mut stopped = false;
    for from in [AccountState::Active, AccountState::Locked] {
        stopped =
            stopped || update_account_state(tx, &account.id, (from, AccountState::Suspended), registrar.now).await?;
    }
    if stopped {
        revoke_tickets_of_account(tx, &account.id, registrar.now).await?;
        forget_browsers(tx, &account.id).await?;
        registrar.end_everything(tx, account, (None, "suspended")).await?;
        registrar.record(tx, EventKind::AccountChanged, "suspended", account).await?;
    }
    Ok(stopped)
}

/// Lets a suspended user in again; a lock from before is gone with the count that led to it. `false` when the user is
/// not suspended.
///
/// # Errors
/// When the database fails.
pub async fn resume(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    // The count first, then the account: as the lock does, so that the two never wait for each other.
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    let resumed = (AccountState::Suspended, AccountState::Active);
    if !update_account_state(tx, &account.id, resumed, registrar.now).await? {
        return Ok(false);
    }
    registrar.record(tx, EventKind::AccountChanged, "resumed", account).await?;
    Ok(true)
}

/// Deletes a user, whatever the state: nothing that proves who they are is left, and the address is free again. `false`
/// for the contractor and for one who is gone already.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    delete_identity(tx, &account.id).await?;
    if !delete_account(tx, &account.id, registrar.now).await? {
        return Ok(false);
    }
    forget_factors(tx, &account.id).await?;
    revoke_tickets_of_account(tx, &account.id, registrar.now).await?;
    registrar.end_everything(tx, account, (None, "deleted")).await?;
    registrar.record(tx, EventKind::AccountChanged, "deleted", account).await?;
    Ok(true)
}
