//! A connection's record, and what the engine makes of it.

use std::time::Duration;

use aws_lc_rs::hmac;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::account::LoginMethod;
use crate::clock::Timestamp;
use crate::id::{BrandCode, ConnectionId, ContractId};
use crate::jose::SigningKey;
use crate::outbound::Reach;
use crate::secret::{MasterKey, Secret};
use crate::text_enum::text_enum;
use crate::upstream::person::is_good_subject;
use crate::upstream::profile::{IssuerRule, Profile, SubjectRule, active_directory, is_guid};

/// Where an upstream is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Endpoints {
    /// Where the browser goes.
    pub authorization: Url,
    /// Where the code is exchanged.
    pub token: Url,
    /// Its keys; none for Facebook, and for an upstream that signs with the client secret.
    pub jwks: Option<Url>,
    /// Facebook's Graph with its version.
    pub graph: Option<Url>,
}

/// How we prove ourselves at the token endpoint.
#[derive(Clone)]
pub enum Credentials {
    /// A shared secret.
    Secret(Secret<String>),
    /// A key, and the SHA-256 thumbprint of its certificate (`x5t#S256`), where the upstream wants it.
    Key(SigningKey, Option<String>),
}

/// A way to one upstream, ready to be used.
#[derive(Clone)]
pub struct Connection {
    /// Its id: in the callback's URL, and in every identity linked through it.
    pub id: ConnectionId,
    /// The login method it serves.
    pub method: LoginMethod,
    /// What people read on its button, where the method does not say it.
    pub name: Option<String>,
    /// The brands it serves; empty: all that offer its method.
    pub brands: Vec<BrandCode>,
    /// The contract whose people alone may use it (ADFS).
    pub contract: Option<ContractId>,
    /// Who we are to it.
    pub client_id: String,
    /// How we prove it.
    pub credentials: Credentials,
    /// What is fixed about it.
    pub profile: Profile,
    /// Where it is.
    pub endpoints: Endpoints,
    /// How it may be reached.
    pub reach: Reach,
}

impl Connection {
    /// The client secret; `None` where a key stands in for it.
    pub const fn secret(&self) -> Option<&Secret<String>> {
        match &self.credentials {
            Credentials::Secret(secret) => Some(secret),
            Credentials::Key(..) => None,
        }
    }

    /// The issuer it is configured with, as the first of those it may name.
    pub fn issuer(&self) -> &str {
        match &self.profile.issuer {
            IssuerRule::OneOf(issuers) => issuers.first().map_or("", String::as_str),
            IssuerRule::PerTenant { template, .. } => template,
        }
    }

    /// The key of an identity from what the upstream calls the person: its `sub`, the value of the configured claim, for
    /// Microsoft `<tid>.<oid>`, for Facebook the app-scoped id. `None` when that is nothing we would key an account by.
    pub fn subject_key(&self, word: &str) -> Option<String> {
        let good = is_good_subject(word).then_some(word)?;
        match &self.profile.subject {
            SubjectRule::Sub => Some(good.to_owned()),
            SubjectRule::Claim(name) => (name.len() + good.len() < 255).then(|| format!("{name}={good}")),
            SubjectRule::TenantAndObject => {
                let (tenant, object) = good.split_once('.')?;
                (is_guid(tenant) && is_guid(object)).then(|| good.to_owned())
            }
            // Scoped to the application: under another one the same person has another id.
            SubjectRule::Graph => {
                good.bytes().all(|b| b.is_ascii_digit()).then(|| format!("{}:{good}", self.client_id))
            }
        }
    }

    /// The path of its callback, below the issuer.
    pub fn callback_path(&self) -> String {
        format!("/callback/{}", self.id)
    }

    /// Scheme, host and port the browser is sent to: what a page with a button announces (CSP `form-action`).
    pub fn origin(&self) -> String {
        self.endpoints.authorization.origin().ascii_serialization()
    }
}

text_enum! {
    /// Whether a connection may be used.
    pub enum ConnectionState {
        /// It may.
        Enabled = "enabled",
        /// An operator has stopped it.
        Disabled = "disabled",
    }
}

/// What a contractor sets (Active Directory設定).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdfsSettings {
    /// `https://<host>/adfs`, exactly as its ID tokens have it.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// The Web API's identifier, where the farm wants one.
    pub resource: Option<String>,
    /// The claim accounts are keyed by; `sub` by default.
    pub subject_claim: String,
    /// PEM of the authorities its certificate may come from, instead of the system's.
    pub ca_certificate: Option<String>,
}

/// A contract's ADFS connection, as stored.
#[derive(Clone)]
pub struct AdfsConnection {
    /// 接続ID: `adfs-` and 16 characters.
    pub id: ConnectionId,
    /// The brand.
    pub brand: BrandCode,
    /// The contract.
    pub contract_id: ContractId,
    /// What the contractor set.
    pub settings: AdfsSettings,
    /// The client secret, sealed: see [`AdfsConnection::seal_secret`].
    pub client_secret: Vec<u8>,
    /// Private networks it may be reached in; operators set them.
    pub permitted_networks: Vec<IpNet>,
    /// By how much its clock may differ.
    pub clock_leeway: Duration,
    /// Whether it may be used.
    pub state: ConnectionState,
    /// The endpoints in use; `None` until its discovery document was read.
    pub endpoints: Option<Endpoints>,
    /// Endpoints that its discovery document names now, waiting for approval.
    pub staged: Option<Endpoints>,
    /// When its discovery document is read the next time.
    pub next_check_at: Timestamp,
    /// What was wrong with it the last time, as a word of [`DiscoveryProblem`](crate::upstream::discovery).
    pub trouble: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// Last change.
    pub updated_at: Timestamp,
}

/// How often a connection's discovery document is read (`upstreams.md` S19).
pub const CHECK_EVERY: Duration = Duration::from_hours(24);
const SEAL: &str = "connection secret";
/// By how much a customer's clock may differ unless an operator says otherwise (`upstreams.md` S14).
pub const LEEWAY: Duration = Duration::from_mins(5);

impl AdfsConnection {
    /// Seals a client secret for a connection.
    pub fn seal_secret(master: &MasterKey, id: &ConnectionId, secret: &Secret<String>) -> Vec<u8> {
        master.seal(SEAL, id.as_str().as_bytes(), secret.expose().as_bytes())
    }

    /// Opens it; `None` when it was sealed by another deployment.
    pub fn open_secret(&self, master: &MasterKey) -> Option<Secret<String>> {
        let plain = master.open(SEAL, self.id.as_str().as_bytes(), &self.client_secret)?;
        String::from_utf8(plain).ok().map(Secret::new)
    }

    /// Whether a contractor or operator has set it up; before that it holds no more than what operators permit.
    pub const fn is_set_up(&self) -> bool {
        self.endpoints.is_some()
    }

    /// Its way out for tests and daily checks: apart from that of sign-ins, so that its breaker does not stop them.
    pub fn test_line(&self) -> String {
        format!("{}-test", self.id)
    }

    /// How it may be reached.
    pub fn reach(&self) -> Reach {
        Reach { permitted_networks: self.permitted_networks.clone(), ca_pem: self.settings.ca_certificate.clone() }
    }

    /// Ready to be used; `None` when it is disabled, was never reached, or its secret cannot be opened.
    pub fn connection(&self, master: &MasterKey) -> Option<Connection> {
        if self.state == ConnectionState::Disabled {
            return None;
        }
        let AdfsSettings { issuer, client_id, resource, subject_claim, .. } = &self.settings;
        Some(Connection {
            id: self.id.clone(),
            method: LoginMethod::ActiveDirectory,
            name: None,
            brands: vec![self.brand.clone()],
            contract: Some(self.contract_id.clone()),
            client_id: client_id.clone(),
            credentials: Credentials::Secret(self.open_secret(master)?),
            profile: active_directory(issuer, resource.as_deref(), subject_claim, self.clock_leeway),
            endpoints: self.endpoints.clone()?,
            reach: self.reach(),
        })
    }
}

/// The word of a connection in metrics. Customers' connections share one: a metric must not grow with their number.
pub fn label(id: &ConnectionId) -> String {
    if id.as_str().starts_with("adfs-") { "adfs".to_owned() } else { id.to_string() }
}

/// The 接続ID of a contract: `adfs-` and 16 letters and digits, small letters alone so that nobody has to ask which.
///
/// They come from the master key, so that nobody can guess them and everybody who may know them knows them before there
/// is a connection: an AD FS wants our redirect URI, which has the id in it, before it gives out what we want to know.
pub fn connection_id_of(master: &MasterKey, contract: &ContractId) -> ConnectionId {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mac = hmac::sign(&master.mac_key("connection id"), contract.as_str().as_bytes());
    let word: String = mac.as_ref().iter().take(16).map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect();
    ConnectionId::new(format!("adfs-{word}"))
}

/// A 接続ID as somebody typed it: full width, blanks and upper case are forgiven. `None` when it is none.
pub fn parse_connection_id(typed: &str) -> Option<ConnectionId> {
    use unicode_normalization::UnicodeNormalization as _;
    let id: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let word = id.strip_prefix("adfs-")?;
    let fits = word.len() == 16 && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    fits.then(|| ConnectionId::new(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_keyed_by_what_the_profile_says_and_by_nothing_odd() {
        let connection = |claim: &str| {
            let url = Url::parse("https://fs.example/adfs").unwrap();
            Connection {
                id: ConnectionId::new("adfs-0123456789abcdef"),
                method: LoginMethod::ActiveDirectory,
                name: None,
                brands: Vec::new(),
                contract: None,
                client_id: "client".to_owned(),
                credentials: Credentials::Secret(Secret::new("secret".to_owned())),
                profile: active_directory(url.as_str(), None, claim, LEEWAY),
                endpoints: Endpoints { authorization: url.clone(), token: url, jwks: None, graph: None },
                reach: Reach::default(),
            }
        };
        assert_eq!(connection("sub").subject_key("a=b").as_deref(), Some("a=b"));
        assert_eq!(connection("oid").subject_key("S-1-5").as_deref(), Some("oid=S-1-5"));
        assert_eq!(connection("oid").subject_key(&"x".repeat(252)), None);
        let mut other = connection("sub");
        other.profile.subject = SubjectRule::Graph;
        assert_eq!(other.subject_key("10152").as_deref(), Some("client:10152"));
        assert_eq!(other.subject_key("taro"), None);
        other.profile.subject = SubjectRule::TenantAndObject;
        let both = "9188040d-6c67-4c5b-b112-36a304b66dad.00000000-0000-0000-66f3-3332eca7ea81";
        assert_eq!(other.subject_key(both).as_deref(), Some(both));
        for bad in ["", " ", "a b", "taro", &both.to_uppercase(), &both.replace('.', "")] {
            assert_eq!(other.subject_key(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_connection_id_is_adfs_and_sixteen_characters_and_is_read_as_people_type_it() {
        let of = |key, contract: &str| connection_id_of(&MasterKey::new([key; 32]), &ContractId::new(contract));
        let id = of(1, "one");
        assert_eq!(id, of(1, "one"), "the same each time");
        assert!(id != of(1, "two") && id != of(2, "one"));
        assert_eq!(parse_connection_id(id.as_str()), Some(id.clone()));
        assert_eq!(parse_connection_id(&format!(" {} ", id.as_str().to_uppercase())), Some(id));
        assert!(parse_connection_id("ａｄｆｓ－0123456789ABCDEF").is_some());
        for wrong in ["", "adfs-", "adfs-0123456789abcde", "adfs-0123456789abcde/", "google"] {
            assert_eq!(parse_connection_id(wrong), None, "{wrong}");
        }
    }
}
