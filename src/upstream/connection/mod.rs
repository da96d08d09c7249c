//! Connections: a way to one upstream, from configuration (`[[upstream]]`) or made by a contract's contractor (ADFS).
//!
//! ```text
//! contractor saves ─▶ endpoints of the discovery document ─▶ enabled ◀──▶ disabled (operator)
//!                                                              │
//!                 the document names other endpoints ─▶ staged, until somebody approves (`upstreams.md` S19)
//! ```
//! An ADFS connection belongs to one contract. Private networks it may be reached in are the operators' to permit,
//! never the customer's (S21).

mod model;
mod store;

pub use model::{
    AdfsConnection, AdfsSettings, Connection, ConnectionState, Credentials, Endpoints, LEEWAY, label,
    new_connection_id, parse_connection_id,
};
pub use store::{
    NewConnection, STATEMENTS, delete_connection, find_connection, find_connection_of_contract, insert_connection,
    list_connections, update_connection, update_connection_networks, update_connection_state, update_endpoints,
};
