use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::targets;

/// Before the carrier's own page: what it will ask, and what to answer (manual, chapter 1.4: 回線情報通知設定).
#[derive(Template)]
#[template(path = "page/line/carrier.html")]
pub struct CarrierPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Why the person is sent there.
    pub why: CarrierReason,
    /// Where the form is sent: `POST {action}` with `csrf`. It leads on to the carrier.
    pub action: String,
    /// Scheme, host and port of the carrier's page.
    pub origin: String,
    /// The client's redirect URI, where the form leads at once when the line is fine by then; empty without a client.
    pub redirect_uri: String,
}

/// Why a person is sent to the carrier: texts `line-carrier-<name>-title`, `-lead`, `-submit`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CarrierReason {
    /// The west: the line's owner has not said yet whether it may be told.
    West,
    /// The same after a visit that changed nothing: the window was closed, or the setting takes its time.
    WestAgain,
    /// The carrier tells the line by way of the browser.
    Ask,
}

impl CarrierReason {
    const fn name(self) -> &'static str {
        match self {
            Self::West => "west",
            Self::WestAgain => "west-again",
            Self::Ask => "ask",
        }
    }

    const fn is_west(self) -> bool {
        matches!(self, Self::West | Self::WestAgain)
    }
}

impl CarrierPage {
    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("line-carrier-{}-{part}", self.why.name())).into_owned()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |why| Self {
            frame: frame.clone(),
            why,
            action: format!("{}/line/5d1f", frame.base),
            origin: "https://carrier.example".to_owned(),
            redirect_uri: String::new(),
        };
        [CarrierReason::West, CarrierReason::WestAgain, CarrierReason::Ask].map(page).into()
    }
}

impl Page for CarrierPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        [targets(&self.origin), targets(&self.redirect_uri)].concat()
    }
}
