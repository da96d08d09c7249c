//! Connections: a way to one upstream, from configuration (`[[upstream]]`) or made by a contract's contractor (ADFS).
//!
//! ```text
//! contractor saves ─▶ endpoints of the discovery document ─▶ enabled ◀──▶ disabled (operator)
//!                                                              │
//!                 the document names other endpoints ─▶ staged, until somebody approves (`upstreams.md` S19)
//! ```
//! An ADFS connection belongs to one contract. Private networks it may be reached in are the operators' to permit,
//! never the customer's (S21).

mod change;
mod model;
mod settings;
mod store;

pub use change::{Clerk, approve_endpoints, permit_networks, save_connection, stage_endpoints, switch_connection};
pub use model::{
    AdfsConnection, AdfsSettings, CHECK_EVERY, Connection, ConnectionState, Credentials, Endpoints, LEEWAY,
    connection_id_of, label, parse_connection_id,
};
pub use settings::{SettingsProblem, check_client_secret};
pub use store::{
    NewConnection, STATEMENTS, claim_check, delete_connection, find_connection, find_connection_anywhere,
    find_connection_of_contract, find_due_connections, insert_connection, list_connections, note_trouble,
    update_connection, update_connection_networks, update_connection_state, update_endpoints,
};
