//! Requests to other people's servers.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::check::{Complaint, complain, is_loopback};
use super::duration::Span;

/// What an answer may be limited to; less would refuse honest discovery documents, more is nobody's key set.
const RESPONSES: std::ops::RangeInclusive<usize> = 16_384..=1_048_576;
/// More at once is no bulkhead.
const MOST_CONCURRENT: u32 = 1_024;

/// `[outbound]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutboundConfig {
    /// Ports that may be asked.
    pub ports: Vec<u16>,
    /// Addresses for names, instead of those of the DNS; checked like any other.
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    /// How long a request may take, from looking up the name to the last byte of the answer.
    pub request_timeout: Span,
    /// How long of it until there is a connection, TLS included; the first half is for the name.
    pub connect_timeout: Span,
    /// Bytes of an answer.
    pub max_response: usize,
    /// After so many failures in a row a connection is paused.
    pub breaker_failures: NonZeroU32,
    /// For so long; then one request finds out whether it is over.
    pub breaker_pause: Span,
    /// Requests of one connection at once.
    pub max_concurrent: NonZeroU32,
}

impl Default for OutboundConfig {
    fn default() -> Self {
        let number = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            ports: vec![443],
            hosts: BTreeMap::new(),
            request_timeout: Span::seconds(5),
            connect_timeout: Span::seconds(3),
            max_response: 262_144,
            breaker_failures: number(5),
            breaker_pause: Span::seconds(30),
            max_concurrent: number(16),
        }
    }
}

/// The rules of this section.
pub(super) fn check(config: &OutboundConfig, out: &mut Vec<Complaint>) {
    let mut wrong = |key: &str, why: String| complain(out, &["outbound", key], why);
    if config.ports.is_empty() || config.ports.contains(&0) {
        wrong("ports", "write the ports that may be asked, as [443]".to_owned());
    }
    let total = config.request_timeout.0;
    if total.is_zero() || total.as_millis() > 10_000 {
        wrong("request_timeout", "a person waits for it: write a time-out between 1ms and 10s".to_owned());
    }
    if config.connect_timeout.0.is_zero() || config.connect_timeout > config.request_timeout {
        wrong("connect_timeout", "it is a part of request_timeout: write between 1ms and that".to_owned());
    }
    if !RESPONSES.contains(&config.max_response) {
        wrong("max_response", format!("write between {} and {} bytes", RESPONSES.start(), RESPONSES.end()));
    }
    if config.breaker_pause.0.is_zero() || config.breaker_pause > Span::seconds(600) {
        wrong("breaker_pause", "write between 1ms and 10m".to_owned());
    }
    if config.max_concurrent.get() > MOST_CONCURRENT {
        wrong("max_concurrent", format!("write {MOST_CONCURRENT} or less"));
    }
    for (name, addresses) in &config.hosts {
        if let Some(why) = refuse_host(name, addresses) {
            wrong("hosts", why);
        }
    }
}

/// A name stands here as it stands in a URL that was parsed, or it would never be found.
fn refuse_host(name: &str, addresses: &[IpAddr]) -> Option<String> {
    if is_loopback(name) {
        return Some(format!("`{name}` is this machine, always (RFC 6761): remove it"));
    }
    match url::Host::parse(name) {
        Ok(url::Host::Domain(parsed)) if !parsed.ends_with('.') => {
            if parsed != name {
                return Some(format!("write `{parsed}` instead of `{name}`"));
            }
        }
        _ => return Some(format!("`{name}` is no host name")),
    }
    addresses.is_empty().then(|| format!("`{name}` has no addresses"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::load;

    fn refusal(section: &str) -> String {
        let brand = "[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\n\
                     service_url = \"https://ff.example/VX7\"\n";
        let text = format!("[outbound]\n{section}\n{brand}");
        load(Path::new("tegata.toml"), &text, &[]).map_or_else(|error| error.to_string(), |_| "none".to_owned())
    }

    #[test]
    fn settings_that_can_work_are_accepted() {
        for section in [
            "",
            "ports = [443, 8443]",
            "hosts = { \"fs.customer.example\" = [\"10.0.0.1\", \"fd00::1\"], \"xn--wgv71a.example\" = [\"192.0.2.1\"] }",
            "request_timeout = \"40ms\"\nconnect_timeout = \"40ms\"\nbreaker_pause = \"1ms\"",
        ] {
            assert_eq!(refusal(section), "none", "{section}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_in_plain_words() {
        for (section, words) in [
            ("ports = []", "outbound.ports: write the ports"),
            ("ports = [443, 0]", "outbound.ports: write the ports"),
            ("request_timeout = \"11s\"", "between 1ms and 10s"),
            ("request_timeout = \"0s\"", "between 1ms and 10s"),
            ("connect_timeout = \"6s\"", "a part of request_timeout"),
            ("max_response = 100", "between 16384 and 1048576"),
            ("breaker_failures = 0", "nonzero"),
            ("breaker_pause = \"1h\"", "between 1ms and 10m"),
            ("max_concurrent = 2000", "write 1024 or less"),
            ("hosts = { \"a.localhost\" = [\"10.0.0.1\"] }", "is this machine, always"),
            ("hosts = { \"127.0.0.1\" = [\"10.0.0.1\"] }", "is this machine, always"),
            ("hosts = { \"10.0.0.1\" = [\"10.0.0.1\"] }", "`10.0.0.1` is no host name"),
            ("hosts = { \"FS.example\" = [\"10.0.0.1\"] }", "write `fs.example` instead of `FS.example`"),
            ("hosts = { \"日本.example\" = [\"10.0.0.1\"] }", "write `xn--wgv71a.example` instead"),
            ("hosts = { \"fs.example.\" = [\"10.0.0.1\"] }", "`fs.example.` is no host name"),
            ("hosts = { \"fs.example\" = [] }", "`fs.example` has no addresses"),
            ("hosts = { \"fs.example\" = [\"10.0.0.256\"] }", "IP address"),
        ] {
            assert!(refusal(section).contains(words), "{section}: {}", refusal(section));
        }
    }
}
