use askama::Template;

use super::{AdminNav, Concerned};
use crate::web::page::{Frame, Page};

/// 「メールアドレス変更」 of a user (manual, chapter 2.2 (4)): the address unchanged means another login method.
#[derive(Template)]
#[template(path = "page/admin/change_sign_in.html")]
pub struct ChangeSignInPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Whom it concerns.
    pub who: Concerned,
    /// Where the form is sent: `POST {action}` with `email`, `csrf`.
    pub action: String,
    /// Back to the user.
    pub back_href: String,
    /// The address in the field.
    pub email: String,
    /// The change that waits for its link.
    pub pending: Option<PendingChange>,
    /// Why the page is shown again.
    pub alert: Option<ChangeSignInAlert>,
}

/// 「指定されたメールアドレスに確認メールを送信します。よろしいですか？」
#[derive(Template)]
#[template(path = "page/admin/change_sign_in_confirm.html")]
pub struct ChangeSignInConfirmPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Whom it concerns.
    pub who: Concerned,
    /// Where the mail goes.
    pub email: String,
    /// Whether the address is another one: otherwise a login method is chosen.
    pub is_new_address: bool,
    /// Where the form is sent: `POST {action}` with `email`, `confirmed`, `csrf`.
    pub action: String,
    /// Back to the page before.
    pub back_href: String,
}

/// A change that waits for its link to be used.
#[derive(Clone, Debug)]
pub struct PendingChange {
    /// The new address; without one a login method is to be chosen.
    pub new_email: Option<String>,
    /// Until when the link is good, for people to read.
    pub until: String,
}

impl PendingChange {
    pub(super) const fn key(&self) -> &'static str {
        if self.new_email.is_some() { "admin-pending-email" } else { "admin-pending-method" }
    }

    #[cfg(test)]
    pub(super) fn samples() -> Vec<Self> {
        let until = "2026-12-04 09:00 (JST)".to_owned();
        vec![
            Self { new_email: Some("\"><b>@example.jp".to_owned()), until: until.clone() },
            Self { new_email: None, until },
        ]
    }
}

/// Why no mail was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeSignInAlert {
    /// The field was empty.
    Missing,
    /// What was typed is no address.
    Invalid,
    /// Another user of the contract has it.
    Taken,
    /// A change of the other kind waits for its link: both at once is not possible (manual, chapter 2.2).
    OtherPending,
    /// Too many mails: wait.
    TooManyRequests,
}

impl ChangeSignInAlert {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Missing, Self::Invalid, Self::Taken, Self::OtherPending, Self::TooManyRequests];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "admin-address-alert-missing",
            Self::Invalid => "admin-address-alert-invalid",
            Self::Taken => "admin-address-alert-taken",
            Self::OtherPending => "admin-address-alert-other-pending",
            Self::TooManyRequests => "admin-alert-too-many-requests",
        }
    }

    /// Whether the field is to blame.
    const fn is_of_field(self) -> bool {
        matches!(self, Self::Missing | Self::Invalid | Self::Taken)
    }
}

impl ChangeSignInPage {
    fn email_is_wrong(&self) -> bool {
        self.alert.is_some_and(ChangeSignInAlert::is_of_field)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str, pending, alert| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Users),
            who: Concerned::sample(),
            action: format!("{}/email", super::user_path(frame)),
            back_href: super::user_path(frame),
            email: email.to_owned(),
            pending,
            alert,
        };
        let mut pages = vec![page("hanako@example.jp", None, None)];
        pages.extend(PendingChange::samples().into_iter().map(|pending| page("a@example.jp", Some(pending), None)));
        pages.extend(ChangeSignInAlert::ALL.map(|alert| page("\"><script>", None, Some(alert))));
        pages
    }
}

impl ChangeSignInConfirmPage {
    const fn what(&self) -> &'static str {
        if self.is_new_address { "admin-address-address-title" } else { "admin-address-method-title" }
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |is_new_address| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Users),
            who: Concerned::sample(),
            email: "\"><i>@example.jp".to_owned(),
            is_new_address,
            action: format!("{}/email", super::user_path(frame)),
            back_href: format!("{}/email", super::user_path(frame)),
        };
        vec![page(true), page(false)]
    }
}

impl Page for ChangeSignInPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

impl Page for ChangeSignInConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
