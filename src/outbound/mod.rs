//! Requests to the servers of others: upstream providers, and the ADFS of customers, whose addresses customers type in.
//!
//! ```text
//! send ─ check_url ─ a place? ─ breaker? ─ look the name up ─ check_address, each ─ connect to these ─ TLS ─ HTTP/1.1
//!          Refused     Busy      Paused         Dns                Refused             Connect         Tls   Timeout
//!        ◀──────────────────── before_sent: certainly nothing was written ────────────────────────────────▶  Broken
//!                                                                                               TooLarge, Redirected
//! ```
//!
//! The breaker of a line (`breaker.rs`), by the product's clock:
//!
//! ```text
//!              breaker_failures in a row
//!   ┌────────┐ ─────────────────────────▶ ┌──────┐   breaker_pause over: the next request   ┌─────────┐
//!   │ Closed │                            │ Open │ ───────────────────────────────────────▶ │ Probing │
//!   └────────┘                            └──────┘ ◀─────────────────────────────────────── └─────────┘
//!        ▲                                     the probe failed (pause anew), or nobody waited for it (due at once)
//!        └────────────────────────────────────── the probe was answered ─────────────────────────┘
//! ```
//!
//! One connection of ours (`google`, `adfs-…`) has one [`Line`]: its own trust anchors, TLS sessions, breaker and
//! places, so that one dead server takes nothing from the others. Each request has a TCP connection of its own: one that
//! was kept may have been closed by the other side just now, and then nobody can say whether it got the code that was
//! written into it. What may be asked: docs/decisions/0015-outbound.md (RFC 6761 §6.3, RFC 6890, RFC 9110 §8.4, §15.4).
//!
//! It must not: follow a redirect, take a proxy from the environment, keep cookies, decode a content encoding, send
//! anything twice, repeat an answer's body in an error or a URL in a log.

mod address;
mod breaker;
mod failure;
mod guard;
mod line;
mod lines;
mod resolve;
mod tls;

pub use address::check_address;
pub use failure::{Failure, Refusal};
pub use guard::check_url;
pub use line::Line;
pub use lines::{Outbound, Reach};
pub use tls::{BadCertificate, check_authorities};
