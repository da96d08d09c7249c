use askama::Template;

use super::NewPasswordAlert;
use crate::web::page::{Frame, Page};

/// A new password, twice, for the holder of a mailed link.
#[derive(Template)]
#[template(path = "page/ticket/new_password.html")]
pub struct NewPasswordPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// What the password is for.
    pub kind: NewPassword,
    /// Where the form is sent: `POST {action}` with `ticket`, `password`, `again`, `csrf` (and `username`, for the
    /// browser's password store only).
    pub action: String,
    /// The secret of the link; a hidden field.
    pub ticket: String,
    /// The address that signs in with the password.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<NewPasswordAlert>,
}

/// What a new password is for: texts `new-password-<name>-title`, `-lead`, `-note`, `-email`, `-password`, `-again`,
/// `-submit`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NewPassword {
    /// 「リセットパスワード」 (manual, chapter 6.2).
    Reset,
    /// 「メールアドレス変更確認」 (manual, chapter 2.1).
    EmailChange {
        /// The new address.
        email: String,
    },
}

impl NewPasswordPage {
    const fn name(&self) -> &'static str {
        match self.kind {
            NewPassword::Reset => "reset",
            NewPassword::EmailChange { .. } => "email-change",
        }
    }

    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("new-password-{}-{part}", self.name())).into_owned()
    }

    /// Words that not every kind has.
    fn more(&self, part: &str) -> String {
        self.frame.t_or(&format!("new-password-{}-{part}", self.name()), "")
    }

    /// The address the person will sign in with.
    fn address(&self) -> &str {
        match &self.kind {
            NewPassword::EmailChange { email } => email,
            NewPassword::Reset => &self.email,
        }
    }

    fn password_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_password)
    }

    fn again_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_again)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |kind, email: &str, alert| Self {
            frame: frame.clone(),
            kind,
            action: format!("{}/lo/reset", frame.base),
            ticket: super::TICKET.to_owned(),
            email: email.to_owned(),
            alert,
        };
        let change = |email: &str| NewPassword::EmailChange { email: email.to_owned() };
        let long = "hanako.nagai-namae-no-hito+cloud-storage@a-department.a-very-long-company-name.example.co.jp";
        let mut pages = vec![
            page(NewPassword::Reset, "taro@example.jp", None),
            page(change("hanako@example.jp"), "taro@example.jp", None),
            page(NewPassword::Reset, long, None),
            page(change("\"><script>alert(1)</script>"), "<b>", Some(NewPasswordAlert::Differ)),
        ];
        pages.extend(NewPasswordAlert::ALL.map(|alert| page(NewPassword::Reset, "taro@example.jp", Some(alert))));
        pages
    }
}

impl Page for NewPasswordPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
