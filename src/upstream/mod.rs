//! Signing in with somebody else's account: Google, Facebook, Microsoft, dアカウント, a customer's own ADFS, and any other
//! provider that speaks OpenID Connect (`product.md` §7; manuals, chapters 1.2, 1.3, 1.5 and 2).
//!
//! Here we are the relying party (RFC 9700, OpenID Connect Core §3.1). One engine serves all, driven by a fixed
//! [`Profile`](profile::Profile) per provider: nothing is detected from what an upstream says of itself.
//!
//! ```text
//! Connection ─ authorization::url ─▶ browser ─▶ upstream ─▶ browser ─▶ callback::parse
//!     │                                                                     │
//! Transaction: state (hash) ─ bound to the browser ─ 10 min ─ consumed once ◀┘
//!     │
//!     └▶ exchange::redeem ─ token endpoint ─▶ verify::{id_token | graph} ─▶ Person ─▶ upstream_identity (connection, subject)
//! ```
//! A connection is configuration (`[[upstream]]`) or, for ADFS, a row that the contract's contractor made. An identity is
//! keyed by connection and subject; an address never selects an account. ADFS is the customer's word: its people exist
//! in its own contract alone.
//!
//! It must not: keep an upstream's tokens, follow a redirect, believe a token's header, show an upstream's error text to
//! anybody, decide who may sign in (`policy::sign_in`), answer a browser.

pub mod authorization;
pub mod callback;
pub mod connection;
pub mod deletion;
mod directory;
pub mod discovery;
pub mod exchange;
pub mod identity;
mod jwks;
mod person;
pub mod probe;
pub mod profile;
pub mod refusal;
pub mod signed_request;
pub mod transaction;
pub mod verify;

pub use connection::{Connection, Credentials, Endpoints};
pub use directory::{BadUpstream, Upstreams, offers_active_directory};
pub use jwks::{KeyCaches, KeysChanged, PublishedKeys};
pub use person::Person;
pub use refusal::Refusal;
