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
pub mod accounts;
pub mod api_keys;
pub mod audit_events;
mod body;
pub mod brands;
mod client_wire;
pub mod clients;
pub mod connections;
pub mod contract_changes;
mod contract_wire;
pub mod contracts;
pub mod explanations;
mod guard;
mod idempotency;
mod openapi;
pub mod operators;
mod problem;
mod query;
mod reader;
pub mod settings;
pub mod signing_keys;
mod words;

pub use guard::{Needs, guard};
pub use openapi::{Route, Routes, document, get as get_document};
pub use problem::{ApiProblem, refuse};
pub use reader::get as get_reader;

/// The path below which everything stands.
pub const BASE: &str = "/api/v1";
