//! Changes of a contract's connection, each with its event. In the caller's transaction.

use ipnet::IpNet;

use super::model::{AdfsConnection, ConnectionState, Endpoints};
use super::store::{
    NewConnection, insert_connection, update_connection, update_connection_networks, update_connection_state,
    update_endpoints,
};
use crate::audit::{Event, EventKind, insert_event};
use crate::clock::Timestamp;
use crate::random::Random;
use crate::storage::{Fault, Tx};

/// On whose behalf a connection is changed.
pub struct Clerk<'a> {
    /// Randomness, for the event's id.
    pub random: &'a Random,
    /// When.
    pub now: Timestamp,
    /// The event every change begins with: reference, address, account; kind, brand and contract are replaced.
    pub event: Event,
}

impl Clerk<'_> {
    /// Writes an event about a connection.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(
        &self,
        tx: &mut Tx,
        about: &AdfsConnection,
        what: &'static str,
        more: &[(&'static str, &str)],
    ) -> Result<(), Fault> {
        let mut event = Event { kind: EventKind::ConnectionChanged, ..self.event.clone() }.because(what);
        event.brand = Some(about.brand.clone());
        event.contract = Some(about.contract_id.clone());
        event = event.with("connection", about.id.as_str());
        for (name, value) in more {
            event = event.with(name, value);
        }
        insert_event(tx, self.random.row_id(self.now).into(), &event, self.now).await
    }
}

/// Saves what somebody set: a new connection, or a change of the one that was read (`former`); `false` when somebody else
/// was faster. The caller has read the discovery document for it.
///
/// # Errors
/// When the database fails.
pub async fn save_connection(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    new: &AdfsConnection,
    former: Option<&AdfsConnection>,
) -> Result<bool, Fault> {
    let saved = match former {
        Some(_) => update_connection(tx, new, clerk.now).await?,
        None => insert_connection(tx, &NewConnection::of(new), clerk.now).await?,
    };
    if !saved {
        return Ok(false);
    }
    let what = if former.is_some_and(AdfsConnection::is_set_up) { "changed" } else { "made" };
    let fields = changed_fields(new, former).join(" ");
    clerk.record(tx, new, what, &[("fields", &fields), ("issuer", &new.settings.issuer)]).await?;
    Ok(true)
}

/// The words of what differs; never the values.
fn changed_fields(new: &AdfsConnection, former: Option<&AdfsConnection>) -> Vec<&'static str> {
    let Some(former) = former else { return vec!["all"] };
    let (a, b) = (&new.settings, &former.settings);
    let fields = [
        ("issuer", a.issuer != b.issuer),
        ("client_id", a.client_id != b.client_id),
        // Sealed anew each time, so it differs exactly when somebody typed one.
        ("client_secret", new.client_secret != former.client_secret),
        ("subject_claim", a.subject_claim != b.subject_claim),
        ("resource", a.resource != b.resource),
        ("ca_certificate", a.ca_certificate != b.ca_certificate),
        ("endpoints", new.endpoints != former.endpoints),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Puts the staged endpoints into use; `false` when there are none, or the connection is not the one that was read.
///
/// # Errors
/// When the database fails.
pub async fn approve_endpoints(tx: &mut Tx, clerk: &Clerk<'_>, row: &AdfsConnection) -> Result<bool, Fault> {
    let Some(staged) = &row.staged else { return Ok(false) };
    let approved = update_endpoints(tx, (&row.id, row.version), (Some(staged), None), clerk.now).await?;
    if approved {
        clerk.record(tx, row, "endpoints_approved", &places(staged)).await?;
    }
    Ok(approved)
}

/// Keeps other endpoints than those in use until somebody approves them, or forgets those that waited (`None`); `false`
/// when the connection is not the one that was read.
///
/// # Errors
/// When the database fails.
pub async fn stage_endpoints(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    row: &AdfsConnection,
    staged: Option<&Endpoints>,
) -> Result<bool, Fault> {
    let noted = update_endpoints(tx, (&row.id, row.version), (row.endpoints.as_ref(), staged), clerk.now).await?;
    if noted {
        match staged {
            Some(staged) => clerk.record(tx, row, "endpoints_staged", &places(staged)).await?,
            None => clerk.record(tx, row, "endpoints_as_before", &[]).await?,
        }
    }
    Ok(noted)
}

/// Enables or disables a connection; `false` when it is so already.
///
/// # Errors
/// When the database fails.
pub async fn switch_connection(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    row: &AdfsConnection,
    to: ConnectionState,
) -> Result<bool, Fault> {
    let (from, what) = match to {
        ConnectionState::Enabled => (ConnectionState::Disabled, "enabled"),
        ConnectionState::Disabled => (ConnectionState::Enabled, "disabled"),
    };
    if !update_connection_state(tx, &row.id, (from, to), clerk.now).await? {
        return Ok(false);
    }
    clerk.record(tx, row, what, &[]).await?;
    Ok(true)
}

/// Says which private networks a connection may be reached in: what an operator may and a customer may not
/// (`upstreams.md` S21).
///
/// # Errors
/// When the database fails.
pub async fn permit_networks(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    (row, networks): (&AdfsConnection, &[IpNet]),
) -> Result<(), Fault> {
    let networks: Vec<IpNet> = networks.iter().map(IpNet::trunc).collect();
    let words = networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    update_connection_networks(tx, &row.id, (&networks, row.clock_leeway), clerk.now).await?;
    clerk.record(tx, row, "networks_set", &[("networks", &words)]).await
}

fn places(endpoints: &Endpoints) -> Vec<(&'static str, &str)> {
    let jwks = endpoints.jwks.as_ref().map(|jwks| ("jwks", jwks.as_str()));
    let first = [("authorization", endpoints.authorization.as_str()), ("token", endpoints.token.as_str())];
    first.into_iter().chain(jwks).collect()
}
