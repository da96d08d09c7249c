//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2) and the dispatcher behind it.
//!
//! ```text
//! endpoint ─ parse ─ checks ─▶ facts ─▶ policy::prompts::next ─┬─ Login / Consent ▶ interaction stored ▶ its page ┐
//!    ▲                           ▲                              ├─ Respond ▶ code ▶ the client                   │
//!    │                           └──── dispatch (GET /interaction/{id}) ◀────────────── back by URL ─────────────┘
//!    └ errors before the redirect URI is verified are pages, after it redirects (the types decide)
//! ```
//!
//! An interaction for the account menu has no client to answer: `menu` decides with the same facts and sends it on.
//!
//! It must not: show a form, check a password, skip the dispatcher.

mod checks;
mod dispatch;
mod endpoint;
mod facts;
mod menu;
mod response;

pub use dispatch::dispatch;
pub use endpoint::{get, post};
