//! Japanese unless the browser asks for English first, or the person chose (`?lang=en`, remembered in a cookie).

use super::cookie;
use super::text::{EN, JA, Text};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use std::convert::Infallible;

const COOKIE: &str = "storage-lang";

/// Language of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    english: bool,
    /// Picked by the person, not guessed from the browser.
    pub chosen: bool,
}

impl Language {
    pub fn code(self) -> &'static str {
        if self.english { "en" } else { "ja" }
    }

    pub fn text(self) -> &'static Text {
        if self.english { &EN } else { &JA }
    }

    fn parse(code: &str, chosen: bool) -> Option<Self> {
        match code.split('-').next()? {
            "ja" => Some(Self { english: false, chosen }),
            "en" => Some(Self { english: true, chosen }),
            _ => None,
        }
    }

    fn accepted(list: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for entry in list.split(',') {
            let mut parts = entry.trim().split(';');
            let Some(language) = Self::parse(parts.next().unwrap_or_default(), false) else { continue };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1.0), |value| value.parse::<f32>().ok())
                .unwrap_or(0.0);
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

/// Language named in the query, if any: the answer then remembers it.
pub fn in_query(query: Option<&str>) -> Option<Language> {
    query?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(|code| Language::parse(code, true))
}

/// The cookie that remembers `language`.
pub fn remember(language: Language) -> axum::http::HeaderValue {
    cookie::set(COOKIE, Some(language.code()), false)
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accepted = || parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Self::accepted);
        Ok(in_query(parts.uri.query())
            .or_else(|| Self::parse(cookie::find(&parts.headers, COOKIE)?, true))
            .or_else(accepted)
            .unwrap_or(Self { english: false, chosen: false }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_browsers_order_of_languages() {
        let code = |list| Language::accepted(list).map(Language::code);
        assert_eq!(code("en-US,en;q=0.9,ja;q=0.8"), Some("en"));
        assert_eq!(code("fr, ja;q=0.5, en;q=0.4"), Some("ja"));
        assert_eq!(code("en;q=0, de"), None);
    }
}
