//! Where the load goes: this machine or nowhere.

use anyhow::{Context as _, bail};
use std::net::SocketAddr;
use url::Url;

/// An issuer on this machine.
#[derive(Debug)]
pub struct Target {
    /// Where connections go: a loopback address.
    pub address: SocketAddr,
    /// `Host` header.
    pub host: String,
    /// The issuer, no trailing slash.
    pub base: Url,
}

impl Target {
    /// Reads the issuer URL and looks up its host.
    ///
    /// # Errors
    /// Not plain http, or a host that is not a loopback address.
    pub async fn parse(base: &str) -> anyhow::Result<Self> {
        let base = Url::parse(base.trim_end_matches('/')).context("--base")?;
        if base.scheme() != "http" {
            bail!("the load generator speaks plain http only");
        }
        let (name, port) = (base.host_str().unwrap_or_default(), base.port_or_known_default().unwrap_or(80));
        let addresses: Vec<_> = tokio::net::lookup_host((name.trim_matches(['[', ']']), port)).await?.collect();
        if addresses.iter().any(|address| !address.ip().is_loopback()) {
            bail!("{name} is not this machine; load goes to loopback addresses only");
        }
        let address = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
        let address = *address.with_context(|| format!("{name} has no address"))?;
        Ok(Self { address, host: format!("{name}:{port}"), base })
    }

    /// Path of an endpoint below the issuer.
    pub fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.base.path().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn refuses_other_peoples_machines() {
        for base in ["http://192.0.2.1/VX7", "https://127.0.0.1/VX7", "http://10.0.0.1:8080"] {
            assert!(Target::parse(base).await.is_err(), "{base}");
        }
        assert!(
            Target::parse("http://127.0.0.1:8080/VX7/").await.is_ok_and(|target| target.path("/token") == "/VX7/token")
        );
    }
}
