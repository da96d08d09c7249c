//! The rules between the settings of line authentication.

use std::collections::BTreeSet;

use super::check::{Complaint, complain};
use super::line::{LineConfig, LineGatewayConfig, LineMethodName};
use super::model::Config;

/// Everything about `[line]`.
pub fn check(config: &Config, out: &mut Vec<Complaint>) {
    let twins = config.brand.iter().enumerate().filter(|(_, brand)| brand.line_issuer.is_some());
    let Some(line) = &config.line else {
        for (i, _) in twins {
            let why = "there is no [line]: nobody would listen there";
            complain(out, &["brand", &i.to_string(), "line_issuer"], why);
        }
        return;
    };
    if twins.count() == 0 {
        complain(out, &["line", "listen"], "no brand has a line_issuer: write it, or remove [line]");
    }
    listener(config, line, out);
    method(line, out);
    let mut seen = Seen::default();
    for (i, gateway) in line.gateway.iter().enumerate() {
        let mut wrong = |key: &str, why: &str| complain(out, &["line", "gateway", &i.to_string(), key], why);
        check_gateway(gateway, line.method, &mut seen, &mut wrong);
    }
}

fn listener(config: &Config, line: &LineConfig, out: &mut Vec<Complaint>) {
    let mut wrong = |key: &str, why: &str| complain(out, &["line", key], why);
    let (server, port) = (&config.server, line.listen.port());
    let taken = line.listen == server.listen || server.metrics_listen == Some(line.listen);
    if port != 0 && taken {
        wrong("listen", "the line listener needs an address of its own");
    }
    // One certificate on two listeners lets a browser use the connection to one for the other (RFC 9113 §9.1.1).
    if server.tls_certificate_file.as_ref() == Some(&line.tls_certificate_file) {
        wrong("tls_certificate_file", "the line listener needs a certificate of its own, not the main listener's");
    }
    if line.number_forms.is_empty() {
        wrong("number_forms", "write at least one form, as [\"CAF+10\", \"COP+8\"], or remove this key");
    }
    if line.west_notification_url.as_ref().is_some_and(|url| !is_web(url)) {
        wrong("west_notification_url", "write an https address");
    }
    if line.client_ca_file.is_none() && !line.gateway.is_empty() {
        wrong("client_ca_file", "gateways are known by their certificates: name the authority that issues them");
    }
    if line.client_ca_file.is_some() && line.gateway.is_empty() {
        wrong("gateway", "nobody could connect: write a [[line.gateway]] for each gateway");
    }
}

fn method(line: &LineConfig, out: &mut Vec<Complaint>) {
    use LineMethodName::{PrefixTable, RedirectNotifier, SignedAssertion};
    let mut wrong = |key: &str, why: String| complain(out, &["line", key], why);
    if line.method == SignedAssertion {
        if line.client_ca_file.is_none() {
            wrong("client_ca_file", "`signed_assertion` needs it: a gateway proves itself by its certificate".into());
        }
        if line.gateway.iter().all(|gateway| gateway.areas.is_empty()) {
            wrong("gateway", "`signed_assertion` needs a [[line.gateway]] with areas".into());
        }
    }
    let keys = [
        ("notifier_url", line.notifier_url.is_some(), RedirectNotifier),
        ("notifier_issuer", line.notifier_issuer.is_some(), RedirectNotifier),
        ("notifier_client_id", line.notifier_client_id.is_some(), RedirectNotifier),
        ("notifier_keys_file", line.notifier_keys_file.is_some(), RedirectNotifier),
        ("prefix_table_file", line.prefix_table_file.is_some(), PrefixTable),
        ("prefix_table_signature_file", line.prefix_table_signature_file.is_some(), PrefixTable),
        ("prefix_table_issuer", line.prefix_table_issuer.is_some(), PrefixTable),
        ("prefix_table_keys_file", line.prefix_table_keys_file.is_some(), PrefixTable),
    ];
    for (key, given, owner) in keys {
        match (given, line.method == owner) {
            (false, true) => wrong(key, format!("`{owner}` needs this key")),
            (true, false) => wrong(key, format!("this key is for `{owner}` alone: remove it")),
            _ => {}
        }
    }
    if line.notifier_url.as_ref().is_some_and(|url| !is_web(url)) {
        wrong("notifier_url", "write an https address".into());
    }
    if line.prefix_table_max_age.0.is_zero() || line.prefix_table_max_age.0.as_secs() > 92 * 86_400 {
        wrong("prefix_table_max_age", "write between 1s and 92d".into());
    }
    if line.prefix_table_max_shrink > 100 {
        wrong("prefix_table_max_shrink", "write percent, 0 to 100".into());
    }
}

/// https, or plain http on this machine for a demonstration.
fn is_web(url: &url::Url) -> bool {
    let local = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && local)
}

#[derive(Default)]
struct Seen<'c> {
    names: BTreeSet<&'c str>,
    certificates: BTreeSet<[u8; 32]>,
}

fn check_gateway<'c>(
    gateway: &'c LineGatewayConfig,
    method: LineMethodName,
    seen: &mut Seen<'c>,
    wrong: &mut dyn FnMut(&str, &str),
) {
    let name = gateway.name.as_str();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(2..=64).contains(&name.len()) || !name.bytes().all(fits) || !seen.names.insert(name) {
        wrong("name", "each gateway needs a name of its own: 2 to 64 small letters, digits and -");
    }
    match gateway.fingerprints() {
        Some(list) if (1..=2).contains(&list.len()) => {
            if !list.into_iter().all(|one| seen.certificates.insert(one)) {
                wrong("certificates", "a certificate belongs to one gateway, and is written once");
            }
        }
        _ => wrong("certificates", "write the SHA-256 of one or two certificates, 64 hex digits each"),
    }
    let asserts = !gateway.areas.is_empty();
    if asserts && gateway.keys_file.is_none() {
        wrong("keys_file", "a gateway that may assert lines needs keys");
    }
    if !asserts && gateway.keys_file.is_some() {
        wrong("keys_file", "a gateway without areas asserts nothing: remove this key, or write its areas");
    }
    if asserts && method != LineMethodName::SignedAssertion {
        wrong("areas", "gateways assert lines with method `signed_assertion` alone: remove this key");
    }
}

#[cfg(test)]
#[path = "check_line_tests.rs"]
mod tests;
