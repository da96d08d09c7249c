use askama::Template;

use crate::web::page::{Frame, Page};

/// 「メールアドレス変更確認」 (manual, chapter 2.1) for accounts without a password.
#[derive(Template)]
#[template(path = "page/ticket/email_change.html")]
pub struct EmailChangeConfirmPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `ticket`, `csrf`.
    pub action: String,
    /// The secret of the link; a hidden field.
    pub ticket: String,
    /// The new address.
    pub email: String,
}

impl EmailChangeConfirmPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str| Self {
            frame: frame.clone(),
            action: format!("{}/email-change", frame.base),
            ticket: super::TICKET.to_owned(),
            email: email.to_owned(),
        };
        vec![page("hanako@example.jp"), page("\"><script>alert(1)</script>")]
    }
}

impl Page for EmailChangeConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
