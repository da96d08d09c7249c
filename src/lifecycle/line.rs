//! The lines of a contract: registered, named and removed by its administrators (manual, chapter 4.2).

use super::Registrar;
use crate::audit::{Event, EventKind, insert_event};
use crate::contract::Contract;
use crate::id::LineId;
use crate::line::{LineNumber, NewLine, Registered, register_line, remove_line, rename_line};
use crate::session::end_sessions_of_line;
use crate::storage::{Fault, Tx};
use crate::token::revoke_families_of_line;

/// Registers a line of a contract under a name of its own; its id counts where it was registered.
///
/// # Errors
/// When the database fails.
pub async fn add_line(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    (number, label): (&LineNumber, &str),
) -> Result<(Registered, LineId), Fault> {
    let (tools, owner) = ((registrar.master, registrar.random), (&contract.brand, &contract.id));
    let new = NewLine::new(tools, owner, number, label, registrar.now);
    let registered = register_line(tx, &new, registrar.now).await?;
    if registered == Registered::Registered {
        record(tx, registrar, (contract, "line_registered"), &[("line", new.id.as_str()), ("tail", &new.tail)]).await?;
    }
    Ok((registered, new.id))
}

/// Gives a line another name; `false` when the contract has no such line any more.
///
/// # Errors
/// When the database fails.
pub async fn label_line(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    (id, label): (&LineId, &str),
) -> Result<bool, Fault> {
    if !rename_line(tx, &contract.id, id, label).await? {
        return Ok(false);
    }
    record(tx, registrar, (contract, "line_renamed"), &[("line", id.as_str())]).await?;
    Ok(true)
}

/// Removes a line. What a sign-in over it stands behind ends in the same moment; answers how many sessions that were.
/// `None` when the contract has no such line any more.
///
/// # Errors
/// When the database fails.
pub async fn drop_line(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    contract: &Contract,
    id: &LineId,
) -> Result<Option<u64>, Fault> {
    let Some(line) = remove_line(tx, &contract.id, id).await? else { return Ok(None) };
    let hash = line.key.hash();
    let ended = end_sessions_of_line(tx, &contract.id, hash, registrar.now).await?;
    revoke_families_of_line(tx, (&contract.id, hash), "line_removed", registrar.now).await?;
    let sessions = ended.to_string();
    let detail = [("line", id.as_str()), ("tail", &*line.tail), ("sessions", &*sessions)];
    record(tx, registrar, (contract, "line_removed"), &detail).await?;
    Ok(Some(ended))
}

async fn record(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (contract, what): (&Contract, &'static str),
    detail: &[(&'static str, &str)],
) -> Result<(), Fault> {
    let mut event = Event { kind: EventKind::ContractChanged, ..registrar.event.clone() }.because(what);
    event.contract = Some(contract.id.clone());
    for (name, value) in detail {
        event = event.with(name, value);
    }
    insert_event(tx, registrar.random.row_id(registrar.now).into(), &event, registrar.now).await
}
