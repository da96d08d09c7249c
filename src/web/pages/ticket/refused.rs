use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::optional_link;

/// A mailed link that no longer works: what happened, and what to do.
#[derive(Template)]
#[template(path = "page/ticket/refused.html")]
pub struct TicketRefusedPage {
    /// The frame.
    pub frame: Frame,
    /// What the link was for: `invitation`, `unblock`, `password-reset`, `email-change`, `login-method-change` (`_` in
    /// place of `-` is the same).
    pub purpose: &'static str,
    /// Why it does not work.
    pub why: TicketRefusal,
    /// Where the button leads: to the page for a forgotten password when [`TicketRefusedPage::leads_to_reset`], to the
    /// login page otherwise. No button without.
    pub next_href: Option<String>,
}

/// Why a mailed link does not work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TicketRefusal {
    /// Nobody knows it: cut by a mail program, or deleted long ago.
    Unknown,
    /// Its 14 days are over.
    Expired,
    /// It has done its work.
    Used,
    /// A newer mail took its place, or the matter was settled otherwise.
    Replaced,
    /// Somebody else has the new address by now; of an e-mail change alone.
    Taken,
}

impl TicketRefusal {
    /// Those that every purpose knows.
    #[cfg(test)]
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Expired, Self::Used, Self::Replaced];

    const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Replaced => "replaced",
            Self::Taken => "taken",
        }
    }
}

impl TicketRefusedPage {
    /// Whether a new password is the way on (manual, chapter 6.1: an expired unblock link).
    pub fn leads_to_reset(purpose: &str, why: TicketRefusal) -> bool {
        let stale = matches!(why, TicketRefusal::Unknown | TicketRefusal::Expired);
        stale && matches!(purpose, "unblock" | "password-reset" | "password_reset")
    }

    fn title(&self) -> String {
        self.frame.t(&format!("ticket-refused-{}-title", self.why.name())).into_owned()
    }

    fn what(&self) -> String {
        self.frame.t(&format!("ticket-refused-{}-what", self.why.name())).into_owned()
    }

    fn advice(&self) -> String {
        let purpose = self.purpose.replace('_', "-");
        self.frame.t(&format!("ticket-{purpose}-{}-do", self.why.name())).into_owned()
    }

    fn label(&self) -> &'static str {
        if Self::leads_to_reset(self.purpose, self.why) { "ticket-refused-to-reset" } else { "ticket-refused-to-login" }
    }

    fn next(&self) -> Option<&str> {
        optional_link(self.next_href.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let purposes = ["invitation", "unblock", "password_reset", "email-change", "login-method-change"];
        let page = |purpose, why, next_href| Self { frame: frame.clone(), purpose, why, next_href };
        let mut pages: Vec<_> = purposes
            .into_iter()
            .flat_map(|purpose| TicketRefusal::ALL.map(|why| (purpose, why)))
            .map(|(purpose, why)| page(purpose, why, Some(format!("{}/lo/forgot", frame.base))))
            .collect();
        pages.push(page("email_change", TicketRefusal::Taken, None));
        pages.push(page("invitation", TicketRefusal::Unknown, None));
        pages.push(page("unblock", TicketRefusal::Expired, Some("javascript:alert(1)".to_owned())));
        pages
    }
}

impl Page for TicketRefusedPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
