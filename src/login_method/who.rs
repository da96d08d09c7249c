//! Whose login method it is about: found anew at every step.

use axum::response::Response;

use crate::account::{Role, SignInRecord};
use crate::context::PageContext;
use crate::id::SessionId;
use crate::lifecycle::may_change_method;
use crate::policy::lifetimes::LINK_SIGN_IN;
use crate::policy::menu::{Entry, allows};
use crate::storage::Fault;
use crate::ticket::{Purpose as TicketPurpose, Ticket};
use crate::upstream::transaction::Purpose;
use crate::web::Problem;

/// The purpose of the forms.
pub const PURPOSE: &str = "login-method";

/// How somebody comes here.
pub enum By {
    /// By a mailed link: its secret.
    Ticket(String),
    /// From the account menu.
    Menu,
}

/// How somebody who may change came here.
enum Came {
    ByTicket(Box<Ticket>),
    ByMenu(SessionId),
}

/// Somebody who may change the login method.
pub struct Who {
    /// The account.
    pub record: SignInRecord,
    /// The mailed link's secret; absent from the menu.
    pub secret: Option<String>,
    came: Came,
}

impl Who {
    /// Finds them; `Err` is the answer to anybody else.
    pub async fn find(page: &PageContext, by: By) -> Result<Result<Self, Box<Response>>, Fault> {
        let secret = match by {
            By::Menu => return Self::of_menu(page).await,
            By::Ticket(secret) => secret,
        };
        let usable = |record: &SignInRecord| may_change_method(record, page.now);
        Ok(page.ticket(&secret, TicketPurpose::LoginMethodChange, usable).await?.map(|open| Self {
            record: open.record,
            secret: Some(secret),
            came: Came::ByTicket(Box::new(open.ticket)),
        }))
    }

    async fn of_menu(page: &PageContext) -> Result<Result<Self, Box<Response>>, Fault> {
        let signed_in = match page.sign_in_within(LINK_SIGN_IN).await? {
            Ok(signed_in) => signed_in,
            Err(response) => return Ok(Err(response)),
        };
        let record = signed_in.record;
        if !allows(Entry::ChangeLoginMethod, page.menu_facts(&record)) {
            return Ok(Err(Box::new(page.refuse(&Problem::Forbidden))));
        }
        Ok(Ok(Self { record, secret: None, came: Came::ByMenu(signed_in.session.id) }))
    }

    /// The mailed link; absent from the menu.
    pub fn ticket(&self) -> Option<&Ticket> {
        match &self.came {
            Came::ByTicket(ticket) => Some(ticket),
            Came::ByMenu(_) => None,
        }
    }

    /// The path of these pages, below the issuer.
    pub const fn path(&self) -> &'static str {
        if self.secret.is_some() { "/login-method" } else { "/account/login-method" }
    }

    /// The path of the choice, with the link's secret.
    pub fn page_path(&self) -> String {
        self.with_ticket(self.path())
    }

    /// A path with the link's secret.
    pub fn with_ticket(&self, path: &str) -> String {
        match &self.secret {
            Some(secret) => format!("{path}?ticket={secret}"),
            None => path.to_owned(),
        }
    }

    /// A contractor can never sign in by Active Directory (`product.md` §1).
    pub fn may_use_active_directory(&self) -> bool {
        self.record.account.role != Role::Contractor
    }

    /// What a transaction is for.
    pub fn purpose(&self) -> Purpose {
        let account = self.record.account.id.clone();
        match &self.came {
            Came::ByTicket(ticket) => Purpose::ChangeByTicket { ticket: ticket.id.clone(), account },
            Came::ByMenu(session) => Purpose::Change { session: session.clone(), account },
        }
    }
}
