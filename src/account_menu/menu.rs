//! The menu.

use axum::response::Response;
use http::StatusCode;

use super::facts;
use crate::context::PageContext;
use crate::policy::menu::{Entry, allows};
use crate::session::SignedIn;
use crate::web::pages::{AccountMenuPage, MenuEntry, MenuSection};
use crate::web::render;

/// `GET /account`.
pub async fn get(page: PageContext) -> Response {
    match page.fresh_sign_in().await {
        Ok(Ok(signed_in)) => show(&page, &signed_in),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

fn show(page: &PageContext, signed_in: &SignedIn) -> Response {
    let record = &signed_in.record;
    let facts = facts(record);
    let shown = Entry::ALL.into_iter().filter(|entry| allows(*entry, facts));
    let entries: Vec<_> = shown.map(|entry| entry_of(page, entry)).collect();
    let mut notes = vec!["menu-authentication-note"];
    if allows(Entry::ChangeEmail, facts) {
        notes.push("menu-authentication-email-note");
    }
    let section = MenuSection { title: "menu-authentication-title", notes, entries };
    let menu = AccountMenuPage {
        frame: page.frame(""),
        name: record.account.name.clone(),
        email: record.account.email.clone(),
        sections: if section.entries.is_empty() { Vec::new() } else { vec![section] },
        top_href: page.issuer().service_url.clone(),
    };
    page.seal(render(StatusCode::OK, &menu))
}

fn entry_of(page: &PageContext, entry: Entry) -> MenuEntry {
    let (label, path) = match entry {
        Entry::ChangeEmail => ("menu-email", "/account/email"),
        Entry::ChangePassword => ("menu-password", "/account/password"),
        Entry::Passkeys => ("menu-passkeys", "/account/passkeys"),
    };
    MenuEntry { label, href: page.issuer().page(path) }
}
