use askama::Template;

use super::AdminNav;
use crate::policy::administration::Role;
use crate::web::page::{Frame, Page};

/// 「利用者の招待」: one person.
#[derive(Template)]
#[template(path = "page/admin/invite.html")]
pub struct InvitePage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Where the form is sent: `POST {action}` with `name`, `email`, `role`, `csrf`.
    pub action: String,
    /// To the page for many at once.
    pub many_href: String,
    /// Back to the list.
    pub back_href: String,
    /// The name typed before.
    pub name: String,
    /// The address typed before.
    pub email: String,
    /// The role chosen before.
    pub role: Role,
    /// Why the page is shown again.
    pub alert: Option<InviteAlert>,
}

/// Why nobody was invited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InviteAlert {
    /// What was typed is no name.
    Name,
    /// What was typed is no address.
    Email,
    /// A user of the contract has the address.
    Registered,
    /// The person was invited before and has not registered yet.
    Invited,
    /// The address cannot be used here; no more is said.
    Unavailable,
    /// Too many mails: wait.
    TooManyRequests,
}

impl InviteAlert {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Email, Self::Registered, Self::Invited, Self::Unavailable, Self::TooManyRequests];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "admin-invite-alert-name",
            Self::Email => "admin-address-alert-invalid",
            Self::Registered => "admin-invite-alert-registered",
            Self::Invited => "admin-invite-alert-invited",
            Self::Unavailable => "admin-invite-alert-unavailable",
            Self::TooManyRequests => "admin-alert-too-many-requests",
        }
    }
}

impl InvitePage {
    fn name_is_wrong(&self) -> bool {
        self.alert == Some(InviteAlert::Name)
    }

    fn email_is_wrong(&self) -> bool {
        use InviteAlert::{Email, Invited, Registered, Unavailable};
        matches!(self.alert, Some(Email | Invited | Registered | Unavailable))
    }

    /// Value, text, whether it is chosen.
    fn role_options(&self) -> Vec<(&'static str, &'static str, bool)> {
        [Role::User, Role::Administrator].map(|role| (role.as_str(), super::role_key(role), role == self.role)).into()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |name: &str, email: &str, alert| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Users),
            action: format!("{}/admin/users/invite", frame.base),
            many_href: format!("{}/admin/users/import", frame.base),
            back_href: format!("{}/admin/users", frame.base),
            name: name.to_owned(),
            email: email.to_owned(),
            role: Role::Administrator,
            alert,
        };
        let mut pages = vec![page("", "", None)];
        pages.extend(InviteAlert::ALL.map(|alert| page("\"><script>", "'><b>", Some(alert))));
        pages
    }
}

impl Page for InvitePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
