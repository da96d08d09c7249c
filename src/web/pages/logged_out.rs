use askama::Template;

use super::optional_link;
use crate::web::page::{Frame, Page};

/// The end of a logout that leads nowhere else, or the answer to 「いいえ」.
#[derive(Template)]
#[template(path = "page/logged_out.html")]
pub struct LoggedOutPage {
    /// The frame.
    pub frame: Frame,
    /// Whether the user chose to stay signed in.
    pub stayed: bool,
    /// The service's entry.
    pub service_url: Option<String>,
}

impl LoggedOutPage {
    fn back(&self) -> Option<&str> {
        optional_link(self.service_url.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page =
            |stayed, url: Option<&str>| Self { frame: frame.clone(), stayed, service_url: url.map(str::to_owned) };
        vec![
            page(false, Some("https://storage.example/VX7")),
            page(true, Some("https://storage.example/?a=\"><b>")),
            page(false, None),
            page(false, Some("javascript:alert(1)")),
        ]
    }
}

impl Page for LoggedOutPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
