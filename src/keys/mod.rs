//! Signing keys: their life, their encryption at rest, and the JWKS (OpenID Connect Core §10, RFC 7517).
//!
//! ```text
//! Next ── promoted after `publish_before` ──► Current ── replaced ──► Retired ── after `retire_after` ──► deleted
//! ```
//!
//! All three states are published, so every `kid` in use can be found; only `Current` signs. When a key moves is
//! decided by [`crate::policy::key_rotation`]; [`KeySet`] is what the rest of the house sees: immutable, complete, and
//! exchanged as a whole through [`KeyRing`].
//!
//! What this room must not do: let a private part leave memory unencrypted, or keep the private part of a retired key.

mod master;
mod model;
mod orders;
mod rotation;
mod set;
mod store;

pub use crate::policy::key_rotation::{Action, KeyState, RotationRules, Urgency, promotion_due};
pub use master::{MasterKeyError, load_master_key, load_or_create_master_key};
pub use model::{KeyError, KeyFacts, StoredKey, next_actions, rotate};
pub use orders::{Withdrawn, order_rotation, rules, withdraw_key, words};
pub use rotation::{RotationError, apply};
pub use set::{KeyRing, KeySet};
pub use store::{STATEMENTS, insert_key, load_keys};
