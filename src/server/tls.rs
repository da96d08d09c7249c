//! TLS on the listener: certificate and key from PEM files, read again on SIGHUP.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Why the listener cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or holds no PEM of its kind.
    #[error("{what} {path}: {why}", path = path.display())]
    File {
        /// Which setting named it.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Certificate and key do not belong together, or are of a kind that cannot be used.
    #[error("the certificate and its key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

/// The certificate in use.
#[derive(Debug)]
struct Current(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

/// The TLS side of a listener; cheap to clone.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    current: Arc<Current>,
    files: (PathBuf, PathBuf),
}

impl Tls {
    /// Reads certificate chain and key.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let pair = read_pair(&provider, certificate, key)?;
        let current = Arc::new(Current(ArcSwap::from_pointee(pair)));
        // RFC 9325 §3.1.1: TLS 1.2 and 1.3, nothing older; rustls knows nothing older.
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Current>::clone(&current));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), current, files: (certificate.to_owned(), key.to_owned()) })
    }

    /// Reads the files again; connections to come get the new certificate. After an error the old one stays.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let pair = read_pair(self.config.crypto_provider(), &self.files.0, &self.files.1)?;
        self.current.0.store(Arc::new(pair));
        Ok(())
    }

    /// What performs the handshakes.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Reloads at each SIGHUP, for as long as the process lives.
    ///
    /// # Errors
    /// When the operating system refuses the handler.
    pub fn reload_on_hangup(self) -> std::io::Result<()> {
        let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                match self.reload() {
                    Ok(()) => tracing::info!("the TLS certificate was read again"),
                    Err(error) => tracing::error!(%error, "the TLS certificate stays as it was"),
                }
            }
        });
        Ok(())
    }
}

fn read_pair(provider: &CryptoProvider, certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let refuse = |what, path: &Path, why: String| TlsError::File { what, path: path.to_owned(), why };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| refuse("tls_certificate_file", certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(refuse("tls_certificate_file", certificate, "holds no certificate".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| refuse("tls_key_file", key, error.to_string()))?;
    Ok(CertifiedKey::from_der(chain, key, provider)?)
}
