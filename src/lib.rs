//! Tegata (手形): the identity provider of a white-label cloud storage service.
//!
//! The house has floors, and imports only ever point down (`tests/architecture.rs` holds them to it):
//!
//! | floor | rooms |
//! |---|---|
//! | base | [`clock`], [`random`], [`secret`], [`id`] |

pub mod clock;
pub mod id;
pub mod random;
pub mod secret;
pub mod web;
