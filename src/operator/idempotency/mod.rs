//! Answers to requests that carried an `Idempotency-Key`: whoever lost one asks again and gets the very same.
//!
//! The key is taken in the transaction that does the work, so that of many equal requests at once one works, and the
//! others wait for its commit and read its answer. A key that comes back with another request is refused. The answer is
//! sealed: it may hold a secret that is shown once.
//!
//! ```text
//! nothing ── begin (in the transaction of the work) ─▶ taken ── finish ─▶ answered ── 24 h ─▶ forgotten
//!                                                       └── the transaction fails: nothing again
//! ```

mod store;

use std::time::Duration;

use crate::id::ApiKeyId;
use crate::secret::{MasterKey, TokenHash};
use crate::storage::Fault;

pub use store::{STATEMENTS, begin_request, count_old_requests, delete_old_requests, find_request, finish_request};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);
const PURPOSE: &str = "idempotent-answer";

/// One request with a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdempotentRequest {
    /// Whose.
    pub api_key: ApiKeyId,
    /// The hash of the `Idempotency-Key`.
    pub key: TokenHash,
    /// The hash of method, path and body.
    pub request: TokenHash,
}

/// What became of an earlier request with the same key.
pub struct Earlier {
    /// Whether it was the same request.
    pub is_same: bool,
    /// Its answer, opened; absent while it is being worked on.
    pub answer: Option<Vec<u8>>,
}

impl IdempotentRequest {
    fn context(&self) -> Vec<u8> {
        [self.api_key.as_str().as_bytes(), self.key.as_bytes(), self.request.as_bytes()].concat()
    }

    /// Seals an answer.
    pub fn seal(&self, master: &MasterKey, answer: &[u8]) -> Vec<u8> {
        master.seal(PURPOSE, &self.context(), answer)
    }

    fn open(&self, master: &MasterKey, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
        master.open(PURPOSE, &self.context(), sealed).ok_or_else(|| {
            Fault::corrupt("operator_idempotency", "sealed_answer", &self.api_key, "it does not open with this key")
        })
    }
}
