//! A node, from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{BootError, assemble, line, operator};
use crate::clock::Clock;
use crate::config::{Config, ServerConfig};
use crate::context::App;
use crate::jobs::seal_audit;
use crate::policy::access_path::AccessPath;
use crate::random::Random;
use crate::router;
use crate::server::stop::{Phase, Stop, StopOrder, on_signals};
use crate::server::tls::{Tls, TlsFiles};
use crate::server::{Connections, Limits, Server, metrics as scrapes, write_port_file};
use crate::storage::Engine;
use crate::telemetry;

/// How long what remains to be written may take at the end.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Runs a node until it is told to stop by SIGTERM or SIGINT; the second signal ends it at once.
///
/// # Errors
/// When it cannot start. Once it has started it ends in order.
pub async fn serve(config: Config) -> Result<(), BootError> {
    telemetry::install_log(&config.log)?;
    let recorder = config.server.metrics_listen.map(|_| telemetry::install_metrics()).transpose()?;
    let (order, stop) = StopOrder::new();
    let system = |what| move |source| BootError::System { what, source };
    on_signals(order.clone()).map_err(system("signals cannot be heard"))?;

    let tls = load_tls(&config.server)?;
    let (app, background) = assemble(config, Clock::system(), Random::system()).await?;
    let settings = &app.config.server;
    let limits = Limits { max_connections: settings.max_connections, shutdown_grace: settings.shutdown_grace.0 };
    let server = open("server.listen", settings.listen, tls.clone(), limits.clone()).await?;
    if let Some(tls) = tls {
        tls.reload_on_hangup().map_err(system("signals cannot be heard"))?;
    }
    let scraping = match (settings.metrics_listen, recorder) {
        (Some(listen), Some(handle)) => {
            let limits = Limits { max_connections: scrapes::MAX_CONNECTIONS, shutdown_grace: Duration::ZERO };
            let listener = open("server.metrics_listen", listen, None, limits).await?;
            tracing::info!(addr = %listener.address(), "metrics");
            let gather = gauges(app.clone(), server.connections());
            tokio::spawn(scrapes::tidy(handle.clone()));
            Some(tokio::spawn(listener.run(scrapes::front(handle, gather), stop.clone())))
        }
        _ => None,
    };

    let line = line::open(&app, limits.clone()).await?;
    let operators = operator::open(&app).await?;
    let addr = server.address();
    let serving = tokio::spawn(server.run(router::service(app.clone(), AccessPath::Internet), stop.clone()));
    let line_serving = line.map(|listener| listener.serve(&app, &stop)).transpose()?;
    let operators_serving = operators.map(|listener| listener.serve(&app, &stop)).transpose()?;
    if let Some(path) = &settings.port_file {
        write_port_file(path, addr).map_err(system("server.port_file cannot be written"))?;
    }
    tracing::info!(%addr, version = env!("CARGO_PKG_VERSION"), "listening");
    let tasks = background.start(&app, &stop);

    stop.reached(Phase::Draining).await;
    app.stopping.begin();
    app.carrier.stop();
    tracing::info!("stopping");
    let listeners = [Some(serving), line_serving, operators_serving];
    end(&app, &stop, listeners.into_iter().flatten().collect(), scraping).await;
    tasks.finish(LAST_WORDS).await;
    if tokio::time::timeout(LAST_WORDS, app.audit.flush()).await.is_err() {
        tracing::error!("the last audit events could not be written");
    }
    // Nothing is written any more: the chain ends where the log ends.
    let sealed = tokio::time::timeout(LAST_WORDS, seal_audit::tick(&app)).await;
    if !matches!(sealed, Ok(Ok(_))) {
        tracing::warn!("the last audit events wait for their seal until the next start");
    }
    app.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for the listeners to drain.
async fn end(app: &App, stop: &Stop, serving: Vec<JoinHandle<usize>>, scraping: Option<JoinHandle<usize>>) {
    let mut cut_off = 0;
    for listener in serving {
        cut_off += listener.await.unwrap_or_default();
    }
    if cut_off > 0 {
        let grace = app.config.server.shutdown_grace;
        tracing::warn!(connections = cut_off, %grace, phase = ?stop.phase(), "connections were cut off");
    }
    if let Some(scraping) = scraping {
        scraping.abort();
    }
}

pub(super) async fn open(
    what: &'static str,
    address: std::net::SocketAddr,
    tls: Option<Tls>,
    limits: Limits,
) -> Result<Server, BootError> {
    Server::bind(address, tls, limits).await.map_err(|source| BootError::Listen { what, address, source })
}

/// The TLS side of the main listener, if it has one.
///
/// # Errors
/// When certificate or key cannot be used.
pub fn load_tls(config: &ServerConfig) -> Result<Option<Tls>, BootError> {
    match (&config.tls_certificate_file, &config.tls_key_file) {
        (Some(certificate), Some(key)) => {
            let (certificate, key) = (certificate.clone(), key.clone());
            Ok(Some(Tls::load(TlsFiles { certificate, key, client_ca: None })?))
        }
        _ => Ok(None),
    }
}

/// What is only worth measuring when somebody asks.
fn gauges(app: App, connections: Arc<Connections>) -> impl Fn() + Send + Sync + 'static {
    let set =
        |state: &'static str, count: f64| metrics::gauge!("tegata_database_connections", "state" => state).set(count);
    move || {
        metrics::gauge!("tegata_connections_open").set(connections.count() as f64);
        let (size, idle) = match app.db.engine() {
            Engine::Sqlite { reader, .. } => (reader.size(), reader.num_idle()),
            Engine::Postgres(pool) => (pool.size(), pool.num_idle()),
        };
        set("open", f64::from(size));
        set("idle", idle as f64);
    }
}
