//! Contracts: found, and one in detail with its people and lines.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;

use super::Seen;
use super::contract_acts::offers;
use super::sheet::{Act, More, Sheet, asked, mark, path_with, time, time_or_none};
use crate::account::directory::{Place as UserPlace, SearchBy, UserPage, UserSearch, list_users};
use crate::clock::Timestamp;
use crate::context::OperatorContext;
use crate::contract::search::{ContractSearch, Place as ContractPlace, search_contracts};
use crate::contract::{Contract, ContractState, Plan, find_contract};
use crate::id::{BrandCode, ContractId, Subject};
use crate::lifecycle::plan_change_deadline;
use crate::line::list_lines;
use crate::operator::Permission;
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Place};

/// Contracts of a page.
const PAGE: u16 = 50;

/// The list.
pub async fn list(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    show_list(&seen, query.as_deref()).await.unwrap_or_else(|fault| seen.fault(&fault))
}

async fn show_list(seen: &OperatorContext, query: Option<&str>) -> Result<Response, Fault> {
    let (brand, state, plan, name) =
        (asked(query, "brand"), asked(query, "state"), asked(query, "plan"), asked(query, "name"));
    let after = asked(query, "after");
    let wanted = ContractSearch {
        brand: (!brand.is_empty()).then(|| BrandCode::new(brand.as_str())),
        state: ContractState::parse(&state),
        plan: Plan::parse(&plan),
        name: (!name.is_empty()).then(|| name.clone()),
        after: place_of(&after),
        limit: PAGE,
    };
    let page = search_contracts(&seen.app.db, &wanted).await?;
    let mut sheet = Sheet::titled(seen, Place::Contracts, "console-contracts").done(query);
    sheet.form(search_form(&sheet, [&brand, &state, &plan, &name]));
    let next = page.next.map_or_else(String::new, |next| {
        let after = format!("{}.{}", next.created_at.as_millis(), next.id);
        let kept = [("brand", &*brand), ("state", &*state), ("plan", &*plan), ("name", &*name), ("after", &*after)];
        path_with("/contracts", &kept)
    });
    let rows = page.contracts.iter().map(|contract| row(&sheet, contract)).collect();
    let columns =
        ["console-name", "console-brand", "console-plan", "console-state", "console-access-path", "console-id"];
    let acts = vec![Act::new("/contracts/new", "console-contract-new", Permission::ContractsWrite)];
    sheet.table(("console-contracts", "console-none-found"), &columns, rows, More { next, acts });
    Ok(sheet.ok())
}

fn place_of(text: &str) -> Option<ContractPlace> {
    let (at, id) = text.split_once('.')?;
    Some(ContractPlace { created_at: Timestamp::from_millis(at.parse().ok()?), id: ContractId::new(id) })
}

fn search_form(sheet: &Sheet<'_>, [brand, state, plan, name]: [&str; 4]) -> Form {
    let any = || (String::new(), sheet.t("console-any"));
    let states = ContractState::ALL.iter().map(|state| (state.to_string(), sheet.word("state", state.as_str())));
    let plans = Plan::ALL.iter().map(|plan| (plan.to_string(), sheet.word("plan", plan.as_str())));
    Form {
        title: String::new(),
        asks: true,
        action: "/contracts".to_owned(),
        note: String::new(),
        fields: vec![
            Field::line("name", sheet.t("console-name"), name),
            brand_field(sheet, brand, true),
            Field::select("state", sheet.t("console-state"), std::iter::once(any()).chain(states), state),
            Field::select("plan", sheet.t("console-plan"), std::iter::once(any()).chain(plans), plan),
        ],
        submit: sheet.t("console-search"),
        danger: false,
    }
}

/// The choice of a brand; `any` adds all of them.
pub fn brand_field(sheet: &Sheet<'_>, chosen: &str, any: bool) -> Field {
    let brands = sheet.seen.app.config.brand.iter();
    let brands = brands.map(|brand| (brand.code.to_string(), format!("{} {}", brand.code, brand.name)));
    let any = any.then(|| (String::new(), sheet.t("console-any")));
    Field::select("brand", sheet.t("console-brand"), any.into_iter().chain(brands), chosen)
}

fn row(sheet: &Sheet<'_>, contract: &Contract) -> Vec<Cell> {
    vec![
        Cell::link(path(&contract.id), contract.name.as_str()),
        Cell::code(contract.brand.as_str()),
        Cell::text(sheet.word("plan", contract.plan.as_str())),
        state(sheet, contract),
        Cell::text(sheet.word("access-path", contract.access_path.as_str())),
        Cell::code(contract.id.as_str()),
    ]
}

fn state(sheet: &Sheet<'_>, contract: &Contract) -> Cell {
    mark(contract.state == ContractState::Active, sheet.word("state", contract.state.as_str()))
}

/// Where a contract is.
pub fn path(contract: &ContractId) -> String {
    format!("/contracts/{}", contract.as_str())
}

/// One of them.
pub async fn get(Extension(seen): Seen, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let found = find_contract(&seen.app.db, &ContractId::new(id)).await;
    match found {
        Ok(Some(contract)) => show(&seen, &contract, query.as_deref()).await.unwrap_or_else(|fault| seen.fault(&fault)),
        Ok(None) => seen.refuse(&Problem::NotFound),
        Err(fault) => seen.fault(&fault),
    }
}

async fn show(seen: &OperatorContext, contract: &Contract, query: Option<&str>) -> Result<Response, Fault> {
    let mut sheet = Sheet::new(seen, Place::Contracts, contract.name.as_str())
        .below("/contracts", seen.frame("").t("console-contracts"))
        .done(query);
    let rows = vec![
        ("console-id", Cell::code(contract.id.as_str())),
        ("console-brand", Cell::link(format!("/brands/{}", contract.brand), contract.brand.as_str())),
        ("console-state", state(&sheet, contract)),
        ("console-plan", Cell::text(sheet.word("plan", contract.plan.as_str()))),
        ("console-started", Cell::text(time(contract.started_at))),
        ("console-plan-deadline", time_or_none(plan_change_deadline(contract))),
        ("console-access-path", Cell::text(sheet.word("access-path", contract.access_path.as_str()))),
        ("console-second-factor", Cell::text(sheet.word("second-factor", contract.second_factor.as_str()))),
    ];
    let history = path_with("/audit", &[("contract", contract.id.as_str())]);
    let mut acts = offers(contract);
    acts.push(Act::new(history, "console-history", Permission::AuditRead));
    sheet.facts("", rows, acts);
    add_people(&mut sheet, contract, query).await?;
    let lines = list_lines(&seen.app.db, &contract.id).await?;
    let rows = lines.into_iter().map(|line| {
        vec![
            Cell::code(format!("…{}", line.tail)),
            Cell::text(line.label),
            Cell::text(time(line.created_at)),
            time_or_none(line.last_seen_at),
        ]
    });
    let columns = ["console-line", "console-label", "console-registered", "console-last-seen"];
    sheet.table(("console-lines", "console-lines-none"), &columns, rows.collect(), More::default());
    Ok(sheet.ok())
}

async fn add_people(sheet: &mut Sheet<'_>, contract: &Contract, query: Option<&str>) -> Result<(), Fault> {
    if !sheet.seen.operator.may(Permission::AccountsRead) {
        return Ok(());
    }
    let (text, after) = (asked(query, "q"), asked(query, "after"));
    let place = if after.is_empty() { UserPlace::First } else { UserPlace::After(Subject::new(after)) };
    let wanted = UserSearch {
        contract: contract.id.clone(),
        by: SearchBy::Anything,
        text: text.clone(),
        role: None,
        state: None,
        place,
        limit: PAGE,
    };
    let page = list_users(&sheet.seen.app.db, &wanted).await?;
    let UserPage { users, next, .. } = page.unwrap_or(UserPage { users: Vec::new(), previous: None, next: None });
    sheet.form(Form {
        title: String::new(),
        asks: true,
        action: path(&contract.id),
        note: String::new(),
        fields: vec![Field::line("q", sheet.t("console-people-search"), text.as_str())],
        submit: sheet.t("console-search"),
        danger: false,
    });
    let rows = users.iter().map(|user| {
        vec![
            Cell::link(format!("{}/accounts/{}", path(&contract.id), user.subject.as_str()), user.name.as_str()),
            Cell::text(user.email.as_str()),
            Cell::text(sheet.word("person", user.role.as_str())),
            mark(user.state.as_str() == "active", sheet.word("account", user.state.as_str())),
            Cell::text(sheet.word("method", user.login_method.as_str())),
        ]
    });
    let rows = rows.collect();
    let next = match next {
        Some(UserPlace::After(subject)) => path_with(&path(&contract.id), &[("q", &text), ("after", subject.as_str())]),
        _ => String::new(),
    };
    let columns = ["console-name", "console-email", "console-role", "console-state", "console-login-method"];
    sheet.table(("console-people", "console-none-found"), &columns, rows, More { next, acts: Vec::new() });
    Ok(())
}
