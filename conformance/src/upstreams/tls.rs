//! Certificates: a test authority made at first use, one certificate for all names below `sim.test`, and the bad ones.

use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// What a host shows of itself.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certificate {
    /// Of the authority that [`super::Upstreams::ca_pem`] names.
    #[default]
    Public,
    /// Of the authority that [`super::Upstreams::private_ca_pem`] names: a customer's own.
    Private,
    /// Of an authority that nobody names.
    Untrusted,
    /// Of the public authority, expired in 2021.
    Expired,
    /// Of the public authority, for another name.
    WrongName,
}

/// The authorities and what they signed.
pub struct Certificates {
    /// PEM of the authority of [`Certificate::Public`].
    pub public: String,
    /// PEM of the authority of [`Certificate::Private`].
    pub private: String,
    configs: [Arc<ServerConfig>; 5],
}

/// The certificates of this process.
///
/// # Errors
/// The library makes none.
pub fn certificates() -> anyhow::Result<&'static Certificates> {
    static MADE: OnceLock<Result<Certificates, String>> = OnceLock::new();
    let made = MADE.get_or_init(|| Certificates::make().map_err(|error| format!("{error:#}")));
    made.as_ref().map_err(|error| anyhow::anyhow!("test certificates: {error}"))
}

impl Certificates {
    fn make() -> anyhow::Result<Self> {
        let public = Authority::make("Simulated upstreams, test authority")?;
        let private = Authority::make("Simulated customer, own authority")?;
        let rogue = Authority::make("Authority nobody knows")?;
        let all = "*.sim.test";
        let configs = [
            public.issue(all, 2040)?,
            private.issue(all, 2040)?,
            rogue.issue(all, 2040)?,
            public.issue(all, 2021)?,
            public.issue("elsewhere.example", 2040)?,
        ];
        Ok(Self { public: public.pem, private: private.pem, configs })
    }

    /// The configuration of a handshake that shows `certificate` and may offer HTTP/2.
    pub fn config(&self, certificate: Certificate, http2: bool) -> Arc<ServerConfig> {
        let config = &self.configs[certificate as usize];
        if !http2 {
            return config.clone();
        }
        let mut config = ServerConfig::clone(config);
        config.alpn_protocols.insert(0, b"h2".to_vec());
        Arc::new(config)
    }
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn make(name: &str) -> anyhow::Result<Self> {
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

    fn issue(&self, name: &str, until: i32) -> anyhow::Result<Arc<ServerConfig>> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let key = KeyPair::generate()?;
        let certificate: CertificateDer<'static> = params.signed_by(&key, &self.issuer)?.der().clone();
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // The provider is named here: a process may have none installed, or another one.
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS versions")?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], private)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}
