//! The pages around passkeys (`product.md` §4): signing in with one, showing one after the password, keeping one's own.
//!
//! ```text
//! POST /login/{interaction}/passkey/options          ─ a challenge, as JSON
//! POST /login/{interaction}/passkey                  ─ verify ─▶ policy::sign_in ─┬─ refused ▶ the login page, by URL
//!                                                                                └─ allowed: new session ▶ dispatcher
//! GET  /second-factor/{interaction}/passkey          ─ the page; POST …/options and POST as above, for the account
//!                                                      whose password matched
//! GET  /account/passkeys                             ─ the list; POST …/options, POST, POST …/{id}/rename, …/remove
//! ```
//!
//! A passkey is two factors at once, so nobody who signs in with one is asked for another. A locked account lets its
//! passkey in: the lock exists against the guessing of passwords, and whoever locks somebody out by guessing should not
//! keep them out (`policy::sign_in`). Passkeys belong to accounts that sign in by password, and go with every change of
//! the login method.
//!
//! A wrong answer of an authenticator costs nothing but the ceremony: it cannot be guessed. A person hears that it did
//! not work, the audit log says why. It must not: decide what comes after a sign-in, import another flow.

mod answer;
mod form;
mod manage;
mod owner;
mod second_step;
mod session;
mod sign_in;
mod verify;

pub use manage::{add, add_options, list, remove, rename};
pub use second_step::{get as second_step, options as second_step_options, post as second_step_post};
pub use sign_in::{options as sign_in_options, post as sign_in};
