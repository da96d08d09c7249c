//! The lock after ten wrong passwords, and the ways out of it (manual, chapter 6.1).

use super::{Letter, Registrar};
use crate::account::{Account, AccountState, update_account_state};
use crate::audit::EventKind;
use crate::lockout::{LoginKey, clear_failures};
use crate::notify::MailKind;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Purpose, Ticket, consume_ticket};

/// Locks an active account and writes the mail 【brand】アカウントロック; `false` when it is not active any more: of
/// several tenth failures at once one locks, and one mail leaves.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    if !update_account_state(tx, &account.id, (AccountState::Active, AccountState::Locked), registrar.now).await? {
        return Ok(false);
    }
    let unblock = (Purpose::Unblock, Data::default());
    registrar.write_link(tx, account, unblock, Letter::of(MailKind::Unblock)).await?;
    registrar.record(tx, EventKind::AccountLocked, "too_many_failures", account).await?;
    metrics::counter!("tegata_account_locks_total").increment(1);
    Ok(true)
}

/// Takes the lock away by the mailed link; `false` when the link was used, replaced or over a moment before. An account
/// that is not locked any more stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn unblock(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    ticket: &Ticket,
    account: &Account,
) -> Result<bool, Fault> {
    if !consume_ticket(tx, &ticket.id, registrar.now).await? {
        return Ok(false);
    }
    release(tx, registrar, account, "by_link").await?;
    Ok(true)
}

/// Takes the lock away by the hand of an administrator; `false` when there was none.
///
/// # Errors
/// When the database fails.
pub async fn unlock(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    release(tx, registrar, account, "by_administrator").await
}

/// Clears the count, then the lock: in this order everywhere, so that two transactions never wait for each other.
pub(super) async fn release(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    account: &Account,
    why: &'static str,
) -> Result<bool, Fault> {
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    let locked = (AccountState::Locked, AccountState::Active);
    let released = update_account_state(tx, &account.id, locked, registrar.now).await?;
    if released {
        registrar.record(tx, EventKind::AccountUnlocked, why, account).await?;
        metrics::counter!("tegata_account_unlocks_total", "by" => why).increment(1);
    }
    Ok(released)
}
