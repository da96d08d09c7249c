//! `tegata contract add|list|set-plan|set-access-path|set-second-factor|cancel|reinstate`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::account_life::Tools;
use super::{CliError, desk::Desk, input, output};
use crate::audit::EventKind;
use crate::clock::Timestamp;
use crate::config::Config;
use crate::contract::{
    AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting, find_contract, insert_contract,
    list_contracts,
};
use crate::id::{BrandCode, ContractId};
use crate::lifecycle::{
    PlanChange, cancel_contract, change_plan, reinstate_contract, set_second_factor, switch_access_path,
};
use crate::storage::Fault;

#[derive(Subcommand)]
pub enum Verb {
    /// Make a contract. Prints its id.
    Add(Add),
    /// Switch two-step verification of a contract on or off.
    SetSecondFactor {
        /// The contract's id.
        #[arg(long)]
        id: String,
        /// `enabled` or `disabled`.
        #[arg(long)]
        to: SecondFactorSetting,
    },
    /// Change over which networks a contract's people may come.
    SetAccessPath {
        /// The contract's id.
        #[arg(long)]
        id: String,
        /// `line_and_internet` or `line_only`.
        #[arg(long)]
        to: AccessPathSetting,
    },
    /// Move a trial to the basic plan.
    SetPlan {
        /// The contract's id.
        #[arg(long)]
        id: String,
        /// `basic`.
        #[arg(long)]
        to: Plan,
        /// Also later than 15 days after the trial's end.
        #[arg(long)]
        late: bool,
    },
    /// End a contract: nobody of it signs in any more.
    Cancel {
        /// The contract's id.
        #[arg(long)]
        id: String,
    },
    /// Put a cancelled contract in force again.
    Reinstate {
        /// The contract's id.
        #[arg(long)]
        id: String,
    },
    /// Show the contracts.
    List {
        /// Of this brand alone.
        #[arg(long)]
        brand: Option<String>,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
pub struct Add {
    /// The brand's code.
    #[arg(long)]
    brand: String,
    /// The company's name.
    #[arg(long)]
    name: String,
    /// `basic` or `trial`.
    #[arg(long, default_value = "basic")]
    plan: Plan,
    /// Whether its people are asked for two-step verification: `enabled` or `disabled`.
    #[arg(long, default_value = "enabled")]
    second_factor: SecondFactorSetting,
    /// An id instead of a made one.
    #[arg(long)]
    id: Option<String>,
    /// When the plan began, `2026-11-20T09:00:00+09:00`, for a contract taken over from elsewhere. Default: now.
    #[arg(long)]
    started_at: Option<jiff::Timestamp>,
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Add(wish) => add(&desk, wish).await?,
        Verb::SetSecondFactor { id, to } => change(&desk, &id, Change::SecondFactor(to)).await?,
        Verb::SetAccessPath { id, to } => change(&desk, &id, Change::AccessPath(to)).await?,
        Verb::SetPlan { id, to, late } => change(&desk, &id, Change::Plan(to, late)).await?,
        Verb::Cancel { id } => change(&desk, &id, Change::Cancel).await?,
        Verb::Reinstate { id } => change(&desk, &id, Change::Reinstate).await?,
        Verb::List { brand, json } => list(&desk, brand.as_deref(), json).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn add(desk: &Desk, wish: Add) -> Result<(), CliError> {
    let brand = desk.brand(&wish.brand)?.code.clone();
    input::check_name("a company's name", &wish.name)?;
    let id = match wish.id {
        Some(id) => ContractId::new(input::check_id("a contract id", id)?),
        None => desk.random.uuid().into(),
    };
    let contract = Contract {
        id,
        brand,
        name: wish.name,
        plan: wish.plan,
        state: ContractState::Active,
        started_at: wish.started_at.map_or(desk.now, |at| Timestamp::from_millis(at.as_millisecond())),
        second_factor: wish.second_factor,
        access_path: AccessPathSetting::LineAndInternet,
    };
    let mut event = desk.event(EventKind::ContractChanged, "added", Some(&contract.brand));
    event.contract = Some(contract.id.clone());
    let mut tx = desk.db.begin().await?;
    match insert_contract(&mut tx, &contract, desk.now).await {
        Err(Fault::Unique(_)) => return Err(CliError::refused(format!("there is a contract {} already", contract.id))),
        outcome => outcome?,
    }
    desk.record(&mut tx, &event).await?;
    tx.commit().await?;
    output::object(&json!({ "contract_id": contract.id }));
    Ok(())
}

/// What is changed about a contract.
enum Change {
    SecondFactor(SecondFactorSetting),
    AccessPath(AccessPathSetting),
    Plan(Plan, bool),
    Cancel,
    Reinstate,
}

async fn change(desk: &Desk, id: &str, change: Change) -> Result<(), CliError> {
    let id = ContractId::new(id);
    let found = find_contract(&desk.db, &id).await?;
    let contract = found.ok_or_else(|| CliError::refused(format!("there is no contract {id}")))?;
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar_of(desk, &contract.brand, "contract")?;
    let mut tx = desk.db.begin().await?;
    let (done, key, value) = match change {
        Change::SecondFactor(to) => {
            (set_second_factor(&mut tx, &registrar, &contract, to).await?, "second_factor", to.as_str())
        }
        Change::AccessPath(to) => {
            let switched = switch_access_path(&mut tx, &registrar, (&contract, to), None).await?;
            (switched.is_some(), "access_path", to.as_str())
        }
        Change::Plan(to, late) => match change_plan(&mut tx, &registrar, &contract, (to, late)).await? {
            PlanChange::Changed => (true, "plan", to.as_str()),
            PlanChange::Raced => (false, "plan", to.as_str()),
            PlanChange::Same => return Err(CliError::refused(format!("the contract's plan is {to} already"))),
            PlanChange::NoWay => return Err(CliError::refused("there is no way from the basic plan to the trial")),
            PlanChange::TooLate => {
                return Err(CliError::refused("the trial ended more than 15 days ago: use --late if this is meant"));
            }
        },
        Change::Cancel => (cancel_contract(&mut tx, &registrar, &id).await?, "state", "cancelled"),
        Change::Reinstate => (reinstate_contract(&mut tx, &registrar, &id).await?, "state", "active"),
    };
    if !done {
        return Err(CliError::refused("the contract is not as it was, or is so already: look again"));
    }
    tx.commit().await?;
    output::object(&json!({ "contract_id": id, key: value }));
    Ok(())
}

async fn list(desk: &Desk, brand: Option<&str>, json: bool) -> Result<(), CliError> {
    let brand: Option<BrandCode> = brand.map(|code| desk.brand(code).map(|brand| brand.code.clone())).transpose()?;
    let contracts = list_contracts(&desk.db, brand.as_ref()).await?;
    let row = |contract: &Contract| {
        json!({
            "contract_id": contract.id,
            "brand": contract.brand,
            "name": contract.name,
            "plan": contract.plan.as_str(),
            "state": contract.state.as_str(),
            "second_factor": contract.second_factor.as_str(),
            "access_path": contract.access_path.as_str(),
            "started": output::time(contract.started_at),
        })
    };
    let rows: Vec<Value> = contracts.iter().map(row).collect();
    output::rows(&["contract_id", "brand", "name", "plan", "state", "started"], &rows, json);
    Ok(())
}
