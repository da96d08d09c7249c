//! The rules between the settings of upstreams.

use std::collections::BTreeSet;

use super::brand::LoginMethodName;
use super::check::{Complaint, complain};
use super::model::Config;
use super::upstream::{UpstreamAlgorithm, UpstreamAuthentication, UpstreamConfig, UpstreamKind};

/// Everything about upstreams.
pub fn check(config: &Config, out: &mut Vec<Complaint>) {
    let mut ids = BTreeSet::new();
    for (i, upstream) in config.upstream.iter().enumerate() {
        let mut wrong = |key: &str, why: String| complain(out, &["upstream", &i.to_string(), key], why);
        let id = upstream.id.as_str();
        if !is_id(id) || !ids.insert(id) {
            wrong("id", "each upstream needs an id of its own: 2 to 32 small letters, digits and -, not adfs-…".into());
        }
        let codes = || config.brand.iter().map(|brand| &brand.code);
        if let Some(unknown) = upstream.brands.iter().find(|code| !codes().any(|known| known == *code)) {
            wrong("brands", format!("there is no brand `{unknown}`"));
        }
        check_client(upstream, &mut wrong);
        check_kind(upstream, &mut wrong);
    }
    for (i, brand) in config.brand.iter().enumerate() {
        for method in &brand.login_methods {
            let Some(kind) = method.upstream_kind() else { continue };
            let serving = config.upstream.iter().filter(|u| u.kind == kind && u.serves(&brand.code)).count();
            let fits = if kind == UpstreamKind::OpenIdConnect { serving > 0 } else { serving == 1 };
            if !fits {
                let why =
                    format!("`{method}` needs one [[upstream]] of kind `{kind}` for this brand, there are {serving}");
                complain(out, &["brand", &i.to_string(), "login_methods"], why);
            }
        }
    }
}

/// An id stands in a path, in metrics and in the database; ADFS connections have their own form.
fn is_id(id: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (2..=32).contains(&id.len()) && id.bytes().all(fits) && !id.starts_with('-') && !id.starts_with("adfs-")
}

fn check_client(upstream: &UpstreamConfig, wrong: &mut dyn FnMut(&str, String)) {
    if upstream.client_id.is_empty() || upstream.client_id.chars().any(char::is_control) {
        wrong("client_id", "the id that the upstream gave us".into());
    }
    let by_key = upstream.client_authentication == Some(UpstreamAuthentication::PrivateKeyJwt);
    let allowed = matches!(upstream.kind, UpstreamKind::Microsoft | UpstreamKind::OpenIdConnect);
    if upstream.client_authentication.is_some() && !allowed {
        wrong("client_authentication", format!("`{}` has one way only: remove this key", upstream.kind));
    }
    match (by_key, &upstream.client_secret_file, &upstream.client_key_file) {
        (true, _, None) => wrong("client_key_file", "private_key_jwt needs a key".into()),
        (false, None, _) => wrong("client_secret_file", "the upstream's secret, in a file".into()),
        (false, _, Some(_)) => wrong("client_key_file", "a key is for private_key_jwt alone: remove this key".into()),
        _ => {}
    }
}

fn check_kind(upstream: &UpstreamConfig, wrong: &mut dyn FnMut(&str, String)) {
    let kind = upstream.kind;
    let generic = kind == UpstreamKind::OpenIdConnect;
    let keys = [
        ("name", upstream.name.is_some(), generic),
        ("scope", upstream.scope.is_some(), generic),
        ("pkce", upstream.pkce.is_some(), generic),
        ("graph_url", upstream.graph_url.is_some(), kind == UpstreamKind::Facebook),
        ("graph_version", upstream.graph_version.is_some(), kind == UpstreamKind::Facebook),
        ("tenant", upstream.tenant.is_some(), kind == UpstreamKind::Microsoft),
        ("tenants", !upstream.tenants.is_empty(), kind == UpstreamKind::Microsoft),
        ("hosted_domains", !upstream.hosted_domains.is_empty(), kind == UpstreamKind::Google),
        ("authif", upstream.authif.is_some(), kind == UpstreamKind::DAccount),
        ("signing_algorithm", upstream.signing_algorithm.is_some(), generic || kind == UpstreamKind::DAccount),
        ("jwks_uri", upstream.jwks_uri.is_some(), kind != UpstreamKind::Facebook),
    ];
    for (key, given, belongs) in keys {
        if given && !belongs {
            wrong(key, format!("`{kind}` has no such setting: remove this key"));
        }
    }
    if generic {
        let needed = [
            ("name", upstream.name.is_some()),
            ("issuer", upstream.issuer.is_some()),
            ("authorization_endpoint", upstream.authorization_endpoint.is_some()),
            ("token_endpoint", upstream.token_endpoint.is_some()),
            ("jwks_uri", upstream.jwks_uri.is_some() || upstream.signing_algorithm == Some(UpstreamAlgorithm::Hs256)),
        ];
        for (key, given) in needed {
            if !given {
                wrong(key, "an upstream of kind `openid_connect` must name it".into());
            }
        }
    }
    let scope = upstream.scope.as_deref().unwrap_or("openid");
    if !scope.split(' ').any(|word| word == "openid") {
        wrong("scope", "it must contain openid".into());
    }
    if upstream.authif.as_deref().is_some_and(|value| !matches!(value, "0" | "1")) {
        wrong("authif", "write \"0\" or \"1\", as contracted".into());
    }
    let version = |v: &str| v.strip_prefix('v').is_some_and(|rest| rest.split('.').all(|n| n.parse::<u16>().is_ok()));
    if upstream.graph_version.as_deref().is_some_and(|v| !version(v)) {
        wrong("graph_version", "write it as v23.0".into());
    }
    let guid = |t: &str| uuid::Uuid::try_parse(t).is_ok();
    if upstream.tenant.as_deref().is_some_and(|t| !guid(t) && !matches!(t, "common" | "organizations" | "consumers")) {
        wrong("tenant", "write common, organizations, consumers or a tenant's GUID".into());
    }
    if upstream.tenants.iter().any(|t| !guid(t)) {
        wrong("tenants", "write the tenants' GUIDs".into());
    }
}

impl LoginMethodName {
    /// The kind of upstream it needs; `None` for the password and for ADFS, whose connections customers make.
    pub const fn upstream_kind(self) -> Option<UpstreamKind> {
        match self {
            Self::Password | Self::ActiveDirectory => None,
            Self::Google => Some(UpstreamKind::Google),
            Self::Facebook => Some(UpstreamKind::Facebook),
            Self::Microsoft => Some(UpstreamKind::Microsoft),
            Self::DAccount => Some(UpstreamKind::DAccount),
            Self::OpenIdConnect => Some(UpstreamKind::OpenIdConnect),
        }
    }
}
