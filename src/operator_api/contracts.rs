//! Contracts: made, found, shown.

use axum::extract::Path;
use bytes::Bytes;
use http::StatusCode;

use super::BASE;
use super::body::{Fields, Made, etag_of, read};
use super::contract_wire::{ContractView, NewContract};
use super::guard::ApiContext;
use super::idempotency::Begun;
use super::problem::{ApiError, ApiProblem, ApiResult, fail};
use super::query::{List, Query, cursor, malformed};
use crate::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role};
use crate::brand::Issuer;
use crate::clock::Timestamp;
use crate::contract::search::{ContractSearch, Place, search_contracts};
use crate::contract::{AccessPathSetting, Contract, ContractState, SecondFactorSetting};
use crate::id::{BrandCode, ContractId};
use crate::lifecycle::{Invitation, Opened, open_contract};
use crate::web::Lang;

/// Lists contracts, the oldest first.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "contracts", operation_id = "list_contracts",
    params(("brand" = Option<String>, Query, description = "Of this brand alone; required for a key of several brands."),
        ("state" = Option<ContractState>, Query, description = "In this state alone."),
        ("plan" = Option<crate::contract::Plan>, Query, description = "On this plan alone."),
        ("name" = Option<String>, Query, description = "Whose name holds this text."),
        ("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The contracts.", body = List<ContractView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    let query = Query::read(&api, &["brand", "state", "plan", "name", "limit", "cursor"])?;
    let after = match query.cursor::<2>()? {
        None => None,
        Some([at, id]) => match at.parse() {
            Ok(at) => Some(Place { created_at: Timestamp::from_millis(at), id: ContractId::new(id) }),
            Err(_) => return malformed("cursor"),
        },
    };
    let search = ContractSearch {
        brand: api.brand_filter(query.get("brand")?)?,
        state: query.parse("state")?,
        plan: query.parse("plan")?,
        name: query.get("name")?.map(str::to_owned),
        after,
        limit: query.limit()?,
    };
    let page = search_contracts(&api.app.db, &search).await?;
    let next_cursor = page.next.map(|next| cursor(&[&next.created_at.as_millis().to_string(), next.id.as_str()]));
    let items = page.contracts.iter().map(ContractView::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor })?.respond())
}

/// Shows a contract.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}", tag = "contracts", operation_id = "get_contract",
    params(("contract_id" = String, Path, description = "The contract's id.")),
    responses((status = 200, description = "The contract.", body = ContractView,
            headers(("ETag" = String, description = "Its version, for If-Match."))),
        (status = 404, description = "There is none.", body = ApiProblem)))]
pub async fn get(api: ApiContext, Path(id): Path<String>) -> ApiResult {
    let contract = api.contract(&id).await?;
    Ok(shown(&contract)?.respond())
}

/// A contract and its version.
pub fn shown(contract: &Contract) -> Result<Made, ApiError> {
    let view = ContractView::of(contract);
    Ok(Made::new(StatusCode::OK, &view)?.tagged(etag_of(&view)))
}

/// Makes a contract and invites its contractor by mail.
#[utoipa::path(post, path = "/api/v1/contracts", tag = "contracts", operation_id = "create_contract",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat for a day.")),
    request_body = NewContract,
    responses((status = 201, description = "The contract.", body = ContractView),
        (status = 409, description = "The id or the contractor's address is taken.", body = ApiProblem),
        (status = 422, description = "Fields are wrong.", body = ApiProblem)))]
pub async fn create(api: ApiContext, body: Bytes) -> ApiResult {
    let wish: NewContract = read(&api, &body)?;
    let issuer = api.issuer(&BrandCode::new(&wish.brand))?;
    let opening = Opening::check(&api, &issuer, wish)?;
    let (mut tx, ticket) = match api.begin(&body).await? {
        Begun::Go(tx, ticket) => (tx, ticket),
        Begun::Again(response) => return Ok(response),
    };
    let Opening { contract, invitation, lang } = opening;
    match open_contract(&mut tx, &api.registrar(&issuer, lang), &contract, &invitation).await? {
        Opened::Yes => {}
        Opened::IdTaken => return fail("id_taken", "There is a contract with this id."),
        Opened::AddressTaken => return fail("address_taken", "Somebody in the brand has the contractor's address."),
    }
    let mut made = shown(&contract)?.at(format!("{BASE}/contracts/{}", contract.id));
    made.status = StatusCode::CREATED;
    let response = api.finish(tx, ticket, &made).await?;
    api.app.outbox.wake();
    Ok(response)
}

/// A contract that may be opened.
struct Opening {
    contract: Contract,
    invitation: Invitation,
    lang: Lang,
}

impl Opening {
    fn check(api: &ApiContext, issuer: &Issuer, wish: NewContract) -> Result<Self, ApiError> {
        let mut fields = Fields::default();
        fields.name("name", &wish.name);
        fields.person("contractor.name", &wish.contractor.name);
        if let Some(id) = &wish.contract_id {
            fields.id("contract_id", id);
        }
        let email = address(&mut fields, "contractor.email", &wish.contractor.email);
        let inviter = match &wish.inviter {
            Some(given) => address(&mut fields, "inviter", given).map(|email| email.as_str().to_owned()),
            None => own_address(api, issuer, &mut fields),
        };
        let lang = wish.contractor.language.as_deref().map_or(Some(Lang::Ja), Lang::from_tag);
        if lang.is_none() {
            fields.add("contractor.language", "is ja or en");
        }
        let started_at = match wish.started_at.as_deref().map(str::parse::<jiff::Timestamp>) {
            None => api.now,
            Some(Ok(at)) if at.as_millisecond() <= api.now.as_millis() => Timestamp::from_millis(at.as_millisecond()),
            Some(_) => {
                fields.add("started_at", "is an instant of the past, as 2026-11-20T09:00:00Z");
                api.now
            }
        };
        fields.finish()?;
        let (Some(email), Some(inviter), Some(lang)) = (email, inviter, lang) else {
            return fail("internal", "a checked field is missing");
        };
        let random = &api.app.random;
        let contract = Contract {
            id: wish.contract_id.map_or_else(|| random.uuid().into(), ContractId::new),
            brand: issuer.brand.clone(),
            name: wish.name,
            plan: wish.plan,
            state: ContractState::Active,
            started_at,
            second_factor: wish.second_factor.unwrap_or(SecondFactorSetting::Enabled),
            access_path: AccessPathSetting::LineAndInternet,
        };
        let account = invited(api, &contract, (wish.contractor.name, &email));
        let new = NewAccount { account, email, password_hash: None };
        Ok(Self { contract, invitation: Invitation { new, inviter }, lang })
    }
}

fn invited(api: &ApiContext, contract: &Contract, (name, email): (String, &EmailAddress)) -> Account {
    let random = &api.app.random;
    Account {
        id: random.row_id(api.now).into(),
        brand: contract.brand.clone(),
        contract_id: contract.id.clone(),
        subject: random.uuid().into(),
        email: email.as_str().to_owned(),
        email_verified_at: None,
        name,
        profile: Profile::default(),
        role: Role::Contractor,
        state: AccountState::Invited,
        login_method: LoginMethod::Password,
        updated_at: api.now,
    }
}

fn address(fields: &mut Fields, field: &str, text: &str) -> Option<EmailAddress> {
    let parsed = EmailAddress::parse(text).ok();
    if parsed.is_none() {
        fields.add(field, "is no e-mail address");
    }
    parsed
}

/// The address that the brand's mails come from.
fn own_address(api: &ApiContext, issuer: &Issuer, fields: &mut Fields) -> Option<String> {
    let brand = api.app.config.brand.iter().find(|brand| brand.code == issuer.brand);
    let own = brand.and_then(|brand| brand.mail_from.as_ref()).map(|mailbox| mailbox.address.clone());
    if own.is_none() {
        fields.add("inviter", "is required: the brand has no mail_from");
    }
    own
}
