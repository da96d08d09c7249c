//! The history as a file.

use axum::extract::RawQuery;
use axum::response::Response;

use super::filter::Filter;
use super::words::{self, Names};
use crate::admin_console::desk::{Desk, local_time};
use crate::admin_console::import::file;
use crate::audit::search::search;
use crate::context::PageContext;
use crate::storage::Fault;

/// Events read at once.
const BATCH: u32 = 1000;
/// The most lines of a file; the page says so.
const MOST: usize = 10_000;

/// `GET /admin/sign-ins.csv`: what the page shows, all pages at once.
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
        let text = table(&page, &desk, &filter).await?;
        Ok(page.seal(file("sign-ins.csv", &text)))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn table(page: &PageContext, desk: &Desk, filter: &Filter) -> Result<String, Fault> {
    let frame = page.frame("");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let headings = [
        "admin-sign-ins-at",
        "admin-name",
        "login-email",
        "admin-sign-ins-outcome",
        "admin-sign-ins-why",
        "admin-sign-ins-path",
        "admin-sign-ins-address",
        "admin-sign-ins-reference",
    ];
    // Writing to memory does not fail.
    let _ = writer.write_record(headings.map(|key| frame.t(key).into_owned()));
    let mut names = Names::of(&desk.contract().id);
    let (mut place, mut count) = (None, 0);
    while let Some(wanted) = filter.search(desk, place.take(), BATCH) {
        let found = search(&page.app.db, &wanted).await?;
        for event in found.items.iter().take(MOST - count) {
            let (name, email) = names.find(page, event.account.as_ref()).await?;
            let outcome = if words::is_allowed(event) { "admin-sign-ins-allowed" } else { "admin-sign-ins-refused" };
            let cells = [
                local_time(event.at),
                harmless(&name),
                harmless(&email),
                frame.t(outcome).into_owned(),
                words::why(&frame, event),
                words::path(&frame, event),
                event.address.clone().unwrap_or_default(),
                event.reference.clone(),
            ];
            let _ = writer.write_record(cells);
            count += 1;
        }
        place = found.next;
        if place.is_none() || count >= MOST {
            break;
        }
    }
    Ok(String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default())
}

/// A text that a spreadsheet takes for a text: whoever names himself `=…` writes no formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_formula() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("端場 花子"), "端場 花子");
    }
}
