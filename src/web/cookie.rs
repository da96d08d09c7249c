//! Cookies: eight names, one set of attributes, a strict reader (RFC 6265bis).
//!
//! Over https they carry the `__Host-` prefix, so that no sibling host can plant one (`security.md` line 85).
//! Plain http exists for the loopback demonstration alone, where browsers refuse that prefix. The issuer is part of the
//! name because several brands share one host, and a session of one is nothing to another.

use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// What a cookie is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The secret of a signed-in session.
    Session,
    /// The secret that binds sign-ins in progress and form tokens to this browser.
    Browser,
    /// The secrets of accounts that are remembered in this browser.
    Remembered,
    /// The Active Directory connection (接続ID) last used in this browser: no secret.
    Connection,
    /// The connection that the next login page goes to by itself: set for minutes by the mailed login URL.
    Start,
    /// The language chosen by hand: no secret, one for all brands of a host.
    Language,
    /// The secret of an operator's session.
    OperatorSession,
    /// As `Browser`, at the operators' own host.
    OperatorBrowser,
}

impl Purpose {
    /// The cookie's name at an issuer; `secure` when it is reached over https, `tag` is its `cookie_tag`.
    pub fn name(self, secure: bool, tag: &str) -> String {
        let what = match self {
            Self::Session => "session",
            Self::Browser => "browser",
            Self::Remembered => "remembered",
            Self::Connection => "connection",
            Self::Start => "start",
            Self::Language => "lang",
            Self::OperatorSession => "operator-session",
            Self::OperatorBrowser => "operator-browser",
        };
        let prefix = if secure { "__Host-" } else { "" };
        match self {
            Self::Language | Self::OperatorSession | Self::OperatorBrowser => format!("{prefix}tegata-{what}"),
            Self::Session | Self::Browser | Self::Remembered | Self::Connection | Self::Start => {
                format!("{prefix}tegata-{what}-{tag}")
            }
        }
    }
}

/// A cookie to be set. `HttpOnly`, `SameSite=Lax` and `Path=/` always hold.
#[derive(Clone)]
pub struct Cookie {
    name: String,
    value: String,
    secure: bool,
    max_age: Option<Duration>,
}

impl Cookie {
    /// A cookie that ends with the browser session. `tag` is the issuer's `cookie_tag`.
    pub fn new(purpose: Purpose, secure: bool, tag: &str, value: impl Into<String>) -> Self {
        Self { name: purpose.name(secure, tag), value: value.into(), secure, max_age: None }
    }

    /// Lets the browser keep it for `age`, counted in whole seconds.
    #[must_use]
    pub const fn lasting(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// The cookie that makes the browser forget this one.
    pub fn removal(purpose: Purpose, secure: bool, tag: &str) -> Self {
        Self::new(purpose, secure, tag, "").lasting(Duration::ZERO)
    }

    /// Adds the `Set-Cookie` header. A value that no cookie may hold is not sent: ours are base64url or a language code.
    pub fn set(&self, headers: &mut HeaderMap) {
        if !self.value.bytes().all(is_cookie_octet) {
            return;
        }
        let mut text = format!("{}={}; Path=/; HttpOnly; SameSite=Lax", self.name, self.value);
        if self.secure {
            text.push_str("; Secure");
        }
        if let Some(age) = self.max_age {
            text.push_str(&format!("; Max-Age={}", age.as_secs()));
        }
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// The value of a cookie of the request.
///
/// `None` when it is absent, malformed, or there twice with different values: then somebody else planted one of them,
/// and neither is believed.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = None;
    for header in headers.get_all(COOKIE) {
        for pair in header.as_bytes().split(|b| *b == b';') {
            let Some((key, value)) = std::str::from_utf8(pair).ok().and_then(|p| p.trim_matches(' ').split_once('='))
            else {
                continue;
            };
            if key != name {
                continue;
            }
            if value.is_empty() || !value.bytes().all(is_cookie_octet) || found.is_some_and(|f| f != value) {
                return None;
            }
            found = Some(value);
        }
    }
    found
}

/// RFC 6265 §4.1.1 `cookie-octet`.
const fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_bytes(cookie.as_bytes()).unwrap());
        }
        headers
    }

    fn header(cookie: &Cookie) -> Option<String> {
        let mut headers = HeaderMap::new();
        cookie.set(&mut headers);
        headers.get(SET_COOKIE).map(|v| v.to_str().unwrap().to_owned())
    }

    #[test]
    fn an_https_cookie_has_the_host_prefix_and_every_protection() {
        assert_eq!(
            header(&Cookie::new(Purpose::Session, true, "VX7", "abc").lasting(Duration::from_secs(60))).unwrap(),
            "__Host-tegata-session-VX7=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
    }

    #[test]
    fn a_loopback_cookie_goes_without_secure_and_prefix() {
        assert_eq!(
            header(&Cookie::new(Purpose::Browser, false, "VX7", "abc")).unwrap(),
            "tegata-browser-VX7=abc; Path=/; HttpOnly; SameSite=Lax"
        );
        assert!(header(&Cookie::removal(Purpose::Browser, false, "VX7")).unwrap().ends_with("Max-Age=0"));
    }

    #[test]
    fn a_value_that_could_add_attributes_is_not_sent() {
        assert_eq!(header(&Cookie::new(Purpose::Language, false, "VX7", "ja; Domain=example")), None);
        assert_eq!(header(&Cookie::new(Purpose::Language, false, "VX7", "ja\r\nX: y")), None);
    }

    #[test]
    fn finds_a_cookie_by_its_exact_name() {
        let headers = request(&["a=1; tegata-lang=en", "b=2"]);
        assert_eq!(read(&headers, "tegata-lang"), Some("en"));
        assert_eq!(read(&headers, "b"), Some("2"));
        assert_eq!(read(&headers, "lang"), None);
        assert_eq!(read(&headers, "A"), None);
    }

    #[test]
    fn believes_neither_of_two_contradicting_cookies() {
        assert_eq!(read(&request(&["a=1; a=2"]), "a"), None);
        assert_eq!(read(&request(&["a=1", "a=2"]), "a"), None);
        assert_eq!(read(&request(&["a=1; a=1"]), "a"), Some("1"));
    }

    #[test]
    fn refuses_malformed_values() {
        assert_eq!(read(&request(&["a=\"1\""]), "a"), None);
        assert_eq!(read(&request(&["a=1 2"]), "a"), None);
        assert_eq!(read(&request(&["a="]), "a"), None);
        assert_eq!(read(&request(&["a"]), "a"), None);
    }
}
