//! Upstream providers: whose accounts people may sign in with.

use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::id::{BrandCode, ConnectionId};
use crate::text_enum::text_enum;

text_enum! {
    /// Which provider an upstream is; each has a fixed profile.
    pub enum UpstreamKind {
        /// Google.
        Google = "google",
        /// Facebook.
        Facebook = "facebook",
        /// Microsoft identity platform 2.0.
        Microsoft = "microsoft",
        /// dアカウント・コネクト.
        DAccount = "daccount",
        /// Any other provider that speaks OpenID Connect.
        OpenIdConnect = "openid_connect",
    }
}

text_enum! {
    /// How we prove to a token endpoint who we are (OpenID Connect Core §9).
    pub enum UpstreamAuthentication {
        /// The secret in the `Authorization` header.
        ClientSecretBasic = "client_secret_basic",
        /// The secret in the body.
        ClientSecretPost = "client_secret_post",
        /// An assertion signed with our key (RFC 7523).
        PrivateKeyJwt = "private_key_jwt",
    }
}

text_enum! {
    /// What an upstream signs its ID tokens with: pinned, never taken from the token.
    pub enum UpstreamAlgorithm {
        /// RSA PKCS#1 with SHA-256.
        Rs256 = "RS256",
        /// ECDSA on P-256.
        Es256 = "ES256",
        /// HMAC with the client secret; its JWKS is then ignored.
        Hs256 = "HS256",
    }
}

/// `[[upstream]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Its word: part of the callback's URL and of every identity linked through it, so it never changes.
    pub id: ConnectionId,
    /// `google`, `facebook`, `microsoft`, `daccount` or `openid_connect`.
    pub kind: UpstreamKind,
    /// Codes of the brands it serves; empty: all that list its kind in `login_methods`.
    #[serde(default)]
    pub brands: Vec<BrandCode>,
    /// What people read on its button; `openid_connect` only.
    #[serde(default)]
    pub name: Option<String>,
    /// Who we are to it.
    pub client_id: String,
    /// File with the client secret.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// How we authenticate; absent: as the kind wants it.
    #[serde(default)]
    pub client_authentication: Option<UpstreamAuthentication>,
    /// PEM file with the private key (PKCS#8) for `private_key_jwt`.
    #[serde(default)]
    pub client_key_file: Option<PathBuf>,
    /// PEM file with the certificate of that key, as Microsoft wants it named in the assertion.
    #[serde(default)]
    pub client_certificate_file: Option<PathBuf>,
    /// Its issuer; absent: the kind's own.
    #[serde(default)]
    pub issuer: Option<Url>,
    /// Its authorization endpoint; absent: the kind's own.
    #[serde(default)]
    pub authorization_endpoint: Option<Url>,
    /// Its token endpoint; absent: the kind's own.
    #[serde(default)]
    pub token_endpoint: Option<Url>,
    /// Its keys; absent: the kind's own.
    #[serde(default)]
    pub jwks_uri: Option<Url>,
    /// Facebook's Graph; absent: the kind's own.
    #[serde(default)]
    pub graph_url: Option<Url>,
    /// Facebook's version of the Graph, as `v23.0`.
    #[serde(default)]
    pub graph_version: Option<String>,
    /// Microsoft's authority: `common`, `organizations`, `consumers` or a tenant's GUID.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Microsoft's tenants that may sign in; empty: any that the authority lets through.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// Google Workspace domains that may sign in; empty: any account.
    #[serde(default)]
    pub hosted_domains: Vec<String>,
    /// dアカウント: `authif`, as contracted (`0` docomo lines only, `1` every account).
    #[serde(default)]
    pub authif: Option<String>,
    /// What ID tokens are signed with; absent: RS256.
    #[serde(default)]
    pub signing_algorithm: Option<UpstreamAlgorithm>,
    /// What we ask for; `openid_connect` only, absent: `openid email profile`.
    #[serde(default)]
    pub scope: Option<String>,
    /// Whether PKCE is sent; `openid_connect` only, absent: yes.
    #[serde(default)]
    pub pkce: Option<bool>,
    /// PEM file with the authorities its certificates may come from, instead of the system's.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Private networks it may be reached in.
    #[serde(default)]
    pub permitted_networks: Vec<IpNet>,
}

impl UpstreamConfig {
    /// Whether a brand's people can use it.
    pub fn serves(&self, brand: &BrandCode) -> bool {
        self.brands.is_empty() || self.brands.contains(brand)
    }
}
