//! 管理コンソール (manual, chapters 2.2 and 4.2; `product.md` §10): a contract's contractor and administrators look after
//! its users, its lines and its sign-ins.
//!
//! ```text
//! GET /admin ─┬─ /admin/users ─▶ /admin/users/{sub} ─▶ /admin/users/{sub}/{act}: what it will do ─ POST ─▶ done
//!             │      │                          └────▶ /admin/users/{sub}/email: メールアドレス変更 ─ OK ─▶ mail
//!             │      ├─ /admin/users/invite: one
//!             │      └─ /admin/users/import: many ─▶ preview ─▶ report line by line
//!             ├─ /admin/line-authentication
//!             └─ /admin/sign-ins ─▶ /admin/sign-ins.csv
//! ```
//! Every page asks anew who is signed in: the contractor or an administrator of the user's own contract, at this brand,
//! within the last hour; within ten minutes for what hands over an account or a power or cannot be taken back. Users go
//! by their `sub`; one of another contract is as unknown as one that never was. What is allowed stands in
//! `policy::administration`, asked by the page for what to offer and by the act for what is so at that moment.
//!
//! It must not: change anything by GET, look beyond the contract, set a password or see one.

mod act;
mod change_sign_in;
mod desk;
mod import;
mod invite;
mod lines;
mod sign_ins;
mod top;
mod user;
mod users;

pub use act::{get as act, post as perform};
pub use change_sign_in::{cancel as cancel_change, get as change_sign_in, post as request_change};
pub use import::{check as check_import, download as download_import, get as import, send as send_import};
pub use invite::{get as invitation, post as invite};
pub use lines::{done as lines_done, get as lines, label_line, line, remove_line, save as save_lines};
pub use sign_ins::{export as export_sign_ins, get as sign_ins};
pub use top::get as top;
pub use user::get as user;
pub use users::get as users;

/// The longest body of a form with a file, in bytes.
pub const LONGEST_IMPORT: usize = 1024 * 1024;
/// The page for many at once, whose forms may be longer than others.
pub const IMPORT: &str = "/admin/users/import";
