//! Tegata (手形): the identity provider of a white-label cloud storage service.
//!
//! The house has floors, and imports only ever point down (`tests/architecture.rs` holds them to it):
//!
//! | floor | rooms |
//! |---|---|
//! | base | [`clock`], [`random`], [`secret`], [`id`] |
//! | decisions | [`policy`] |
//! | engines | [`jose`] |
//! | domains | [`keys`], [`token`] |

pub mod clock;
pub mod id;
pub mod jose;
pub mod keys;
pub mod policy;
pub mod random;
pub mod secret;
pub mod token;
