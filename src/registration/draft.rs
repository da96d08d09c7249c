//! What the person chose, between the form and the confirmation.

use crate::context::PageContext;
use crate::id::TicketId;
use crate::secret::{Secret, base64url};

const PURPOSE: &str = "registration draft";

/// Seals a password's hash for one ticket and one browser.
pub fn seal(page: &PageContext, ticket: &TicketId, hash: &Secret<String>) -> String {
    base64url(&page.app.master.seal(PURPOSE, context(page, ticket).as_bytes(), hash.expose().as_bytes()))
}

/// Opens it again; `None` when it is another ticket's or browser's.
pub fn open(page: &PageContext, ticket: &TicketId, draft: &str) -> Option<Secret<String>> {
    use base64::Engine as _;
    let sealed = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(draft).ok()?;
    let plain = page.app.master.open(PURPOSE, context(page, ticket).as_bytes(), &sealed)?;
    String::from_utf8(plain).ok().map(Secret::new)
}

fn context(page: &PageContext, ticket: &TicketId) -> String {
    let browser = page.browser_hash().map(|hash| base64url(hash.as_bytes())).unwrap_or_default();
    format!("{ticket}|{browser}")
}
