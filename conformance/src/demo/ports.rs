//! The demo's ports, taken before anything is written: a port in use costs one sentence, not half a start.

use super::Options;
use anyhow::bail;
use std::io::ErrorKind;
use tokio::net::TcpListener;

/// The listeners this process serves itself.
pub struct Ports {
    pub app: TcpListener,
    pub inbox: TcpListener,
    pub smtp: TcpListener,
}

impl Ports {
    pub async fn claim(options: &Options) -> anyhow::Result<Self> {
        // The provider binds these two itself, a moment later.
        drop(claim(options.port, "--port").await?);
        drop(claim(options.metrics_port, "--metrics-port").await?);
        Ok(Self {
            app: claim(options.app_port, "--app-port").await?,
            inbox: claim(options.inbox_port, "--inbox-port").await?,
            smtp: claim(options.smtp_port, "--smtp-port").await?,
        })
    }
}

async fn claim(port: u16, flag: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use by another program; choose another one with {flag}")
        }
        Err(error) => bail!("port {port} cannot be used ({error}); choose another one with {flag}"),
    }
}
