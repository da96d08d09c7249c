//! The SQL of what administrators change.

use sqlx::{FromRow, query_as};

use crate::account::{AccountState, LoginMethod, Role};
use crate::clock::Timestamp;
use crate::id::{AccountId, ContractId};
use crate::storage::{Fault, Tx, on_tx, statements};

statements! {
    HOLD = "UPDATE account SET updated_at = updated_at WHERE id = $1 AND contract_id = $2 \
            RETURNING role, state, login_method";
    UPDATE_ROLE = "UPDATE account SET role = $3, updated_at = $4 \
                   WHERE id = $1 AND role = $2 AND state <> 'deleted' RETURNING id";
    HAND_CONTRACT_TO = "UPDATE account SET role = 'contractor', updated_at = $3 \
                        WHERE id = $1 AND contract_id = $2 AND role <> 'contractor' AND state = 'active' \
                        AND login_method <> 'active_directory' RETURNING id";
    DELETE = "UPDATE account SET state = 'deleted', password_hash = NULL, password_changed_at = NULL, profile = '{}', \
              updated_at = $2 WHERE id = $1 AND role <> 'contractor' AND state <> 'deleted' RETURNING id";
}

/// An account that stays as it is until the transaction ends.
#[derive(FromRow, Clone, Copy, Debug)]
pub struct Held {
    /// Its role.
    pub role: Role,
    /// Its state.
    pub state: AccountState,
    /// Its login method.
    pub login_method: LoginMethod,
}

/// Holds an account of a contract until the transaction ends; `None` when the contract has no such account.
///
/// Whoever holds several does so in the order of their ids, and after the counts of failures.
///
/// # Errors
/// When the database fails.
pub async fn hold_account(tx: &mut Tx, id: &AccountId, contract: &ContractId) -> Result<Option<Held>, Fault> {
    on_tx!(tx, c => query_as(HOLD).bind(id).bind(contract).fetch_optional(c).await)
}

/// Gives an account another role; `false` when its role is not the first one any more.
///
/// # Errors
/// [`Fault::Unique`] when the contract would have two contractors.
pub async fn update_role(tx: &mut Tx, id: &AccountId, (from, to): (Role, Role), now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_ROLE).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Makes an active account the contractor, once the former one is none any more; `false` when it cannot be.
///
/// # Errors
/// [`Fault::Unique`] when the contract has a contractor.
pub async fn hand_contract_to(
    tx: &mut Tx,
    id: &AccountId,
    contract: &ContractId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(HAND_CONTRACT_TO).bind(id).bind(contract).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Deletes an account: its address is free again, its password and profile are gone. Address and name stay, for the
/// history of the contract. `false` for a contractor and for one that is gone already.
///
/// # Errors
/// When the database fails; among others while an upstream identity is linked.
pub async fn delete_account(tx: &mut Tx, id: &AccountId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(DELETE).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}
