use askama::Template;

use super::OperatorAlert;
use crate::web::page::{Frame, Page};

/// The sign-in of operators: address and password.
#[derive(Template)]
#[template(path = "page/operator/sign_in.html")]
pub struct OperatorSignInPage {
    /// The frame; its form token guards the form: `POST /sign-in` with `email`, `password`, `next`, `csrf`.
    pub frame: Frame,
    /// The address as it was typed.
    pub email: String,
    /// The path to come back to.
    pub next: String,
    /// Why the page is shown again.
    pub alert: Option<OperatorAlert>,
}

impl OperatorSignInPage {
    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(OperatorAlert::blames_credentials)
    }

    fn email_is_known(&self) -> bool {
        !self.email.is_empty()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str, next: &str, alert| Self {
            frame: frame.clone(),
            email: email.to_owned(),
            next: next.to_owned(),
            alert,
        };
        let mut pages = vec![page("", "/", None), page("\"><script>", "/x?\"><b>", None)];
        pages.extend(OperatorAlert::ALL.map(|alert| page("ops@example.jp", "/", Some(alert))));
        pages
    }
}

impl Page for OperatorSignInPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
