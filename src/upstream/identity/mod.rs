//! Linked identities: which upstream account an account signs in with. One for an account; one account for it in a brand
//! (`upstreams.md` S24, S29). Never found by an address.

mod store;

pub use store::{
    STATEMENTS, UpstreamIdentity, confirm_identity, delete_identity, find_by_identity, find_identities_of,
    find_identity, insert_identity, is_used,
};
