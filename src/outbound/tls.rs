//! Whose certificates are believed.

use std::sync::{Arc, OnceLock};

use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

/// TLS sessions a line remembers, to resume them: a server or two.
const SESSIONS: usize = 4;

/// Why a line cannot be prepared.
#[derive(Debug, thiserror::Error)]
pub enum BadCertificate {
    /// The connection's own authorities.
    #[error("the certificate authorities are not readable: write PEM, -----BEGIN CERTIFICATE----- and so on")]
    Unreadable,
    /// Those of the operating system.
    #[error("the operating system's certificate authorities cannot be used")]
    System(#[source] rustls::Error),
    /// The HTTP client.
    #[error("the HTTP client cannot be prepared")]
    Client(#[source] reqwest::Error),
}

/// The operating system's authorities, read once for all lines: a copy for each customer would be 120 KiB.
#[derive(Default)]
pub(super) struct Trust(OnceLock<Arc<Verifier>>);

impl Trust {
    /// TLS for one line: 1.2 or 1.3, HTTP/1.1, and the authorities given, or those of the operating system.
    pub(super) fn config(&self, ca_pem: Option<&str>) -> Result<ClientConfig, BadCertificate> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(BadCertificate::System)?;
        let mut config = match ca_pem {
            Some(pem) => builder.with_root_certificates(read(pem)?).with_no_client_auth(),
            None => {
                let verifier = match self.0.get() {
                    Some(verifier) => Arc::clone(verifier),
                    None => {
                        let read = Arc::new(Verifier::new(provider).map_err(BadCertificate::System)?);
                        Arc::clone(self.0.get_or_init(|| read))
                    }
                };
                builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
            }
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        Ok(config)
    }
}

/// Whether a text can be a connection's own authorities: certificates and nothing else, one or more.
///
/// # Errors
/// [`BadCertificate::Unreadable`].
pub fn check_authorities(pem: &str) -> Result<(), BadCertificate> {
    // Somebody who pastes a whole file may paste a private key with it; it must not come to rest here.
    let begins = pem.matches("-----BEGIN ").count();
    let certificates = pem.matches("-----BEGIN CERTIFICATE-----").count();
    if begins == certificates { read(pem).map(drop) } else { Err(BadCertificate::Unreadable) }
}

/// Every certificate must be readable: one that is silently left out is a failure nobody can explain later.
fn read(pem: &str) -> Result<RootCertStore, BadCertificate> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| BadCertificate::Unreadable)?;
        store.add(certificate).map_err(|_| BadCertificate::Unreadable)?;
    }
    if store.is_empty() { Err(BadCertificate::Unreadable) } else { Ok(store) }
}
