//! The JSON API of the operators' listener, below `/api/v1`: what the contract system and other programs of the house
//! drive (`product.md` §10).
//!
//! A program presents an API key (RFC 6750) whose scopes are the permissions of `policy::operator_access`. Errors are
//! problem documents (RFC 9457) with a code, a reference that finds the reason in the audit log, and the fields that
//! are wrong. Lists are turned page by page, a POST that makes something can be repeated with its `Idempotency-Key`, and
//! what two writers could overwrite carries an `ETag`. The document that describes it all ([`openapi`]) is generated
//! from these handlers; a test holds it to the router's own list.
//!
//! ```text
//! router ─ Needs(permission) ─▶ guard: key, limit, permission ─▶ handler ─▶ domain verb ─▶ JSON
//!                                  └── every refusal and every problem leaves here, with reference and event
//! ```
//!
//! It must not: hold a rule that a page or the command line does not hold, show a secret that is not brand-new.

mod account_wire;
mod accounts;
mod api_keys;
mod audit_events;
mod body;
mod brands;
mod client_wire;
mod clients;
mod connections;
mod contract_changes;
mod contract_wire;
mod contracts;
mod guard;
mod idempotency;
mod openapi;
mod operators;
mod problem;
mod query;
mod reader;
mod settings;
mod signing_keys;
mod words;

/// The handlers, by resource: what the router lists.
pub mod handlers {
    pub use super::accounts;
    pub use super::api_keys;
    pub use super::audit_events;
    pub use super::brands;
    pub use super::clients;
    pub use super::connections;
    pub use super::contract_changes;
    pub use super::contracts;
    pub use super::operators;
    pub use super::settings;
    pub use super::signing_keys;
}

pub use guard::{Needs, guard};
pub use openapi::{Route, Routes, document, get as get_document};
pub use problem::{ApiProblem, refuse};
pub use reader::get as get_reader;

/// The path below which everything stands.
pub const BASE: &str = "/api/v1";
