//! An issuer, and the table that finds it.
//!
//! A brand has one issuer on the internet and, where it offers line authentication, a twin on the carrier's closed
//! network: two identifiers, two hosts, two listeners, other cookies, the same accounts and `sub`s (`product.md` §2).

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use crate::config::{BrandConfig, ContractLinks, IssuerAddress, LoginMethodName};
use crate::id::BrandCode;
use crate::policy::access_path::AccessPath;
use crate::protocol::server_metadata::{ServerMetadata, well_known_paths};

/// One of a brand's issuers.
#[derive(Debug)]
pub struct Issuer {
    /// The brand's code.
    pub brand: BrandCode,
    /// Over which network it is reached.
    pub access_path: AccessPath,
    /// What tells its cookies from those of all others: on a shared host, paths and ports do not.
    pub cookie_tag: String,
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
    /// Where the service of its twin begins, where there is one.
    pub twin_service_url: Option<String>,
    /// Pages of the contract system (契約情報変更, プラン変更, 解約), where the brand has them.
    pub contract_links: ContractLinks,
    /// What its login page offers.
    pub login_methods: Vec<LoginMethodName>,
    /// The discovery document.
    pub metadata: Bytes,
    authority: String,
}

impl Issuer {
    fn new(config: &BrandConfig, address: &IssuerAddress, access_path: AccessPath) -> Self {
        let identifier = address.identifier();
        let line_service_url = config.line_service_url.as_ref().map(ToString::to_string);
        let (service_url, twin_service_url) = match (access_path, line_service_url) {
            (AccessPath::Internet, line) => (config.service_url.to_string(), line),
            (AccessPath::Line, Some(line)) => (line, Some(config.service_url.to_string())),
            (AccessPath::Line, None) => (config.service_url.to_string(), None),
        };
        let cookie_tag = match access_path {
            AccessPath::Internet => config.code.as_str().to_owned(),
            AccessPath::Line => format!("{}-line", config.code),
        };
        let metadata =
            serde_json::to_vec(&ServerMetadata::of(&identifier, access_path == AccessPath::Line)).unwrap_or_default();
        Self {
            brand: config.code.clone(),
            name: config.name.clone(),
            access_path,
            cookie_tag,
            path: address.path(),
            origin: address.origin(),
            secure: address.is_secure(),
            service_url,
            twin_service_url,
            contract_links: config.contract_links(),
            login_methods: config.login_methods.clone(),
            metadata: metadata.into(),
            authority: address.authority(),
            identifier,
        }
    }

    /// What tells it from all other issuers: the brand, and the network.
    pub fn place(&self) -> (&BrandCode, AccessPath) {
        (&self.brand, self.access_path)
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
    by_listener: HashMap<AccessPath, HashMap<String, Vec<Arc<Issuer>>>>,
}

impl Issuers {
    /// From the configuration.
    pub fn new(brands: &[BrandConfig]) -> Self {
        let own = brands.iter().map(|brand| Issuer::new(brand, &brand.address(), AccessPath::Internet));
        let twins = brands.iter().filter_map(|brand| {
            let address = brand.line_address()?;
            Some(Issuer::new(brand, &address, AccessPath::Line))
        });
        let all: Vec<_> = own.chain(twins).map(Arc::new).collect();
        let mut by_listener: HashMap<_, HashMap<String, Vec<Arc<Issuer>>>> = HashMap::new();
        for issuer in &all {
            let hosts = by_listener.entry(issuer.access_path).or_default();
            hosts.entry(issuer.authority.clone()).or_default().push(Arc::clone(issuer));
        }
        for issuers in by_listener.values_mut().flat_map(HashMap::values_mut) {
            // The longest path first: an issuer without a path takes what no other claims.
            issuers.sort_by_key(|issuer| std::cmp::Reverse(issuer.path.len()));
        }
        Self { all, by_listener }
    }

    /// All of them: those on the internet in the order of the configuration, then their twins.
    pub fn all(&self) -> &[Arc<Issuer>] {
        &self.all
    }

    /// The issuer of a brand on the internet.
    pub fn of(&self, brand: &BrandCode) -> Option<&Arc<Issuer>> {
        self.twin(brand, AccessPath::Internet)
    }

    /// The issuer of a brand on one of the networks.
    pub fn twin(&self, brand: &BrandCode, path: AccessPath) -> Option<&Arc<Issuer>> {
        self.all.iter().find(|issuer| issuer.brand == *brand && issuer.access_path == path)
    }

    /// The issuers of a host at the listener of a network; none when it is not ours there.
    pub fn at(&self, listener: AccessPath, authority: &str) -> impl Iterator<Item = &Arc<Issuer>> {
        self.host(listener, authority).into_iter().flatten()
    }

    fn host(&self, listener: AccessPath, authority: &str) -> Option<&Vec<Arc<Issuer>>> {
        self.by_listener.get(&listener)?.get(authority)
    }

    /// Which issuer a request is for that came to the listener of a network. `authority` is the host, with the port
    /// unless it is the scheme's default. A host of the other network is as foreign as any (RFC 9110 §7.4).
    pub fn resolve(&self, listener: AccessPath, authority: &str, path: &str) -> Resolved {
        let Some(issuers) = self.host(listener, authority) else { return Resolved::UnknownHost };
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

    /// Every path at which a discovery document stands at a listener, with its issuer: host, path, document.
    pub fn well_known(&self, listener: AccessPath) -> impl Iterator<Item = (&str, String, &Arc<Issuer>)> {
        self.all.iter().filter(move |issuer| issuer.access_path == listener).flat_map(|issuer| {
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
            line_issuer: (code == "VX7").then(|| "https://login.line.example/VX7".parse().unwrap()),
            line_service_url: None,
            contract_change_url: None,
            plan_change_url: None,
            cancellation_url: None,
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
        match issuers().resolve(AccessPath::Internet, authority, path) {
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

    #[test]
    fn each_listener_knows_its_own_hosts_alone() {
        let issuers = issuers();
        let at = |listener, host| match issuers.resolve(listener, host, "/VX7/authorize") {
            Resolved::Issuer(issuer, _) => issuer.identifier.clone(),
            Resolved::UnknownPath => "404".to_owned(),
            Resolved::UnknownHost => "421".to_owned(),
        };
        assert_eq!(at(AccessPath::Internet, "login.example"), "https://login.example/VX7");
        assert_eq!(at(AccessPath::Internet, "login.line.example"), "421");
        assert_eq!(at(AccessPath::Line, "login.line.example"), "https://login.line.example/VX7");
        assert_eq!(at(AccessPath::Line, "login.example"), "421");
    }
}
