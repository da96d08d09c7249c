//! The login page, and signing in with e-mail address and password (manual, chapters 1.1 to 1.3).
//!
//! ```text
//! GET  /login/{interaction} ─ the form; whether it is needed was the dispatcher's to say
//! POST /login/{interaction} ─ limits ─ compare ─▶ policy::sign_in ─┬─ refused: counted; the form again, neutral words
//!                                                                  └─ allowed: new session ▶ back to the dispatcher by URL
//! ```
//!
//! An upstream's button leads away from here (`POST /login/{interaction}/upstream/{connection}`); `federation` takes the
//! person back. An Active Directory is asked for by its 接続ID first, unless this browser knows it.
//!
//! Whoever the address belongs to, and if to nobody, the password is hashed: the answer takes the same time and says
//! the same. It must not: decide what comes after the sign-in, keep a session over an authentication.

mod attempt;
mod form;
mod password;
mod upstream;

pub use form::get;
pub use password::post;
pub use upstream::{active_directory, post as upstream, post_active_directory};
