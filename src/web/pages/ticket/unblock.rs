use askama::Template;

use crate::web::page::{Frame, Page};

/// The unblock link of the mail 「アカウントロック」 (manual, chapter 6.1): one button.
#[derive(Template)]
#[template(path = "page/ticket/unblock.html")]
pub struct UnblockPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `ticket`, `csrf`.
    pub action: String,
    /// The secret of the link; a hidden field.
    pub ticket: String,
}

impl UnblockPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let action = format!("{}/lo/unblock", frame.base);
        vec![Self { frame: frame.clone(), action, ticket: super::TICKET.to_owned() }]
    }
}

impl Page for UnblockPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
