use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::link;

/// The line cannot be verified, and it is nobody's registration that is wrong.
#[derive(Template)]
#[template(path = "page/line/trouble.html")]
pub struct LineTroublePage {
    /// The frame.
    pub frame: Frame,
    /// Which trouble.
    pub trouble: LineTrouble,
    /// Where 「もう一度確認する」 leads.
    pub retry: String,
    /// Where the service begins.
    pub service_url: String,
}

/// Texts `line-trouble-<name>-title`, `-what`, `-do`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineTrouble {
    /// The person chose 「通知しない」 at the carrier.
    Declined,
    /// The person came back from the carrier without an answer.
    Abandoned,
    /// The setting is still not there after two visits.
    StillNotNotified,
    /// The setting is missing, and we know no page of the carrier to send anybody to.
    NotNotified,
    /// The carrier, a gateway or we ourselves cannot say now.
    Unavailable,
}

impl LineTrouble {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Declined, Self::Abandoned, Self::StillNotNotified, Self::NotNotified, Self::Unavailable];

    /// Its code: in the page's `data-problem`, and (with dashes) in the text keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declined => "line_declined",
            Self::Abandoned => "line_abandoned",
            Self::StillNotNotified => "line_still_not_notified",
            Self::NotNotified => "line_not_notified",
            Self::Unavailable => "line_unavailable",
        }
    }
}

impl LineTroublePage {
    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("{}-{part}", self.trouble.code().replace('_', "-"))).into_owned()
    }

    /// Whether the page repeats what to choose at the carrier.
    const fn tells_the_setting(&self) -> bool {
        !matches!(self.trouble, LineTrouble::Unavailable)
    }

    fn retry(&self) -> Option<&str> {
        link(&self.retry)
    }

    fn service(&self) -> Option<&str> {
        link(&self.service_url)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |trouble| Self {
            frame: frame.clone(),
            trouble,
            retry: format!("{}/line/5d1f", frame.base),
            service_url: "https://storage.example/".to_owned(),
        };
        LineTrouble::ALL.map(page).into()
    }
}

impl Page for LineTroublePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
