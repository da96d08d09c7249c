use askama::Template;

use crate::web::page::{Frame, Page};

/// The question whether to log out (OpenID Connect RP-Initiated Logout §2: asked when nothing proves who wants it).
#[derive(Template)]
#[template(path = "page/logout.html")]
pub struct LogoutPage {
    /// The frame; its form token guards the form. `here` must name the GET form of the logout endpoint.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `answer=yes|no`, `csrf` and `fields`.
    pub action: String,
    /// What the confirmed request needs again, as hidden fields (name, value).
    pub fields: Vec<(String, String)>,
    /// Who is signed in, if known.
    pub account: Option<String>,
    /// The application that asks, if known.
    pub client_name: Option<String>,
    /// Where the logout may lead.
    pub post_logout_redirect_uri: Option<String>,
}

impl LogoutPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |account: Option<&str>, client: Option<&str>| Self {
            frame: frame.clone(),
            action: format!("{}/logout/confirm", frame.base),
            fields: vec![("state".to_owned(), "\"><script>".to_owned())],
            account: account.map(str::to_owned),
            client_name: client.map(str::to_owned),
            post_logout_redirect_uri: Some("https://storage.example/VX7/bye".to_owned()),
        };
        vec![
            page(Some("taro@example.jp"), Some("M-Drive ストレージ")),
            page(None, None),
            page(Some("<b>"), Some("<i>")),
        ]
    }
}

impl Page for LogoutPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        self.post_logout_redirect_uri.iter().cloned().collect()
    }
}
