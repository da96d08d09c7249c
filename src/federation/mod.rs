//! Back from an upstream (`product.md` §7; manuals, chapters 1.2, 1.3, 1.5 and 2).
//!
//! ```text
//! GET /callback/{connection} ─ whose? still good? ─ used up ─ code exchanged and verified, ten seconds at the most
//!    ├─ sign-in ─ policy::sign_in ─▶ new session ▶ back to the dispatcher by URL
//!    └─ link ─▶ GET /link/{transaction}: 「このアカウントで登録」 ─ POST ─▶ linked ─▶ done
//!                                          「別のアカウントを使う」 ─ POST /link/{transaction}/other ─▶ upstream
//! GET /ad/{connection}: the mailed login URL of an Active Directory ─▶ the service ─▶ the login page goes there by itself
//! ```
//! Where it fails, the person is led back to where they came from, with the other methods there and a sentence of ours.
//! Nobody is told what an upstream wrote.
//!
//! It must not: link in a transaction that began as a sign-in, select an account by an address, tell a client of an
//! upstream's failure.

mod active_directory;
mod callback;
mod confirm;
mod facebook;
mod origin;
mod prove;
mod sign_in;

pub use active_directory::{entry, go};
pub use callback::get as callback;
pub use confirm::{get as link, other, post as confirm};
pub use facebook::{deauthorize, deletion, deletion_status};
