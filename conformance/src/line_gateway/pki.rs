//! Certificates of the two ends: an authority and what it issues, each with its fingerprint.

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

/// A certificate with its key.
pub struct Pair {
    /// The certificate (PEM).
    pub certificate: String,
    /// Its private key (PEM).
    pub key: String,
    certificate_der: CertificateDer<'static>,
    key_der: Vec<u8>,
}

impl Clone for Pair {
    fn clone(&self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            key: self.key.clone(),
            certificate_der: self.certificate_der.clone(),
            key_der: self.key_der.clone(),
        }
    }
}

impl Pair {
    /// SHA-256 of the certificate, in hex: how a configuration names it.
    pub fn fingerprint(&self) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.certificate_der);
        digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// From what was kept in files (PEM).
    ///
    /// # Errors
    /// When they hold no such thing.
    pub fn read(certificate: &str, key: &str) -> anyhow::Result<Self> {
        let certificate_der = CertificateDer::from_pem_slice(certificate.as_bytes()).context("certificate")?;
        let key_der = PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).context("key")?;
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            certificate_der,
            key_der: key_der.secret_pkcs8_der().to_vec(),
        })
    }

    fn private(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key_der.clone()))
    }

    /// For a server of HTTP/1.1 that shows this.
    ///
    /// # Errors
    /// When the library refuses it.
    pub fn server(&self) -> anyhow::Result<Arc<ServerConfig>> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate_der.clone()], self.private())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// For a client that believes one authority (PEM), and proves itself if it has something to do so.
///
/// # Errors
/// When the library refuses it.
pub fn client(authority: &str, identity: Option<&Pair>) -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).context("authority")?)?;
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(pair) => builder.with_client_auth_cert(vec![pair.certificate_der.clone()], pair.private())?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    // Named here: a process may have none installed, or another one.
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// An authority made for one run.
pub struct Authority {
    /// Its certificate (PEM).
    pub pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// The library makes none.
    pub fn make(name: &str) -> anyhow::Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2040, 1, 1);
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { pem, issuer: Issuer::new(params, key) })
    }

    /// A certificate for a name, good for servers and clients.
    ///
    /// # Errors
    /// The library makes none.
    pub fn issue(&self, name: &str) -> anyhow::Result<Pair> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2040, 1, 1);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Pair {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            certificate_der: certificate.der().clone(),
            key_der: key.serialize_der(),
        })
    }
}
