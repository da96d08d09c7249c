//! Tegata (手形): the identity provider of a white-label cloud storage service.
//!
//! The house has floors, and imports only ever point down (`tests/architecture.rs` holds them to it). How one request
//! travels through it is told in `docs/architecture.md`.

#![cfg_attr(test, allow(clippy::string_slice, reason = "in a test a panic is the verdict"))]

pub mod account;
pub mod account_menu;
pub mod active_directory;
pub mod admin_console;
pub mod audit;
pub mod authorize;
pub mod boot;
pub mod brand;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod consent;
pub mod consent_page;
pub mod context;
pub mod contract;
pub mod discovery;
pub mod email_change;
pub mod explain;
pub mod federation;
pub mod front;
pub mod grant;
pub mod id;
pub mod interaction;
pub mod introspection;
pub mod jobs;
pub mod jose;
pub mod keys;
pub mod lifecycle;
pub mod line;
pub mod line_page;
pub mod lockout;
pub mod login;
pub mod login_method;
pub mod logout;
pub mod notify;
pub mod operator;
pub mod operator_api;
pub mod operator_console;
pub mod operator_sign_in;
pub mod outbound;
pub mod passkey_page;
pub mod password;
pub mod policy;
pub mod protocol;
pub mod random;
pub mod recovery;
pub mod registration;
pub mod revision;
pub mod revocation;
pub mod router;
pub mod second_factor;
pub mod second_factor_page;
pub mod secret;
pub mod server;
pub mod session;
pub mod storage;
pub mod telemetry;
pub mod text_enum;
pub mod ticket;
pub mod token;
pub mod upstream;
pub mod userinfo;
pub mod web;
