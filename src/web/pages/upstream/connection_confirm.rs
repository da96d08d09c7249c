use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::{link, targets};

/// 「接続IDの確認」 (manual, chapters 1.5 and 2.2): the ID, and 「確認」 leads to the Active Directory.
#[derive(Template)]
#[template(path = "page/upstream/connection_confirm.html")]
pub struct ConnectionConfirmPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where 「確認」 is sent: `POST {action}` with `csrf` and the hidden fields.
    pub action: String,
    /// The ID.
    pub connection_id: String,
    /// Names and values of further hidden fields, such as a ticket.
    pub hidden: Vec<(String, String)>,
    /// Scheme, host and port of the Active Directory's federation service.
    pub origin: String,
    /// What the person is about to do.
    pub purpose: ConnectionPurpose,
    /// Back to where the person came from.
    pub back_href: String,
}

/// What the connection is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConnectionPurpose {
    /// Signing in.
    SignIn,
    /// Being registered with it.
    Registration,
    /// Making it the way to sign in.
    Change,
}

impl ConnectionConfirmPage {
    /// Who signs in has kept the ID already.
    const fn must_be_kept(&self) -> bool {
        !matches!(self.purpose, ConnectionPurpose::SignIn)
    }

    /// The host the person will be sent to.
    fn host(&self) -> Option<String> {
        let url = url::Url::parse(&self.origin).ok()?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        url.host_str().map(|host| format!("{host}{port}"))
    }

    fn back(&self) -> Option<&str> {
        link(&self.back_href)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |purpose, connection_id: &str| Self {
            frame: frame.clone(),
            action: format!("{}/registration/upstream/{}", frame.base, super::CONNECTION),
            connection_id: connection_id.to_owned(),
            hidden: vec![("ticket".to_owned(), "cGVuZw\"><script>".to_owned())],
            origin: super::ORIGIN.to_owned(),
            purpose,
            back_href: format!("{}/login/5d1f", frame.base),
        };
        let mut pages = vec![
            page(ConnectionPurpose::Registration, super::CONNECTION),
            page(ConnectionPurpose::Change, super::CONNECTION),
            page(ConnectionPurpose::SignIn, super::CONNECTION),
            page(ConnectionPurpose::Registration, "\"><script>alert(1)</script>"),
        ];
        pages[2].origin = "https://adfs.a-department.a-very-long-company-name.example.co.jp:8443".to_owned();
        pages[3].origin = "nothing".to_owned();
        pages[3].back_href = "javascript:alert(1)".to_owned();
        pages
    }
}

impl Page for ConnectionConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        targets(&self.origin)
    }
}
