//! Where a transaction began, and how a person gets back there with a sentence.

use axum::response::Response;

use crate::context::PageContext;
use crate::upstream::refusal::Class;
use crate::upstream::transaction::{Purpose, Transaction};
use crate::web::callback::see_other;
use crate::web::pages::UpstreamAlert;

/// The page a transaction began on, below the issuer, and whether it has a query already.
fn origin(page: &PageContext, transaction: &Transaction) -> (String, char) {
    let ticket = || transaction.secrets(&page.app.master).and_then(|secrets| secrets.ticket).unwrap_or_default();
    match &transaction.purpose {
        Purpose::SignIn { interaction } => (format!("/login/{interaction}"), '?'),
        Purpose::Register { .. } => (format!("/registration?ticket={}", ticket()), '&'),
        Purpose::ChangeByTicket { .. } => (format!("/login-method?ticket={}", ticket()), '&'),
        Purpose::Change { .. } => ("/account/login-method".to_owned(), '?'),
    }
}

/// Where somebody begins anew whose transaction is over: a sign-in goes on with the request of its client.
pub fn restart_of(page: &PageContext, transaction: &Transaction) -> Option<String> {
    let path = match &transaction.purpose {
        Purpose::SignIn { interaction } => format!("/interaction/{interaction}"),
        _ => origin(page, transaction).0,
    };
    Some(page.issuer().page(&path))
}

/// Back with the sentence of a class.
pub fn back(page: &PageContext, transaction: &Transaction, class: Class) -> Response {
    back_with(
        page,
        transaction,
        match class {
            Class::Cancelled => UpstreamAlert::Cancelled.as_str(),
            Class::Unavailable => UpstreamAlert::Unavailable.as_str(),
            Class::Failed => UpstreamAlert::Failed.as_str(),
        },
    )
}

/// Back with a sentence's word: one of [`UpstreamAlert`], or of the login page.
pub fn back_with(page: &PageContext, transaction: &Transaction, word: &str) -> Response {
    let (path, sign) = origin(page, transaction);
    page.seal(see_other(&page.issuer().page(&format!("{path}{sign}upstream={word}"))))
}
