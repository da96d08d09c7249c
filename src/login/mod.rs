//! Signing in with e-mail address and password (manual, chapter 1.1).
//!
//! ```text
//! GET  /login/{interaction} ─ the form; whether it is needed was the dispatcher's to say
//! POST /login/{interaction} ─ limits ─ compare ─▶ policy::sign_in ─┬─ refused: counted; the form again, neutral words
//!                                                                  └─ allowed: new session ▶ back to the dispatcher by URL
//! ```
//!
//! Whoever the address belongs to, and if to nobody, the password is hashed: the answer takes the same time and says
//! the same. It must not: decide what comes after the sign-in, keep a session over an authentication.

mod attempt;
mod form;
mod password;

pub use form::get;
pub use password::post;
