//! The life of an account: the verbs that change one, each with everything that belongs to it (`product.md` §5, §8;
//! manuals, chapters 1.5, 2, 3, 6).
//!
//! ```text
//! invite ─▶ invited ── register ─▶ active ◀─ unblock, reset ─ locked ◀─ tenth wrong password ─ active
//!                                    ├─ change password: the other sessions end, remembered browsers are forgotten
//!                                    ├─ reset password: unlocks, everything ends, the second factor enrols anew
//!                                    └─ change address: asked ─ link in the mail to the new address ─▶ changed
//! ```
//!
//! A verb works in the caller's transaction: the guarded change, what ends with it (sessions, tokens, tickets), the
//! mail in the outbox and the event in the audit log are there together or not at all. The pages, the command line and
//! the consoles call the same verbs. Passwords come hashed, mails leave after the commit.
//!
//! It must not: hash a password, commit, decide who may ask for it, word a page.

mod administration;
mod contract;
mod email_change;
mod invitation;
mod line;
mod link;
mod lock;
mod login_method;
mod notice;
mod password;
mod preview;
pub mod recovery_request;
mod role;
mod second_factor_reset;
mod standing;

pub use administration::{Administered, Case, Deed, administer, confirm_power, invite_by, target_of};
pub use contract::{
    Opened, PlanChange, cancel_contract, change_plan, open_contract, plan_change_deadline, reinstate_contract, rename,
    set_second_factor, switch_access_path,
};
pub use email_change::{EmailChanged, complete_email_change, request_email_change};
pub use invitation::{Invitation, complete_registration, invite, invite_again};
pub use line::{add_line, drop_line, label_line};
pub use link::{Linked, Upstream, register_with_upstream, unlink_upstream};
pub use lock::{lock, unblock, unlock};
pub use login_method::{MethodChange, NewMethod, change_login_method, request_login_method_change, take_over_identity};
pub use notice::{tell, tell_of_new_browser};
pub use password::{change_password, request_password_reset, reset_password};
pub use preview::{LineOnlyPreview, preview_line_only};
pub use recovery_request::{RecoveryRequest, SealedRequest, count_waiting_requests, insert_request, take_requests};
pub use role::{make_administrator, make_user, transfer_contractor};
pub use second_factor_reset::reset_second_factor;
pub use standing::{delete, resume, suspend};

use crate::account::{Account, LoginMethod, SignInRecord};
use crate::audit::{Event, EventKind, insert_event};
use crate::brand::{Issuer, Issuers};
use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::notify::{Due, Mail, MailKind, Outbox, compose_mail};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::{self, AccountState};
use crate::random::Random;
use crate::secret::MasterKey;
use crate::session::end_account_sessions;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Issued, NewTicket, Purpose, issue_ticket};
use crate::token::revoke_account_families;
use crate::web::{Face, Lang};

/// What every verb holds: the tools, and on whose behalf it works.
pub struct Registrar<'a> {
    /// Randomness.
    pub random: &'a Random,
    /// The master key.
    pub master: &'a MasterKey,
    /// Where mails go.
    pub outbox: &'a Outbox,
    /// The brand's issuer, on the network the person is on: where links lead.
    pub issuer: &'a Issuer,
    /// All issuers: some mails name the brand's one on the other network too.
    pub issuers: &'a Issuers,
    /// The brand's words.
    pub face: &'a Face,
    /// When.
    pub now: Timestamp,
    /// The language of mails to somebody whose own is not known.
    pub lang: Lang,
    /// The event every verb begins with: reference, brand, address; its kind is replaced.
    pub event: Event,
}

/// Whether somebody who holds a mailed link of this account may use it: the account signs in by password and is in use
/// (a locked one is what links are for).
pub fn may_recover(record: &SignInRecord, now: Timestamp) -> bool {
    record.account.login_method == LoginMethod::Password && is_in_use(record, now)
}

/// Whether somebody who holds a mailed link may choose another login method: the account is in use, whatever its method.
pub fn may_change_method(record: &SignInRecord, now: Timestamp) -> bool {
    is_in_use(record, now)
}

/// Whether a sign-in can lead anywhere: if only to the account menu, as that of a contractor whose trial has just ended.
fn is_in_use(record: &SignInRecord, now: Timestamp) -> bool {
    matches!(record.account.state, AccountState::Active | AccountState::Locked)
        && record.refusal_for((sign_in::Purpose::AccountMenu, AccessPath::Line), now).is_none()
}

impl Registrar<'_> {
    /// Writes an event about an account.
    async fn record(&self, tx: &mut Tx, kind: EventKind, what: &'static str, account: &Account) -> Result<(), Fault> {
        let mut event = Event { kind, ..self.event.clone() }.because(what);
        event.contract = Some(account.contract_id.clone());
        event.account = Some(account.id.clone());
        insert_event(tx, self.random.row_id(self.now).into(), &event, self.now).await
    }

    /// Puts a mail about an account into the outbox. `to` is its own address unless the mail goes elsewhere.
    async fn write(&self, tx: &mut Tx, account: &Account, letter: Letter<'_>) -> Result<(), Fault> {
        let mail = Mail {
            kind: letter.kind,
            to: letter.to.unwrap_or(&account.email),
            name: &account.name,
            lang: self.language_of(account),
            link: letter.link.as_deref(),
            args: letter.args,
        };
        let content = compose_mail(self.face, &mail);
        let due = Due { now: self.now, expires_at: None };
        self.outbox.insert(tx, (&account.brand, Some(&account.id)), &content, due).await.map(drop)
    }

    /// Issues a ticket and puts the mail with its link into the outbox.
    async fn write_link(
        &self,
        tx: &mut Tx,
        account: &Account,
        (purpose, data): (Purpose, Data),
        letter: Letter<'_>,
    ) -> Result<Issued, Fault> {
        let new = NewTicket::new(self.random, purpose, (&account.brand, &account.id), data, self.now);
        let issued = issue_ticket(tx, &new).await?;
        if issued == Issued::Yes {
            let link = self.issuer.url(&format!("{}?ticket={}", path_of(purpose), new.secret.expose()));
            self.write(tx, account, Letter { link: Some(link), ..letter }).await?;
        }
        Ok(issued)
    }

    /// Issues a ticket whose link nobody gets.
    async fn withhold_link(
        &self,
        tx: &mut Tx,
        account: &Account,
        (purpose, data): (Purpose, Data),
    ) -> Result<Issued, Fault> {
        let new = NewTicket::new(self.random, purpose, (&account.brand, &account.id), data, self.now);
        issue_ticket(tx, &new).await
    }

    /// Ends every session but one, and with the sessions what was issued from them.
    async fn end_everything(
        &self,
        tx: &mut Tx,
        account: &Account,
        (except, why): (Option<&SessionId>, &'static str),
    ) -> Result<(), Fault> {
        end_account_sessions(tx, &account.id, except, self.now).await?;
        revoke_account_families(tx, &account.id, (except, why), self.now).await
    }

    /// The language a person reads: their own `locale`, else the one of the page.
    fn language_of(&self, account: &Account) -> Lang {
        account.profile.locale.as_deref().and_then(Lang::from_tag).unwrap_or(self.lang)
    }
}

/// A mail to be written.
struct Letter<'a> {
    kind: MailKind,
    to: Option<&'a str>,
    link: Option<String>,
    args: &'a [(&'a str, &'a str)],
}

impl Letter<'_> {
    /// A mail to the account's own address with nothing but its kind.
    const fn of(kind: MailKind) -> Self {
        Self { kind, to: None, link: None, args: &[] }
    }
}

/// The page a ticket opens, below its issuer.
pub const fn path_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "/registration",
        Purpose::Unblock => "/lo/unblock",
        Purpose::PasswordReset => "/lo/reset",
        Purpose::EmailChange => "/email-change",
        Purpose::LoginMethodChange => "/login-method",
    }
}
