//! What happens by itself: reloading what changed elsewhere, rotating keys, deleting what has expired.
//!
//! Each job is a round (`tick`) that does what is due at the clock's present instant and nothing else; doing it twice
//! is doing it once, and several nodes may do it at the same time. The loops that call the rounds live in `boot`, so
//! that a test calls them by hand, with a clock of its own.
//!
//! | job | every | what |
//! |---|---|---|
//! | [`recover`] | 1 s, never at once | mails for forgotten passwords |
//! | [`reload`] | 1 s | clients and signing keys whose counter has moved |
//! | [`rotate_keys`] | 1 min | what `policy::key_rotation` says is due |
//! | [`deliver`] | 1 s, and at once after a commit | mails and SMS that are due; every 15 s, how many wait |
//! | [`clean_up`] | 1 min | expired rows, in bounded batches |
//! | [`import_lines`] | 1 min | the table of prefixes, when its files have changed |
//! | [`seal_audit`] | 1 s | the audit log's chain; every 15 s, how far it is behind; hourly, its head into the log |
//! | [`watch_connections`] | 1 min | customers' discovery documents, each once a day; keys that changed without notice |
//!
//! It must not: sleep, loop, hold a transaction for long, decide what is expired (the stores' verbs know their margins).

pub mod clean_up;
pub mod deliver;
pub mod import_lines;
pub mod recover;
pub mod reload;
pub mod rotate_keys;
pub mod seal_audit;
pub mod watch_connections;

use crate::keys::{KeyError, RotationError};
use crate::line::ImportError;
use crate::storage::Fault;

/// Why a round came to nothing. The next one tries again.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The table of prefixes was not taken into use.
    #[error(transparent)]
    Lines(#[from] ImportError),
    /// A key could not be made or stored.
    #[error(transparent)]
    Rotation(#[from] RotationError),
    /// A stored key could not be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
}
