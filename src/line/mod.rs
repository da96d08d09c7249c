//! Lines (回線): the numbers contracts registered, and the evidence that a request came over one of them.
//!
//! Source: `product.md` §6; `upstreams.md` §4; manuals, chapter 4 (回線認証).
//!
//! ```text
//!                 ┌ signed_assertion: a gateway's JWS, one for each request ─┐
//! LineRequest ─▶ LineVerifier ─ redirect_notifier: the carrier's signed answer ─┼─▶ LineOutcome
//!                 └ prefix_table: the address, looked up ────────────────────┘
//! ```
//! A number is personal data: it is stored sealed and found by a keyed hash, a page and the audit log see its last three
//! characters, and only the contract's own administrators may have it opened. A number belongs to one contract of a
//! brand. An assertion about a line is good once, on all nodes together.
//!
//! Whatever goes wrong, nothing is verified: no evidence, a replay, a table too old, a database that does not answer.
//! No way stands in for another.
//!
//! It must not: take a number from a person or a header that nobody signed, keep evidence in a browser, decide who may
//! sign in (`policy::sign_in`).

mod assertion;
pub mod departure;
mod evidence;
mod notifier;
mod number;
pub mod prefix;
mod registry;
mod store;
mod verifier;
mod witness;

use std::time::Duration;

pub use evidence::{
    EVIDENCE_LIFETIME, HEADER, LineEvidence, LineOutcome, LineReject, LineRequest, Outage, PeerCertificate,
    PendingLine, has_line_header, is_of_the_family,
};
pub use notifier::Return;
pub use number::{LineKey, LineNumber, LineNumberError, NumberRule};
pub use prefix::ImportError;
pub use registry::{MOST_LINES, NewLine, Registered, RegisteredLine};
pub use store::{
    STATEMENTS, consume_assertion, count_expired_assertions, delete_expired_assertions, find_line, list_lines,
    mark_line_seen, register_line, remove_line, rename_line, reveal, was_a_line_seen,
};
pub use verifier::{BadLine, LineVerifier};
pub use witness::{BadKeys, Standing};

/// When to try again what cannot be said now.
const RETRY: Duration = Duration::from_secs(30);
