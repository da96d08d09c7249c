//! Sessions at the provider: one per browser and brand.
//!
//! The cookie carries a random secret, the database its hash; what a client sees as `sid` is another random id. Every
//! authentication makes a new session and ends the one the browser had (`security.md` lines 77–80).
//!
//! ```text
//! active ── idle limit / absolute limit ──▶ expired
//!   └── log-out, new sign-in, suspension ──▶ ended
//! ```
//!
//! It must not: know how the person signed in beyond `amr` and `acr`, read a cookie.

pub mod known_browser;
mod model;
mod signed_in;
mod store;

pub use model::{AccessPath, Authentication, NewSession, SecondFactorProof, Session};
pub use signed_in::{SignedIn, asks_for_second_factor, find_signed_in};
pub use store::{
    STATEMENTS, count_expired_sessions, count_sessions_of_line, delete_expired_sessions, end_account_sessions,
    end_session, end_session_of_browser, end_sessions_of_contract, end_sessions_of_line, end_sessions_without_line,
    find_session, insert_session, note_line, touch_session,
};
