use askama::Template;

use super::FactorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::targets;

/// 「2段階認証」, first time with an authenticator: the key as a picture and in letters, then the first code.
#[derive(Template)]
#[template(path = "page/factor/authenticator.html")]
pub struct FactorAuthenticatorPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `code`, `csrf` and, when ticked, `remember=on`.
    pub action: String,
    /// The QR code, an `<svg>` element of our own making with a `viewBox`: it goes into the page as it is.
    pub qr_svg: String,
    /// The key in letters, in groups with blanks between them.
    pub secret: String,
    /// Why the page is shown again.
    pub alert: Option<FactorAlert>,
    /// Whether the box 「このブラウザを一定期間、記憶する」 is ticked.
    pub remember: bool,
    /// Where 「SMS（ショートメッセージ）での認証はこちら」 leads.
    pub sms_href: String,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

impl FactorAuthenticatorPage {
    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(FactorAlert::blames_the_field)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |alert, remember| Self {
            frame: frame.clone(),
            action: format!("{}/second-factor/5d1f/authenticator", frame.base),
            qr_svg: sample_qr(),
            secret: "JBSW Y3DP EHPK 3PXP GEZD GNBV GY3T QOJQ".to_owned(),
            alert,
            remember,
            sms_href: format!("{}/second-factor/5d1f/sms", frame.base),
            redirect_uri: super::CALLBACK.to_owned(),
        };
        let mut pages = vec![page(None, false)];
        pages.extend(FactorAlert::ALL.map(|alert| page(Some(alert), true)));
        pages
    }
}

/// A real code, so that the picture can be tried with a phone.
#[cfg(test)]
fn sample_qr() -> String {
    let uri = "otpauth://totp/M-Drive:taro%40example.jp?secret=JBSWY3DPEHPK3PXPGEZDGNBVGY3TQOJQ&issuer=M-Drive";
    let code = fast_qr::QRBuilder::new(uri).build().unwrap();
    fast_qr::convert::svg::SvgBuilder::default().to_str(&code)
}

impl Page for FactorAuthenticatorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.redirect_uri)
    }
}
