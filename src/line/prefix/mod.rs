//! The prefix table: which line has which IPv6 prefix (`upstreams.md` §4.4 C).
//!
//! ```text
//! lines.csv + lines.jws ─ signature, age, digest ─▶ parse ─ lengths, overlaps ─▶ accept ─ version, shrinkage ─▶ in use
//!                                └──────────────── any doubt: the table in use stays, until it is too old ─────────┘
//! ```
//! The signature is detached: a compact JWS (`typ: line-table+jwt`) with `iss`, `version`, `iat` and `sha256`, the
//! digest of the CSV. The CSV has the columns `prefix,len,line,area,valid_from,valid_to`, times as RFC 3339, the last one
//! may be empty. Which version is in use stands in the database, so that an older one comes back on no node.
//!
//! A prefix proves the network path and nothing else. The address is the connection's own, never one of a header.
//!
//! It must not: guess (a length outside 48–64, a prefix of two lines, a number that is none refuse the whole table).

mod import;
mod store;
mod table;

pub use import::{ImportError, PrefixSource};
pub use store::{AcceptedTable, STATEMENTS, accept_table, find_table, replace_table};
pub use table::{BadTable, Table};
