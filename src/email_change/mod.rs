//! The link in the mail 【brand】メールアドレス変更登録 (manual, chapters 2.1 (2) and 2.2 (2)).
//!
//! ```text
//! mail to the new address ─ GET /email-change?ticket= ─ POST ─▶ the new address counts ─▶ /email-change/done
//! ```
//! A password account sets a password with it and enrols its second factor anew; any other account just confirms.
//!
//! It must not: ask for the change (`account_menu`), sign anybody in.

mod complete;
mod page;

pub use complete::{done, post};
pub use page::get;

use axum::response::Response;

use crate::account::{EmailAddress, SignInRecord};
use crate::context::{OpenTicket, PageContext};
use crate::policy::sign_in::AccountState;
use crate::storage::Fault;
use crate::ticket::Purpose;
use crate::web::pages::TicketRefusal;

const PURPOSE: &str = "ticket/email_change";

/// A change that may be completed.
struct Change {
    open: OpenTicket,
    email: EmailAddress,
}

async fn find(page: &PageContext, secret: &str) -> Result<Result<Change, Box<Response>>, Fault> {
    let in_use = |record: &SignInRecord| {
        matches!(record.account.state, AccountState::Active | AccountState::Locked)
            && !record.contract_refuses(page.now)
    };
    let open = match page.ticket(secret, Purpose::EmailChange, in_use).await? {
        Ok(open) => open,
        Err(response) => return Ok(Err(response)),
    };
    match open.ticket.data.email.as_deref().map(EmailAddress::parse) {
        Some(Ok(email)) => Ok(Ok(Change { open, email })),
        _ => Ok(Err(Box::new(page.refuse_ticket(Purpose::EmailChange, TicketRefusal::Unknown)))),
    }
}
