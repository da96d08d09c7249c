//! `tegata-conformance upstreams`: the providers alone, for somebody who brings their own relying party.

use super::{Scheme, Upstreams};
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// Flags of `upstreams`.
#[derive(Args, Clone)]
pub struct Options {
    /// Port of all providers; names below `.localhost` lead to it
    #[arg(long, default_value_t = 8100)]
    pub port: u16,
    /// Port of the control interface
    #[arg(long, default_value_t = 8101)]
    pub control_port: u16,
    /// Serve `https` at names below `.sim.test` instead, and write the test authority's certificate (PEM) here
    #[arg(long, value_name = "CA_FILE")]
    pub https: Option<PathBuf>,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// A port in use, a file that cannot be written.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let port = |port: u16| async move {
        TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("port {port} cannot be used"))
    };
    let (listener, control) = (port(options.port).await?, port(options.control_port).await?);
    let scheme = if options.https.is_some() { Scheme::Https } else { Scheme::Http };
    let upstreams = Upstreams::start_on(scheme, listener, control)?;
    if let Some(file) = &options.https {
        std::fs::write(file, upstreams.ca_pem()).with_context(|| file.display().to_string())?;
    }
    for host in upstreams.hosts() {
        let people: Vec<String> = host.users().into_iter().map(|user| user.name).collect();
        println!("{:<40} {}", host.origin(), people.join(" "));
    }
    println!("\ncontrol: http://127.0.0.1:{}/__sim (docs/simulators.md)", upstreams.control_port());
    tokio::signal::ctrl_c().await?;
    Ok(())
}
