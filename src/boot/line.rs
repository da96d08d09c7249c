//! The line listener: its own socket and certificate, the line issuers alone, and at the door the gateways' list.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use super::serve::open as bind;
use super::{BootError, explain};
use crate::audit::{Event, EventKind};
use crate::config::LineConfig;
use crate::context::App;
use crate::line::{LineReject, PeerCertificate};
use crate::policy::access_path::AccessPath;
use crate::router;
use crate::server::stop::Stop;
use crate::server::tls::{Tls, TlsFiles};
use crate::server::{Front, Limits, Server, write_port_file};

/// The line listener, open.
pub struct LineListener {
    server: Server,
    tls: Tls,
}

/// The TLS side of the line listener.
///
/// # Errors
/// When certificate, key or authorities cannot be used.
pub fn load_tls(config: &LineConfig) -> Result<Tls, BootError> {
    Ok(Tls::load(TlsFiles {
        certificate: config.tls_certificate_file.clone(),
        key: config.tls_key_file.clone(),
        client_ca: config.client_ca_file.clone(),
    })?)
}

/// Opens the line listener, if there is one.
///
/// # Errors
/// When its certificate cannot be used or its address is taken.
pub async fn open(app: &App, limits: Limits) -> Result<Option<LineListener>, BootError> {
    let Some(config) = &app.config.line else { return Ok(None) };
    let tls = load_tls(config)?;
    let server = bind("line.listen", config.listen, Some(tls.clone()), limits).await?;
    Ok(Some(LineListener { server: server.with_proxy_protocol_from(&config.proxy_protocol_from), tls }))
}

impl LineListener {
    /// Serves the line issuers until the order to stop.
    ///
    /// # Errors
    /// When a file cannot be written or signals cannot be heard.
    pub fn serve(self, app: &App, stop: &Stop) -> Result<JoinHandle<usize>, BootError> {
        let system = |what| move |source| BootError::System { what, source };
        self.tls.reload_on_hangup().map_err(system("signals cannot be heard"))?;
        reload_on_hangup(app.clone()).map_err(system("signals cannot be heard"))?;
        if let Some(path) = app.config.line.as_ref().and_then(|line| line.port_file.as_ref()) {
            write_port_file(path, self.server.address()).map_err(system("line.port_file cannot be written"))?;
        }
        tracing::info!(addr = %self.server.address(), "listening on the carrier's network");
        let front = guarded(app.clone(), router::service(app.clone(), AccessPath::Line));
        Ok(tokio::spawn(self.server.run(front, stop.clone())))
    }
}

/// Reads the gateways' keys again at each SIGHUP, for as long as the process lives.
fn reload_on_hangup(app: App) -> std::io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match app.line.as_ref().map(crate::line::LineVerifier::reload) {
                Some(Err(error)) => tracing::error!(error = explain(&error), "the gateways' keys stay as they were"),
                _ => tracing::info!("the gateways' keys were read again"),
            }
        }
    });
    Ok(())
}

/// Lets nobody past but known gateways, where gateways have to show certificates: the authority that issued one may have
/// issued others (`upstreams.md` §4.5).
fn guarded<F: Front>(app: App, front: F) -> impl Front {
    let asks = app.config.line.as_ref().is_some_and(|line| line.client_ca_file.is_some());
    tower::service_fn(move |request: Request<Body>| {
        let (app, front) = (app.clone(), front.clone());
        async move {
            match stranger(&app, &request).filter(|_| asks) {
                Some(response) => Ok::<_, Infallible>(response),
                None => front.oneshot(request).await,
            }
        }
    })
}

/// The answer to somebody who is no gateway of ours.
fn stranger(app: &App, request: &Request<Body>) -> Option<Response> {
    let peer = request.extensions().get::<PeerCertificate>();
    if peer.is_some_and(|peer| app.line.as_ref().is_some_and(|line| line.gateway(peer).is_some())) {
        return None;
    }
    let mut event = Event::new(EventKind::LineRefused, app.random.reference());
    event = event.because(LineReject::UnknownPeer.as_str());
    event.address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip().to_string());
    let certificate = peer.map_or_else(|| "none".to_owned(), PeerCertificate::short);
    app.audit.record(event.with("certificate", certificate));
    Some((StatusCode::FORBIDDEN, "this certificate belongs to no known gateway\n").into_response())
}
