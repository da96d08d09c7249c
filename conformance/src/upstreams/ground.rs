//! What all providers of one start stand on: scheme, port, time.

use super::tls::{self, Certificates};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// How the providers are reached.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// `https://NAME.sim.test:PORT` with the test authority: for tests.
    Https,
    /// `http://NAME.localhost:PORT`: for the demo, where a browser must find the names (RFC 6761 §6.3).
    Http,
}

/// Milliseconds since 1970.
pub type TimeSource = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Scheme, port, time.
pub struct Ground {
    /// How the providers are reached.
    pub scheme: Scheme,
    /// Where they listen.
    pub address: SocketAddr,
    /// The certificates of this process.
    pub certificates: &'static Certificates,
    time: RwLock<TimeSource>,
}

impl Ground {
    /// Ground with the system's time.
    ///
    /// # Errors
    /// No certificates can be made.
    pub fn new(scheme: Scheme, address: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self { scheme, address, certificates: tls::certificates()?, time: RwLock::new(Arc::new(system_time)) })
    }

    /// Seconds since 1970, before any provider's offset.
    pub fn now(&self) -> i64 {
        let source = self.time.read().unwrap_or_else(PoisonError::into_inner).clone();
        source().div_euclid(1000)
    }

    /// From now on time comes from there.
    pub fn set_time(&self, source: TimeSource) {
        *self.time.write().unwrap_or_else(PoisonError::into_inner) = source;
    }

    /// What follows the label of a name.
    pub fn domain(&self) -> &'static str {
        match self.scheme {
            Scheme::Https => "sim.test",
            Scheme::Http => "localhost",
        }
    }

    /// Name and port of `label`.
    pub fn authority(&self, label: &str) -> String {
        format!("{label}.{}:{}", self.domain(), self.address.port())
    }

    /// Origin of `label`: `https://google.sim.test:4711`.
    pub fn origin(&self, label: &str) -> String {
        let scheme = match self.scheme {
            Scheme::Https => "https",
            Scheme::Http => "http",
        };
        format!("{scheme}://{}", self.authority(label))
    }

    /// The label of a name, which may carry a port.
    pub fn label<'a>(&self, authority: &'a str) -> Option<&'a str> {
        let name = authority.split_once(':').map_or(authority, |(name, _)| name);
        name.strip_suffix(self.domain())?.strip_suffix('.')
    }
}

fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
