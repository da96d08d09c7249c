//! Clients: the registered applications (RFC 6749 §2).
//!
//! All clients stand in memory, so that no request waits for the database to learn who asks; a change moves the
//! `client` revision and every node reloads within a second. A secret is random (256 bit), kept as a keyed hash, shown
//! once, and may overlap with its successor while the application is switched over.
//!
//! ```text
//! active ◀─▶ disabled
//! ```
//!
//! It must not: keep a secret in the clear, decide what a client may ask for (`protocol::client_metadata`).

mod authentication;
mod directory;
mod endpoint;
mod model;
pub mod registration;
mod store;

pub use authentication::{ClientRefused, authenticate};
pub use directory::ClientDirectory;
pub use endpoint::Authenticator;
pub use model::{
    AccessTokenFormat, Client, ClientSettings, ClientState, Registration, TokenLifetimes, hash_client_secret,
};
pub use store::{
    STATEMENTS, consume_assertion, count_expired_assertions, delete_expired_assertions, find_client, insert_client,
    load_clients, read_client, update_client_state, update_secret,
};
