//! Who sits in front of the console, and what every page of it needs.

use axum::response::Response;

use crate::account::administration::Held;
use crate::account::directory::find_user;
use crate::account::{Account, LoginMethod, SignInRecord};
use crate::brand::Issuer;
use crate::clock::Timestamp;
use crate::context::PageContext;
use crate::contract::{AccessPathSetting, Contract};
use crate::id::{SessionId, Subject};
use crate::lifecycle::{Case, Registrar, target_of};
use crate::line::LineKey;
use crate::policy::access_path::AccessPath;
use crate::policy::administration::{Act, Actor, Refusal, check_act};
use crate::policy::lifetimes;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::admin::{AdminNav, AdminSection, Concerned};

/// The signed-in contractor or administrator, found anew at every request.
pub struct Desk {
    signed_in: SignedIn,
}

/// A page's answer, or the answer instead of it.
pub type Answer<T> = Result<Result<T, Box<Response>>, Fault>;

impl Desk {
    /// For looking, and for what can be taken back.
    pub async fn open(page: &PageContext) -> Answer<Self> {
        Ok(page.admin().await?.map(|signed_in| Self { signed_in }))
    }

    /// For what asks for a sign-in of the last ten minutes.
    pub async fn open_fresh(page: &PageContext) -> Answer<Self> {
        Ok(page.admin_within(lifetimes::ACCOUNT_MENU_SIGN_IN).await?.map(|signed_in| Self { signed_in }))
    }

    /// For an act.
    pub async fn open_for(page: &PageContext, act: Act) -> Answer<Self> {
        if act.is_sensitive() { Self::open_fresh(page).await } else { Self::open(page).await }
    }

    /// Who it is.
    pub const fn account(&self) -> &Account {
        &self.signed_in.record.account
    }

    /// The contract.
    pub const fn contract(&self) -> &Contract {
        &self.signed_in.record.contract
    }

    /// The session.
    pub const fn session(&self) -> &SessionId {
        &self.signed_in.session.id
    }

    /// Whether the person came over this very line.
    pub fn came_over(&self, line: LineKey) -> bool {
        self.signed_in.session.authentication.line == Some(line.hash())
    }

    /// A user of the contract; `Err` is the answer when there is none.
    pub async fn user(&self, page: &PageContext, subject: &str) -> Answer<SignInRecord> {
        let found = find_user(&page.app.db, &self.contract().id, &Subject::new(subject)).await?;
        Ok(found.ok_or_else(|| Box::new(page.refuse(&Problem::NotFound))))
    }

    /// What the table says of an act, as far as was read.
    pub fn check(&self, act: Act, user: &Account) -> Result<(), Refusal> {
        let actor = Actor { role: self.account().role, state: self.account().state };
        let held = Held { role: user.role, state: user.state, login_method: user.login_method };
        check_act(act, actor, target_of(&self.account().id, user, held))
    }

    /// The case of an act.
    pub const fn case<'a>(&'a self, target: &'a SignInRecord) -> Case<'a> {
        Case { actor: self.account(), session: &self.signed_in.session.id, target }
    }

    /// The registrar on this person's behalf: every event says who it was. Its links lead where the contract's people
    /// can come.
    pub fn clerk<'a>(&self, page: &'a PageContext) -> Registrar<'a> {
        let mut registrar = page.registrar();
        registrar.issuer = self.issuer_of_links(page);
        let event = registrar.event.with("actor", self.account().id.as_str());
        registrar.event = event;
        registrar.event.session = Some(self.signed_in.session.id.clone());
        registrar
    }

    fn issuer_of_links<'a>(&self, page: &'a PageContext) -> &'a Issuer {
        let path = match self.contract().access_path {
            AccessPathSetting::LineAndInternet => AccessPath::Internet,
            AccessPathSetting::LineOnly => AccessPath::Line,
        };
        page.app.issuers.twin(&page.issuer().brand, path).map_or_else(|| page.issuer(), AsRef::as_ref)
    }

    /// Whether the contract's administrators may cause so many mails now; they are counted.
    pub fn may_mail(&self, page: &PageContext, mails: usize) -> bool {
        page.app.limits.count_contract_mails(&self.contract().id, mails).is_none()
    }

    /// The navigation.
    pub fn nav(&self, page: &PageContext, section: AdminSection) -> AdminNav {
        AdminNav { contract: self.contract().name.clone(), section, base: page.issuer().path.clone() }
    }
}

/// What a page says of a user.
pub fn concerned(record: &SignInRecord) -> Concerned {
    Concerned { name: record.account.name.clone(), email: record.account.email.clone() }
}

/// The path of a user's page, below the issuer.
pub fn user_path(record: &SignInRecord) -> String {
    format!("/admin/users/{}", record.account.subject)
}

/// A refusal of the table as an answer, with its reason in the audit log.
pub fn refuse(page: &PageContext, refusal: Refusal) -> Response {
    let kind = crate::audit::EventKind::PageRefused;
    page.refuse_because(&Problem::Forbidden, kind, "administration_refused", refusal.as_str())
}

/// Whether somebody signs in by a password of ours.
pub fn has_password(record: &SignInRecord) -> bool {
    record.account.login_method == LoginMethod::Password
}

/// `2026-11-20 09:00 (JST)`: the service's own time.
pub fn local_time(at: Timestamp) -> String {
    const JAPAN: jiff::tz::Offset = jiff::tz::offset(9);
    let instant = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    format!("{} (JST)", JAPAN.to_datetime(instant).strftime("%Y-%m-%d %H:%M"))
}
