use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::PasskeyForm;

/// 「パスキー」: the passkeys of an account.
#[derive(Template)]
#[template(path = "page/account/passkeys.html")]
pub struct PasskeysPage {
    /// The frame; its form token guards all forms of the page.
    pub frame: Frame,
    /// The form that adds one.
    pub add: PasskeyForm,
    /// Those that are there, in order.
    pub entries: Vec<PasskeyEntry>,
    /// Back to the menu.
    pub back_href: String,
    /// Why the page is shown again.
    pub alert: Option<PasskeysAlert>,
    /// Whether a change has just been made.
    pub done: bool,
}

/// One passkey.
#[derive(Clone, Debug)]
pub struct PasskeyEntry {
    /// Its id: the `data-passkey-id` of its item in the list.
    pub id: String,
    /// The name its owner gave it.
    pub name: String,
    /// When it was made, for people to read.
    pub created: String,
    /// When it was last used, for people to read.
    pub last_used: Option<String>,
    /// `POST {rename_action}` with `name`, `csrf`.
    pub rename_action: String,
    /// `POST {remove_action}` with `csrf`.
    pub remove_action: String,
}

/// Why nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasskeysAlert {
    /// The browser made no passkey, or none that we take.
    Failed,
    /// The name is empty or too long.
    NameInvalid,
    /// There are as many as an account may have.
    Limit,
}

impl PasskeysAlert {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Failed, Self::NameInvalid, Self::Limit];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Failed => "passkeys-alert-failed",
            Self::NameInvalid => "passkeys-alert-name-invalid",
            Self::Limit => "passkeys-alert-limit",
        }
    }
}

impl PasskeysPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let entry = |id: &str, name: &str, last_used: Option<&str>| PasskeyEntry {
            id: id.to_owned(),
            name: name.to_owned(),
            created: "2026-04-01 09:30".to_owned(),
            last_used: last_used.map(str::to_owned),
            rename_action: format!("{}/account/passkeys/{id}/rename", frame.base),
            remove_action: format!("{}/account/passkeys/{id}/remove", frame.base),
        };
        let page = |entries, alert, done| Self {
            frame: frame.clone(),
            add: PasskeyForm::sample(frame),
            entries,
            back_href: format!("{}/account", frame.base),
            alert,
            done,
        };
        let entries = || {
            vec![
                entry("1", "仕事用のノートパソコン", Some("2026-05-12 18:04")),
                entry("2", "<script>alert(1)</script>", None),
                entry("\"3\"><b>", &"とても長い名前".repeat(12), Some("<i>")),
            ]
        };
        let mut pages = vec![page(Vec::new(), None, false), page(entries(), None, false), page(entries(), None, true)];
        pages.extend(PasskeysAlert::ALL.map(|alert| page(entries(), Some(alert), false)));
        pages
    }
}

impl Page for PasskeysPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
