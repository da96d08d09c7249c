//! `redirect_uri`: what may be registered, what matches, and how a response is appended.
//!
//! RFC 6749 §3.1.2, RFC 8252 §7 and RFC 9700 §2.1, §4.1.3. Matching compares texts, never parsed URLs, so that no two
//! parsers can disagree; the one exception is the port of a native app's loopback address (RFC 8252 §7.3).

use serde::{Deserialize, Serialize};
use url::Url;

use super::client_metadata::ApplicationType;
use super::params::encode;

/// The longest redirect URI, in bytes.
pub const LENGTH_LIMIT: usize = 2048;

const LOOPBACK_HOSTS: &[&str] = &["127.0.0.1", "[::1]", "localhost"];

/// A redirect URI as it was registered; compared and used byte for byte.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Checks a URI for registration.
    ///
    /// # Errors
    /// The rule it breaks, in words for the person who registers the client.
    pub fn parse(text: &str, application_type: ApplicationType) -> Result<Self, &'static str> {
        check_text(text)?;
        let (scheme, rest) = text.split_once(':').ok_or("must be an absolute URI")?;
        let url = Url::parse(text).map_err(|_| "is not a valid URI")?;
        match scheme {
            "https" => check_authority(text, &url)?,
            "http" if application_type == ApplicationType::Native && loopback(text).is_some() => {
                check_authority(text, &url)?;
            }
            // RFC 9700 §2.6: no http redirect URI, except loopback ones of native apps.
            "http" => return Err("may use http only for the loopback address of a native application"),
            // RFC 8252 §7.1: a private-use scheme is a domain name in reverse, so it holds a dot.
            _ if is_private_use(scheme, rest) && application_type == ApplicationType::Native => {}
            _ if is_private_use(scheme, rest) => {
                return Err("may use a private-use scheme only in a native application");
            }
            _ => return Err("must use https, loopback http or a private-use scheme such as com.example.app:/"),
        }
        Ok(Self(text.to_owned()))
    }

    /// From the database, where only checked ones are written.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request's URI is this one: equal byte for byte, or different only in the port of a native
    /// application's loopback address.
    pub fn matches(&self, presented: &str, application_type: ApplicationType) -> bool {
        if self.0 == presented {
            return true;
        }
        application_type == ApplicationType::Native
            && matches!((loopback(&self.0), loopback(presented)), (Some(a), Some(b)) if a == b)
    }

    /// The origin (`scheme://host[:port]`) of an http(s) URI, for `form-action` and CORS; `None` for other schemes.
    pub fn origin(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
    }
}

/// The text with parameters added to its query; what it already has stays as it is (RFC 6749 §3.1.2).
pub fn with_query<'a>(uri: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut separator = match uri.find('?') {
        None => "?",
        Some(_) if uri.ends_with(['?', '&']) => "",
        Some(_) => "&",
    };
    let mut out = uri.to_owned();
    for (name, value) in params {
        out.extend([separator, &encode(name), "=", &encode(value)]);
        separator = "&";
    }
    out
}

/// The text with parameters as its fragment; a registered URI has none of its own.
pub fn with_fragment<'a>(uri: &str, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = uri.to_owned();
    let mut separator = "#";
    for (name, value) in params {
        out.extend([separator, &encode(name), "=", &encode(value)]);
        separator = "&";
    }
    out
}

fn check_text(text: &str) -> Result<(), &'static str> {
    let uri_character = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()+,;=%".contains(&b);
    if text.len() > LENGTH_LIMIT {
        Err("is too long")
    } else if text.contains('#') {
        Err("must not have a fragment")
    } else if text.contains('*') {
        Err("must not hold a wildcard")
    } else if !text.bytes().all(uri_character) {
        Err("holds a character that is not allowed in a URI")
    } else if !text.split('%').skip(1).all(|after| after.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2) {
        Err("holds a broken percent sequence")
    } else {
        Ok(())
    }
}

/// The host must be written as parsers understand it: no user name, no empty host, no dot segments, no other spelling.
fn check_authority(text: &str, url: &Url) -> Result<(), &'static str> {
    let authority = text.split_once("://").map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
    let authority = authority.ok_or("must have a host")?;
    if authority.contains('@') {
        return Err("must not hold a user name or password");
    }
    let host = url.host_str().ok_or("must have a host")?;
    let spelled = authority.strip_prefix(host).is_some_and(|port| port.is_empty() || is_port(port));
    if !spelled {
        return Err("must spell its host in lower case, and its port as a number if it has one");
    }
    let path = text.split('?').next().unwrap_or_default();
    if path.split('/').any(|segment| matches!(segment.replace("%2e", ".").replace("%2E", ".").as_str(), "." | "..")) {
        return Err("must not hold dot segments");
    }
    Ok(())
}

/// `:` and a number from 1 to 65535 without leading zeros.
fn is_port(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|n| n > 0 && n.to_string() == port))
}

fn is_private_use(scheme: &str, rest: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b);
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.contains('.')
        && !scheme.contains("..")
        && !scheme.ends_with('.')
        && scheme.bytes().all(allowed)
        && rest.starts_with('/')
        && !rest.contains('@')
}

/// Host and remainder of an `http` loopback URI, the port left out.
fn loopback(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix("http://")?;
    let (authority, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
    let host = LOOPBACK_HOSTS.iter().find(|host| authority.starts_with(**host))?;
    let port = &authority[host.len()..];
    (port.is_empty() || is_port(port)).then_some((*host, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationType::{Native, Web};

    #[test]
    fn registration_table() {
        let table: &[(&str, ApplicationType, bool)] = &[
            ("https://app.example.com/cb", Web, true),
            ("https://app.example.com:8443/cb?tenant=1", Web, true),
            ("https://app.example.com", Web, true),
            ("https://app.example.com/claimed", Native, true),
            ("http://127.0.0.1/cb", Native, true),
            ("http://127.0.0.1:8090/cb", Native, true),
            ("http://[::1]:8090/cb", Native, true),
            ("http://localhost:8090/cb", Native, true),
            ("com.example.app:/oauth", Native, true),
            ("com.example.app://oauth", Native, true),
            ("http://localhost:8090/cb", Web, false),
            ("com.example.app:/oauth", Web, false),
            ("http://app.example.com/cb", Native, false),
            ("http://127.0.0.1.example.com/cb", Native, false),
            ("http://localhost.example.com/cb", Native, false),
            ("http://localhost@example.com/cb", Native, false),
            ("http://127.1/cb", Native, false),
            ("https://app.example.com/cb#x", Web, false),
            ("https://app.example.com/cb#", Web, false),
            ("https://*.example.com/cb", Web, false),
            ("https://user@app.example.com/cb", Web, false),
            ("https://user:pw@app.example.com/cb", Web, false),
            ("https://app.example.com\\@evil.example/cb", Web, false),
            ("https:app.example.com/cb", Web, false),
            ("https:/app.example.com/cb", Web, false),
            ("https:///cb", Web, false),
            ("https://", Web, false),
            ("HTTPS://app.example.com/cb", Web, false),
            ("https://APP.example.com/cb", Web, false),
            ("https://app.example.com:0443/cb", Web, false),
            ("https://app.example.com:/cb", Web, false),
            ("https://app.example.com/a/../cb", Web, false),
            ("https://app.example.com/a/%2e%2E/cb", Web, false),
            ("https://名前.example/cb", Web, false),
            ("https://app.example.com/%41", Web, true),
            ("https://app.example.com/%4", Web, false),
            ("https://app.example.com/%zz", Web, false),
            ("https://app.example.com/a b", Web, false),
            ("https://app.example.com/\r\nx", Web, false),
            ("javascript:alert(1)", Native, false),
            ("javascript.x:alert(1)", Native, false),
            ("data:text/html,x", Native, false),
            ("file:///etc/passwd", Native, false),
            ("myapp:/cb", Native, false),
            ("/cb", Web, false),
            ("", Web, false),
        ];
        for (uri, application_type, allowed) in table {
            let result = RedirectUri::parse(uri, *application_type);
            assert_eq!(result.is_ok(), *allowed, "{uri} {application_type}: {result:?}");
        }
    }

    #[test]
    fn matching_table() {
        let table: &[(&str, &str, ApplicationType, bool)] = &[
            ("https://a.example/cb", "https://a.example/cb", Web, true),
            ("https://a.example/cb", "https://a.example/cb/", Web, false),
            ("https://a.example/cb", "https://a.example/cb?x=1", Web, false),
            ("https://a.example/cb", "https://a.example:443/cb", Web, false),
            ("https://a.example/cb", "https://A.example/cb", Web, false),
            ("https://a.example/cb", "https://a.example/%63b", Web, false),
            ("https://a.example/cb", "https://a.example:8443/cb", Native, false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", Native, true),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", Native, true),
            ("http://[::1]/cb", "http://[::1]:49152/cb", Native, true),
            ("http://localhost/cb", "http://localhost:49152/cb", Native, true),
            ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", Web, false),
            ("http://127.0.0.1/cb", "http://localhost:49152/cb", Native, false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:49152/other", Native, false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb#x", Native, false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", Native, false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", Native, false),
            ("http://127.0.0.1/cb", "https://127.0.0.1:1/cb", Native, false),
            ("com.example.app:/cb", "com.example.app:/cb?x", Native, false),
        ];
        for (registered, presented, application_type, expected) in table {
            let registered = RedirectUri::from_stored(*registered);
            assert_eq!(registered.matches(presented, *application_type), *expected, "{registered:?} {presented}");
        }
    }

    #[test]
    fn a_response_is_appended_to_what_the_uri_already_has() {
        let params = [("code", "a b"), ("iss", "https://op.example/VX7")];
        let tail = "code=a+b&iss=https%3A%2F%2Fop.example%2FVX7";
        for (uri, expected) in [
            ("https://a.example/cb", "https://a.example/cb?"),
            ("https://a.example/cb?", "https://a.example/cb?"),
            ("https://a.example/cb?x=%20y", "https://a.example/cb?x=%20y&"),
            ("https://a.example/cb?x=1&", "https://a.example/cb?x=1&"),
        ] {
            assert_eq!(with_query(uri, params), format!("{expected}{tail}"));
        }
        assert_eq!(with_fragment("https://a.example/cb?x=1", params), format!("https://a.example/cb?x=1#{tail}"));
    }
}
