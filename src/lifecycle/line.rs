//! The lines of a contract (manual, chapter 4.2: 回線番号登録).

use super::Registrar;
use crate::audit::{Event, EventKind, insert_event};
use crate::contract::Contract;
use crate::id::LineId;
use crate::line::{LineNumber, NewLine, Registered, RegisteredLine, register_line, remove_line};
use crate::session::end_sessions_of_line;
use crate::storage::{Fault, Tx};
use crate::token::revoke_families_of_line;

/// Registers a line for a contract.
///
/// # Errors
/// When the database fails.
pub async fn add_line(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    (number, label): (&LineNumber, &str),
) -> Result<(Registered, LineId), Fault> {
    let tools = (registrar.master, registrar.random);
    let new = NewLine::new(tools, (&contract.brand, &contract.id), number, label, registrar.now);
    let registered = register_line(tx, &new, registrar.now).await?;
    if registered == Registered::Registered {
        record(tx, registrar, contract, ("line_registered", &new.id, number.tail())).await?;
    }
    Ok((registered, new.id))
}

/// Takes a line away from a contract, and ends whatever was signed in over it; `None` when the contract has no such line
/// any more.
///
/// # Errors
/// When the database fails.
pub async fn drop_line(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    id: &LineId,
) -> Result<Option<RegisteredLine>, Fault> {
    let Some(line) = remove_line(tx, &contract.id, id).await? else { return Ok(None) };
    let hash = line.key.hash();
    end_sessions_of_line(tx, &contract.id, hash, registrar.now).await?;
    revoke_families_of_line(tx, (&contract.id, hash), "line_removed", registrar.now).await?;
    record(tx, registrar, contract, ("line_removed", id, &line.tail)).await?;
    Ok(Some(line))
}

/// Writes an event about a line: never more than three characters of its number.
async fn record(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    (what, line, tail): (&'static str, &LineId, &str),
) -> Result<(), Fault> {
    let mut event = Event { kind: EventKind::ContractChanged, ..registrar.event.clone() }.because(what);
    event.contract = Some(contract.id.clone());
    event = event.with("line", line.as_str()).with("tail", tail);
    insert_event(tx, registrar.random.row_id(registrar.now).into(), &event, registrar.now).await
}
