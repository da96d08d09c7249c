//! The operators' listener: console and JSON API, apart from everything the brands' people reach.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Complaint;
use super::brand::BrandConfig;
use super::check::{complain, is_loopback};
use super::duration::Span;
use super::model::Config;

/// `[operator]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperatorConfig {
    /// Address and port of the listener; absent: there is none.
    pub listen: Option<SocketAddr>,
    /// Its origin as browsers and programs see it: scheme, host and port.
    pub url: Option<Url>,
    /// File to write the listener's real address into once it is open.
    pub port_file: Option<PathBuf>,
    /// PEM file with the certificate chain; with it the listener speaks TLS.
    pub tls_certificate_file: Option<PathBuf>,
    /// PEM file with the certificate's private key.
    pub tls_key_file: Option<PathBuf>,
    /// Networks from which operators and programs come; empty: from everywhere.
    pub permitted_networks: Vec<IpNet>,
    /// Connections served at once; more wait in the kernel's queue.
    pub max_connections: usize,
    /// A session unused for so long is over.
    pub session_idle: Span,
    /// A session is over so long after its sign-in.
    pub session_absolute: Span,
    /// Requests that one API key may make in a minute.
    pub requests_per_minute: NonZeroU32,
}

impl Default for OperatorConfig {
    fn default() -> Self {
        Self {
            listen: None,
            url: None,
            port_file: None,
            tls_certificate_file: None,
            tls_key_file: None,
            permitted_networks: Vec::new(),
            max_connections: 256,
            session_idle: Span::seconds(30 * 60),
            session_absolute: Span::seconds(12 * 3600),
            requests_per_minute: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
        }
    }
}

impl OperatorConfig {
    /// The origin, as `Origin` headers have it; `None` without a listener.
    pub fn origin(&self) -> Option<String> {
        self.url.as_ref().map(|url| url.origin().ascii_serialization())
    }

    /// The host as requests name it: with the port, unless it is the scheme's own.
    pub fn authority(&self) -> Option<String> {
        let url = self.url.as_ref()?;
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    /// Whether it is reached over https.
    pub fn is_secure(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The complete URL of one of its paths; the path alone without a listener.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.origin().unwrap_or_default())
    }
}

/// The rules of this section.
pub(super) fn check(config: &Config, out: &mut Vec<Complaint>) {
    let own = &config.operator;
    let mut wrong = |key: &str, why: String| complain(out, &["operator", key], why);
    match (&own.listen, &own.url) {
        (Some(_), None) => wrong("url", "the listener needs its origin: url = \"https://ops.example\"".to_owned()),
        (None, Some(_)) => wrong("listen", "an origin needs its listener: listen = \"127.0.0.1:8081\"".to_owned()),
        _ => {}
    }
    if let Some(url) = &own.url {
        let host = url.host_str().unwrap_or_default();
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(host)) {
            wrong("url", format!("`{url}` must be https (http is for localhost only)"));
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            wrong("url", format!("`{url}` must be an origin: scheme, host and port, no path"));
        }
        let authority = own.authority();
        let hosts = |brand: &BrandConfig| {
            [Some(brand.address()), brand.line_address()]
                .into_iter()
                .flatten()
                .any(|a| Some(a.authority()) == authority)
        };
        if let Some(brand) = config.brand.iter().find(|brand| hosts(brand)) {
            wrong("url", format!("the host is that of {}: operators need a host or port of their own", brand.code));
        }
    }
    match (&own.tls_certificate_file, &own.tls_key_file) {
        (Some(_), None) => wrong("tls_certificate_file", "a certificate needs its key: add tls_key_file".to_owned()),
        (None, Some(_)) => wrong("tls_key_file", "a key needs its certificate: add tls_certificate_file".to_owned()),
        _ => {}
    }
    if let Some(listen) = own.listen {
        let plain = own.tls_certificate_file.is_none() && config.server.trusted_proxies.is_empty();
        if plain && !listen.ip().is_loopback() {
            wrong(
                "listen",
                "plain HTTP is for loopback or behind a proxy: set tls_certificate_file and tls_key_file, or list the \
                 proxies in server.trusted_proxies, or listen on 127.0.0.1"
                    .to_owned(),
            );
        }
        if listen.port() != 0 && listen == config.server.listen {
            wrong("listen", "operators need an address of their own, not that of `server.listen`".to_owned());
        }
    }
    if own.session_idle > own.session_absolute {
        wrong("session_idle", "the idle limit cannot be longer than session_absolute".to_owned());
    }
}
