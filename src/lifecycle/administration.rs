//! What administrators do to the users of their contract: the gate in front of the verbs (`product.md` §8, §10).
//!
//! ```text
//! counts of failures ─▶ both accounts held, in the order of their ids ─▶ policy::administration ─▶ the verb
//! ```
//! The page asked the same table before; what counts is what is stored at this moment. Of two administrators who act on
//! each other at once, the second finds that he has no power any more.

use super::invitation::{Invitation, invite, invite_again};
use super::role::{make_administrator, make_user, transfer_contractor};
use super::second_factor_reset::reset_second_factor;
use super::standing::{delete, resume, suspend};
use super::{Registrar, email_change, lock, login_method};
use crate::account::administration::{Held, hold_account};
use crate::account::{Account, EmailAddress, LoginMethod, SignInRecord};
use crate::audit::EventKind;
use crate::id::{AccountId, ContractId, SessionId};
use crate::lockout::{LoginKey, clear_failures};
use crate::policy::administration::{Act, Actor, Refusal, Target, check_act, check_power};
use crate::storage::{Fault, Tx};
use crate::ticket::{Issued, find_open_change, revoke_ticket};

/// Who does something to whom.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// Who acts.
    pub actor: &'a Account,
    /// In which session.
    pub session: &'a SessionId,
    /// Whom it concerns, as the page read it.
    pub target: &'a SignInRecord,
}

/// What the act is, with what it needs to know.
#[derive(Clone, Copy)]
pub enum Deed<'a> {
    /// An act that needs nothing more; for [`Act::ChangeSignIn`] the address stays, so that a login method is chosen.
    Plain(Act),
    /// The mail メールアドレス変更登録 to a new address; the second is the account that has it, if any.
    ChangeEmail(&'a EmailAddress, Option<&'a SignInRecord>),
    /// The change that waits for its link is taken back.
    CancelChange,
}

impl Deed<'_> {
    /// The act the table knows.
    pub const fn act(&self) -> Act {
        match self {
            Self::Plain(act) => *act,
            Self::ChangeEmail(..) | Self::CancelChange => Act::ChangeSignIn,
        }
    }
}

/// What became of an act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Administered {
    /// It is done.
    Done,
    /// There was nothing to do: somebody else was faster, or nothing was there. The caller rolls back.
    Nothing,
    /// A change of the other kind waits for its link. The caller commits what the audit log says of it.
    OtherPending,
    /// It is not allowed. The caller rolls back.
    Refused(Refusal),
}

impl From<bool> for Administered {
    fn from(done: bool) -> Self {
        if done { Self::Done } else { Self::Nothing }
    }
}

impl From<Issued> for Administered {
    fn from(issued: Issued) -> Self {
        match issued {
            Issued::Yes => Self::Done,
            Issued::OtherPending => Self::OtherPending,
        }
    }
}

/// Does something to a user, if it is allowed at this moment.
///
/// # Errors
/// When the database fails.
pub async fn administer(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    case: Case<'_>,
    deed: Deed<'_>,
) -> Result<Administered, Fault> {
    let account = &case.target.account;
    if matches!(deed.act(), Act::Unlock | Act::Resume) {
        // Counts come before accounts: these two clear them, and must not wait for them while they hold an account.
        clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    }
    let (actor, target) = hold_both(tx, case).await?;
    let facts = target.map(|held| target_of(&case.actor.id, account, held));
    let allowed = match (actor, facts) {
        (None, _) => Err(Refusal::NotInPower),
        (_, None) => Err(Refusal::State),
        (Some(actor), Some(target)) => check_act(deed.act(), actor_of(actor), target),
    };
    match allowed {
        Ok(()) => perform(tx, registrar, case, deed).await,
        Err(refusal) => Ok(Administered::Refused(refusal)),
    }
}

/// Invites a person, if whoever invites has the power at this moment.
///
/// # Errors
/// When the database fails; [`Fault::Unique`] when the address is taken in the brand: the transaction is lost.
pub async fn invite_by(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    inviter: &Account,
    invitation: &Invitation,
) -> Result<Administered, Fault> {
    if let Err(refusal) = confirm_power(tx, inviter).await? {
        return Ok(Administered::Refused(refusal));
    }
    invite(tx, registrar, invitation).await?;
    Ok(Administered::Done)
}

/// Whether somebody may administer a contract at this moment, held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn confirm_power(tx: &mut Tx, actor: &Account) -> Result<Result<(), Refusal>, Fault> {
    let held = hold_account(tx, &actor.id, &actor.contract_id).await?;
    Ok(held.map_or(Err(Refusal::NotInPower), |held| check_power(actor_of(held))))
}

/// The facts about an account for the table.
pub fn target_of(actor: &AccountId, account: &Account, held: Held) -> Target {
    Target {
        is_oneself: *actor == account.id,
        role: held.role,
        state: held.state,
        has_password: held.login_method == LoginMethod::Password,
        has_active_directory: held.login_method == LoginMethod::ActiveDirectory,
    }
}

const fn actor_of(held: Held) -> Actor {
    Actor { role: held.role, state: held.state }
}

async fn hold_both(tx: &mut Tx, case: Case<'_>) -> Result<(Option<Held>, Option<Held>), Fault> {
    let (actor, target): (&AccountId, &AccountId) = (&case.actor.id, &case.target.account.id);
    let contract: &ContractId = &case.actor.contract_id;
    if actor == target {
        let held = hold_account(tx, actor, contract).await?;
        return Ok((held, held));
    }
    if actor < target {
        let first = hold_account(tx, actor, contract).await?;
        return Ok((first, hold_account(tx, target, contract).await?));
    }
    let first = hold_account(tx, target, contract).await?;
    Ok((hold_account(tx, actor, contract).await?, first))
}

async fn perform(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    case: Case<'_>,
    deed: Deed<'_>,
) -> Result<Administered, Fault> {
    let (record, account) = (case.target, &case.target.account);
    let act = match deed {
        Deed::Plain(act) => act,
        Deed::ChangeEmail(email, holder) => {
            return email_change::request_email_change(tx, registrar, record, (email, holder)).await.map(Into::into);
        }
        Deed::CancelChange => return cancel_change(tx, registrar, account).await.map(Into::into),
    };
    Ok(match act {
        Act::ChangeSignIn => login_method::request_login_method_change(tx, registrar, record).await?.into(),
        Act::InviteAgain => invite_again(tx, registrar, account, &case.actor.email).await?.into(),
        Act::Unlock => lock::unlock(tx, registrar, account).await?.into(),
        Act::ResetSecondFactor => reset_factor(tx, registrar, account).await?.into(),
        Act::EndSessions => end_sessions(tx, registrar, case).await?.into(),
        Act::MakeAdministrator => make_administrator(tx, registrar, account).await?.into(),
        Act::MakeUser => make_user(tx, registrar, account).await?.into(),
        Act::TransferContractor => {
            transfer_contractor(tx, registrar, (case.actor, case.session), account).await?.into()
        }
        Act::Suspend => suspend(tx, registrar, account).await?.into(),
        Act::Resume => resume(tx, registrar, account).await?.into(),
        Act::Delete => delete(tx, registrar, account).await?.into(),
    })
}

/// Lets the second factor be enrolled anew. Whatever is signed in on the phone that was lost ends with it.
async fn reset_factor(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    let reset = reset_second_factor(tx, registrar, account).await?;
    if reset {
        registrar.end_everything(tx, account, (None, "second_factor_reset")).await?;
    }
    Ok(reset)
}

/// Ends every session of a user, and what was issued from them; of one's own all but the one in which it is done.
async fn end_sessions(tx: &mut Tx, registrar: &Registrar<'_>, case: Case<'_>) -> Result<bool, Fault> {
    let account = &case.target.account;
    let except = (case.actor.id == account.id).then_some(case.session);
    registrar.end_everything(tx, account, (except, "by_administrator")).await?;
    registrar.record(tx, EventKind::SessionEnded, "by_administrator", account).await?;
    Ok(true)
}

/// Takes the change of address or method back that waits for its link; `false` when there is none.
async fn cancel_change(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account) -> Result<bool, Fault> {
    let Some(ticket) = find_open_change(tx, &account.id, registrar.now).await? else { return Ok(false) };
    if !revoke_ticket(tx, &ticket, registrar.now).await? {
        return Ok(false);
    }
    registrar.record(tx, EventKind::AccountChanged, "change_cancelled", account).await?;
    Ok(true)
}
