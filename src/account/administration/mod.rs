//! What administrators change about an account (`product.md` §8): its role, and whether it is there at all.
//!
//! Every change begins with [`hold_account`]: whoever acts and whoever it concerns stay as they were read until the
//! transaction ends, so that of two administrators who act on each other one finds himself without power.
//!
//! It must not: decide who may do it (`policy::administration`), end sessions or write mails (`lifecycle`).

mod store;

pub use store::{Held, STATEMENTS, delete_account, hand_contract_to, hold_account, update_role};
