//! `tegata account link`: an upstream account for an account, without its person.

use super::account::find;
use super::account_args::Link;
use super::account_life::{Tools, done};
use super::{CliError, desk::Desk};
use crate::boot::BootError;
use crate::clock::Clock;
use crate::id::ConnectionId;
use crate::lifecycle::{Linked, Upstream, take_over_identity};
use crate::outbound::Outbound;
use crate::upstream::{Person, Upstreams};

/// Hands an upstream account over to an account.
pub async fn link(desk: &Desk, wish: &Link) -> Result<(), CliError> {
    let record = find(desk, &wish.named).await?;
    let tools = Tools::of(desk)?;
    let issuer = tools.issuer(&record.account.brand)?;
    let outbound = Outbound::new(&desk.config.outbound, Clock::system());
    let upstreams = Upstreams::load(&desk.config.upstream, &outbound, Clock::system()).map_err(BootError::from)?;
    let id = ConnectionId::new(&wish.connection);
    let found = upstreams.find((&desk.db, &tools.master), issuer, &id).await?;
    let connection = found.ok_or_else(|| {
        CliError::refused(format!("{} has no connection {id} that can be used", record.account.brand))
    })?;
    let subject = connection.subject_key(&wish.subject).ok_or_else(|| {
        CliError::refused("that is not what this upstream calls a person: see `tegata account link --help`")
    })?;
    let person = Person { subject, upstream_sub: None, name: None, email: None, auth_time: None };
    let registrar = tools.registrar(desk, &record.account, "linked")?;
    let mut tx = desk.db.begin().await?;
    let upstream = Upstream { connection: &connection, person: &person };
    let refusal = match take_over_identity(&mut tx, &registrar, &record, upstream).await? {
        Linked::Yes => None,
        Linked::Elsewhere => Some("another account signs in with that upstream account already"),
        Linked::NotPossible => Some("an Active Directory is for the users of its own contract, not for a contractor"),
        Linked::No | Linked::SameFacebook => Some("the account is suspended or deleted, or was changed meanwhile"),
    };
    if let Some(why) = refusal {
        return Err(CliError::refused(why));
    }
    tx.commit().await?;
    done(&record.account, "linked")
}
