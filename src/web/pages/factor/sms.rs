use askama::Template;

use super::FactorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::targets;

/// 「2段階認証」, first time: the phone number that gets the short message.
#[derive(Template)]
#[template(path = "page/factor/sms.html")]
pub struct FactorSmsPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `phone`, `csrf`.
    pub action: String,
    /// The number typed before.
    pub phone: String,
    /// Why the page is shown again.
    pub alert: Option<FactorAlert>,
    /// Where 「QRコードでの認証はこちら」 leads.
    pub authenticator_href: String,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

impl FactorSmsPage {
    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(FactorAlert::blames_the_field)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |phone: &str, alert| Self {
            frame: frame.clone(),
            action: format!("{}/second-factor/5d1f/sms", frame.base),
            phone: phone.to_owned(),
            alert,
            authenticator_href: format!("{}/second-factor/5d1f/authenticator", frame.base),
            redirect_uri: super::CALLBACK.to_owned(),
        };
        let mut pages = vec![page("", None), page("\"><script>alert(1)</script>", Some(FactorAlert::PhoneInvalid))];
        pages.extend(FactorAlert::ALL.map(|alert| page("03-1234-5678", Some(alert))));
        pages
    }
}

impl Page for FactorSmsPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.redirect_uri)
    }
}
