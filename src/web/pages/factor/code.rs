use askama::Template;

use super::FactorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::{optional_link, targets};

/// 「2段階認証」: the one-time code.
#[derive(Template)]
#[template(path = "page/factor/code.html")]
pub struct FactorCodePage {
    /// The frame; its form token guards the forms.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `code`, `csrf` and, when ticked, `remember=on`.
    pub action: String,
    /// Where the code is to be found.
    pub by: CodeBy,
    /// Whether the factor is being registered; otherwise it is asked for.
    pub enrolling: bool,
    /// `POST {resend_action}` with `csrf` sends another message.
    pub resend_action: Option<String>,
    /// Where another phone number can be typed.
    pub change_href: Option<String>,
    /// Where 「デバイスを紛失した場合はこちら」 leads.
    pub lost_href: Option<String>,
    /// Where a passkey can be used instead.
    pub passkey_href: Option<String>,
    /// Why the page is shown again.
    pub alert: Option<FactorAlert>,
    /// Whether the box 「このブラウザを一定期間、記憶する」 is ticked.
    pub remember: bool,
    /// Whether another message has just been sent.
    pub resent: bool,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

/// Where a one-time code is to be found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeBy {
    /// In a short message.
    Sms {
        /// The number it went to, with most digits hidden.
        masked_phone: String,
    },
    /// In the authenticator application.
    Authenticator,
}

impl FactorCodePage {
    const fn lead(&self) -> &'static str {
        match (&self.by, self.alert) {
            // Not beside the news that none was sent.
            (CodeBy::Sms { .. }, Some(FactorAlert::SmsLimit | FactorAlert::SmsUnavailable)) => {
                "factor-code-sms-unsent-lead"
            }
            (CodeBy::Sms { .. }, _) => "factor-code-sms-lead",
            (CodeBy::Authenticator, _) => "factor-code-authenticator-lead",
        }
    }

    const fn label(&self) -> &'static str {
        match self.by {
            CodeBy::Sms { .. } => "factor-code-sms-label",
            CodeBy::Authenticator => "factor-code-authenticator-label",
        }
    }

    fn phone(&self) -> Option<&str> {
        match &self.by {
            CodeBy::Sms { masked_phone } => Some(masked_phone),
            CodeBy::Authenticator => None,
        }
    }

    fn has_other_ways(&self) -> bool {
        self.resend_action.is_some() || self.change().or(self.passkey()).or(self.lost()).is_some()
    }

    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(FactorAlert::blames_the_field)
    }

    fn change(&self) -> Option<&str> {
        optional_link(self.change_href.as_ref())
    }

    fn lost(&self) -> Option<&str> {
        optional_link(self.lost_href.as_ref())
    }

    fn passkey(&self) -> Option<&str> {
        optional_link(self.passkey_href.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let url = |step: &str| format!("{}/second-factor/5d1f/{step}", frame.base);
        let page = |by, enrolling: bool, alert| Self {
            frame: frame.clone(),
            action: url("code"),
            resend_action: (by != CodeBy::Authenticator).then(|| url("resend")),
            change_href: enrolling.then(|| url("sms")),
            lost_href: (!enrolling).then(|| url("recovery")),
            passkey_href: (!enrolling).then(|| url("passkey")),
            by,
            enrolling,
            alert,
            remember: alert.is_some(),
            resent: false,
            redirect_uri: super::CALLBACK.to_owned(),
        };
        let sms = || CodeBy::Sms { masked_phone: "090-****-**78".to_owned() };
        let hostile = CodeBy::Sms { masked_phone: "<script>alert(1)</script>\"".to_owned() };
        let mut pages = vec![
            page(sms(), true, None),
            page(sms(), false, None),
            page(CodeBy::Authenticator, false, None),
            page(hostile, false, None),
            page(sms(), false, None),
            page(CodeBy::Authenticator, true, None),
        ];
        pages[5].change_href = None;
        pages[3].lost_href = Some("javascript:alert(1)".to_owned());
        pages[4].resent = true;
        pages.extend(FactorAlert::ALL.map(|alert| page(sms(), false, Some(alert))));
        pages
    }
}

impl Page for FactorCodePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.redirect_uri)
    }
}
