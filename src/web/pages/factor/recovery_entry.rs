use askama::Template;

use super::FactorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::targets;

/// The recovery code in place of a lost device.
#[derive(Template)]
#[template(path = "page/factor/recovery_entry.html")]
pub struct RecoveryEntryPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `code`, `csrf`.
    pub action: String,
    /// Why the page is shown again.
    pub alert: Option<FactorAlert>,
    /// Back to the one-time code.
    pub back_href: String,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

impl RecoveryEntryPage {
    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(FactorAlert::blames_the_field)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |alert| Self {
            frame: frame.clone(),
            action: format!("{}/second-factor/5d1f/recovery", frame.base),
            alert,
            back_href: format!("{}/second-factor/5d1f?a=\"><b>", frame.base),
            redirect_uri: super::CALLBACK.to_owned(),
        };
        let mut pages = vec![page(None)];
        pages.extend(FactorAlert::ALL.map(|alert| page(Some(alert))));
        pages
    }
}

impl Page for RecoveryEntryPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.redirect_uri)
    }
}
