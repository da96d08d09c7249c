//! An issuer, and the table that finds it.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use crate::config::{BrandConfig, LoginMethodName};
use crate::id::BrandCode;
use crate::protocol::server_metadata::{ServerMetadata, well_known_paths};

/// One brand's issuer.
#[derive(Debug)]
pub struct Issuer {
    /// The brand's code.
    pub brand: BrandCode,
    /// The brand's name.
    pub name: String,
    /// The issuer identifier, exactly as tokens carry it.
    pub identifier: String,
    /// The path its pages stand under: `/VX7`, or empty.
    pub path: String,
    /// Scheme, host and port: `https://login.example`.
    pub origin: String,
    /// Whether it is reached over https.
    pub secure: bool,
    /// Where its service begins.
    pub service_url: String,
    /// What its login page offers.
    pub login_methods: Vec<LoginMethodName>,
    /// The discovery document.
    pub metadata: Bytes,
    authority: String,
}

impl Issuer {
    fn new(config: &BrandConfig) -> Self {
        let identifier = config.issuer_identifier();
        let metadata = serde_json::to_vec(&ServerMetadata::of(&identifier)).unwrap_or_default();
        Self {
            brand: config.code.clone(),
            name: config.name.clone(),
            path: config.issuer_path(),
            origin: config.issuer.origin().ascii_serialization(),
            secure: config.is_secure(),
            service_url: config.service_url.to_string(),
            login_methods: config.login_methods.clone(),
            metadata: metadata.into(),
            authority: config.authority(),
            identifier,
        }
    }

    /// The full URL of one of its paths.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.identifier)
    }

    /// Whether its brand offers a login method.
    pub fn offers(&self, method: LoginMethodName) -> bool {
        self.login_methods.contains(&method)
    }

    /// The path of one of its pages, as the browser sees it.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.path)
    }
}

/// What a request's host and path lead to.
#[derive(Clone, Debug)]
pub enum Resolved {
    /// An issuer and the path below it.
    Issuer(Arc<Issuer>, String),
    /// Our host, but nobody's path.
    UnknownPath,
    /// Not our host (RFC 9110 §15.5.20).
    UnknownHost,
}

/// All issuers of a deployment.
#[derive(Debug)]
pub struct Issuers {
    all: Vec<Arc<Issuer>>,
    by_authority: HashMap<String, Vec<Arc<Issuer>>>,
}

impl Issuers {
    /// From the configuration.
    pub fn new(brands: &[BrandConfig]) -> Self {
        let all: Vec<_> = brands.iter().map(|brand| Arc::new(Issuer::new(brand))).collect();
        let mut by_authority: HashMap<String, Vec<Arc<Issuer>>> = HashMap::new();
        for issuer in &all {
            by_authority.entry(issuer.authority.clone()).or_default().push(Arc::clone(issuer));
        }
        for issuers in by_authority.values_mut() {
            // The longest path first: an issuer without a path takes what no other claims.
            issuers.sort_by_key(|issuer| std::cmp::Reverse(issuer.path.len()));
        }
        Self { all, by_authority }
    }

    /// All of them, in the order of the configuration.
    pub fn all(&self) -> &[Arc<Issuer>] {
        &self.all
    }

    /// The issuer of a brand.
    pub fn of(&self, brand: &BrandCode) -> Option<&Arc<Issuer>> {
        self.all.iter().find(|issuer| issuer.brand == *brand)
    }

    /// The issuers of a host; none when it is not ours.
    pub fn at(&self, authority: &str) -> impl Iterator<Item = &Arc<Issuer>> {
        self.by_authority.get(authority).into_iter().flatten()
    }

    /// Which issuer a request is for. `authority` is the host, with the port unless it is the scheme's default.
    pub fn resolve(&self, authority: &str, path: &str) -> Resolved {
        let Some(issuers) = self.by_authority.get(authority) else { return Resolved::UnknownHost };
        // RFC 8414 §3.1 puts the well-known part before the issuer's path.
        const INSERTED: &str = "/.well-known/oauth-authorization-server";
        if let Some(rest) = path.strip_prefix(INSERTED)
            && let Some(issuer) = issuers.iter().find(|issuer| issuer.path == rest)
        {
            return Resolved::Issuer(Arc::clone(issuer), INSERTED.to_owned());
        }
        for issuer in issuers {
            if let Some(rest) = path.strip_prefix(&issuer.path)
                && (rest.is_empty() || rest.starts_with('/'))
            {
                let rest = if rest.is_empty() { "/" } else { rest };
                return Resolved::Issuer(Arc::clone(issuer), rest.to_owned());
            }
        }
        Resolved::UnknownPath
    }

    /// Every path at which a discovery document stands, with its issuer: host, path, document.
    pub fn well_known(&self) -> impl Iterator<Item = (&str, String, &Arc<Issuer>)> {
        self.all.iter().flat_map(|issuer| {
            well_known_paths(&issuer.path).into_iter().map(move |path| (issuer.authority.as_str(), path, issuer))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuers() -> Issuers {
        let brand = |code: &str, issuer: &str| BrandConfig {
            code: BrandCode::new(code),
            name: code.to_owned(),
            issuer: issuer.parse().unwrap(),
            service_url: "https://service.example".parse().unwrap(),
            login_methods: vec![LoginMethodName::Password],
            colors: std::collections::BTreeMap::new(),
            mail_from: None,
            mail_reply_to: None,
            mail_senders: Vec::new(),
            sms_routes: Vec::new(),
            sms_name: None,
        };
        Issuers::new(&[
            brand("VX7", "https://login.example/VX7"),
            brand("VX9", "https://login.example/VX9"),
            brand("OWN", "https://id.own.example:8443"),
        ])
    }

    fn resolved(authority: &str, path: &str) -> String {
        match issuers().resolve(authority, path) {
            Resolved::Issuer(issuer, rest) => format!("{} {rest}", issuer.brand),
            Resolved::UnknownPath => "404".to_owned(),
            Resolved::UnknownHost => "421".to_owned(),
        }
    }

    #[test]
    fn host_and_path_choose_the_issuer_and_nothing_else_does() {
        for (authority, path, expected) in [
            ("login.example", "/VX7/authorize", "VX7 /authorize"),
            ("login.example", "/VX7", "VX7 /"),
            ("login.example", "/VX9/jwks.json", "VX9 /jwks.json"),
            ("login.example", "/VX70/authorize", "404"),
            ("login.example", "/vx7/authorize", "404"),
            ("login.example", "/authorize", "404"),
            ("login.example:8443", "/VX7/authorize", "421"),
            ("evil.example", "/VX7/authorize", "421"),
            ("id.own.example:8443", "/authorize", "OWN /authorize"),
            ("id.own.example", "/authorize", "421"),
            (
                "login.example",
                "/.well-known/oauth-authorization-server/VX9",
                "VX9 /.well-known/oauth-authorization-server",
            ),
            (
                "id.own.example:8443",
                "/.well-known/oauth-authorization-server",
                "OWN /.well-known/oauth-authorization-server",
            ),
        ] {
            assert_eq!(resolved(authority, path), expected, "{authority}{path}");
        }
    }
}
