//! Taking back what was issued: families of tokens, by whatever they have in common (RFC 7009, RFC 9700 §4.14.2).
//!
//! It must not: decide when; the verbs of the floors above do.

mod store;

pub use store::{
    STATEMENTS, revoke_account_families, revoke_client_families, revoke_families_of_contract, revoke_families_of_line,
    revoke_families_without_line, revoke_family, revoke_session_families,
};
