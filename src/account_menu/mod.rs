//! 認証・契約情報変更メニュー (manual, chapters 0, 2.1, 3, 4.1, 5.1): what a person may change about the own sign-in, and a
//! contractor about everybody's.
//!
//! ```text
//! login page ─ こちら ─▶ GET /account ─┬─ signed in within ten minutes ─▶ the menu ─▶ /account/password, /account/email …
//!                                     └─ otherwise ─▶ 「認証・契約情報変更ログイン」 ─▶ back here
//! ```
//! Who sees what is `policy::menu`; an entry that is not there answers 403. Every page asks for the fresh sign-in again.
//!
//! It must not: change anything by GET, show an address somebody else has (the contractor's own people excepted).

pub mod access_path;
mod email;
pub mod link;
mod menu;
mod password;
pub mod second_factor;

pub use email::{get as email, post as change_email, sent as email_sent};
pub use menu::get as menu;
pub use password::{done as password_done, get as password, post as change_password};
