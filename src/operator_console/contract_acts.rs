//! What can be changed about a contract: each act a page that says what it will do, and a button that does it.

use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::contracts::path;
use super::sheet::{Act as Offer, Sheet};
use crate::account::parse_name;
use crate::context::{CONSOLE_PURPOSE, Form as Posted, OperatorContext};
use crate::contract::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting, find_contract};
use crate::id::ContractId;
use crate::lifecycle::{
    PlanChange, Registrar, cancel_contract, change_plan, preview_line_only, reinstate_contract, rename,
    set_second_factor, switch_access_path,
};
use crate::operator::Permission;
use crate::storage::{Fault, Tx};
use crate::text_enum::text_enum;
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Place};

text_enum! {
    /// An act: the last segment of its path.
    enum Act {
        /// Another name.
        Name = "name",
        /// Another plan.
        Plan = "plan",
        /// Another access path.
        AccessPath = "access-path",
        /// Two-step verification on or off.
        SecondFactor = "second-factor",
        /// The end.
        Cancel = "cancel",
        /// In force again.
        Reinstate = "reinstate",
    }
}

/// What became of it.
enum Outcome {
    Done,
    /// Why not, as a key of the catalogue.
    Not(&'static str),
}

/// What can be changed about a contract as it is.
pub fn offers(contract: &Contract) -> Vec<Offer> {
    let fits = |act: &&Act| match act {
        Act::Cancel => contract.state == ContractState::Active,
        Act::Reinstate => contract.state == ContractState::Cancelled,
        Act::Name | Act::Plan | Act::AccessPath | Act::SecondFactor => true,
    };
    let offer =
        |act: &Act| Offer::new(format!("{}/{act}", path(&contract.id)), title(*act), Permission::ContractsWrite);
    Act::ALL.iter().filter(fits).map(offer).collect()
}

/// What it will do.
pub async fn get(Extension(seen): Seen, Path((id, act)): Path<(String, String)>) -> Response {
    let (contract, act) = match find(&seen, id, &act).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    show(&seen, &contract, act, None).await.unwrap_or_else(|fault| seen.fault(&fault))
}

/// Does it.
pub async fn post(Extension(seen): Seen, Path((id, act)): Path<(String, String)>, body: Bytes) -> Response {
    let form = match seen.read_form(&body, &[CONSOLE_PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return seen.refuse(&problem),
    };
    let (contract, act) = match find(&seen, id, &act).await {
        Ok(found) => found,
        Err(response) => return *response,
    };
    match run(&seen, &contract, act, &form).await {
        Ok(Ok(Outcome::Done)) => seen.go(&format!("{}?done=contract-changed", path(&contract.id))),
        Ok(Ok(Outcome::Not(why))) => {
            show(&seen, &contract, act, Some(why)).await.unwrap_or_else(|fault| seen.fault(&fault))
        }
        Ok(Err(problem)) => seen.refuse(&problem),
        Err(fault) => seen.fault(&fault),
    }
}

async fn find(seen: &OperatorContext, id: String, act: &str) -> Result<(Contract, Act), Box<Response>> {
    let Some(act) = Act::parse(act) else { return Err(Box::new(seen.refuse(&Problem::NotFound))) };
    match find_contract(&seen.app.db, &ContractId::new(id)).await {
        Ok(Some(contract)) => Ok((contract, act)),
        Ok(None) => Err(Box::new(seen.refuse(&Problem::NotFound))),
        Err(fault) => Err(Box::new(seen.fault(&fault))),
    }
}

async fn run(
    seen: &OperatorContext,
    contract: &Contract,
    act: Act,
    form: &Posted,
) -> Result<Result<Outcome, Problem>, Fault> {
    let Some(issuer) = seen.app.issuers.of(&contract.brand) else { return Ok(Err(Problem::NotFound)) };
    let (to, confirmed) = match (form.text("to"), form.ticked("confirm")) {
        (Ok(to), Ok(confirmed)) => (to, confirmed),
        (Err(problem), _) | (_, Err(problem)) => return Ok(Err(problem)),
    };
    if act != Act::Name && !confirmed {
        return Ok(Ok(Outcome::Not("console-wrong-confirm")));
    }
    // What was shown is what is changed: another state by now is another question.
    let shown = form.text("shown").unwrap_or_default();
    if shown != standing(contract, act) {
        return Ok(Ok(Outcome::Not("console-changed-meanwhile")));
    }
    let mut tx = seen.app.db.begin().await?;
    let outcome = change(&mut tx, &seen.registrar(issuer), contract, (act, &to)).await?;
    if matches!(outcome, Outcome::Done) {
        tx.commit().await?;
        seen.app.outbox.wake();
    }
    Ok(Ok(outcome))
}

async fn change(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    (act, to): (Act, &str),
) -> Result<Outcome, Fault> {
    let raced = |done: bool| if done { Outcome::Done } else { Outcome::Not("console-changed-meanwhile") };
    Ok(match act {
        Act::Name => match parse_name(to) {
            Ok(name) => raced(rename(tx, registrar, contract, &name).await?),
            Err(_) => Outcome::Not("console-wrong-name"),
        },
        Act::Plan => match Plan::parse(to) {
            // By an operator's hand also when the time for it has passed.
            Some(to) => match change_plan(tx, registrar, contract, (to, true)).await? {
                PlanChange::Changed => Outcome::Done,
                PlanChange::Same => Outcome::Not("console-same"),
                PlanChange::NoWay => Outcome::Not("console-plan-no-way"),
                PlanChange::TooLate | PlanChange::Raced => Outcome::Not("console-changed-meanwhile"),
            },
            None => Outcome::Not("console-wrong-choice"),
        },
        Act::AccessPath => match AccessPathSetting::parse(to) {
            Some(to) if to == contract.access_path => Outcome::Not("console-same"),
            Some(to) => raced(switch_access_path(tx, registrar, (contract, to), None).await?.is_some()),
            None => Outcome::Not("console-wrong-choice"),
        },
        Act::SecondFactor => match SecondFactorSetting::parse(to) {
            Some(to) if to == contract.second_factor => Outcome::Not("console-same"),
            Some(to) => raced(set_second_factor(tx, registrar, contract, to).await?),
            None => Outcome::Not("console-wrong-choice"),
        },
        Act::Cancel => raced(cancel_contract(tx, registrar, &contract.id).await?),
        Act::Reinstate => raced(reinstate_contract(tx, registrar, &contract.id).await?),
    })
}

/// What stands now, as the form that is shown remembers it.
fn standing(contract: &Contract, act: Act) -> &str {
    match act {
        Act::Name => &contract.name,
        Act::Plan => contract.plan.as_str(),
        Act::AccessPath => contract.access_path.as_str(),
        Act::SecondFactor => contract.second_factor.as_str(),
        Act::Cancel | Act::Reinstate => contract.state.as_str(),
    }
}

async fn show(
    seen: &OperatorContext,
    contract: &Contract,
    act: Act,
    refused: Option<&'static str>,
) -> Result<Response, Fault> {
    let mut sheet = Sheet::titled(seen, Place::Contracts, title(act))
        .below("/contracts", seen.frame("").t("console-contracts"))
        .below(path(&contract.id), contract.name.as_str());
    if let Some(key) = refused {
        sheet = sheet.refused(key);
    }
    let kind = kind_of(act);
    let now = if act == Act::Name { contract.name.clone() } else { sheet.word(kind, standing(contract, act)) };
    let mut rows = vec![("console-company", Cell::text(contract.name.as_str())), ("console-now", Cell::text(now))];
    if act == Act::AccessPath {
        let preview = preview_line_only(&seen.app.db, &contract.id, seen.now).await?;
        rows.push(("console-preview-people", Cell::text(preview.internet.to_string())));
        rows.push((
            "console-preview-line-seen",
            Cell::text(sheet.word("yes-no", if preview.seen { "yes" } else { "no" })),
        ));
    }
    sheet.facts("", rows, Vec::new());
    sheet.form(form(&sheet, contract, act));
    Ok(sheet.show(if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK }))
}

const fn title(act: Act) -> &'static str {
    match act {
        Act::Name => "console-contract-name",
        Act::Plan => "console-contract-plan",
        Act::AccessPath => "console-contract-access-path",
        Act::SecondFactor => "console-contract-second-factor",
        Act::Cancel => "console-contract-cancel",
        Act::Reinstate => "console-contract-reinstate",
    }
}

const fn kind_of(act: Act) -> &'static str {
    match act {
        Act::Plan => "plan",
        Act::AccessPath => "access-path",
        Act::SecondFactor => "second-factor",
        Act::Name | Act::Cancel | Act::Reinstate => "state",
    }
}

fn form(sheet: &Sheet<'_>, contract: &Contract, act: Act) -> Form {
    let choices = |words: &[&'static str]| {
        let kind = kind_of(act);
        words.iter().map(|word| ((*word).to_owned(), sheet.word(kind, word))).collect::<Vec<_>>()
    };
    let current = standing(contract, act);
    let to = match act {
        Act::Name => Some(Field::line("to", sheet.t("console-company"), contract.name.as_str()).required()),
        Act::Plan => Some(Field::select("to", sheet.t("console-new-value"), choices(&["basic", "trial"]), current)),
        Act::AccessPath => {
            let words = choices(&["line_and_internet", "line_only"]);
            Some(Field::select("to", sheet.t("console-new-value"), words, current))
        }
        Act::SecondFactor => {
            Some(Field::select("to", sheet.t("console-new-value"), choices(&["enabled", "disabled"]), current))
        }
        Act::Cancel | Act::Reinstate => None,
    };
    let confirm = (act != Act::Name).then(|| Field::tick("confirm", sheet.t("console-confirm"), false).required());
    let shown = Field::hidden("shown", current);
    Form {
        title: String::new(),
        asks: false,
        action: format!("{}/{act}", path(&contract.id)),
        note: sheet.t(&format!("{}-note", title(act))),
        fields: std::iter::once(shown).chain(to).chain(confirm).collect(),
        submit: sheet.t("console-apply"),
        danger: matches!(act, Act::Cancel),
    }
}
