//! The listeners: own accept loop, HTTP/1.1 and HTTP/2, TLS, limits, and an end without broken requests.
//!
//! ```text
//! bind ─▶ accept (at most `max_connections`) ─▶ TLS handshake ─▶ connection ─▶ front
//!   SIGTERM: stop accepting ─▶ Drain: finish what is under way ─▶ `shutdown_grace` over, or a second signal: End
//! ```
//!
//! [`supervisor`] keeps every time limit with one timer for all connections; [`connection`] is one of them;
//! [`metrics`] is the second listener; the line listener is a third one, whose clients prove who they are. Norms: RFC 9110, RFC 9112, RFC 9113, TLS as RFC 9325.
//!
//! It must not: know a route, an issuer or a proxy; that is the front's.

mod connection;
pub mod metrics;
mod proxy_protocol;
pub mod stop;
mod supervisor;
pub mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioExecutor;
use hyper_util::server::conn::auto::Builder;
use ipnet::IpNet;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::line::PeerCertificate;
pub use connection::Front;
use connection::Peer;
use stop::{Phase, Stop};
pub use supervisor::Connections;
use supervisor::{Admitted, Order, TICK};
use tls::Tls;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long to wait when the operating system has no file descriptor left.
const BREATH: Duration = Duration::from_millis(100);

/// What a listener permits.
#[derive(Clone)]
pub struct Limits {
    /// Connections served at once; more wait in the kernel's queue.
    pub max_connections: usize,
    /// How long requests under way may take to finish after the order to stop.
    pub shutdown_grace: Duration,
}

/// A listener that is open, and does not accept yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    limits: Limits,
    proxies: Arc<[IpNet]>,
    connections: Arc<Connections>,
}

impl Server {
    /// Opens a listener.
    ///
    /// # Errors
    /// When the address is taken or not ours.
    pub async fn bind(listen: SocketAddr, tls: Option<Tls>, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, tls, limits, proxies: Arc::default(), connections: Arc::default() })
    }

    /// Expects the PROXY protocol of whoever connects from one of these networks.
    #[must_use]
    pub fn with_proxy_protocol_from(mut self, networks: &[IpNet]) -> Self {
        self.proxies = networks.into();
        self
    }

    /// Its real address: where port 0 was asked for, the port it got.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its connections, to be counted.
    pub fn connections(&self) -> Arc<Connections> {
        Arc::clone(&self.connections)
    }

    /// Accepts and serves until the order to stop; answers how many connections had to be cut off.
    pub async fn run<F: Front>(self, front: F, stop: Stop) -> usize {
        let Self { listener, tls, limits, proxies, connections, .. } = self;
        let supervisor = tokio::spawn(supervise(Arc::clone(&connections)));
        let slots = Arc::new(Semaphore::new(limits.max_connections));
        let entrance = Arc::new(Entrance { tls, proxies, protocol: connection::protocol() });
        let mut draining = pin!(stop.reached(Phase::Draining));
        loop {
            let (slot, (stream, peer)) = tokio::select! {
                biased;
                () = &mut draining => break,
                accepted = accept(&listener, &slots) => accepted,
            };
            let (front, entrance, admitted) = (front.clone(), Arc::clone(&entrance), connections.admit());
            tokio::spawn(async move {
                entrance.take_in((stream, peer), front, admitted).await;
                drop(slot);
            });
        }
        drop(listener);
        let cut_off = drain(&connections, limits.shutdown_grace, &stop).await;
        supervisor.abort();
        cut_off
    }
}

/// What every connection of a listener goes through before its first request.
struct Entrance {
    tls: Option<Tls>,
    proxies: Arc<[IpNet]>,
    protocol: Builder<TokioExecutor>,
}

impl Entrance {
    async fn take_in<F: Front>(&self, (stream, peer): (TcpStream, SocketAddr), front: F, admitted: Admitted) {
        let Some((stream, address)) = behind_proxy(&self.proxies, stream, peer).await else { return };
        let Some(tls) = &self.tls else {
            let peer = Peer { address, certificate: None };
            return connection::serve(stream, peer, (&self.protocol, front), admitted).await;
        };
        if let Some(stream) = shake_hands(tls, stream).await {
            let peer = Peer { address, certificate: certificate_of(&stream) };
            connection::serve(stream, peer, (&self.protocol, front), admitted).await;
        }
    }
}

type Slot = tokio::sync::OwnedSemaphorePermit;

/// The next connection, once there is room for it.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> (Option<Slot>, (TcpStream, SocketAddr)) {
    // The semaphore is never closed; without a slot we would serve without counting, which is no worse.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                ::metrics::counter!("tegata_connections_total").increment(1);
                // Answers are written in one piece; waiting for more to send would only delay them.
                drop(stream.set_nodelay(true));
                return (slot, (stream, peer));
            }
            // The client was gone before we took it up.
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, "connections cannot be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The connection and the address it comes from: the socket's, or what a load balancer says that must say it.
async fn behind_proxy(proxies: &[IpNet], mut stream: TcpStream, peer: SocketAddr) -> Option<(TcpStream, SocketAddr)> {
    if !proxies.iter().any(|network| network.contains(&peer.ip().to_canonical())) {
        return Some((stream, peer));
    }
    match tokio::time::timeout(HANDSHAKE, proxy_protocol::read(&mut stream)).await {
        Ok(Ok(said)) => Some((stream, said.unwrap_or(peer))),
        failed => {
            ::metrics::counter!("tegata_proxy_headers_refused_total").increment(1);
            let error = failed.ok().and_then(Result::err);
            tracing::debug!(?error, "a load balancer did not say whose connection it passes on");
            None
        }
    }
}

/// What the other end proved to be, where the handshake asked for it.
fn certificate_of(stream: &tokio_rustls::server::TlsStream<TcpStream>) -> Option<PeerCertificate> {
    stream.get_ref().1.peer_certificates()?.first().map(|certificate| PeerCertificate::of(certificate))
}

async fn shake_hands(tls: &Tls, stream: TcpStream) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match tokio::time::timeout(HANDSHAKE, tls.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        failed => {
            ::metrics::counter!("tegata_tls_handshakes_failed_total").increment(1);
            let error = failed.ok().and_then(Result::err);
            tracing::debug!(?error, "a TLS handshake came to nothing");
            None
        }
    }
}

async fn supervise(connections: Arc<Connections>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        connections.look();
    }
}

async fn drain(connections: &Connections, grace: Duration, stop: &Stop) -> usize {
    connections.tell_all(Order::Drain);
    tokio::select! {
        () = connections.emptied() => {}
        () = tokio::time::sleep(grace) => {}
        () = stop.reached(Phase::Ending) => {}
    }
    let cut_off = connections.count();
    connections.tell_all(Order::End);
    cut_off
}

/// Writes the listener's address into a file, in one piece: whoever waits for the file never reads half of it.
///
/// # Errors
/// When it cannot be written.
pub fn write_port_file(path: &Path, address: SocketAddr) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    std::fs::write(&draft, format!("{address}\n"))?;
    std::fs::rename(&draft, path)
}

#[cfg(test)]
mod tests;
