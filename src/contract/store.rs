//! The contract's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(AccessPathSetting, Plan, ContractState, SecondFactorSetting);

statements! {
    INSERT = "INSERT INTO contract (id, brand, name, plan, state, started_at, second_factor, access_path, created_at, \
              updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    FIND = "SELECT id, brand, name, plan, state, started_at, second_factor, access_path FROM contract WHERE id = $1";
    LIST = "SELECT id, brand, name, plan, state, started_at, second_factor, access_path FROM contract \
            WHERE CAST($1 AS TEXT) IS NULL OR brand = $1 ORDER BY brand, created_at, id LIMIT 1000";
    UPDATE_SECOND_FACTOR = "UPDATE contract SET second_factor = $3, updated_at = $4 \
                            WHERE id = $1 AND second_factor = $2 RETURNING id";
    UPDATE_ACCESS_PATH = "UPDATE contract SET access_path = $3, updated_at = $4 \
                          WHERE id = $1 AND access_path = $2 RETURNING id";
    UPDATE_PLAN = "UPDATE contract SET plan = $3, started_at = $4, updated_at = $5 \
                   WHERE id = $1 AND plan = $2 RETURNING id";
    UPDATE_STATE = "UPDATE contract SET state = $3, updated_at = $4 WHERE id = $1 AND state = $2 RETURNING id";
    RENAME = "UPDATE contract SET name = $3, updated_at = $4 WHERE id = $1 AND name = $2 RETURNING id";
}

#[derive(FromRow)]
struct Row {
    id: ContractId,
    brand: BrandCode,
    name: String,
    plan: Plan,
    state: ContractState,
    started_at: Timestamp,
    second_factor: SecondFactorSetting,
    access_path: AccessPathSetting,
}

impl From<Row> for Contract {
    fn from(row: Row) -> Self {
        let Row { id, brand, name, plan, state, started_at, second_factor, access_path } = row;
        Self { id, brand, name, plan, state, started_at, second_factor, access_path }
    }
}

/// Adds a contract.
///
/// # Errors
/// [`Fault::Unique`] when its id is taken.
pub async fn insert_contract(tx: &mut Tx, contract: &Contract, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT)
        .bind(&contract.id)
        .bind(&contract.brand)
        .bind(&contract.name)
        .bind(contract.plan)
        .bind(contract.state)
        .bind(contract.started_at)
        .bind(contract.second_factor)
        .bind(contract.access_path)
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// A contract by its id.
///
/// # Errors
/// When the database fails.
pub async fn find_contract(db: &Database, id: &ContractId) -> Result<Option<Contract>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The contracts of one brand, or of all; 1000 at the most.
///
/// # Errors
/// When the database fails.
pub async fn list_contracts(db: &Database, brand: Option<&BrandCode>) -> Result<Vec<Contract>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).bind(brand).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Switches two-step verification of a contract on or off; `false` when the setting is no longer the one given first.
///
/// # Errors
/// When the database fails.
pub async fn update_second_factor_setting(
    tx: &mut Tx,
    id: &ContractId,
    (from, to): (SecondFactorSetting, SecondFactorSetting),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_SECOND_FACTOR)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Changes over which networks a contract's people may come; `false` when the setting is no longer the one given first.
///
/// # Errors
/// When the database fails.
pub async fn update_access_path_setting(
    tx: &mut Tx,
    id: &ContractId,
    (from, to): (AccessPathSetting, AccessPathSetting),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_ACCESS_PATH)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Moves a contract to another plan, which begins at `started_at`; `false` when the plan is no longer the one given
/// first.
///
/// # Errors
/// When the database fails.
pub async fn update_plan(
    tx: &mut Tx,
    id: &ContractId,
    (from, to): (Plan, Plan),
    (started_at, now): (Timestamp, Timestamp),
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_PLAN)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(started_at)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Moves a contract to another state; `false` when the state is no longer the one given first.
///
/// # Errors
/// When the database fails.
pub async fn update_contract_state(
    tx: &mut Tx,
    id: &ContractId,
    (from, to): (ContractState, ContractState),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_STATE).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Gives a contract another name; `false` when the name is no longer the one given first.
///
/// # Errors
/// When the database fails.
pub async fn rename_contract(
    tx: &mut Tx,
    id: &ContractId,
    (from, to): (&str, &str),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(RENAME).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}
