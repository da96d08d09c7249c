//! The operators' listener: its own socket, certificate and router.

use tokio::task::JoinHandle;

use super::BootError;
use super::serve::open as bind;
use crate::config::OperatorConfig;
use crate::context::App;
use crate::front::OperatorFront;
use crate::router;
use crate::server::stop::Stop;
use crate::server::tls::{Tls, TlsFiles};
use crate::server::{Limits, Server, write_port_file};

/// The operators' listener, open.
pub struct OperatorListener {
    server: Server,
    tls: Option<Tls>,
    front: OperatorFront,
}

/// The TLS side of the operators' listener, if it has one.
///
/// # Errors
/// When certificate or key cannot be used.
pub fn load_tls(config: &OperatorConfig) -> Result<Option<Tls>, BootError> {
    match (&config.tls_certificate_file, &config.tls_key_file) {
        (Some(certificate), Some(key)) => {
            Ok(Some(Tls::load(TlsFiles { certificate: certificate.clone(), key: key.clone(), client_ca: None })?))
        }
        _ => Ok(None),
    }
}

/// Opens the operators' listener, if there is one.
///
/// # Errors
/// When its certificate cannot be used or its address is taken.
pub async fn open(app: &App) -> Result<Option<OperatorListener>, BootError> {
    let settings = &app.config.operator;
    let (Some(listen), Some(front)) = (settings.listen, router::operator::service(app.clone())) else {
        return Ok(None);
    };
    let limits =
        Limits { max_connections: settings.max_connections, shutdown_grace: app.config.server.shutdown_grace.0 };
    let tls = load_tls(settings)?;
    let server = bind("operator.listen", listen, tls.clone(), limits).await?;
    Ok(Some(OperatorListener { server, tls, front }))
}

impl OperatorListener {
    /// Serves operators until the order to stop.
    ///
    /// # Errors
    /// When a file cannot be written or signals cannot be heard.
    pub fn serve(self, app: &App, stop: &Stop) -> Result<JoinHandle<usize>, BootError> {
        let system = |what| move |source| BootError::System { what, source };
        if let Some(tls) = self.tls {
            tls.reload_on_hangup().map_err(system("signals cannot be heard"))?;
        }
        let addr = self.server.address();
        let serving = tokio::spawn(self.server.run(self.front, stop.clone()));
        if let Some(path) = &app.config.operator.port_file {
            write_port_file(path, addr).map_err(system("operator.port_file cannot be written"))?;
        }
        tracing::info!(%addr, "operators");
        Ok(serving)
    }
}
