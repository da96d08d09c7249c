//! The client's record, with everything parsed that a request needs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{BrandCode, ClientId};
use crate::jose::VerifyingKeys;
use crate::policy::access_path::AccessPath;
use crate::protocol::client_metadata::{ClientMetadata, TokenEndpointAuthMethod};
use crate::protocol::redirect_uri::RedirectUri;
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::signing_algorithm::SigningAlgorithm;
use crate::secret::{MasterKey, TokenHash};
use crate::text_enum::text_enum;

text_enum! {
    /// Whether a client may be used.
    pub enum ClientState {
        /// It may.
        Active = "active",
        /// An operator has stopped it; its users see a page that says so.
        Disabled = "disabled",
    }
}

text_enum! {
    /// What an access token looks like to the client.
    pub enum AccessTokenFormat {
        /// RFC 9068: readable by resource servers without asking.
        Jwt = "jwt",
        /// A random text: resource servers ask by introspection.
        Opaque = "opaque",
    }
}

/// Lifetimes that differ from the configuration's, in seconds.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenLifetimes {
    /// Access tokens.
    pub access_token: Option<u32>,
    /// ID tokens.
    pub id_token: Option<u32>,
    /// Refresh tokens, unused.
    pub refresh_token_idle: Option<u32>,
    /// Refresh tokens, from the sign-in on.
    pub refresh_token_absolute: Option<u32>,
}

/// What we keep of a client beyond the metadata of RFC 7591.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientSettings {
    /// Whether it is ours: then nobody is asked for consent.
    pub first_party: bool,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// What its access tokens are signed with.
    pub access_token_signed_response_alg: SigningAlgorithm,
    /// Whether a refresh token is replaced at each use; a public client's always is (RFC 9700 §2.2.2).
    pub rotate_refresh_tokens: bool,
    /// The resource servers it may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// The audiences whose tokens it may introspect, as a resource server.
    pub introspects: Vec<String>,
    /// The response modes it may use; empty: all.
    pub response_modes: Vec<ResponseMode>,
    /// Its lifetimes.
    pub lifetimes: TokenLifetimes,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            first_party: false,
            access_token_format: AccessTokenFormat::Jwt,
            access_token_signed_response_alg: SigningAlgorithm::Es256,
            rotate_refresh_tokens: false,
            resources: Vec::new(),
            introspects: Vec::new(),
            response_modes: Vec::new(),
            lifetimes: TokenLifetimes::default(),
        }
    }
}

/// A client as it is registered: what the database keeps as JSON.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Registration {
    /// RFC 7591.
    #[serde(flatten)]
    pub metadata: ClientMetadata,
    /// Ours.
    pub settings: ClientSettings,
}

/// A registered client, ready for requests.
#[derive(Clone)]
pub struct Client {
    /// Its `client_id`.
    pub id: ClientId,
    /// The brand it belongs to.
    pub brand: BrandCode,
    /// Whether it may be used.
    pub state: ClientState,
    /// How often it was changed.
    pub version: i64,
    /// Its metadata.
    pub metadata: ClientMetadata,
    /// Our settings for it.
    pub settings: ClientSettings,
    /// Its redirect URIs, parsed.
    pub redirect_uris: Vec<RedirectUri>,
    /// Those for the brand's issuer on the carrier's network, parsed.
    pub line_redirect_uris: Vec<RedirectUri>,
    /// Its public keys, parsed; absent when it has none.
    pub keys: Option<VerifyingKeys>,
    pub(super) secret: Option<TokenHash>,
    pub(super) former_secret: Option<(TokenHash, Timestamp)>,
}

impl Client {
    /// Whether it cannot prove itself (RFC 6749 §2.1).
    pub fn is_public(&self) -> bool {
        self.metadata.token_endpoint_auth_method == TokenEndpointAuthMethod::None
    }

    /// Where authorization responses of one of the brand's issuers may go.
    pub fn redirect_uris_at(&self, path: AccessPath) -> &[RedirectUri] {
        match path {
            AccessPath::Internet => &self.redirect_uris,
            AccessPath::Line => &self.line_redirect_uris,
        }
    }

    /// Where the browser may go after a logout at one of the brand's issuers.
    pub fn post_logout_redirect_uris_at(&self, path: AccessPath) -> &[String] {
        match path {
            AccessPath::Internet => &self.metadata.post_logout_redirect_uris,
            AccessPath::Line => &self.metadata.line_post_logout_redirect_uris,
        }
    }

    /// Until when its former secret is good, when it has one.
    pub fn former_secret_until(&self) -> Option<Timestamp> {
        self.former_secret.map(|(_, until)| until)
    }

    /// Whether it may be used.
    pub fn is_active(&self) -> bool {
        self.state == ClientState::Active
    }

    /// Whether its refresh tokens are replaced at each use.
    pub fn rotates_refresh_tokens(&self) -> bool {
        self.is_public() || self.settings.rotate_refresh_tokens
    }

    /// A lifetime of its own, or the configuration's.
    pub fn lifetime(own: Option<u32>, configured: Duration) -> Duration {
        own.map_or(configured, |seconds| Duration::from_secs(u64::from(seconds)))
    }
}

/// What the database keeps of a client secret: HMAC-SHA256 under a key of its own, since the secret is random.
pub fn hash_client_secret(master: &MasterKey, secret: &str) -> TokenHash {
    let tag = aws_lc_rs::hmac::sign(&master.mac_key("client-secret"), secret.as_bytes());
    TokenHash::from_slice(tag.as_ref()).unwrap_or_else(|| TokenHash::of(secret))
}
