//! All lines of the application.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

use super::line::{Line, Settings};
use super::resolve::{Names, system};
use super::tls::{BadCertificate, Trust};
use crate::clock::Clock;
use crate::config::OutboundConfig;

/// Lines kept before those that nobody uses are dropped; a few kilobytes each.
const KEPT: usize = 4_096;

/// Requests to other people's servers; cheap to clone.
#[derive(Clone)]
pub struct Outbound(Arc<Lines>);

struct Lines {
    config: OutboundConfig,
    hosts: Arc<BTreeMap<String, Vec<IpAddr>>>,
    clock: Clock,
    trust: Trust,
    lines: Mutex<HashMap<String, (Reach, Arc<Line>)>>,
}

/// What one connection may reach beyond the public internet. The operator says so, never a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Networks that may be connected to although they are not public.
    pub permitted_networks: Vec<IpNet>,
    /// PEM of the authorities its certificate may come from, instead of the operating system's.
    pub ca_pem: Option<String>,
}

impl Outbound {
    /// From the section of the configuration and the clock of the breakers. Reads no file yet.
    pub fn new(config: &OutboundConfig, clock: Clock) -> Self {
        let hosts = Arc::new(config.hosts.clone());
        Self(Arc::new(Lines { config: config.clone(), hosts, clock, trust: Trust::default(), lines: Mutex::default() }))
    }

    /// The line of a connection. The same one each time, with what its breaker remembers, until `reach` changes.
    ///
    /// # Errors
    /// [`BadCertificate`] when `reach` has authorities that cannot be read.
    pub fn line(&self, name: &str, reach: &Reach) -> Result<Arc<Line>, BadCertificate> {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((built_for, line)) = lines.get(name)
            && built_for == reach
        {
            return Ok(Arc::clone(line));
        }
        let line = Arc::new(self.build(name, reach)?);
        if lines.len() >= KEPT {
            lines.retain(|_, (_, line)| Arc::strong_count(line) > 1 || line.is_open());
        }
        lines.insert(name.to_owned(), (reach.clone(), Arc::clone(&line)));
        Ok(line)
    }

    /// Nothing a client could do by itself: no pool, redirects, proxies, retries, cookies, encodings (the last two are
    /// not even compiled in).
    fn build(&self, name: &str, reach: &Reach) -> Result<Line, BadCertificate> {
        let config = &self.0.config;
        let (permitted, hosts) = (reach.permitted_networks.clone(), Arc::clone(&self.0.hosts));
        let names = Names::new(name, hosts, permitted.clone(), config.connect_timeout.0 / 2, system);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(self.0.trust.config(reach.ca_pem.as_deref())?)
            .dns_resolver(names)
            .connect_timeout(config.connect_timeout.0)
            .pool_max_idle_per_host(0)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("tegata/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(BadCertificate::Client)?;
        Ok(Line::new(
            Settings { name: name.to_owned(), permitted, config: config.clone() },
            client,
            self.0.clock.clone(),
        ))
    }
}
