//! Passwords: argon2id on a pool of its own.
//!
//! A password hash is the one dear thing a sign-in does (19 MiB and about 12 ms of one core). It runs on one worker
//! thread per core, each with a buffer it keeps, below the priority of everything else, behind a bounded queue: when
//! the queue is full the answer is «overloaded» at once (503 with Retry-After), while tokens, keys and health stay
//! fast. Parameters stand in the hash (PHC string), so that a change of them is caught up at the next sign-in.
//!
//! Sources: RFC 9106 (Argon2), `product.md` §5, `security.md` lines 55, 63 and 92.
//!
//! It must not: know an account, decide anything about a password's quality (`policy::password_rule`), run inside a
//! transaction.

mod hash;
mod pool;

pub use hash::{HashParameters, Outcome};
pub use pool::{Overloaded, PasswordPool};
