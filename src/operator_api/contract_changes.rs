//! What the contract system and operators change about a contract.

use axum::extract::Path;
use bytes::Bytes;

use super::body::{Fields, etag_of, read};
use super::contract_wire::{AccessPathChange, ContractView, NameChange, PlanWish, SecondFactorChange, StateChange};
use super::contracts::shown;
use super::guard::ApiContext;
use super::problem::{ApiError, ApiProblem, ApiResult, fail};
use crate::contract::{AccessPathSetting, Contract, ContractState};
use crate::lifecycle;
use crate::lifecycle::{
    PlanChange, cancel_contract, change_plan, preview_line_only, reinstate_contract, set_second_factor,
    switch_access_path,
};
use crate::storage::Tx;
use crate::web::Lang;

/// Gives a contract another name.
#[utoipa::path(put, path = "/api/v1/contracts/{contract_id}/name", tag = "contracts", operation_id = "rename_contract",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read.")),
    request_body = NameChange,
    responses((status = 200, description = "The contract.", body = ContractView),
        (status = 409, description = "It was changed meanwhile.", body = ApiProblem)))]
pub async fn rename(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let wish: NameChange = read(&api, &body)?;
    let mut fields = Fields::default();
    fields.name("name", &wish.name);
    fields.finish()?;
    let contract = find(&api, &id).await?;
    let issuer = api.issuer(&contract.brand)?;
    let mut tx = api.app.db.begin().await?;
    match lifecycle::rename(&mut tx, &api.registrar(&issuer, Lang::Ja), &contract, &wish.name).await? {
        true => done(tx, Contract { name: wish.name, ..contract }).await,
        false => changed(),
    }
}

/// Moves a trial to the basic plan.
#[utoipa::path(put, path = "/api/v1/contracts/{contract_id}/plan", tag = "contracts", operation_id = "change_plan",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read.")),
    request_body = PlanWish,
    responses((status = 200, description = "The contract.", body = ContractView),
        (status = 409, description = "There is no such way, or the time for it is over.", body = ApiProblem)))]
pub async fn plan(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let wish: PlanWish = read(&api, &body)?;
    let contract = find(&api, &id).await?;
    let issuer = api.issuer(&contract.brand)?;
    let mut tx = api.app.db.begin().await?;
    match change_plan(&mut tx, &api.registrar(&issuer, Lang::Ja), &contract, (wish.plan, wish.late)).await? {
        PlanChange::Changed => done(tx, Contract { plan: wish.plan, started_at: api.now, ..contract }).await,
        PlanChange::Same => fail("already_so", "The contract has this plan already."),
        PlanChange::NoWay => fail("not_possible", "There is no way from the basic plan to the trial."),
        PlanChange::TooLate => {
            fail("not_possible", "The trial ended more than 15 days ago: send late if this is meant.")
        }
        PlanChange::Raced => changed(),
    }
}

/// Cancels a contract, or puts it in force again.
#[utoipa::path(put, path = "/api/v1/contracts/{contract_id}/state", tag = "contracts", operation_id = "change_contract_state",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read.")),
    request_body = StateChange,
    responses((status = 200, description = "The contract.", body = ContractView),
        (status = 409, description = "It is so already.", body = ApiProblem)))]
pub async fn state(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let wish: StateChange = read(&api, &body)?;
    let contract = find(&api, &id).await?;
    let issuer = api.issuer(&contract.brand)?;
    let registrar = api.registrar(&issuer, Lang::Ja);
    let mut tx = api.app.db.begin().await?;
    let moved = match wish.state {
        ContractState::Active => reinstate_contract(&mut tx, &registrar, &contract.id).await?,
        ContractState::Cancelled => cancel_contract(&mut tx, &registrar, &contract.id).await?,
    };
    match moved {
        true => done(tx, Contract { state: wish.state, ..contract }).await,
        false => fail("already_so", format!("The contract is {} already.", wish.state)),
    }
}

/// Says over which networks a contract's people may come.
#[utoipa::path(put, path = "/api/v1/contracts/{contract_id}/access-path", tag = "contracts",
    operation_id = "change_access_path",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read.")),
    request_body = AccessPathChange,
    responses((status = 200, description = "The contract.", body = ContractView),
        (status = 409, description = "It is so already, or no line was ever seen.", body = ApiProblem)))]
pub async fn access_path(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let AccessPathChange { access_path: to, even_unseen } = read(&api, &body)?;
    let contract = find(&api, &id).await?;
    if contract.access_path == to {
        return fail("already_so", format!("The access path is {to} already."));
    }
    let issuer = api.issuer(&contract.brand)?;
    if to == AccessPathSetting::LineOnly
        && !even_unseen
        && !preview_line_only(&api.app.db, &contract.id, api.now).await?.seen
    {
        return fail("not_possible", "None of the contract's lines was ever seen: send even_unseen if this is meant.");
    }
    let mut tx = api.app.db.begin().await?;
    match switch_access_path(&mut tx, &api.registrar(&issuer, Lang::Ja), (&contract, to), None).await? {
        Some(_) => done(tx, Contract { access_path: to, ..contract }).await,
        None => changed(),
    }
}

/// Switches two-step verification of a contract on or off.
#[utoipa::path(put, path = "/api/v1/contracts/{contract_id}/second-factor", tag = "contracts",
    operation_id = "change_second_factor_setting",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read.")),
    request_body = SecondFactorChange,
    responses((status = 200, description = "The contract.", body = ContractView),
        (status = 409, description = "It is so already.", body = ApiProblem)))]
pub async fn second_factor(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let SecondFactorChange { second_factor: to } = read(&api, &body)?;
    let contract = find(&api, &id).await?;
    if contract.second_factor == to {
        return fail("already_so", format!("Two-step verification is {to} already."));
    }
    let issuer = api.issuer(&contract.brand)?;
    let mut tx = api.app.db.begin().await?;
    match set_second_factor(&mut tx, &api.registrar(&issuer, Lang::Ja), &contract, to).await? {
        true => done(tx, Contract { second_factor: to, ..contract }).await,
        false => changed(),
    }
}

/// The contract, if it is still what the sender read.
async fn find(api: &ApiContext, id: &str) -> Result<Contract, ApiError> {
    let contract = api.contract(id).await?;
    api.check_match(&etag_of(&ContractView::of(&contract)), false)?;
    Ok(contract)
}

async fn done(tx: Tx, contract: Contract) -> ApiResult {
    tx.commit().await?;
    Ok(shown(&contract)?.respond())
}

fn changed() -> ApiResult {
    fail("changed_meanwhile", "Somebody else changed the contract in this very moment: read it again.")
}
