//! The audit log: what happened, for whoever has to explain it later.
//!
//! Every authentication, refusal and change leaves a row with a reason code and the reference a person was shown
//! (`product.md` §10, `security.md` line 91). What changes state writes its event in the same transaction; refusals
//! that change nothing go through a bounded queue and are written in batches, so that a flood of bad requests costs
//! no commit each. No row holds a secret, a password or a token.
//!
//! [`search`](mod@search) finds events again; [`chain`] seals them, so that nobody changes them unnoticed.
//!
//! It must not: be updated or read by a decision.

pub mod chain;
mod clerk;
mod model;
mod queue;
pub mod search;
mod store;

pub use clerk::Clerk;
pub use model::{Event, EventKind};
pub use queue::{AuditQueue, AuditWriter, run_writer};
pub use search::{Cursor, FoundEvent, Page, Search, find_event, search};
pub use store::{STATEMENTS, StoredEvent, count_old_events, find_by_reference, insert_event};
