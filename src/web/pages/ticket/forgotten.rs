use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::optional_link;

/// 「パスワードを忘れた方」 (manual, chapter 6.2): the address that gets the mail.
#[derive(Template)]
#[template(path = "page/ticket/forgotten.html")]
pub struct ForgottenPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `email`, `from`, `csrf`.
    pub action: String,
    /// The address typed before, here or on the login page.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<ForgottenAlert>,
    /// Back to the login page.
    pub back_href: Option<String>,
    /// Which login page the person came from; a hidden field.
    pub from: String,
}

/// Why nothing was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForgottenAlert {
    /// No address was typed.
    EmailMissing,
    /// What was typed is no address.
    EmailInvalid,
    /// Too many tries from this network: wait.
    TooManyRequests,
}

impl ForgottenAlert {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EmailMissing, Self::EmailInvalid, Self::TooManyRequests];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::EmailMissing => "forgotten-alert-email-missing",
            Self::EmailInvalid => "forgotten-alert-email-invalid",
            Self::TooManyRequests => "forgotten-alert-too-many-requests",
        }
    }

    const fn blames_the_field(self) -> bool {
        !matches!(self, Self::TooManyRequests)
    }
}

impl ForgottenPage {
    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(ForgottenAlert::blames_the_field)
    }

    fn back(&self) -> Option<&str> {
        optional_link(self.back_href.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str, alert| Self {
            frame: frame.clone(),
            action: format!("{}/lo/forgot", frame.base),
            email: email.to_owned(),
            alert,
            back_href: Some(format!("{}/login/5d1f", frame.base)),
            from: "login/5d1f".to_owned(),
        };
        let mut pages = vec![page("", None), page("\"><script>alert(1)</script>", None)];
        pages[1].back_href = Some("javascript:alert(1)".to_owned());
        pages[1].from = "\"><b>".to_owned();
        pages.extend(ForgottenAlert::ALL.map(|alert| page("taro@example", Some(alert))));
        pages
    }
}

impl Page for ForgottenPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
