//! Everything that plays the other side of Tegata: the relying party, the mail and SMS carriers, foreign clients,
//! load, sudden death. It knows the provider only by URL, by command line and by configuration file, never by its
//! code, so that what works here works for a stranger.
//!
//! - [`storage_app`]: the sample storage application, a relying party for all brands.
//! - [`demo`]: everything at once, for a person to try; [`provider`]: the provider as a process.
//! - [`load`]: the load generator; [`mod@bench`]: what it is compared with; [`report`]: the page made of both.
//! - [`contract_system`]: where the account menu leads for plan and cancellation.
//! - [`crash`]: sudden death under load.
//! - [`interop`]: a foreign client on node.
//! - [`line_gateway`]: the gateway at the edge of the carrier's closed network.
//! - [`sink`]: mail and SMS sinks with their inbox page.
//! - [`upstreams`]: the providers people sign in with: Google, Facebook, Microsoft, d-account, AD FS.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these are commands for people at a terminal; nothing here is a server with a log alone"
)]

pub mod bench;
pub mod contract_system;
pub mod crash;
pub mod demo;
pub mod interop;
pub mod line_gateway;
pub mod load;
pub mod provider;
pub mod random;
pub mod report;
pub mod sink;
pub mod storage_app;
pub mod upstreams;
