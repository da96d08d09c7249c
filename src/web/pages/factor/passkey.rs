use askama::Template;

use super::FactorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::{PasskeyForm, optional_link, targets};

/// 「2段階認証」 with a passkey. The one page that needs a script; it says so.
#[derive(Template)]
#[template(path = "page/factor/passkey.html")]
pub struct FactorPasskeyPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The form.
    pub form: PasskeyForm,
    /// Where another way leads.
    pub other_href: Option<String>,
    /// Why the page is shown again.
    pub alert: Option<FactorAlert>,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

impl FactorPasskeyPage {
    fn other(&self) -> Option<&str> {
        optional_link(self.other_href.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |other: Option<String>, alert| Self {
            frame: frame.clone(),
            form: PasskeyForm::sample(frame),
            other_href: other,
            alert,
            redirect_uri: super::CALLBACK.to_owned(),
        };
        let code = format!("{}/second-factor/5d1f/code", frame.base);
        vec![
            page(Some(code.clone()), None),
            page(Some(code), Some(FactorAlert::PasskeyFailed)),
            page(None, Some(FactorAlert::TooManyWrong)),
        ]
    }
}

impl Page for FactorPasskeyPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.redirect_uri)
    }
}
