//! Lines (回線): the numbers contracts registered, and the evidence that a request came over one of them.
//!
//! Source: `product.md` §6; manuals, chapter 4 (回線認証).
//!
//! A number is personal data: it is stored sealed and found by a keyed hash, a page and the audit log see its last three
//! characters, and only the contract's own administrators may have it opened. A number belongs to one contract of a
//! brand. An assertion about a line is good once, on all nodes together.
//!
//! It must not: take a number from a person or a header that nobody signed, keep evidence in a browser, decide who may
//! sign in (`policy::sign_in`).

mod number;
mod registry;
mod store;

pub use number::{LineKey, LineNumber, LineNumberError, NumberRule};
pub use registry::{MOST_LINES, NewLine, Registered, RegisteredLine};
pub use store::{
    STATEMENTS, consume_assertion, count_expired_assertions, delete_expired_assertions, find_line, list_lines,
    mark_line_seen, register_line, remove_line, rename_line, reveal, was_a_line_seen,
};
