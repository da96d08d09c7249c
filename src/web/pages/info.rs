use askama::Template;

use super::optional_link;
use crate::web::page::{Frame, Page};

/// A page that only explains something.
#[derive(Template)]
#[template(path = "page/info.html")]
pub struct InfoPage {
    /// The frame.
    pub frame: Frame,
    /// What it explains.
    pub info: Info,
    /// Where the button leads: back to the sign-in or to the service.
    pub back: Option<String>,
}

/// What an [`InfoPage`] explains: heading `info-<name>-title`, paragraphs `info-<name>-1`, `-2`, …
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Info {
    /// 認証・契約情報の変更.
    Account,
    /// パスワードを忘れた方.
    Password,
}

impl Info {
    const fn title(self) -> &'static str {
        match self {
            Self::Account => "info-account-title",
            Self::Password => "info-password-title",
        }
    }

    const fn paragraphs(self) -> &'static [&'static str] {
        match self {
            Self::Account => &["info-account-1", "info-account-2"],
            Self::Password => &["info-password-1", "info-password-2"],
        }
    }
}

impl InfoPage {
    fn back_link(&self) -> Option<&str> {
        optional_link(self.back.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |info, back: Option<&str>| Self { frame: frame.clone(), info, back: back.map(str::to_owned) };
        vec![
            page(Info::Account, Some("https://storage.example/VX7")),
            page(Info::Password, Some("/VX7/login/5d1f?a=\"><b>")),
            page(Info::Password, None),
        ]
    }
}

impl Page for InfoPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
