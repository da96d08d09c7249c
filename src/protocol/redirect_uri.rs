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
    let (host, port) = LOOPBACK_HOSTS.iter().find_map(|host| Some((*host, authority.strip_prefix(host)?)))?;
    (port.is_empty() || is_port(port)).then_some((host, rest))
}

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
