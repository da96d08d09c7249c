//! All connections: those of the configuration in memory, those of customers in the database.

use std::path::Path;
use std::sync::Arc;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use url::Url;

use super::connection::{Connection, Credentials, Endpoints, find_connection, find_connection_of_contract};
use super::jwks::KeyCaches;
use super::profile::{ClientProof, of_config};
use crate::account::LoginMethod;
use crate::brand::Issuer;
use crate::clock::Clock;
use crate::config::{LoginMethodName, UpstreamConfig, UpstreamKind};
use crate::id::{ConnectionId, ContractId};
use crate::jose::{Algorithm, SigningKey};
use crate::outbound::{Outbound, Reach};
use crate::secret::{MasterKey, Secret, base64url};
use crate::storage::{Database, Fault};

/// An upstream that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("upstream `{id}`: {why}")]
pub struct BadUpstream {
    id: String,
    why: String,
}

/// The connections of a deployment. Cheap to clone.
#[derive(Clone)]
pub struct Upstreams {
    configured: Arc<[Arc<Connection>]>,
    /// The keys of all of them.
    pub keys: KeyCaches,
}

impl Upstreams {
    /// From the configuration. Reaches nothing: an upstream that is down keeps nobody from starting.
    ///
    /// # Errors
    /// [`BadUpstream`] when a file cannot be read or an address is none that may be reached.
    pub fn load(configs: &[UpstreamConfig], outbound: &Outbound, clock: Clock) -> Result<Self, BadUpstream> {
        let load = |config: &UpstreamConfig| {
            let bad = |why: String| BadUpstream { id: config.id.to_string(), why };
            let connection = connection(config).map_err(bad)?;
            outbound.line(config.id.as_str(), &connection.reach).map_err(|why| bad(why.to_string()))?;
            Ok(Arc::new(connection))
        };
        let configured = configs.iter().map(load).collect::<Result<Vec<_>, BadUpstream>>()?;
        Ok(Self { configured: configured.into(), keys: KeyCaches::new(clock) })
    }

    /// The configured connections that a brand offers, in the order of its `login_methods`.
    pub fn offered_by(&self, issuer: &Issuer) -> Vec<Arc<Connection>> {
        let methods = issuer.login_methods.iter().filter_map(|name| LoginMethod::parse(name.as_str()));
        let of = |method| {
            let serves = move |c: &&Arc<Connection>| {
                c.method == method && (c.brands.is_empty() || c.brands.contains(&issuer.brand))
            };
            self.configured.iter().filter(serves).cloned().collect::<Vec<_>>()
        };
        methods.flat_map(of).collect()
    }

    /// A connection that a brand offers at this moment; a disabled one is not there (`upstreams.md` S30).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(
        &self,
        (db, master): (&Database, &MasterKey),
        issuer: &Issuer,
        id: &ConnectionId,
    ) -> Result<Option<Arc<Connection>>, Fault> {
        if !id.as_str().starts_with("adfs-") {
            return Ok(self.offered_by(issuer).into_iter().find(|connection| connection.id == *id));
        }
        if !offers_active_directory(issuer) || id.as_str().contains('\0') {
            return Ok(None);
        }
        let found = find_connection(db, &issuer.brand, id).await?;
        Ok(found.and_then(|row| row.connection(master)).map(Arc::new))
    }

    /// The connection of a contract, where the brand offers ADFS.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_contract(
        &self,
        (db, master): (&Database, &MasterKey),
        issuer: &Issuer,
        contract: &ContractId,
    ) -> Result<Option<Arc<Connection>>, Fault> {
        if !offers_active_directory(issuer) {
            return Ok(None);
        }
        let found = find_connection_of_contract(db, contract).await?;
        Ok(found.and_then(|row| row.connection(master)).map(Arc::new))
    }
}

/// Whether a brand's people can sign in with their own Active Directory.
pub fn offers_active_directory(issuer: &Issuer) -> bool {
    issuer.offers(LoginMethodName::ActiveDirectory)
}

fn connection(config: &UpstreamConfig) -> Result<Connection, String> {
    let (profile, places) = of_config(config);
    let url = |text: &str| Url::parse(text).map_err(|why| format!("`{text}` is no address: {why}"));
    let credentials = match (profile.proof, &config.client_secret_file, &config.client_key_file) {
        (ClientProof::Assertion, _, Some(key)) => key_of(key, config.client_certificate_file.as_deref())?,
        (_, Some(file), _) => Credentials::Secret(Secret::new(read(file)?.trim_end_matches(['\r', '\n']).to_owned())),
        _ => return Err("neither a secret nor a key".to_owned()),
    };
    let ca_pem = config.ca_file.as_deref().map(read).transpose()?;
    Ok(Connection {
        id: config.id.clone(),
        method: method_of(config.kind),
        name: config.name.clone(),
        brands: config.brands.clone(),
        contract: None,
        client_id: config.client_id.clone(),
        credentials,
        endpoints: Endpoints {
            authorization: url(&places.authorization)?,
            token: url(&places.token)?,
            jwks: places.jwks.as_deref().map(url).transpose()?,
            graph: places.graph.as_deref().map(url).transpose()?,
        },
        reach: Reach { permitted_networks: config.permitted_networks.clone(), ca_pem },
        profile,
    })
}

const fn method_of(kind: UpstreamKind) -> LoginMethod {
    match kind {
        UpstreamKind::Google => LoginMethod::Google,
        UpstreamKind::Facebook => LoginMethod::Facebook,
        UpstreamKind::Microsoft => LoginMethod::Microsoft,
        UpstreamKind::DAccount => LoginMethod::DAccount,
        UpstreamKind::OpenIdConnect => LoginMethod::OpenIdConnect,
    }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

fn key_of(key: &Path, certificate: Option<&Path>) -> Result<Credentials, String> {
    let der = PrivateKeyDer::from_pem_file(key).map_err(|why| format!("{}: {why}", key.display()))?;
    let key = SigningKey::from_pkcs8(Algorithm::Rs256, der.secret_der())
        .map_err(|_| format!("{}: no RSA key of 2048 bit or more in PKCS#8", key.display()))?;
    let thumbprint = certificate.map(|path| {
        let certificate = CertificateDer::from_pem_file(path).map_err(|why| format!("{}: {why}", path.display()))?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &certificate);
        Ok::<_, String>(base64url(digest.as_ref()))
    });
    Ok(Credentials::Key(key, thumbprint.transpose()?))
}
