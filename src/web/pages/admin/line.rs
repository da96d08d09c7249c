use askama::Template;

use super::{AdminNav, LineFault};
use crate::web::page::{Frame, Page};

/// One registered line: its number, its name, and its end.
#[derive(Template)]
#[template(path = "page/admin/line.html")]
pub struct LinePage {
    /// The frame; its form token guards both forms.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// The number, complete.
    pub number: String,
    /// What the contract calls it, or what was typed.
    pub label: String,
    /// When it was registered, for people to read.
    pub created: String,
    /// When somebody last signed in over it.
    pub last_seen: Option<String>,
    /// Where the name is sent: `POST {label_action}` with `label`, `csrf`.
    pub label_action: String,
    /// What is wrong with the name.
    pub fault: Option<LineFault>,
    /// Where it is removed: `POST {remove_action}` with `confirmed`, `csrf`.
    pub remove_action: String,
    /// How many sessions end with it.
    pub sessions: i64,
    /// Whether the session of the person who looks is one of them.
    pub ends_own: bool,
    /// Whether it is the last one of a contract whose people come over lines alone.
    pub must_confirm: bool,
    /// Whether the box for that was not ticked.
    pub is_unconfirmed: bool,
    /// Back to the lines.
    pub back_href: String,
}

impl LinePage {
    fn consequence(&self) -> String {
        self.frame.t1("admin-line-remove-sessions", "count", &self.sessions.to_string())
    }

    fn fault_words(&self) -> Option<String> {
        self.fault.map(|fault| fault.words(&self.frame, ""))
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |sessions, must_confirm, is_unconfirmed| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Line),
            number: "CAF1234567890".to_owned(),
            label: "\"><script>".to_owned(),
            created: "2026-05-12 18:04 (JST)".to_owned(),
            last_seen: None,
            label_action: format!("{}/admin/line-authentication/1/label", frame.base),
            fault: None,
            remove_action: format!("{}/admin/line-authentication/1/remove", frame.base),
            sessions,
            ends_own: sessions > 0,
            must_confirm,
            is_unconfirmed,
            back_href: format!("{}/admin/line-authentication", frame.base),
        };
        vec![
            page(0, false, false),
            page(12, true, false),
            page(1, true, true),
            Self { fault: Some(LineFault::Label), last_seen: Some("<i>".to_owned()), ..page(0, false, false) },
        ]
    }
}

impl Page for LinePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
