//! Profiles: what is fixed about a provider (`upstreams.md` §1). Data, never detected: what an upstream advertises of
//! itself changes nothing, since a provider that does not advertise PKCE still enforces it, and an attacker who can
//! change what is advertised would gain by it.

mod active_directory;
mod daccount;
mod facebook;
mod google;
mod microsoft;
mod openid_connect;

use std::time::Duration;

use url::Url;

use crate::account::LoginMethod;
use crate::config::{UpstreamConfig, UpstreamKind};
use crate::jose::Algorithm;

pub use active_directory::active_directory;
pub use microsoft::CONSUMERS;

/// What an ID token's `iss` must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IssuerRule {
    /// Exactly one of these; the first is the one we say.
    OneOf(Vec<String>),
    /// Microsoft's: `{tenantid}` stands for the token's own `tid` (entra-docs, access-tokens: validate the issuer).
    PerTenant {
        /// The template.
        template: String,
        /// Tenants that may sign in; empty: any.
        tenants: Vec<String>,
    },
}

/// What an account is keyed by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SubjectRule {
    /// The `sub` claim.
    Sub,
    /// `tid` and `oid`: the same for every client of the tenant.
    TenantAndObject,
    /// A claim that the customer named.
    Claim(String),
    /// Facebook's app-scoped id.
    Graph,
}

/// 36 characters with hyphens, small letters: as Microsoft writes it, and nothing that a parser would also take for one.
pub fn is_guid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|id| id.hyphenated().to_string() == text)
}

/// How an ID token is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signature {
    /// With this algorithm, by a key of the JWKS.
    Keys(Algorithm),
    /// With HMAC-SHA256 under the client secret; the JWKS is ignored.
    ClientSecret,
}

/// How the client proves itself at the token endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientProof {
    /// HTTP Basic.
    Basic,
    /// In the body.
    Post,
    /// An assertion in the body.
    Assertion,
}

/// What we want of the upstream at this sign-in.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Wishes {
    /// The person wants to choose another account than the one the upstream remembers.
    pub other_account: bool,
    /// A client of ours wants a fresh authentication (`prompt=login`, `max_age`).
    pub fresh: bool,
    /// `max_age` of that client, in seconds.
    pub max_age: Option<u64>,
}

/// The values of one authorization request.
pub struct Request<'a> {
    /// Who we are.
    pub client_id: &'a str,
    /// Where the answer comes.
    pub redirect_uri: &'a str,
    /// `state`.
    pub state: &'a str,
    /// `nonce`.
    pub nonce: &'a str,
    /// The S256 challenge (RFC 7636 §4.2).
    pub code_challenge: &'a str,
    /// A UUID that the upstream may log.
    pub request_id: String,
    /// What we want of it.
    pub wishes: &'a Wishes,
}

/// The parameters of a request, in the order in which they are sent.
pub type Parameters = Vec<(&'static str, String)>;

/// A provider's fixed facts.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The login method it serves.
    pub method: LoginMethod,
    /// What an ID token's `iss` must be.
    pub issuer: IssuerRule,
    /// How an ID token is signed.
    pub signature: Signature,
    /// How we prove ourselves.
    pub proof: ClientProof,
    /// Whether PKCE is sent.
    pub pkce: bool,
    /// What an account is keyed by.
    pub subject: SubjectRule,
    /// By how much its clock may differ.
    pub leeway: Duration,
    /// Whether `max_age` is sent and `auth_time` believed: whether it can prove a fresh authentication.
    pub proves_freshness: bool,
    /// Google Workspace domains that may sign in; empty: any account.
    pub hosted_domains: Vec<String>,
    /// The authorization request's parameters.
    pub parameters: Builder,
}

/// Makes the parameters of an authorization request.
#[derive(Clone, Debug)]
pub enum Builder {
    /// Google.
    Google {
        /// `hd`, if there is one.
        hosted_domain: Option<String>,
    },
    /// Facebook.
    Facebook,
    /// Microsoft.
    Microsoft,
    /// dアカウント.
    DAccount {
        /// `authif`, as contracted.
        authif: Option<String>,
    },
    /// ADFS.
    ActiveDirectory {
        /// `resource`, if one is set.
        resource: Option<String>,
    },
    /// Any other.
    OpenIdConnect {
        /// `scope`.
        scope: String,
        /// Whether PKCE is sent.
        pkce: bool,
    },
}

impl Builder {
    /// The parameters, exactly as `upstreams.md` §1.7 has them.
    pub fn parameters(&self, request: &Request<'_>) -> Parameters {
        match self {
            Self::Google { hosted_domain } => google::parameters(request, hosted_domain.as_deref()),
            Self::Facebook => facebook::parameters(request),
            Self::Microsoft => microsoft::parameters(request),
            Self::DAccount { authif } => daccount::parameters(request, authif.as_deref()),
            Self::ActiveDirectory { resource } => active_directory::parameters(request, resource.as_deref()),
            Self::OpenIdConnect { scope, pkce } => openid_connect::parameters(request, scope, *pkce),
        }
    }
}

/// Where a provider is, unless the configuration says otherwise.
pub struct Places {
    /// Authorization endpoint.
    pub authorization: String,
    /// Token endpoint.
    pub token: String,
    /// Keys; none for Facebook.
    pub jwks: Option<String>,
    /// The Graph; Facebook only.
    pub graph: Option<String>,
}

/// The profile of a configured upstream, and where it is.
pub fn of_config(config: &UpstreamConfig) -> (Profile, Places) {
    match config.kind {
        UpstreamKind::Google => google::profile(config),
        UpstreamKind::Facebook => facebook::profile(config),
        UpstreamKind::Microsoft => microsoft::profile(config),
        UpstreamKind::DAccount => daccount::profile(config),
        UpstreamKind::OpenIdConnect => openid_connect::profile(config),
    }
}

/// The configured issuer exactly as written, or the usual one. `Url` puts a slash behind a bare host; an issuer without
/// a path has none unless the provider's own has (dアカウント).
fn issuer(config: &UpstreamConfig, usual: &str) -> String {
    let Some(url) = &config.issuer else { return usual.to_owned() };
    let bare = url.path() == "/" && url.query().is_none() && config.kind != UpstreamKind::DAccount;
    let text = url.as_str();
    if bare { text.trim_end_matches('/').to_owned() } else { text.to_owned() }
}

fn place(configured: Option<&Url>, usual: &str) -> String {
    configured.map_or_else(|| usual.to_owned(), |url| url.as_str().to_owned())
}

const S256: &str = "S256";
/// By how much a large provider's clock may differ (`upstreams.md` S14).
const CLOUD_LEEWAY: Duration = Duration::from_mins(1);

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
