//! The contract's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{Contract, ContractState, Plan, SecondFactorSetting};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements, text_column};

text_column!(Plan, ContractState, SecondFactorSetting);

statements! {
    INSERT = "INSERT INTO contract (id, brand, name, plan, state, started_at, second_factor, created_at, updated_at) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)";
    FIND = "SELECT id, brand, name, plan, state, started_at, second_factor FROM contract WHERE id = $1";
    LIST = "SELECT id, brand, name, plan, state, started_at, second_factor FROM contract \
            WHERE CAST($1 AS TEXT) IS NULL OR brand = $1 ORDER BY brand, created_at, id LIMIT 1000";
    UPDATE_SECOND_FACTOR = "UPDATE contract SET second_factor = $3, updated_at = $4 \
                            WHERE id = $1 AND second_factor = $2 RETURNING id";
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
}

impl From<Row> for Contract {
    fn from(row: Row) -> Self {
        let Row { id, brand, name, plan, state, started_at, second_factor } = row;
        Self { id, brand, name, plan, state, started_at, second_factor }
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
