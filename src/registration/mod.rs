//! 利用者ログイン登録: an invited person chooses how to sign in (manual, chapter 1.5).
//!
//! ```text
//! mail ─ GET /registration?ticket= ─ POST ─▶ 申込確認 ─┬─ POST /registration/confirm ─▶ active ─▶ /registration/done
//!                                                    └─ POST /registration/cancel: nothing happened, the link stays good
//! ```
//! An account elsewhere: POST /registration/upstream/{connection} ─▶ upstream ─▶ `federation` ─▶ /registration/done. An Active
//! Directory's 接続ID is shown first (POST /registration/active-directory).
//!
//! Between the two pages the password is neither in the database nor readable in the browser: its hash travels in a
//! hidden field, sealed for this ticket and this browser.
//!
//! It must not: consume the ticket before the confirmation, sign anybody in.

mod confirm;
mod draft;
mod form;
mod upstream;

pub use confirm::{cancel, done, post as confirm};
pub use form::{get, post};
pub use upstream::{active_directory, post as upstream};

use axum::response::Response;

use crate::account::SignInRecord;
use crate::context::{OpenTicket, PageContext};
use crate::policy::sign_in::AccountState;
use crate::storage::Fault;
use crate::ticket::Purpose;

/// The purpose of both forms.
const PURPOSE: &str = "ticket/invitation";

async fn find(page: &PageContext, secret: &str) -> Result<Result<OpenTicket, Box<Response>>, Fault> {
    let in_force =
        |record: &SignInRecord| record.account.state == AccountState::Invited && !record.contract_refuses(page.now);
    page.ticket(secret, Purpose::Invitation, in_force).await
}
