//! The token endpoint (RFC 6749 §3.2): one file per grant, shared phases around them.
//!
//! ```text
//! POST ─ form ─ client authentication ─ grant allowed? ─┬─ authorization_code ─┐
//!                                                       ├─ refresh_token ──────┼─▶ issue ─▶ JSON, no-store
//!                                                       └─ client_credentials ─┘
//! ```
//!
//! Tokens are signed before the transaction opens; the transaction decides the race, and the loser's tokens were never
//! seen by anybody. It must not: hold a transaction while signing, tell a client more than the RFC's error codes.

mod authorization_code;
mod client_credentials;
mod endpoint;
mod issue;
mod refresh_token;

pub use endpoint::post;
