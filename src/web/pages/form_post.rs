use askama::Template;

use crate::web::page::{Frame, Page};

/// An authorization response by form (OAuth 2.0 Form Post Response Mode §2): sent by script, or by the button without.
///
/// It carries the code, so it is never cached and has no language switch that would ask for it again.
#[derive(Template)]
#[template(path = "page/form_post.html")]
pub struct FormPostPage {
    /// The frame.
    pub frame: Frame,
    /// The client's redirect URI.
    pub redirect_uri: String,
    /// The response parameters in order (name, value).
    pub parameters: Vec<(String, String)>,
}

impl FormPostPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![Self {
            frame: Frame { here: String::new(), csrf: String::new(), ..frame.clone() },
            redirect_uri: "https://storage.example/VX7/callback?x=1&y=\"".to_owned(),
            parameters: vec![pair("code", "Zm9v"), pair("state", "\"><script>alert(1)</script>")],
        }]
    }
}

impl Page for FormPostPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        vec![self.redirect_uri.clone()]
    }
}
