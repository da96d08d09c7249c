//! TLS on a listener: certificate, key and the authorities of its clients from PEM files, read again on SIGHUP.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};
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

/// Which files a listener's TLS comes from.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// PEM file with the certificate chain.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
    /// PEM file with the authorities of client certificates; with it, nobody without one is let in.
    pub client_ca: Option<PathBuf>,
}

/// The TLS side of a listener; cheap to clone.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ArcSwap<ServerConfig>>,
    files: Arc<TlsFiles>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let config = Arc::new(ArcSwap::from_pointee(read(&files)?));
        Ok(Self { config, files: Arc::new(files) })
    }

    /// Reads the files again; connections to come get what they hold. After an error everything stays as it was.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        // A new configuration knows no former session: nobody resumes past an authority that was taken away.
        self.config.store(Arc::new(read(&self.files)?));
        Ok(())
    }

    /// What performs the handshakes.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.load_full())
    }

    /// Reloads at each SIGHUP, for as long as the process lives.
    ///
    /// # Errors
    /// When the operating system refuses the handler.
    pub fn reload_on_hangup(self) -> std::io::Result<()> {
        let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
        tokio::spawn(async move {
            while hangup.recv().await.is_some() {
                let certificate = self.files.certificate.display();
                match self.reload() {
                    Ok(()) => tracing::info!(%certificate, "the TLS certificate was read again"),
                    Err(error) => tracing::error!(%error, "the TLS certificate stays as it was"),
                }
            }
        });
        Ok(())
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let pair = read_pair(&provider, &files.certificate, &files.key)?;
    let clients = match &files.client_ca {
        Some(path) => read_authorities(&provider, path)?,
        None => WebPkiClientVerifier::no_client_auth(),
    };
    // RFC 9325 §3.1.1: TLS 1.2 and 1.3, nothing older; rustls knows nothing older.
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(clients)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(pair)));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn refuse(what: &'static str, path: &Path, why: impl ToString) -> TlsError {
    TlsError::File { what, path: path.to_owned(), why: why.to_string() }
}

fn certificates(what: &'static str, path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let all: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| refuse(what, path, error))?;
    if all.is_empty() { Err(refuse(what, path, "holds no certificate")) } else { Ok(all) }
}

fn read_pair(provider: &CryptoProvider, certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = certificates("tls_certificate_file", certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| refuse("tls_key_file", key, error))?;
    Ok(CertifiedKey::from_der(chain, key, provider)?)
}

fn read_authorities(provider: &Arc<CryptoProvider>, path: &Path) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("client_ca_file", path)? {
        roots.add(certificate).map_err(|error| refuse("client_ca_file", path, error))?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|error| refuse("client_ca_file", path, error))
}
