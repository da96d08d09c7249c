//! Another role for a user, and the contractor's role for somebody else (`product.md` §1, §8).

use super::{Letter, Registrar};
use crate::account::administration::{hand_contract_to, update_role};
use crate::account::{Account, Role};
use crate::audit::EventKind;
use crate::id::SessionId;
use crate::notify::MailKind;
use crate::session::end_account_sessions;
use crate::storage::{Fault, Tx};
use crate::ticket::revoke_tickets_of_account;
use crate::token::revoke_account_families;

/// Makes a user an administrator. Sessions and tokens stay: they hold less than the user may do now. `false` when the
/// account is no user.
///
/// # Errors
/// When the database fails.
pub async fn make_administrator(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    if !update_role(tx, &account.id, (Role::User, Role::Administrator), registrar.now).await? {
        return Ok(false);
    }
    registrar.record(tx, EventKind::AccountChanged, "made_administrator", account).await?;
    Ok(true)
}

/// Makes an administrator a user. Every session and token ends, since applications were told of the former role.
/// `false` when the account is no administrator.
///
/// # Errors
/// When the database fails.
pub async fn make_user(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    if !update_role(tx, &account.id, (Role::Administrator, Role::User), registrar.now).await? {
        return Ok(false);
    }
    registrar.end_everything(tx, account, (None, "role_changed")).await?;
    registrar.record(tx, EventKind::AccountChanged, "made_user", account).await?;
    Ok(true)
}

/// Hands a contract over: the contractor becomes an administrator, `heir` the contractor, in one step, so that the
/// contract has exactly one at all times. What applications were told of the former contractor is revoked; the session
/// in which it is done stays. Both are told by mail. `false` when the first is not the contractor any more, or the
/// second cannot be it: not active, or signing in by Active Directory. The caller then rolls back.
///
/// # Errors
/// When the database fails.
pub async fn transfer_contractor(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (contractor, session): (&Account, &SessionId),
    heir: &Account,
) -> Result<bool, Fault> {
    let (contract, now) = (&contractor.contract_id, registrar.now);
    if !update_role(tx, &contractor.id, (Role::Contractor, Role::Administrator), now).await?
        || !hand_contract_to(tx, &heir.id, contract, now).await?
    {
        return Ok(false);
    }
    // A link by which the heir could still choose an Active Directory must not be open.
    revoke_tickets_of_account(tx, &heir.id, now).await?;
    end_account_sessions(tx, &contractor.id, Some(session), now).await?;
    revoke_account_families(tx, &contractor.id, (None, "role_changed"), now).await?;
    let args = [("contractor", heir.name.as_str())];
    for account in [contractor, heir] {
        let letter = Letter { args: &args, ..Letter::of(MailKind::ContractorChanged) };
        registrar.write(tx, account, letter).await?;
    }
    registrar.record(tx, EventKind::AccountChanged, "contractor_left", contractor).await?;
    registrar.record(tx, EventKind::AccountChanged, "made_contractor", heir).await?;
    Ok(true)
}
