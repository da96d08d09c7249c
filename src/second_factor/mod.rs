//! What proves a person besides the password.

pub mod passkey;
