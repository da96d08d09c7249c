//! `tegata contract add|list|set-second-factor`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{CliError, desk::Desk, input, output};
use crate::audit::EventKind;
use crate::config::Config;
use crate::contract::{
    AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting, find_contract, insert_contract,
    list_contracts, update_second_factor_setting,
};
use crate::id::{BrandCode, ContractId};
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
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Add(wish) => add(&desk, wish).await?,
        Verb::SetSecondFactor { id, to } => set_second_factor(&desk, &ContractId::new(id), to).await?,
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
        started_at: desk.now,
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

async fn set_second_factor(desk: &Desk, id: &ContractId, to: SecondFactorSetting) -> Result<(), CliError> {
    let found = find_contract(&desk.db, id).await?;
    let contract = found.ok_or_else(|| CliError::refused(format!("there is no contract {id}")))?;
    let mut event = desk.event(EventKind::ContractChanged, "second_factor", Some(&contract.brand));
    event.contract = Some(contract.id.clone());
    let mut tx = desk.db.begin().await?;
    if !update_second_factor_setting(&mut tx, id, (contract.second_factor, to), desk.now).await? {
        return Err(CliError::refused("the contract was changed meanwhile: look again"));
    }
    desk.record(&mut tx, &event.with("to", to.as_str())).await?;
    tx.commit().await?;
    output::object(&json!({ "contract_id": id, "second_factor": to.as_str() }));
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
