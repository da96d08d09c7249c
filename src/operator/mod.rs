//! Operators: staff of the service provider, their sign-ins, and the keys of the JSON API (`product.md` §1, §10).
//!
//! ```text
//! create ─▶ waits ── enrolment link: password + authenticator or passkey ─▶ active ◀─▶ suspended
//!             ▲                                                               │
//!             └──────────────── reset: credentials and sessions gone ─────────┘
//!
//! session:  password ─▶ second_factor (10 min, 5 codes) ── code or passkey ─▶ open (idle, absolute) ─▶ ended
//! API key:  made (shown once) ── at most a year ─▶ expired;  revoked
//! ```
//!
//! Operators are no accounts: they belong to no brand and no contract, sign in at a listener of their own, and never
//! without a second factor. The first one is made from the command line; nobody has a default password. What a role may
//! do is `policy::operator_access`; every change here writes its event in the same transaction.
//!
//! It must not: know a page, hash a password, be asked by anything that serves a brand's people.

pub mod api_key;
pub mod enrolment;
pub mod idempotency;
mod life;
mod model;
pub mod passkey;
pub mod session;
mod store;
mod totp;

pub use life::{NewOperator, complete_enrolment, create, reset, resume, set_role, suspend};
pub use model::{Operator, OperatorRecord, OperatorState};
pub use store::{
    STATEMENTS, bar_codes, clear_code_failures, confirm_operator, count_code_failure, find_operator,
    find_operator_by_email, list_operators, mark_signed_in, update_rehash, use_totp_step,
};
pub use totp::{open_totp, seal_totp};

pub use crate::policy::operator_access::{OperatorRole, Permission};
