use askama::Template;

use super::OperatorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::PasskeyForm;

/// The second step of an operator's sign-in.
#[derive(Template)]
#[template(path = "page/operator/factor.html")]
pub struct OperatorFactorPage {
    /// The frame; its form token guards the forms: `POST /sign-in/second-factor` with `code`, `csrf`.
    pub frame: Frame,
    /// Whether the operator has an authenticator.
    pub has_authenticator: bool,
    /// The form for a passkey, for an operator who has one.
    pub passkey: Option<PasskeyForm>,
    /// Why the page is shown again.
    pub alert: Option<OperatorAlert>,
}

impl OperatorFactorPage {
    fn is_wrong(&self) -> bool {
        self.alert == Some(OperatorAlert::CodeWrong)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |has_authenticator, passkey: bool, alert| Self {
            frame: frame.clone(),
            has_authenticator,
            passkey: passkey.then(|| PasskeyForm::sample(frame)),
            alert,
        };
        let mut pages = vec![page(true, false, None), page(false, true, None), page(true, true, None)];
        pages.extend(OperatorAlert::ALL.map(|alert| page(true, true, Some(alert))));
        pages
    }
}

impl Page for OperatorFactorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
