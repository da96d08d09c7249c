//! A contract's people: found, shown, and helped when they cannot sign in.

use axum::extract::Path;
use http::StatusCode;

use super::account_wire::{AccountView, ListedAccount};
use super::body::Made;
use super::guard::ApiContext;
use super::problem::{ApiError, ApiProblem, ApiResult, fail, not_found};
use super::query::{List, Query, cursor, malformed};
use crate::account::directory::{Place, SearchBy, UserSearch, find_sign_ins, find_user, list_users};
use crate::account::{AccountState, Role, SignInRecord};
use crate::id::Subject;
use crate::lifecycle;
use crate::web::Lang;

/// Lists the people of a contract, deleted ones left out.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}/accounts", tag = "accounts", operation_id = "list_accounts",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("search" = Option<String>, Query, description = "What is searched for."),
        ("by" = Option<String>, Query,
            description = "What it is compared with: `anything` (unless given), `address` or `name`, from their beginning."),
        ("role" = Option<Role>, Query, description = "With this role alone."),
        ("state" = Option<AccountState>, Query, description = "In this state alone."),
        ("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The people.", body = List<ListedAccount>),
        (status = 404, description = "There is no such contract.", body = ApiProblem)))]
pub async fn list(api: ApiContext, Path(contract): Path<String>) -> ApiResult {
    let query = Query::read(&api, &["search", "by", "role", "state", "limit", "cursor"])?;
    let contract = api.contract(&contract).await?;
    let search = UserSearch {
        contract: contract.id,
        by: query.parse("by")?.unwrap_or(SearchBy::Anything),
        text: query.get("search")?.unwrap_or_default().to_owned(),
        role: query.parse("role")?,
        state: query.parse("state")?,
        place: query.cursor::<1>()?.map_or(Place::First, |[sub]| Place::After(Subject::new(sub))),
        limit: query.limit()?,
    };
    let Some(page) = list_users(&api.app.db, &search).await? else { return malformed("cursor") };
    let next_cursor = match &page.next {
        Some(Place::After(subject)) => Some(cursor(&[subject.as_str()])),
        _ => None,
    };
    let items = page.users.iter().map(ListedAccount::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor })?.respond())
}

/// Shows a person's account.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}/accounts/{sub}", tag = "accounts",
    operation_id = "get_account",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("sub" = String, Path, description = "The person's sub.")),
    responses((status = 200, description = "The account.", body = AccountView),
        (status = 404, description = "There is none.", body = ApiProblem)))]
pub async fn get(api: ApiContext, Path((contract, sub)): Path<(String, String)>) -> ApiResult {
    let record = find(&api, &contract, &sub).await?;
    shown(&api, &record).await
}

/// Suspends a person: no sign-in, no session, no token.
#[utoipa::path(post, path = "/api/v1/contracts/{contract_id}/accounts/{sub}/suspend", tag = "accounts",
    operation_id = "suspend_account",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("sub" = String, Path, description = "The person's sub.")),
    responses((status = 200, description = "The account.", body = AccountView),
        (status = 409, description = "It is not in use.", body = ApiProblem)))]
pub async fn suspend(api: ApiContext, Path(place): Path<(String, String)>) -> ApiResult {
    help(&api, place, Help::Suspend).await
}

/// Lets a suspended person in again.
#[utoipa::path(post, path = "/api/v1/contracts/{contract_id}/accounts/{sub}/resume", tag = "accounts",
    operation_id = "resume_account",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("sub" = String, Path, description = "The person's sub.")),
    responses((status = 200, description = "The account.", body = AccountView),
        (status = 409, description = "It is not suspended.", body = ApiProblem)))]
pub async fn resume(api: ApiContext, Path(place): Path<(String, String)>) -> ApiResult {
    help(&api, place, Help::Resume).await
}

/// Takes away the lock after ten wrong passwords.
#[utoipa::path(post, path = "/api/v1/contracts/{contract_id}/accounts/{sub}/unlock", tag = "accounts",
    operation_id = "unlock_account",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("sub" = String, Path, description = "The person's sub.")),
    responses((status = 200, description = "The account.", body = AccountView),
        (status = 409, description = "It is not locked.", body = ApiProblem)))]
pub async fn unlock(api: ApiContext, Path(place): Path<(String, String)>) -> ApiResult {
    help(&api, place, Help::Unlock).await
}

/// Takes back a person's second factor and passkeys, and tells the person by mail; the next sign-in enrols again.
#[utoipa::path(delete, path = "/api/v1/contracts/{contract_id}/accounts/{sub}/second-factor", tag = "accounts",
    operation_id = "reset_second_factor",
    params(("contract_id" = String, Path, description = "The contract's id."),
        ("sub" = String, Path, description = "The person's sub.")),
    responses((status = 200, description = "The account.", body = AccountView),
        (status = 409, description = "It has none.", body = ApiProblem)))]
pub async fn reset_second_factor(api: ApiContext, Path(place): Path<(String, String)>) -> ApiResult {
    help(&api, place, Help::ResetSecondFactor).await
}

/// What is done for a person.
#[derive(Clone, Copy)]
enum Help {
    Suspend,
    Resume,
    Unlock,
    ResetSecondFactor,
}

async fn help(api: &ApiContext, (contract, sub): (String, String), help: Help) -> ApiResult {
    let record = find(api, &contract, &sub).await?;
    let issuer = api.issuer(&record.account.brand)?;
    let (registrar, account) = (api.registrar(&issuer, Lang::Ja), &record.account);
    let mut tx = api.app.db.begin().await?;
    let done = match help {
        Help::Suspend => lifecycle::suspend(&mut tx, &registrar, account).await?,
        Help::Resume => lifecycle::resume(&mut tx, &registrar, account).await?,
        Help::Unlock => lifecycle::unlock(&mut tx, &registrar, account).await?,
        Help::ResetSecondFactor => lifecycle::reset_second_factor(&mut tx, &registrar, account).await?,
    };
    if !done {
        return fail("not_possible", format!("The account is {}: there is nothing to do.", account.state));
    }
    tx.commit().await?;
    api.app.outbox.wake();
    shown(api, &find(api, &contract, &sub).await?).await
}

async fn find(api: &ApiContext, contract: &str, sub: &str) -> Result<SignInRecord, ApiError> {
    let contract = api.contract(contract).await?;
    let found = find_user(&api.app.db, &contract.id, &Subject::new(sub)).await?;
    found.map_or_else(not_found, Ok)
}

async fn shown(api: &ApiContext, record: &SignInRecord) -> ApiResult {
    let seen = find_sign_ins(&api.app.db, &record.account.id).await?;
    Ok(Made::new(StatusCode::OK, &AccountView::of(record, seen))?.respond())
}
