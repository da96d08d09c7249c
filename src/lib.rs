//! Tegata (手形): the identity provider of a white-label cloud storage service.
//!

pub mod account;
pub mod audit;
pub mod clock;
pub mod config;
pub mod contract;
pub mod id;
pub mod jose;
pub mod keys;
pub mod password;
pub mod policy;
pub mod protocol;
pub mod random;
pub mod revision;
pub mod secret;
pub mod session;
pub mod storage;
pub mod text_enum;
pub mod token;
pub mod web;
