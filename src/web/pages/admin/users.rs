use askama::Template;

use super::{AdminNav, role_key, state_key};
use crate::policy::administration::Role;
use crate::policy::sign_in::AccountState;
use crate::web::page::{Frame, Page};

/// 「ユーザ」: the users of the contract (manual, chapter 2.2 (3)).
#[derive(Template)]
#[template(path = "page/admin/users.html")]
pub struct UserListPage {
    /// The frame; it has no form token, since the only form is a search by GET.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// What was searched for.
    pub filter: UserFilter,
    /// The users of this page.
    pub users: Vec<UserLine>,
    /// The page before; empty without one.
    pub previous_href: String,
    /// The page after; empty without one.
    pub next_href: String,
    /// Whether a user has just been deleted.
    pub deleted: bool,
}

/// What is searched for, as words of the query.
#[derive(Clone, Default, Debug)]
pub struct UserFilter {
    /// The text, as typed.
    pub text: String,
    /// What it is compared with: `anything`, `address` or `name`.
    pub by: &'static str,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those in this state.
    pub state: Option<AccountState>,
}

/// A user.
#[derive(Clone, Debug)]
pub struct UserLine {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The state.
    pub state: AccountState,
    /// The login method in words.
    pub method: String,
    /// 詳細
    pub href: String,
}

impl UserLine {
    const fn role_key(&self) -> &'static str {
        role_key(self.role)
    }

    const fn state_key(&self) -> &'static str {
        state_key(self.state)
    }
}

impl UserListPage {
    fn path(&self) -> String {
        format!("{}/admin/users", self.frame.base)
    }

    /// Value, text, whether it is chosen.
    fn by_options(&self) -> Vec<(&'static str, &'static str, bool)> {
        let options =
            [("anything", "admin-search-anything"), ("address", "admin-search-address"), ("name", "admin-search-name")];
        options.into_iter().map(|(value, key)| (value, key, self.filter.by == value)).collect()
    }

    fn role_options(&self) -> Vec<(&'static str, &'static str, bool)> {
        let option = |role: &Role| (role.as_str(), role_key(*role), self.filter.role == Some(*role));
        std::iter::once(("", "admin-search-all", self.filter.role.is_none()))
            .chain(Role::ALL.iter().map(option))
            .collect()
    }

    fn state_options(&self) -> Vec<(&'static str, &'static str, bool)> {
        let option = |state: &AccountState| (state.as_str(), state_key(*state), self.filter.state == Some(*state));
        let states = AccountState::ALL.iter().filter(|state| **state != AccountState::Deleted);
        std::iter::once(("", "admin-search-all", self.filter.state.is_none())).chain(states.map(option)).collect()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        use super::AdminSection;
        let line = |name: &str, role, state| UserLine {
            name: name.to_owned(),
            email: "hanako.haba.of-a-very-long-department@hawanori.example.co.jp".to_owned(),
            role,
            state,
            method: "メールアドレス・パスワード".to_owned(),
            href: super::user_path(frame),
        };
        let users = vec![
            line("端場 花子", Role::Contractor, AccountState::Active),
            line("<script>alert(1)</script>", Role::Administrator, AccountState::Locked),
            line(&"とても長い名前".repeat(10), Role::User, AccountState::Invited),
            line("停止 次郎", Role::User, AccountState::Suspended),
        ];
        let page = |filter, users, deleted| Self {
            frame: Frame { csrf: String::new(), ..frame.clone() },
            nav: AdminNav::sample(frame, AdminSection::Users),
            filter,
            users,
            previous_href: String::new(),
            next_href: String::new(),
            deleted,
        };
        let searched = UserFilter {
            text: "\"><script>".to_owned(),
            by: "name",
            role: Some(Role::User),
            state: Some(AccountState::Suspended),
        };
        let everybody = UserFilter { by: "anything", ..UserFilter::default() };
        let turned = Self {
            previous_href: format!("{}/admin/users?before=1", frame.base),
            next_href: format!("{}/admin/users?after=\"><b>", frame.base),
            ..page(everybody.clone(), users.clone(), true)
        };
        vec![page(everybody, users, false), turned, page(searched, Vec::new(), false)]
    }
}

impl Page for UserListPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
