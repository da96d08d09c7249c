//! Who signs in, who asks, and what a provider can be told to do differently. All of it is JSON for the control
//! interface and plain fields for tests; what is left out keeps its default.

use super::tls::Certificate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A person with an account at a provider.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct User {
    /// Stable name, by which tests and the sign-in form choose.
    pub name: String,
    /// What the sign-in page calls the person.
    pub title: String,
    /// What is special about the account, for the sign-in page.
    pub note: String,
    /// Claims, by the provider's names.
    pub claims: Map<String, Value>,
    /// What the provider does differently for this account.
    pub quirks: Quirks,
}

impl User {
    /// A person without claims.
    pub fn new(name: &str, title: &str, note: &str) -> Self {
        let quirks = Quirks::default();
        Self { name: name.to_owned(), title: title.to_owned(), note: note.to_owned(), claims: Map::new(), quirks }
    }

    /// With these claims too; `null` takes one away.
    #[must_use]
    pub fn with(mut self, claims: Value) -> Self {
        if let Value::Object(claims) = claims {
            self.claims.extend(claims);
            self.claims.retain(|_, value| !value.is_null());
        }
        self
    }

    /// With these quirks.
    #[must_use]
    pub fn quirky(mut self, change: impl FnOnce(&mut Quirks)) -> Self {
        change(&mut self.quirks);
        self
    }

    /// A claim that is text; the empty text if it is not.
    pub fn text(&self, claim: &str) -> &str {
        self.claims.get(claim).and_then(Value::as_str).unwrap_or_default()
    }
}

/// Oddities of single accounts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Quirks {
    /// Google: `iss` without `https://`.
    pub bare_issuer: bool,
    /// d-account: the account belongs to a docomo line (`authif=0` takes no other).
    pub docomo_line: bool,
    /// Facebook: the permission `email` is declined.
    pub email_declined: bool,
    /// Facebook: the id at an app, where it is not the derived one; `*` is every app.
    pub ids: BTreeMap<String, String>,
    /// Microsoft: the tenant is suspended.
    pub suspended: bool,
    /// Microsoft: an ID token of version 1.0.
    pub version_one: bool,
    /// Microsoft: the ID token is signed with the key of the consumer tenant.
    pub consumer_key: bool,
}

/// A relying party as it is registered at a provider.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Client {
    /// `client_id`; Facebook's app id.
    pub id: String,
    /// Secret. `None` is a public client.
    pub secret: Option<String>,
    /// Where answers may go, letter for letter.
    pub redirect_uris: Vec<String>,
    /// Where a sign-out may lead.
    pub post_logout_redirect_uris: Vec<String>,
    /// Address loaded in a frame at sign-out (OpenID Connect Front-Channel Logout).
    pub front_channel_logout_uri: Option<String>,
    /// d-account: HS256 (key: the secret) instead of RS256.
    pub hs256: bool,
    /// d-account: the tier that tells no more than an identifier.
    pub login_only: bool,
    /// d-account: addresses whose token requests are answered. `None` is all.
    pub allowed_addresses: Option<Vec<IpAddr>>,
    /// Microsoft: the secret has expired (7000222).
    pub secret_expired: bool,
    /// Facebook: "Require App Secret", so Graph calls need `appsecret_proof`.
    pub require_app_secret: bool,
    /// Facebook: where a deauthorization is reported.
    pub deauthorize_url: Option<String>,
    /// Facebook: where a wish for deletion is reported.
    pub deletion_url: Option<String>,
    /// AD FS: resources this client may ask for. `None` is all that the server knows.
    pub resources: Option<Vec<String>>,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            id: String::new(),
            secret: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            front_channel_logout_uri: None,
            hs256: false,
            login_only: false,
            allowed_addresses: None,
            secret_expired: false,
            require_app_secret: true,
            deauthorize_url: None,
            deletion_url: None,
            resources: None,
        }
    }
}

impl Client {
    /// A confidential client with one redirect URI.
    pub fn new(id: &str, secret: &str, redirect_uri: &str) -> Self {
        let redirect_uris = vec![redirect_uri.to_owned()];
        Self { id: id.to_owned(), secret: Some(secret.to_owned()), redirect_uris, ..Self::default() }
    }

    /// The secret's bytes; none for a public client.
    pub fn secret_bytes(&self) -> &[u8] {
        self.secret.as_deref().unwrap_or_default().as_bytes()
    }
}

/// `iss` in the authorization response (RFC 9207).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseIssuer {
    /// Not there.
    Absent,
    /// The issuer.
    #[default]
    Right,
    /// Somebody else's issuer.
    Wrong,
}

/// Which Windows Server an AD FS runs on.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub enum AdfsVersion {
    /// AD FS 3.0: no discovery, no ID token, `resource` required.
    #[serde(rename = "2012R2")]
    Server2012R2,
    /// Ignores PKCE.
    #[serde(rename = "2016")]
    Server2016,
    /// Enforces PKCE.
    #[serde(rename = "2019")]
    Server2019,
    /// As 2019.
    #[default]
    #[serde(rename = "2022")]
    Server2022,
}

/// How a provider behaves. What concerns one kind only says so.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
pub struct Settings {
    /// The certificate shown, until told otherwise.
    pub certificate: Certificate,
    /// Offers HTTP/2 too. Connections are kept then, and faults of connections meet new ones only.
    pub http2: bool,
    /// Life of an authorization code in seconds.
    pub code_lifetime: i64,
    /// Life of an ID token in seconds.
    pub id_token_lifetime: i64,
    /// `Cache-Control: max-age` of the key set, in seconds.
    pub keys_max_age: u64,
    /// What `prompt=none` is answered with even when somebody is signed in: `interaction_required`, `consent_required`.
    pub silent_error: Option<String>,
    /// `iss` in the authorization response. Google and `oidc`.
    pub response_issuer: ResponseIssuer,
    /// Whether discovery announces that parameter. Google and `oidc`.
    pub advertise_response_issuer: bool,
    /// d-account: how long the sign-in page is good for, in seconds; later it is `timestamp_refused`.
    pub page_lifetime: i64,
    /// Facebook: versions of the Graph API below this one are gone.
    pub oldest_version: u32,
    /// Facebook: codes of the errors that the next Graph calls end with, one each (4, 190, …).
    pub graph_errors: Vec<u32>,
    /// Facebook: the next access tokens belong to this other app (token substitution).
    pub token_of_app: Option<String>,
    /// AD FS: version.
    pub version: AdfsVersion,
    /// AD FS: identifiers of the resources it knows, besides `urn:microsoft:userinfo`.
    pub resources: Vec<String>,
    /// AD FS: texts in `User-Agent` that are asked for integrated authentication instead of getting the form.
    pub integrated_agents: Vec<String>,
    /// AD FS: errors of the authorization request stay on a page with an activity id, all of them.
    pub errors_on_page: bool,
    /// AD FS: the token request reaches a node of the farm that does not know the code (MSIS9247).
    pub other_node: bool,
    /// AD FS: keys roll by the clock, as AutoCertificateRollover does it.
    pub auto_rollover: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            certificate: Certificate::Public,
            http2: false,
            code_lifetime: 600,
            id_token_lifetime: 3600,
            keys_max_age: 3600,
            silent_error: None,
            response_issuer: ResponseIssuer::Right,
            advertise_response_issuer: false,
            page_lifetime: 600,
            oldest_version: 19,
            graph_errors: Vec::new(),
            token_of_app: None,
            version: AdfsVersion::Server2022,
            resources: vec!["https://tegata.example/resource".to_owned()],
            integrated_agents: ["MSIE 6.0", "MSIE 7.0", "MSIE 8.0", "Trident/7.0"].map(str::to_owned).to_vec(),
            errors_on_page: false,
            other_node: false,
            auto_rollover: true,
        }
    }
}
