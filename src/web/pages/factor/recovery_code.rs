use askama::Template;

use super::FactorAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::targets;

/// 「リカバリコード」: shown once, and the promise that it was kept.
#[derive(Template)]
#[template(path = "page/factor/recovery_code.html")]
pub struct RecoveryCodePage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `csrf` and, when ticked, `saved=on`.
    pub action: String,
    /// The code, in groups with `-` between them.
    pub code: String,
    /// Where the code is had as a text file.
    pub download_href: String,
    /// Why the page is shown again.
    pub alert: Option<FactorAlert>,
    /// Whether it takes the place of a code that was used just now.
    pub replaced: bool,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

impl RecoveryCodePage {
    fn is_wrong(&self) -> bool {
        self.alert.is_some_and(FactorAlert::blames_the_field)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |code: &str, alert, replaced| Self {
            frame: frame.clone(),
            action: format!("{}/second-factor/5d1f/recovery-code", frame.base),
            code: code.to_owned(),
            download_href: format!("{}/second-factor/5d1f/recovery-code.txt", frame.base),
            alert,
            replaced,
            redirect_uri: super::CALLBACK.to_owned(),
        };
        vec![
            page("7K3Q-9P2M-XW4T-B8ND-HR6F", None, false),
            page("7K3Q-9P2M-XW4T-B8ND-HR6F", None, true),
            page("<b>7K3Q\"'", Some(FactorAlert::SavedMissing), false),
        ]
    }
}

impl Page for RecoveryCodePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.redirect_uri)
    }
}
