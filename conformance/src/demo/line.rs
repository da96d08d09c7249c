//! The carrier's closed network, simulated: the gateway that browsers reach as the line host, and its papers.

use super::brands::Sample;
use super::directory::Directory;
use super::ports::Numbers;
use crate::line_gateway::{Deployment, LISTENER_NAME, LineGateway, Settings};
use crate::provider::config_file::LineEntry;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// What the gateway calls itself in its assertions.
const GATEWAY: &str = "linegw-demo";

/// Where browsers see the line host.
pub fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// A brand's issuer there.
pub fn issuer(sample: &Sample, port: u16) -> String {
    format!("{}/{}", origin(port), sample.code)
}

/// Starts the gateway and writes what the provider has to know of it; every start makes new papers.
///
/// # Errors
/// A certificate that cannot be made, a file that cannot be written.
pub fn start(
    listener: TcpListener,
    numbers: Numbers,
    directory: &Directory,
) -> anyhow::Result<(LineGateway, LineEntry)> {
    let papers = Deployment::make()?;
    let settings = Settings {
        name: GATEWAY.to_owned(),
        origin: origin(numbers.line),
        certificate: None,
        identity: papers.gateway.clone(),
        listener_ca: papers.servers.pem.clone(),
        listener_name: LISTENER_NAME.to_owned(),
    };
    let gateway = LineGateway::start(settings, listener)?;
    gateway.lead_to(SocketAddr::from((Ipv4Addr::LOCALHOST, numbers.line_listener)));
    let entry = LineEntry {
        listen: format!("127.0.0.1:{}", numbers.line_listener),
        certificate_file: directory.write("line.crt", &papers.listener.certificate)?,
        key_file: directory.write("line.key", &papers.listener.key)?,
        client_ca_file: directory.write("line-clients.crt", &papers.clients.pem)?,
        west_notification_url: format!("{}/__carrier/notification", origin(numbers.line)),
        gateway: GATEWAY,
        fingerprint: papers.gateway.fingerprint(),
        keys_file: directory.write("line-gateway.jwks", &gateway.jwks())?,
    };
    Ok((gateway, entry))
}
