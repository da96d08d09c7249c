use askama::Template;

use super::OperatorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::PasskeyForm;

/// The second step of an enrolment: an authenticator or a passkey.
#[derive(Template)]
#[template(path = "page/operator/enrolment_factor.html")]
pub struct OperatorEnrolmentFactorPage {
    /// The frame; its form token guards the forms: `POST /enrolment/second-factor` with `code`, `csrf`.
    pub frame: Frame,
    /// The QR code, an `<svg>` element of our own making: it goes into the page as it is.
    pub qr_svg: String,
    /// The key in letters, in groups with blanks between them.
    pub secret: String,
    /// The form that makes a passkey, where browsers offer them.
    pub passkey: Option<PasskeyForm>,
    /// Why the page is shown again.
    pub alert: Option<OperatorAlert>,
}

impl OperatorEnrolmentFactorPage {
    fn is_wrong(&self) -> bool {
        self.alert == Some(OperatorAlert::CodeWrong)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |passkey: bool, alert| Self {
            frame: frame.clone(),
            qr_svg: "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" viewBox=\"0 0 9 9\" aria-hidden=\"true\" \
                     focusable=\"false\"><path d=\"M0 0h9v9h-9z\"/></svg>"
                .to_owned(),
            secret: "JBSW Y3DP EHPK 3PXP GEZD GNBV GY3T QOJQ".to_owned(),
            passkey: passkey.then(|| PasskeyForm::sample(frame)),
            alert,
        };
        vec![
            page(false, None),
            page(true, None),
            page(true, Some(OperatorAlert::CodeWrong)),
            page(true, Some(OperatorAlert::PasskeyFailed)),
        ]
    }
}

impl Page for OperatorEnrolmentFactorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
