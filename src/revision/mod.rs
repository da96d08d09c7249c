//! One counter per thing that nodes keep in memory.
//!
//! Whoever changes a client or a signing key moves its counter in the same transaction; every node reads the counters
//! once a second and reloads what has moved. The same on both engines, and between a node and the command line.
//! Staleness is bounded by that second (`product.md` §8 allows five).

mod store;

pub use store::{Revisions, STATEMENTS, bump, load_revisions};
