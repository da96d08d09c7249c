//! 認証・契約情報変更メニュー (manual, chapters 0, 2.1, 3): what a person may change about the own sign-in.
//!
//! ```text
//! login page ─ こちら ─▶ GET /account ─┬─ signed in within ten minutes ─▶ the menu ─▶ /account/password, /account/email …
//!                                     └─ otherwise ─▶ 「認証・契約情報変更ログイン」 ─▶ back here
//! ```
//! Who sees what is `policy::menu`; an entry that is not there answers 403. Every page asks for the fresh sign-in again.
//!
//! It must not: change anything by GET, show an address somebody else has.

mod email;
mod menu;
mod password;

pub use email::{get as email, post as change_email, sent as email_sent};
pub use menu::get as menu;
pub use password::{done as password_done, get as password, post as change_password};

use axum::response::Response;

use crate::account::{LoginMethod, Role, SignInRecord};
use crate::context::PageContext;
use crate::policy::menu::{Entry, Facts, allows};
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::web::Problem;

/// What the menu's table wants to know.
fn facts(record: &SignInRecord) -> Facts {
    Facts {
        plan: record.contract.plan,
        is_contractor: record.account.role == Role::Contractor,
        has_password: record.account.login_method == LoginMethod::Password,
    }
}

/// Who signed in lately and may use an entry; `Err` is the answer otherwise.
async fn allowed(page: &PageContext, entry: Entry) -> Result<Result<SignedIn, Box<Response>>, Fault> {
    let signed_in = match page.fresh_sign_in().await? {
        Ok(signed_in) => signed_in,
        Err(response) => return Ok(Err(response)),
    };
    if allows(entry, facts(&signed_in.record)) {
        return Ok(Ok(signed_in));
    }
    Ok(Err(Box::new(page.refuse(&Problem::Forbidden))))
}
