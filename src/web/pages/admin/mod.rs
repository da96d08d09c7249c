//! The pages of the admin console (manual, chapters 2.2 and 4.2): a contract's users, its lines, its sign-ins.
//!
//! They must not decide who may do what: the flow gives the acts and the links.

mod act;
mod change_sign_in;
mod import;
mod import_report;
mod invite;
mod line;
mod lines;
mod lines_confirm;
mod sign_ins;
mod top;
mod user;
mod users;

pub use act::AdminActPage;
pub use change_sign_in::{ChangeSignInAlert, ChangeSignInConfirmPage, ChangeSignInPage, PendingChange};
pub use import::{ImportAlert, ImportPage, ImportRow, ImportVerdict};
pub use import_report::ImportReportPage;
pub use invite::{InviteAlert, InvitePage};
pub use line::LinePage;
pub use lines::{LineEntry, LineFault, LineRow, LinesAlert, LinesNotice, LinesPage};
pub use lines_confirm::LinesConfirmPage;
pub use sign_ins::{SignInFilter, SignInLine, SignInsPage};
pub use top::AdminTopPage;
pub use user::{AdminUserPage, UserNotice};
pub use users::{UserFilter, UserLine, UserListPage};

use crate::policy::administration::Role;
use crate::policy::sign_in::AccountState;
#[cfg(test)]
use crate::web::page::Frame;

/// A part of the console: an entry of its navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdminSection {
    /// 管理コンソール
    Top,
    /// ユーザ
    Users,
    /// 回線認証
    Line,
    /// ログイン履歴
    SignIns,
}

impl AdminSection {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Top, Self::Users, Self::Line, Self::SignIns];

    /// Its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Top => "admin-title",
            Self::Users => "admin-users",
            Self::Line => "admin-line",
            Self::SignIns => "admin-sign-ins",
        }
    }

    /// Its path below the issuer.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Top => "/admin",
            Self::Users => "/admin/users",
            Self::Line => "/admin/line-authentication",
            Self::SignIns => "/admin/sign-ins",
        }
    }
}

/// The navigation at the top of every page.
#[derive(Clone, Debug)]
pub struct AdminNav {
    /// Whose console it is: the company's name.
    pub contract: String,
    /// Where the page belongs.
    pub section: AdminSection,
    /// The path of the issuer.
    pub base: String,
}

impl AdminNav {
    /// Section, link, whether it is this one.
    fn entries(&self) -> Vec<(AdminSection, String, bool)> {
        AdminSection::ALL
            .into_iter()
            .map(|section| (section, format!("{}{}", self.base, section.path()), section == self.section))
            .collect()
    }

    #[cfg(test)]
    fn sample(frame: &Frame, section: AdminSection) -> Self {
        Self { contract: "<b>ハワノリ</b>株式会社".to_owned(), section, base: frame.base.clone() }
    }
}

/// The text of a role.
pub const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Contractor => "admin-role-contractor",
        Role::Administrator => "admin-role-administrator",
        Role::User => "admin-role-user",
    }
}

/// The text of a state.
pub const fn state_key(state: AccountState) -> &'static str {
    match state {
        AccountState::Invited => "admin-state-invited",
        AccountState::Active => "admin-state-active",
        AccountState::Locked => "admin-state-locked",
        AccountState::Suspended => "admin-state-suspended",
        AccountState::Deleted => "admin-state-deleted",
    }
}

/// Whom an act concerns, as every page of it says.
#[derive(Clone, Debug)]
pub struct Concerned {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl Concerned {
    #[cfg(test)]
    fn sample() -> Self {
        Self { name: "<script>alert(1)</script>".to_owned(), email: "hanako@example.jp".to_owned() }
    }
}

#[cfg(test)]
fn user_path(frame: &Frame) -> String {
    format!("{}/admin/users/0b5c1d2e-0000-4000-8000-000000000000", frame.base)
}
