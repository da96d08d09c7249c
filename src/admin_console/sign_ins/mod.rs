//! ログイン履歴: who of the contract signed in, who did not, and why, in plain words.
//!
//! ```text
//! GET /admin/sign-ins ─ filter: person, outcome, days ─▶ page by page, newest first ─▶ /admin/sign-ins.csv
//! ```
//! It is the audit log through the window of one contract: sign-ins and what refused them, never an event of another
//! contract, and never the number of a line that is not the contract's.

mod export;
mod filter;
mod words;

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

pub use export::get as export;

use self::filter::Filter;
use self::words::Names;
use super::desk::{Desk, local_time};
use crate::audit::search::{Cursor, FoundEvent, Page, search};
use crate::context::PageContext;
use crate::storage::Fault;
use crate::web::pages::admin::{AdminSection, SignInLine, SignInsPage};
use crate::web::render;

/// The page's path, below the issuer.
const PATH: &str = "/admin/sign-ins";
/// Lines of a page.
const LINES: u32 = 50;

/// `GET /admin/sign-ins`.
pub async fn get(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let desk = match Desk::open(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let filter = match Filter::read(&page, &desk, query.as_deref()).await? {
            Ok(filter) => filter,
            Err(response) => return Ok(*response),
        };
        show(&page, &desk, &filter).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn show(page: &PageContext, desk: &Desk, filter: &Filter) -> Result<Response, Fault> {
    let found = match filter.search(desk, filter.after.clone(), LINES) {
        Some(wanted) => search(&page.app.db, &wanted).await?,
        None => Page { items: Vec::new(), next: None },
    };
    let mut names = Names::of(&desk.contract().id);
    let mut lines = Vec::with_capacity(found.items.len());
    for event in &found.items {
        lines.push(line_of(page, &mut names, event).await?);
    }
    let href = |path: &str, place: Option<&Cursor>| page.issuer().page(&format!("{path}?{}", filter.query(place)));
    let view = SignInsPage {
        frame: page.frame(""),
        nav: desk.nav(page, AdminSection::SignIns),
        filter: filter.view(),
        first_href: filter.after.as_ref().map_or_else(String::new, |_| href(PATH, None)),
        next_href: found.next.as_ref().map_or_else(String::new, |next| href(PATH, Some(next))),
        export_href: href(&format!("{PATH}.csv"), None),
        lines,
    };
    Ok(page.seal(render(StatusCode::OK, &view)))
}

async fn line_of(page: &PageContext, names: &mut Names, event: &FoundEvent) -> Result<SignInLine, Fault> {
    let (name, email) = names.find(page, event.account.as_ref()).await?;
    let frame = page.frame("");
    Ok(SignInLine {
        at: local_time(event.at),
        name,
        email,
        is_allowed: words::is_allowed(event),
        why: words::why(&frame, event),
        path: words::path(&frame, event),
        address: event.address.clone().unwrap_or_default(),
        reference: event.reference.clone(),
    })
}
