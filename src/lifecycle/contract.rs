//! The life of a contract: what the contract system, its contractor and an operator may change (`product.md` §1, §3, §6).
//!
//! ```text
//! open (trial | basic) ── change plan: trial ─▶ basic, until 15 days after the trial's end ─▶ …
//!   ├─ cancel: everybody's sessions and tokens end ── reinstate ─▶
//!   └─ switch the access path, two-step verification: act at once on everybody
//! ```

use super::{Invitation, Registrar, invite};
use crate::audit::{Event, EventKind, insert_event};
use crate::clock::Timestamp;
use crate::contract::{
    AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting, insert_contract, rename_contract,
    update_access_path_setting, update_contract_state, update_plan, update_second_factor_setting,
};
use crate::id::{ContractId, SessionId};
use crate::policy::sign_in::{TRIAL, TRIAL_GRACE};
use crate::session::{end_sessions_of_contract, end_sessions_without_line};
use crate::storage::{Fault, Tx};
use crate::token::{revoke_families_of_contract, revoke_families_without_line};

/// What became of opening a contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opened {
    /// It is there, and its contractor invited.
    Yes,
    /// There is a contract of this id already; the transaction is lost.
    IdTaken,
    /// The contractor's address is somebody's already; the transaction is lost.
    AddressTaken,
}

/// What became of a change of plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlanChange {
    /// It is changed.
    Changed,
    /// The contract has that plan already.
    Same,
    /// From the basic plan there is no way to the trial.
    NoWay,
    /// The trial ended more than 15 days ago.
    TooLate,
    /// Somebody changed it in this very moment.
    Raced,
}

/// Adds a contract and invites its contractor.
///
/// # Errors
/// When the database fails.
pub async fn open_contract(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    contractor: &Invitation,
) -> Result<Opened, Fault> {
    match insert_contract(tx, contract, registrar.now).await {
        Err(Fault::Unique(_)) => return Ok(Opened::IdTaken),
        outcome => outcome?,
    }
    match invite(tx, registrar, contractor).await {
        Err(Fault::Unique(_)) => return Ok(Opened::AddressTaken),
        outcome => outcome?,
    }
    record(tx, registrar, (&contract.id, "opened"), &[("plan", contract.plan.as_str())]).await?;
    Ok(Opened::Yes)
}

/// Until when a trial may become a basic contract (manual, chapter 0, note 1).
pub fn plan_change_deadline(contract: &Contract) -> Option<Timestamp> {
    (contract.plan == Plan::Trial).then(|| contract.started_at.plus(TRIAL).plus(TRIAL_GRACE))
}

/// Moves a contract to another plan. `late`: also after the time for it has passed, by an operator's hand.
///
/// # Errors
/// When the database fails.
pub async fn change_plan(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    (to, late): (Plan, bool),
) -> Result<PlanChange, Fault> {
    match (contract.plan, to) {
        (from, to) if from == to => return Ok(PlanChange::Same),
        (Plan::Basic, _) => return Ok(PlanChange::NoWay),
        _ if !late && plan_change_deadline(contract).is_some_and(|deadline| deadline <= registrar.now) => {
            return Ok(PlanChange::TooLate);
        }
        _ => {}
    }
    if !update_plan(tx, &contract.id, (contract.plan, to), (registrar.now, registrar.now)).await? {
        return Ok(PlanChange::Raced);
    }
    record(tx, registrar, (&contract.id, "plan"), &[("from", contract.plan.as_str()), ("to", to.as_str())]).await?;
    Ok(PlanChange::Changed)
}

/// Ends a contract: nobody of it signs in any more, and what they have open ends. `false` when it was not in force.
///
/// # Errors
/// When the database fails.
pub async fn cancel_contract(tx: &mut Tx, registrar: &Registrar<'_>, contract: &ContractId) -> Result<bool, Fault> {
    let states = (ContractState::Active, ContractState::Cancelled);
    if !update_contract_state(tx, contract, states, registrar.now).await? {
        return Ok(false);
    }
    end_sessions_of_contract(tx, contract, registrar.now).await?;
    revoke_families_of_contract(tx, contract, "contract_cancelled", registrar.now).await?;
    record(tx, registrar, (contract, "cancelled"), &[]).await?;
    Ok(true)
}

/// Puts a cancelled contract in force again; its people sign in anew. `false` when it was not cancelled.
///
/// # Errors
/// When the database fails.
pub async fn reinstate_contract(tx: &mut Tx, registrar: &Registrar<'_>, contract: &ContractId) -> Result<bool, Fault> {
    let states = (ContractState::Cancelled, ContractState::Active);
    if !update_contract_state(tx, contract, states, registrar.now).await? {
        return Ok(false);
    }
    record(tx, registrar, (contract, "reinstated"), &[]).await?;
    Ok(true)
}

/// Changes over which networks a contract's people may come. 「回線認証のみ」 ends what no verified line stands behind,
/// except the session of the contractor who asks for it: the menu is where a mistake is repaired. `None` when somebody
/// changed the setting in this very moment; else how many sessions ended.
///
/// # Errors
/// When the database fails.
pub async fn switch_access_path(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (contract, to): (&Contract, AccessPathSetting),
    except: Option<&SessionId>,
) -> Result<Option<u64>, Fault> {
    let (id, now) = (&contract.id, registrar.now);
    if !update_access_path_setting(tx, id, (contract.access_path, to), now).await? {
        return Ok(None);
    }
    let mut ended = 0;
    if to == AccessPathSetting::LineOnly {
        ended = end_sessions_without_line(tx, id, except, now).await?;
        revoke_families_without_line(tx, id, "line_required", now).await?;
    }
    let detail = [("from", contract.access_path.as_str()), ("to", to.as_str()), ("sessions", &*ended.to_string())];
    record(tx, registrar, (id, "access_path"), &detail).await?;
    Ok(Some(ended))
}

/// Switches two-step verification of a contract on or off; `false` when somebody did so in this very moment.
///
/// # Errors
/// When the database fails.
pub async fn set_second_factor(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    to: SecondFactorSetting,
) -> Result<bool, Fault> {
    if !update_second_factor_setting(tx, &contract.id, (contract.second_factor, to), registrar.now).await? {
        return Ok(false);
    }
    let detail = [("from", contract.second_factor.as_str()), ("to", to.as_str())];
    record(tx, registrar, (&contract.id, "second_factor"), &detail).await?;
    Ok(true)
}

/// Gives a contract another name; `false` when somebody did so in this very moment.
///
/// # Errors
/// When the database fails.
pub async fn rename(tx: &mut Tx, registrar: &Registrar<'_>, contract: &Contract, to: &str) -> Result<bool, Fault> {
    if !rename_contract(tx, &contract.id, (&contract.name, to), registrar.now).await? {
        return Ok(false);
    }
    record(tx, registrar, (&contract.id, "renamed"), &[]).await?;
    Ok(true)
}

/// Writes an event about a contract; who did it stands in the registrar's event.
async fn record(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (contract, what): (&ContractId, &'static str),
    detail: &[(&'static str, &str)],
) -> Result<(), Fault> {
    let mut event = Event { kind: EventKind::ContractChanged, ..registrar.event.clone() }.because(what);
    event.contract = Some(contract.clone());
    for (name, value) in detail {
        event = event.with(name, value);
    }
    insert_event(tx, registrar.random.row_id(registrar.now).into(), &event, registrar.now).await
}
