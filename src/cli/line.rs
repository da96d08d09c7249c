//! `tegata line add|remove|list`: the lines of a contract, as the admin console has them.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::account_life::Tools;
use super::{CliError, desk::Desk, output};
use crate::config::Config;
use crate::contract::{Contract, find_contract};
use crate::id::{ContractId, LineId};
use crate::lifecycle::{add_line, drop_line};
use crate::line::{LineNumberError, NumberRule, Registered, list_lines};

/// A label is a few words.
const LONGEST_LABEL: usize = 100;

#[derive(Subcommand)]
pub enum Verb {
    /// Register a line for a contract. Prints its id.
    Add(Add),
    /// Take a line away from a contract; whoever signed in over it is signed out.
    Remove {
        /// The contract's id.
        #[arg(long)]
        contract: String,
        /// The line's id, as `list` has it.
        #[arg(long)]
        id: String,
    },
    /// Show the lines of a contract: the last three characters of their numbers.
    List {
        /// The contract's id.
        #[arg(long)]
        contract: String,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
pub struct Add {
    /// The contract's id.
    #[arg(long)]
    contract: String,
    /// The line's number (回線番号), however it is written.
    #[arg(long)]
    number: String,
    /// What the contract calls it, as 本社.
    #[arg(long, default_value = "")]
    label: String,
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Add(wish) => add(&desk, &wish).await?,
        Verb::Remove { contract, id } => remove(&desk, &contract, &LineId::new(id)).await?,
        Verb::List { contract, json } => list(&desk, &contract, json).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn find(desk: &Desk, id: &str) -> Result<Contract, CliError> {
    let id = ContractId::new(id);
    find_contract(&desk.db, &id).await?.ok_or_else(|| CliError::refused(format!("there is no contract {id}")))
}

async fn add(desk: &Desk, wish: &Add) -> Result<(), CliError> {
    let rule =
        desk.config.line.as_ref().map_or_else(NumberRule::default, |line| NumberRule::new(line.number_forms.clone()));
    let number = rule.read(&wish.number).map_err(|why| match why {
        LineNumberError::Empty => CliError::refused("write the line's number"),
        LineNumberError::Form => CliError::refused(format!("a line number has {}", rule.in_english())),
    })?;
    if wish.label.chars().count() > LONGEST_LABEL || wish.label.chars().any(char::is_control) {
        return Err(CliError::refused(format!("a label has {LONGEST_LABEL} characters at the most, on one line")));
    }
    let contract = find(desk, &wish.contract).await?;
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar_of(desk, &contract.brand, "contract")?;
    let mut tx = desk.db.begin().await?;
    let (registered, id) = add_line(&mut tx, &registrar, &contract, (&number, &wish.label)).await?;
    match registered {
        Registered::Registered => {}
        Registered::TakenHere => return Err(CliError::refused("the contract has this line already")),
        Registered::TakenElsewhere => return Err(CliError::refused("another contract of the brand has this line")),
        Registered::Full => return Err(CliError::refused("the contract has as many lines as it may have")),
    }
    tx.commit().await?;
    output::object(&json!({ "line_id": id, "tail": number.tail() }));
    Ok(())
}

async fn remove(desk: &Desk, contract: &str, id: &LineId) -> Result<(), CliError> {
    let contract = find(desk, contract).await?;
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar_of(desk, &contract.brand, "contract")?;
    let mut tx = desk.db.begin().await?;
    if drop_line(&mut tx, &registrar, &contract, id).await?.is_none() {
        return Err(CliError::refused(format!("the contract has no line {id}")));
    }
    tx.commit().await?;
    output::object(&json!({ "line_id": id, "done": "line_removed" }));
    Ok(())
}

async fn list(desk: &Desk, contract: &str, json: bool) -> Result<(), CliError> {
    let contract = find(desk, contract).await?;
    let lines = list_lines(&desk.db, &contract.id).await?;
    let rows: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "line_id": line.id,
                "tail": line.tail,
                "label": line.label,
                "registered": output::time(line.created_at),
                "last_seen": line.last_seen_at.map(output::time),
            })
        })
        .collect();
    output::rows(&["line_id", "tail", "label", "registered", "last_seen"], &rows, json);
    Ok(())
}
