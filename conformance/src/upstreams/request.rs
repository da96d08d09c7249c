//! A request as it arrived, and the few ways to read it. What arrived twice stays twice: providers differ in that.

use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use std::net::SocketAddr;
use url::form_urlencoded;

/// A request to one virtual host.
#[derive(Clone, Debug)]
pub struct Received {
    /// Which of the provider's hosts: empty for the main one, else `token`, `keys` and the like.
    pub role: &'static str,
    /// Name and port as the client wrote them.
    pub authority: String,
    /// Method.
    pub method: Method,
    /// Path, as sent.
    pub path: String,
    /// Query, as sent, without the question mark.
    pub query: String,
    /// Header fields.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// Who connected.
    pub peer: SocketAddr,
}

impl Received {
    /// Parameters of the query.
    pub fn params(&self) -> Params {
        Params::parse(self.query.as_bytes())
    }

    /// Parameters of a form body.
    pub fn form(&self) -> Params {
        Params::parse(&self.body)
    }

    /// A header field as text.
    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// User name and password of HTTP Basic, form-decoded as RFC 6749 §2.3.1 wants them.
    pub fn basic(&self) -> Option<(String, String)> {
        let decoded = STANDARD.decode(self.scheme("Basic")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (user, password) = text.split_once(':')?;
        let decode = |part: &str| {
            let pair = format!("v={part}");
            form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        Some((decode(user), decode(password)))
    }

    /// A bearer token of the header (RFC 6750 §2.1).
    pub fn bearer(&self) -> Option<&str> {
        self.scheme("Bearer")
    }

    /// What follows the scheme `name` in `Authorization`.
    pub fn scheme(&self, name: &str) -> Option<&str> {
        let (scheme, rest) = self.header(header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case(name).then(|| rest.trim())
    }

    /// `User-Agent`, or nothing.
    pub fn user_agent(&self) -> &str {
        self.header(header::USER_AGENT).unwrap_or_default()
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }

    /// Path and query, as sent.
    pub fn path_and_query(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

/// Parameters in order, repetitions included.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// From `application/x-www-form-urlencoded`.
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The first value of `name`; empty ones count as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The first value of `name`, or the empty text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The words of a space-separated parameter.
    pub fn words(&self, name: &str) -> Vec<String> {
        self.text(name).split_ascii_whitespace().map(str::to_owned).collect()
    }

    /// Whether `name` is there, even empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// A name that is there twice.
    pub fn repeated(&self) -> Option<&str> {
        let twice = |(index, (name, _)): (usize, &(String, String))| {
            self.0.iter().skip(index + 1).any(|(other, _)| other == name)
        };
        self.0.iter().enumerate().find(|pair| twice((pair.0, pair.1))).map(|(_, (name, _))| name.as_str())
    }

    /// A name that is none of `known`.
    pub fn unknown(&self, known: &[&str]) -> Option<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_repetitions() {
        let params = Params::parse(b"a=1&b=&a=2&c=x+y");
        assert_eq!((params.get("a"), params.get("b"), params.repeated()), (Some("1"), None, Some("a")));
        assert_eq!((params.words("c"), params.unknown(&["a", "b"])), (vec!["x".to_owned(), "y".to_owned()], Some("c")));
    }
}
