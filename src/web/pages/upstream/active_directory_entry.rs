use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::link;

/// The mailed login URL of an Active Directory (manual, chapter 1.3): one button.
#[derive(Template)]
#[template(path = "page/upstream/active_directory_entry.html")]
pub struct ActiveDirectoryEntryPage {
    /// The frame.
    pub frame: Frame,
    /// The ID of the connection.
    pub connection_id: String,
    /// Where the button leads: to the service, whose sign-in then goes this way.
    pub go_href: String,
    /// The service's entry, for another way to sign in.
    pub service_href: String,
}

impl ActiveDirectoryEntryPage {
    fn go(&self) -> Option<&str> {
        link(&self.go_href)
    }

    fn service(&self) -> Option<&str> {
        link(&self.service_href)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |connection_id: &str, service_href: &str| Self {
            frame: frame.clone(),
            connection_id: connection_id.to_owned(),
            go_href: format!("{}/ad/{}/go?a=\"><b>", frame.base, super::CONNECTION),
            service_href: service_href.to_owned(),
        };
        vec![page(super::CONNECTION, "https://storage.example/VX7"), page("\"><b>", "javascript:alert(1)")]
    }
}

impl Page for ActiveDirectoryEntryPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
