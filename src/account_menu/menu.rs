//! The menu.

use axum::response::Response;
use http::StatusCode;

use crate::context::PageContext;
use crate::policy::menu::{Entry, Facts, Section, allows};
use crate::policy::sign_in::Plan;
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
    let facts = page.menu_facts(record);
    let sections = Section::ALL.into_iter().map(|section| section_of(page, section, facts));
    let menu = AccountMenuPage {
        frame: page.frame(""),
        name: record.account.name.clone(),
        email: record.account.email.clone(),
        sections: sections.collect(),
        top_href: page.issuer().service_url.clone(),
    };
    page.seal(render(StatusCode::OK, &menu))
}

fn section_of(page: &PageContext, section: Section, facts: Facts) -> MenuSection {
    let shown = Entry::ALL.into_iter().filter(|entry| entry.section() == section && allows(*entry, facts));
    let entries: Vec<_> = shown.map(|entry| entry_of(page, entry)).collect();
    let (title, notes) = match section {
        Section::Authentication if allows(Entry::ChangeEmail, facts) => {
            ("menu-authentication-title", vec!["menu-authentication-note", "menu-authentication-email-note"])
        }
        Section::Authentication => ("menu-authentication-title", vec!["menu-authentication-note"]),
        Section::Settings => ("menu-settings-title", vec!["menu-settings-note", "menu-settings-all-note"]),
        Section::Contract if facts.plan == Plan::Trial => ("menu-contract-title", vec!["menu-contract-trial-note"]),
        Section::Contract => ("menu-contract-title", vec!["menu-contract-note"]),
    };
    MenuSection { title, notes, entries }
}

fn entry_of(page: &PageContext, entry: Entry) -> MenuEntry {
    let (label, path) = match entry {
        Entry::ChangeLoginMethod => ("menu-login-method", "/account/login-method"),
        Entry::ChangeEmail => ("menu-email", "/account/email"),
        Entry::ChangePassword => ("menu-password", "/account/password"),
        Entry::Passkeys => ("menu-passkeys", "/account/passkeys"),
        Entry::AccessPath => ("menu-access-path", "/account/access-path"),
        Entry::SecondFactor => ("menu-second-factor", "/account/second-factor"),
        Entry::ContractChange => ("menu-contract", "/account/contract"),
        Entry::PlanChange => ("menu-plan", "/account/plan"),
        Entry::Cancellation => ("menu-cancel", "/account/cancellation"),
        Entry::ActiveDirectory => ("menu-active-directory", "/account/active-directory"),
    };
    MenuEntry { label, href: page.issuer().page(path) }
}
