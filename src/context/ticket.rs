//! The ticket of a mailed link: found, judged, and refused in the words of its purpose.
//!
//! Looking changes nothing, so a mail scanner may look as often as it likes.

use axum::response::Response;
use http::StatusCode;

use super::PageContext;
use crate::account::{SignInRecord, find_account};
use crate::audit::EventKind;
use crate::storage::Fault;
use crate::ticket::{Purpose, Standing, Ticket, find_ticket};
use crate::web::pages::{TicketRefusal, TicketRefusedPage};
use crate::web::render;

/// A ticket that may be used, and whose it is.
pub struct OpenTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// The account and its contract.
    pub record: SignInRecord,
}

impl PageContext {
    /// The ticket of a link, if it may be used; `Err` is the answer otherwise. `is_usable` says whether the account is
    /// in a state for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ticket(
        &self,
        secret: &str,
        purpose: Purpose,
        is_usable: impl Fn(&SignInRecord) -> bool,
    ) -> Result<Result<OpenTicket, Box<Response>>, Fault> {
        let app = &self.app;
        let Some(ticket) = find_ticket(&app.db, secret, purpose, &self.issuer().brand).await? else {
            return Ok(Err(Box::new(self.refuse_ticket(purpose, TicketRefusal::Unknown))));
        };
        let why = match ticket.standing(self.now) {
            Standing::Open => None,
            Standing::Used => Some(TicketRefusal::Used),
            Standing::Replaced => Some(TicketRefusal::Replaced),
            Standing::Expired => Some(TicketRefusal::Expired),
        };
        let record = find_account(&app.db, &ticket.account_id).await?;
        match (why, record.filter(is_usable)) {
            (None, Some(record)) => Ok(Ok(OpenTicket { ticket, record })),
            // The account is not in a state for it any more: as good as taken back.
            (why, _) => Ok(Err(Box::new(self.refuse_ticket(purpose, why.unwrap_or(TicketRefusal::Replaced))))),
        }
    }

    /// The page that says why a link does not work, and what to do.
    pub fn refuse_ticket(&self, purpose: Purpose, why: TicketRefusal) -> Response {
        let event = self.event(EventKind::PageRefused).because(reason(why)).with("ticket", purpose.as_str());
        self.app.audit.record(event);
        let next = match TicketRefusedPage::leads_to_reset(purpose.as_str(), why) {
            true => self.issuer().page("/lo/forgot"),
            false => self.issuer().service_url.clone(),
        };
        let page = TicketRefusedPage { frame: self.frame(""), purpose: purpose.as_str(), why, next_href: Some(next) };
        self.seal(render(StatusCode::GONE, &page))
    }
}

const fn reason(why: TicketRefusal) -> &'static str {
    match why {
        TicketRefusal::Unknown => "ticket_unknown",
        TicketRefusal::Expired => "ticket_expired",
        TicketRefusal::Used => "ticket_used",
        TicketRefusal::Replaced => "ticket_replaced",
        TicketRefusal::Taken => "address_taken",
    }
}

/// The value of one parameter of a query, empty when it is absent.
pub fn parameter(query: Option<&str>, name: &str) -> String {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let mut values = pairs.filter(|(n, _)| n == name).map(|(_, value)| value.into_owned());
    values.next().filter(|value| !value.contains('\0')).unwrap_or_default()
}
