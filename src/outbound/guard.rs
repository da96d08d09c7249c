//! Which URLs may be asked. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use rustls_pki_types::ServerName;
use url::{Host, Url};

use super::address::check_address;
use super::failure::Refusal;

/// Whether a URL may be asked: https, a name for a host, one of `ports`, nobody's password. The addresses of the name
/// are checked when it is looked up.
///
/// Names under `.localhost` are this machine wherever they are asked (RFC 6761 §6.3). A connection for which the operator
/// permitted loopback reaches them on any port, and with plain http; for all others they do not exist.
///
/// # Errors
/// The first [`Refusal`].
pub fn check_url(url: &Url, ports: &[u16], permitted: &[IpNet]) -> Result<(), Refusal> {
    let name = match url.host() {
        Some(Host::Domain(name)) => name,
        // The parser has understood decimal, octal, hexadecimal and full-width notations (WHATWG URL §3.5).
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(Refusal::Literal),
        None if url.scheme() == "https" => return Err(Refusal::Host),
        None => return Err(Refusal::Scheme),
    };
    let local = is_local(name);
    let opened = local && !loopback(permitted).is_empty();
    match url.scheme() {
        "https" => {}
        "http" if opened => {}
        _ => return Err(Refusal::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    // What TLS cannot compare with a certificate is no name; a dot at the end gives every name a second spelling.
    if name.ends_with('.') || !matches!(ServerName::try_from(name), Ok(ServerName::DnsName(_))) {
        return Err(Refusal::Host);
    }
    if local {
        return if opened { Ok(()) } else { Err(Refusal::Address) };
    }
    match url.port_or_known_default() {
        Some(port) if ports.contains(&port) => Ok(()),
        _ => Err(Refusal::Port),
    }
}

/// Whether a name is this machine by definition.
pub(super) fn is_local(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// The loopback addresses that are permitted.
pub(super) fn loopback(permitted: &[IpNet]) -> Vec<IpAddr> {
    let both = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    both.into_iter().filter(|address| check_address(*address, permitted).is_ok()).collect()
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
