use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::NewPasswordAlert;

/// 「パスワード変更」 (manual, chapter 3).
#[derive(Template)]
#[template(path = "page/account/change_password.html")]
pub struct ChangePasswordPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `current`, `password`, `again`, `csrf` (and `username`, for the
    /// browser's password store only).
    pub action: String,
    /// Back to the menu.
    pub back_href: String,
    /// The address that signs in.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<ChangePasswordAlert>,
}

/// Why the password was not changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangePasswordAlert {
    /// The present password was not typed.
    CurrentMissing,
    /// It is another one.
    CurrentWrong,
    /// The new one was not taken.
    New(NewPasswordAlert),
    /// Too many tries: wait.
    TooManyRequests,
}

impl ChangePasswordAlert {
    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::CurrentMissing => "change-password-alert-current-missing",
            Self::CurrentWrong => "change-password-alert-current-wrong",
            Self::New(alert) => alert.key(),
            Self::TooManyRequests => "change-password-alert-too-many-requests",
        }
    }

    const fn blames_current(self) -> bool {
        matches!(self, Self::CurrentMissing | Self::CurrentWrong)
    }

    fn new_password(self) -> Option<NewPasswordAlert> {
        match self {
            Self::New(alert) => Some(alert),
            _ => None,
        }
    }
}

impl ChangePasswordPage {
    fn current_is_wrong(&self) -> bool {
        self.alert.is_some_and(ChangePasswordAlert::blames_current)
    }

    fn password_is_wrong(&self) -> bool {
        self.alert.and_then(ChangePasswordAlert::new_password).is_some_and(NewPasswordAlert::blames_password)
    }

    fn again_is_wrong(&self) -> bool {
        self.alert.and_then(ChangePasswordAlert::new_password).is_some_and(NewPasswordAlert::blames_again)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str, alert| Self {
            frame: frame.clone(),
            action: format!("{}/account/password", frame.base),
            back_href: format!("{}/account", frame.base),
            email: email.to_owned(),
            alert,
        };
        let mut pages = vec![page("taro@example.jp", None), page("\"><script>alert(1)</script>", None)];
        let own = [
            ChangePasswordAlert::CurrentMissing,
            ChangePasswordAlert::CurrentWrong,
            ChangePasswordAlert::TooManyRequests,
        ];
        let all = own.into_iter().chain(NewPasswordAlert::ALL.map(ChangePasswordAlert::New));
        pages.extend(all.map(|alert| page("taro@example.jp", Some(alert))));
        pages
    }
}

impl Page for ChangePasswordPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
