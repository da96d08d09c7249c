//! Back into a locked or forgotten account (manual, chapter 6).
//!
//! ```text
//! login page ─ POST /lo/forgot ─▶ written down ─▶ the same page for every address … a job looks, and mails
//! mail ─ GET /lo/reset?ticket= ─ POST ─▶ new password, unlocked, everything ended ─▶ /lo/reset/done
//! mail ─ GET /lo/unblock?ticket= ─ POST ─▶ unlocked ─▶ /lo/unblock/done
//! ```
//! It must not: say whether an address is somebody's, change anything by GET, sign anybody in.

mod forgotten;
mod reset;
mod unblock;

pub use forgotten::{get as forgotten, post as request_reset, sent as reset_requested};
pub use reset::{done as reset_done, get as reset, post as set_password};
pub use unblock::{done as unblock_done, get as unblock, post as take_lock_away};
