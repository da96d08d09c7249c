use askama::Template;

use crate::web::page::{Frame, Page};

/// 「メールアドレス変更」 (manual, chapter 2.1): the address that gets the mail with the link.
#[derive(Template)]
#[template(path = "page/account/change_email.html")]
pub struct ChangeEmailPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `email`, `again`, `csrf`.
    pub action: String,
    /// Back to the menu.
    pub back_href: String,
    /// The new address typed before.
    pub email: String,
    /// The same, typed a second time.
    pub again: String,
    /// Why the page is shown again.
    pub alert: Option<ChangeEmailAlert>,
}

/// Why no mail was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeEmailAlert {
    /// One of the two fields was empty.
    Missing,
    /// What was typed is no address.
    Invalid,
    /// The two are not the same.
    Differ,
    /// It is the present address.
    Same,
    /// Another change of this account waits for its link to be opened.
    OtherPending,
    /// Too many tries: wait.
    TooManyRequests,
}

impl ChangeEmailAlert {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Missing, Self::Invalid, Self::Differ, Self::Same, Self::OtherPending, Self::TooManyRequests];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "change-email-alert-missing",
            Self::Invalid => "change-email-alert-invalid",
            Self::Differ => "change-email-alert-differ",
            Self::Same => "change-email-alert-same",
            Self::OtherPending => "change-email-alert-other-pending",
            Self::TooManyRequests => "change-email-alert-too-many-requests",
        }
    }
}

impl ChangeEmailPage {
    /// When one of two is missing, only the empty one is at fault.
    fn email_is_wrong(&self) -> bool {
        match self.alert {
            Some(ChangeEmailAlert::Missing) => self.email.is_empty(),
            Some(ChangeEmailAlert::Invalid | ChangeEmailAlert::Same) => true,
            _ => false,
        }
    }

    fn again_is_wrong(&self) -> bool {
        match self.alert {
            Some(ChangeEmailAlert::Missing) => self.again.is_empty(),
            alert => alert == Some(ChangeEmailAlert::Differ),
        }
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str, again: &str, alert| Self {
            frame: frame.clone(),
            action: format!("{}/account/email", frame.base),
            back_href: format!("{}/account", frame.base),
            email: email.to_owned(),
            again: again.to_owned(),
            alert,
        };
        let mut pages = vec![page("", "", None), page("\"><script>alert(1)</script>", "'><b>", None)];
        pages.extend(ChangeEmailAlert::ALL.map(|alert| page("hanako@example.jp", "", Some(alert))));
        pages.push(page("", "", Some(ChangeEmailAlert::Missing)));
        pages
    }
}

impl Page for ChangeEmailPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
