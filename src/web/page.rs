//! A page: a compile-time template, the frame around it, and the answer it becomes.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::face::Face;
use super::headers;
use super::lang::Lang;

/// What every page needs, whatever it is about. Cheap to clone.
#[derive(Clone)]
pub struct Frame {
    /// The brand's face, or the neutral one.
    pub face: Arc<Face>,
    /// The language of the page.
    pub lang: Lang,
    /// Path prefix of the issuer, such as `/VX7`; empty where the issuer has no path.
    pub base: String,
    /// Path and query of this page as the browser sees them, where the language switch leads. It must answer GET;
    /// empty for a page that cannot be fetched again, which then has no switch.
    pub here: String,
    /// The form token of the page; empty on pages without a form.
    pub csrf: String,
    /// The reference that finds this request in the audit log, as [`crate::random::Random::reference`] makes it.
    pub request_id: String,
}

impl Frame {
    /// The text of a message.
    pub fn t(&self, key: &str) -> Cow<'_, str> {
        self.face.texts(self.lang).text(key)
    }

    /// The text of a message with one argument.
    pub fn t1(&self, key: &str, name: &str, value: &str) -> String {
        self.face.texts(self.lang).text_with(key, &[(name, value)])
    }

    /// The text of a message that may not exist, such as the name of a client's own scope.
    pub fn t_or(&self, key: &str, otherwise: &str) -> String {
        let texts = self.face.texts(self.lang);
        if texts.has(key) { texts.text(key).into_owned() } else { otherwise.to_owned() }
    }

    /// URL path of a static file.
    pub fn asset(&self, name: &str) -> String {
        format!("{}/assets/{}", self.base, self.face.assets.href(name))
    }

    /// The languages of the switch: tag, own name, link; the link is empty for the one in use.
    pub fn languages(&self) -> Vec<(&'static str, &'static str, String)> {
        Lang::ALL.map(|lang| (lang.tag(), lang.own_name(), self.in_language(lang))).into()
    }

    fn in_language(&self, lang: Lang) -> String {
        if lang == self.lang {
            return String::new();
        }
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        // A path that begins with two slashes would name another host.
        let path = path.trim_start_matches(['/', '\\']);
        let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let mut link = format!("/{path}?");
        for pair in kept {
            link.push_str(pair);
            link.push('&');
        }
        link + "lang=" + lang.tag()
    }
}

/// Something that renders to a page.
pub trait Page: askama::Template {
    /// The frame it stands in.
    fn frame(&self) -> &Frame;

    /// Where its forms lead besides ourselves: the client's redirect URI, complete. Browsers block the redirect that
    /// follows a form when the page did not announce it.
    fn form_targets(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Renders a page with all its headers.
pub fn render<P: Page>(status: StatusCode, page: &P) -> Response {
    let html = page.render().unwrap_or_else(|error| {
        // Writing to memory does not fail; were it to, the person still gets the reference.
        tracing::error!(%error, request_id = page.frame().request_id, "a page could not be rendered");
        format!("<!doctype html><title>500</title><p>{}</p>", page.frame().request_id)
    });
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(page.frame().lang.tag()));
    headers::page(headers, &page.form_targets());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(here: &str) -> String {
        let face = Arc::new(Face::neutral().unwrap());
        let frame = Frame {
            face,
            lang: Lang::Ja,
            base: String::new(),
            here: here.into(),
            csrf: String::new(),
            request_id: String::new(),
        };
        frame.languages()[1].2.clone()
    }

    #[test]
    fn the_language_switch_keeps_the_query_and_stays_here() {
        assert_eq!(link("/VX7/login/1"), "/VX7/login/1?lang=en");
        assert_eq!(link("/VX7/login/1?lang=ja&a=b"), "/VX7/login/1?a=b&lang=en");
        assert_eq!(link("//evil.example/x"), "/evil.example/x?lang=en");
        assert_eq!(link("/\\evil.example"), "/evil.example?lang=en");
    }
}
