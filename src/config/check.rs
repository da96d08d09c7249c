//! What the types cannot say: rules between settings. Each refusal names the key and what to write instead.

use std::net::IpAddr;

use url::Url;

use super::brand::BrandConfig;
use super::model::Config;
use super::{check_line, check_notify, check_upstream};
use super::{operator, outbound, second_factor};

/// A rule that a configuration breaks: the key, and what is wrong in words.
pub type Complaint = (Vec<String>, String);

/// All rules; the complaints in the order of the file's sections.
pub fn check(config: &Config) -> Vec<Complaint> {
    let mut out = Vec::new();
    server(config, &mut out);
    lifetimes(config, &mut out);
    second_factor::check(&config.second_factor, &mut out);
    outbound::check(&config.outbound, &mut out);
    operator::check(config, &mut out);
    check_notify::check(config, &mut out);
    check_upstream::check(config, &mut out);
    check_line::check(config, &mut out);
    let p = &config.password;
    if let Err(why) = argon2::Params::new(p.memory_kib, p.iterations, p.parallelism, Some(32)) {
        complain(&mut out, &["password", "memory_kib"], format!("argon2 refuses these parameters: {why}"));
    }
    if config.brand.is_empty() {
        complain(
            &mut out,
            &["brand"],
            "no brand is configured: write at least one [[brand]] with code, name, issuer and service_url",
        );
    }
    for (i, brand) in config.brand.iter().enumerate() {
        check_brand(config, i, brand, &mut out);
    }
    out
}

pub(super) fn complain(out: &mut Vec<Complaint>, path: &[&str], why: impl Into<String>) {
    out.push((path.iter().map(|&s| s.to_owned()).collect(), why.into()));
}

fn server(config: &Config, out: &mut Vec<Complaint>) {
    let s = &config.server;
    match (&s.tls_certificate_file, &s.tls_key_file) {
        (Some(_), None) => {
            complain(out, &["server", "tls_certificate_file"], "a certificate needs its key: add tls_key_file")
        }
        (None, Some(_)) => {
            complain(out, &["server", "tls_key_file"], "a key needs its certificate: add tls_certificate_file")
        }
        _ => {}
    }
    if s.metrics_listen.is_some_and(|m| m == s.listen && m.port() != 0) {
        complain(out, &["server", "metrics_listen"], "the metrics need an address of their own, not that of `listen`");
    }
    let plain = s.tls_certificate_file.is_none();
    if plain && !s.listen.ip().is_loopback() && s.trusted_proxies.is_empty() {
        complain(
            out,
            &["server", "listen"],
            "plain HTTP is for loopback or behind a proxy: set tls_certificate_file and tls_key_file, or list the proxies in trusted_proxies, or listen on 127.0.0.1",
        );
    }
    let d = &config.database;
    if !d.url.starts_with("sqlite:") && !d.url.starts_with("postgres://") && !d.url.starts_with("postgresql://") {
        complain(out, &["database", "url"], "write sqlite:PATH or postgres://user@host/database");
    }
    if d.schema.is_some() && d.url.starts_with("sqlite:") {
        complain(out, &["database", "schema"], "SQLite has no schemas: remove this key");
    }
}

fn lifetimes(config: &Config, out: &mut Vec<Complaint>) {
    let (t, s, k) = (&config.tokens, &config.session, &config.keys);
    // security.md line 22: a code lives a minute at the most.
    if t.authorization_code.0.as_secs() > 60 || t.authorization_code.0.is_zero() {
        complain(out, &["tokens", "authorization_code"], "a code lives between 1s and 60s");
    }
    if t.refresh_token_idle > t.refresh_token_absolute {
        complain(out, &["tokens", "refresh_token_idle"], "the idle limit cannot be longer than refresh_token_absolute");
    }
    if s.idle > s.absolute {
        complain(out, &["session", "idle"], "the idle limit cannot be longer than `absolute`");
    }
    if t.refresh_grace.0.as_secs() > 60 {
        complain(out, &["tokens", "refresh_grace"], "more than 60s would let a stolen token be replayed: write 10s");
    }
    if config.audit.retention.0.as_secs() < 24 * 60 * 60 {
        complain(out, &["audit", "retention"], "the log would be gone before anybody looks: write at least 1d");
    }
    if k.publish_before.0 * 2 > k.rotate_every.0 {
        complain(
            out,
            &["keys", "publish_before"],
            "a key must be in use longer than it is announced: write at most half of rotate_every",
        );
    }
}

fn check_brand(config: &Config, i: usize, brand: &BrandConfig, out: &mut Vec<Complaint>) {
    let index = i.to_string();
    let mut wrong = |key: &str, why: String| complain(out, &["brand", &index, key], why);
    let code = brand.code.as_str();
    if !(2..=16).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        wrong("code", format!("`{code}` is not a brand code: 2 to 16 letters and digits, as VX7"));
    }
    if brand.name.trim().is_empty() || brand.name.chars().any(char::is_control) {
        wrong("name", "a brand needs a name".to_owned());
    }
    let urls = [
        ("issuer", Some(&brand.issuer)),
        ("service_url", Some(&brand.service_url)),
        ("line_issuer", brand.line_issuer.as_ref()),
        ("line_service_url", brand.line_service_url.as_ref()),
    ];
    for (key, url) in urls.into_iter().filter_map(|(key, url)| url.map(|url| (key, url))) {
        if let Some(why) = refuse_url(url) {
            wrong(key, why);
        }
    }
    let links = [
        ("contract_change_url", &brand.contract_change_url),
        ("plan_change_url", &brand.plan_change_url),
        ("cancellation_url", &brand.cancellation_url),
    ];
    for (key, url) in links.into_iter().filter_map(|(key, url)| url.as_ref().map(|url| (key, url))) {
        if let Some(why) = refuse_link(url) {
            wrong(key, why);
        }
    }
    if let Some(line) = brand.line_address()
        && let Some(other) = config.brand.iter().find(|other| other.address().authority() == line.authority())
    {
        // Cookies and sessions of the two networks are told apart by host.
        wrong("line_issuer", format!("`{}` is the internet host of {}: write another", line.authority(), other.code));
    }
    if brand.line_service_url.is_some() && brand.line_issuer.is_none() {
        wrong("line_service_url", "has no use without line_issuer".to_owned());
    }
    if brand.login_methods.is_empty() {
        wrong("login_methods", "a brand needs at least one: [\"password\"]".to_owned());
    }
    for earlier in &config.brand[..i] {
        if earlier.code == brand.code {
            wrong("code", format!("two brands have the code `{code}`"));
        }
        let own = brand.address().identifier();
        if earlier.address().identifier() == own {
            wrong("issuer", format!("`{own}` is the issuer of {} already", earlier.code));
        }
        let twins = (earlier.line_address(), brand.line_address());
        if let (Some(earlier_line), Some(line)) = twins
            && earlier_line.identifier() == line.identifier()
        {
            wrong("line_issuer", format!("`{}` is the line issuer of {} already", line.identifier(), earlier.code));
        }
    }
}

/// A link to another system's page: https, or http on a loopback host; a query is its own business.
fn refuse_link(url: &Url) -> Option<String> {
    let mut bare = url.clone();
    bare.set_query(None);
    refuse_url(&bare)
}

/// An issuer or service URL: https, or http on a loopback host for trying things out.
fn refuse_url(url: &Url) -> Option<String> {
    let host = url.host_str().unwrap_or_default();
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(host)) {
        return Some(format!("`{url}` must be https (http is for localhost only)"));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return Some(format!("`{url}` must have no query, fragment or user name"));
    }
    None
}

/// Whether a host, as it stands in a URL, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
