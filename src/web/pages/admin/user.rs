use askama::Template;

use super::{AdminNav, Concerned, PendingChange, role_key, state_key};
use crate::policy::administration::{Act, Role};
use crate::policy::sign_in::AccountState;
use crate::web::page::{Frame, Page};

/// 「ユーザ詳細」: one user, and what can be done (manual, chapter 2.2 (3)).
#[derive(Template)]
#[template(path = "page/admin/user.html")]
pub struct AdminUserPage {
    /// The frame; its form token guards the one form, which takes a pending change back.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Who it is.
    pub who: Concerned,
    /// The role.
    pub role: Role,
    /// The state.
    pub state: AccountState,
    /// The login method in words.
    pub method: String,
    /// Whether a second factor is registered; `None` where it is somebody else's business.
    pub has_factor: Option<bool>,
    /// The last sign-in over the internet, for people to read.
    pub internet_sign_in: Option<String>,
    /// The last sign-in over a line.
    pub line_sign_in: Option<String>,
    /// The change that waits for its link.
    pub pending: Option<PendingChange>,
    /// Where the pending change is taken back: `POST {cancel_action}` with `csrf`.
    pub cancel_action: String,
    /// What can be done, with its link.
    pub acts: Vec<(Act, String)>,
    /// Why nothing can be done: it is the person who looks, or the contractor.
    pub is_oneself: bool,
    /// The user's sign-ins.
    pub sign_ins_href: String,
    /// Back to the list.
    pub back_href: String,
    /// What has just happened.
    pub notice: Option<UserNotice>,
}

/// What the page says at its top.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserNotice {
    /// An act was done.
    Done(Act),
    /// The person was invited.
    Invited,
    /// The mail メールアドレス変更登録 is on its way.
    EmailChangeSent,
    /// The pending change was taken back.
    ChangeCancelled,
    /// The user is not as the page before showed: nothing was done.
    Changed,
}

impl UserNotice {
    /// All of them.
    #[cfg(test)]
    fn all() -> Vec<Self> {
        let others = [Self::Invited, Self::EmailChangeSent, Self::ChangeCancelled, Self::Changed];
        Act::ALL.iter().map(|act| Self::Done(*act)).chain(others).collect()
    }

    /// From the word in the URL of the page.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "invited" => Some(Self::Invited),
            "email-change" => Some(Self::EmailChangeSent),
            "cancelled" => Some(Self::ChangeCancelled),
            "changed" => Some(Self::Changed),
            other => Act::parse(other).map(Self::Done),
        }
    }

    /// Its word in the URL of the page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done(act) => act.as_str(),
            Self::Invited => "invited",
            Self::EmailChangeSent => "email-change",
            Self::ChangeCancelled => "cancelled",
            Self::Changed => "changed",
        }
    }

    /// Its text.
    pub fn key(self) -> String {
        match self {
            Self::Done(act) => format!("admin-act-{act}-done"),
            other => format!("admin-notice-{}", other.word()),
        }
    }

    /// Whether it says that nothing was done.
    pub fn is_alert(self) -> bool {
        self == Self::Changed
    }
}

impl AdminUserPage {
    const fn role_key(&self) -> &'static str {
        role_key(self.role)
    }

    const fn state_key(&self) -> &'static str {
        state_key(self.state)
    }

    fn factor_key(&self) -> Option<&'static str> {
        self.has_factor.map(|has| if has { "admin-factor-yes" } else { "admin-factor-no" })
    }

    /// Why nothing can be done.
    const fn why_none(&self) -> &'static str {
        if self.is_oneself { "admin-acts-oneself" } else { "admin-acts-contractor" }
    }

    /// The acts that change what the user is, and those that end something.
    fn groups(&self) -> Vec<(&'static str, Vec<&(Act, String)>)> {
        let group = |wanted: fn(Act) -> bool| self.acts.iter().filter(|(act, _)| wanted(*act)).collect::<Vec<_>>();
        vec![
            (
                "admin-acts-sign-in",
                group(|act| {
                    matches!(
                        act,
                        Act::ChangeSignIn | Act::InviteAgain | Act::Unlock | Act::ResetSecondFactor | Act::EndSessions
                    )
                }),
            ),
            (
                "admin-acts-role",
                group(|act| matches!(act, Act::MakeAdministrator | Act::MakeUser | Act::TransferContractor)),
            ),
            ("admin-acts-standing", group(|act| matches!(act, Act::Suspend | Act::Resume | Act::Delete))),
        ]
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let acts = |acts: &[Act]| acts.iter().map(|act| (*act, format!("{}/{act}", super::user_path(frame)))).collect();
        let page = |role, state, all: Vec<(Act, String)>| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Users),
            who: Concerned::sample(),
            role,
            state,
            method: "メールアドレス・パスワード".to_owned(),
            has_factor: Some(true),
            internet_sign_in: Some("2026-05-12 18:04 (JST)".to_owned()),
            line_sign_in: None,
            pending: None,
            cancel_action: format!("{}/email/cancel", super::user_path(frame)),
            acts: all,
            is_oneself: false,
            sign_ins_href: format!("{}/admin/sign-ins?user=1", frame.base),
            back_href: format!("{}/admin/users", frame.base),
            notice: None,
        };
        let user = || page(Role::User, AccountState::Active, acts(Act::ALL));
        let mut pages = vec![
            user(),
            Self {
                has_factor: None,
                internet_sign_in: None,
                ..page(Role::User, AccountState::Invited, acts(&[Act::InviteAgain]))
            },
            Self { is_oneself: true, ..page(Role::Contractor, AccountState::Active, Vec::new()) },
            page(Role::Contractor, AccountState::Active, Vec::new()),
        ];
        pages.extend(PendingChange::samples().into_iter().map(|pending| Self { pending: Some(pending), ..user() }));
        pages.extend(UserNotice::all().into_iter().map(|notice| Self { notice: Some(notice), ..user() }));
        pages
    }
}

impl Page for AdminUserPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
