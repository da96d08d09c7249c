//! The demo's ports, taken before anything is written: a port in use costs one sentence, not half a start.

use super::Options;
use anyhow::bail;
use std::io::ErrorKind;
use tokio::net::TcpListener;

/// The listeners this process serves itself, and all numbers.
pub struct Ports {
    pub served: Served,
    pub upstreams: TcpListener,
    pub upstreams_control: TcpListener,
    pub line: TcpListener,
    pub numbers: Numbers,
}

/// The listeners that are served as long as the demo runs.
pub struct Served {
    pub app: TcpListener,
    pub inbox: TcpListener,
    pub smtp: TcpListener,
    pub line_app: TcpListener,
    pub contracts: TcpListener,
}

/// Port numbers.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub provider: u16,
    pub app: u16,
    pub inbox: u16,
    pub smtp: u16,
    pub upstreams: u16,
    pub upstreams_control: u16,
    pub metrics: u16,
    /// The line host, as browsers see it: the gateway.
    pub line: u16,
    /// The provider's own line listener, behind it.
    pub line_listener: u16,
    /// The storage application's host on the carrier's network.
    pub line_app: u16,
    /// The operators' listener.
    pub operator: u16,
    /// The contract system.
    pub contracts: u16,
}

impl Ports {
    pub async fn claim(options: &Options) -> anyhow::Result<Self> {
        // With `--port 0` nobody cares about numbers: every port that is not named is a free one.
        let usual = |given: Option<u16>, usual: u16| given.unwrap_or(if options.port == 0 { 0 } else { usual });
        let provider = claim(options.port, "--port").await?;
        let metrics = claim(usual(options.metrics_port, 9464), "--metrics-port").await?;
        let app = claim(usual(options.app_port, 8090), "--app-port").await?;
        let inbox = claim(usual(options.inbox_port, 8025), "--inbox-port").await?;
        let smtp = claim(usual(options.smtp_port, 2525), "--smtp-port").await?;
        let upstreams = claim(usual(options.upstreams_port, 8070), "--upstreams-port").await?;
        let upstreams_control = claim(usual(options.upstreams_control_port, 8071), "--upstreams-control-port").await?;
        let line = claim(usual(options.line_port, 8081), "--line-port").await?;
        let line_app = claim(usual(options.line_app_port, 8091), "--line-app-port").await?;
        let operator = claim(usual(options.operator_port, 8082), "--operator-port").await?;
        let contracts = claim(usual(options.contracts_port, 8092), "--contracts-port").await?;
        // Nobody types this one: the gateway alone knows it.
        let line_listener = claim(0, "--line-port").await?;
        let numbers = Numbers {
            line: line.local_addr()?.port(),
            line_listener: line_listener.local_addr()?.port(),
            line_app: line_app.local_addr()?.port(),
            operator: operator.local_addr()?.port(),
            contracts: contracts.local_addr()?.port(),
            provider: provider.local_addr()?.port(),
            app: app.local_addr()?.port(),
            inbox: inbox.local_addr()?.port(),
            smtp: smtp.local_addr()?.port(),
            upstreams: upstreams.local_addr()?.port(),
            upstreams_control: upstreams_control.local_addr()?.port(),
            metrics: metrics.local_addr()?.port(),
        };
        // The provider binds its own ones itself, a moment later.
        drop((provider, metrics, operator, line_listener));
        let served = Served { app, inbox, smtp, line_app, contracts };
        Ok(Self { served, upstreams, upstreams_control, line, numbers })
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
