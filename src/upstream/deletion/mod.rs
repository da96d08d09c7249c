//! Requests to delete a person's data, as upstreams pass them on: what the status page says (Meta Platform Terms). They
//! name nobody: the identity is gone by then.

mod store;

pub use store::{Deletion, STATEMENTS, find_deletion, insert_deletion};
