use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::link;

/// 「接続IDの入力」 (manual, chapter 1.3): which Active Directory the person belongs to.
#[derive(Template)]
#[template(path = "page/upstream/connection_id.html")]
pub struct ConnectionIdPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `connection_id`, `csrf`.
    pub action: String,
    /// What was typed before.
    pub connection_id: String,
    /// Why the page is shown again.
    pub alert: Option<ConnectionIdAlert>,
    /// Back to the page with the buttons.
    pub back_href: String,
}

/// Why an ID leads nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConnectionIdAlert {
    /// Nothing was typed.
    Missing,
    /// What was typed has not the form of an ID.
    Malformed,
    /// There is no such connection, or it is switched off.
    Unknown,
}

impl ConnectionIdAlert {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Missing, Self::Malformed, Self::Unknown];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "connection-id-alert-missing",
            Self::Malformed => "connection-id-alert-malformed",
            Self::Unknown => "connection-id-alert-unknown",
        }
    }
}

impl ConnectionIdPage {
    fn back(&self) -> Option<&str> {
        link(&self.back_href)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |connection_id: &str, alert| Self {
            frame: frame.clone(),
            action: format!("{}/login/5d1f/active-directory", frame.base),
            connection_id: connection_id.to_owned(),
            alert,
            back_href: format!("{}/login/5d1f", frame.base),
        };
        let mut pages = vec![page("", None), page("\"><script>alert(1)</script>", None)];
        pages[1].back_href = "javascript:alert(1)".to_owned();
        pages.extend(ConnectionIdAlert::ALL.map(|alert| page(super::CONNECTION, Some(alert))));
        pages
    }
}

impl Page for ConnectionIdPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
