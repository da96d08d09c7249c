//! A client's metadata, in the names of RFC 7591 §2 and OpenID Connect Dynamic Client Registration §2.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::redirect_uri::RedirectUri;
use super::response_type::ResponseType;
use super::scope::Scope;
use super::signing_algorithm::SigningAlgorithm;
use super::{Error, ErrorCode};

words! {
    /// `grant_type` and `grant_types`. The resource owner password grant is absent on purpose (RFC 9700 §2.4).
    GrantType {
        /// RFC 6749 §4.1:
        AuthorizationCode = "authorization_code",
        /// RFC 6749 §6:
        RefreshToken = "refresh_token",
        /// RFC 6749 §4.4:
        ClientCredentials = "client_credentials",
    }
}

words! {
    /// `token_endpoint_auth_method`.
    TokenEndpointAuthMethod {
        /// RFC 6749 §2.3.1, secret in the `Authorization` header:
        ClientSecretBasic = "client_secret_basic",
        /// RFC 6749 §2.3.1, secret in the body:
        ClientSecretPost = "client_secret_post",
        /// OpenID Connect Core §9, RFC 7523 §2.2:
        PrivateKeyJwt = "private_key_jwt",
        /// A public client:
        None = "none",
    }
}

impl TokenEndpointAuthMethod {
    /// Whether the client proves itself with a shared secret.
    pub const fn uses_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }

    /// Whether the client cannot prove itself (RFC 6749 §2.1).
    pub const fn is_public(self) -> bool {
        matches!(self, Self::None)
    }
}

words! {
    /// `application_type`: native applications may use loopback and private-use redirect URIs (RFC 8252).
    ApplicationType {
        /// A web application:
        Web = "web",
        /// An application on the user's device:
        Native = "native",
    }
}

impl ApplicationType {
    /// The type that redirect URIs tell when nobody said: native if one of them is not https.
    pub fn of(redirect_uris: &[String]) -> Self {
        if redirect_uris.iter().all(|uri| uri.starts_with("https:")) { Self::Web } else { Self::Native }
    }
}

words! {
    /// `subject_type` (OpenID Connect Core §8).
    SubjectType {
        /// The same `sub` at every client:
        Public = "public",
    }
}

/// The metadata of one client.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// The name shown on the consent page.
    pub client_name: String,
    /// Web or native.
    pub application_type: ApplicationType,
    /// Where authorization responses may go.
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after logout (OpenID Connect RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<String>,
    /// The same as `redirect_uris` for the brand's issuer on the carrier's network (ours, not of the specifications): a
    /// terminal there may not reach the internet.
    pub line_redirect_uris: Vec<String>,
    /// The same as `post_logout_redirect_uris` for that issuer.
    pub line_post_logout_redirect_uris: Vec<String>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// The response types it may use.
    pub response_types: Vec<ResponseType>,
    /// How it authenticates.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// The algorithm of its client assertions; any we support when absent.
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Its public keys, a JWK set.
    pub jwks: Option<Value>,
    /// The scope it may ask for.
    pub scope: Scope,
    /// How its ID tokens are signed; RS256 by default.
    pub id_token_signed_response_alg: SigningAlgorithm,
    /// How UserInfo is signed; plain JSON when absent.
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// `sub` of its users.
    pub subject_type: SubjectType,
    /// Its `max_age` when a request has none, in seconds.
    pub default_max_age: Option<u64>,
    /// Whether its ID tokens always hold `auth_time`.
    pub require_auth_time: bool,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
}

impl Default for ClientMetadata {
    /// The defaults of the two specifications.
    fn default() -> Self {
        Self {
            client_name: String::new(),
            application_type: ApplicationType::Web,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            line_redirect_uris: Vec::new(),
            line_post_logout_redirect_uris: Vec::new(),
            grant_types: vec![GrantType::AuthorizationCode],
            response_types: vec![ResponseType::Code],
            token_endpoint_auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
            token_endpoint_auth_signing_alg: None,
            jwks: None,
            scope: Scope::default(),
            id_token_signed_response_alg: SigningAlgorithm::Rs256,
            userinfo_signed_response_alg: None,
            subject_type: SubjectType::Public,
            default_max_age: None,
            require_auth_time: false,
            client_uri: None,
            logo_uri: None,
            tos_uri: None,
            policy_uri: None,
        }
    }
}

/// One field that cannot be accepted, and why, for the person who registers the client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetadataProblem {
    /// The field's name in RFC 7591.
    pub field: &'static str,
    /// What is wrong with it.
    pub message: String,
}

impl std::fmt::Display for MetadataProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for MetadataProblem {}

impl From<MetadataProblem> for Error {
    /// RFC 7591 §3.2.2.
    fn from(problem: MetadataProblem) -> Self {
        let code = match problem.field {
            "redirect_uris" => ErrorCode::InvalidRedirectUri,
            _ => ErrorCode::InvalidClientMetadata,
        };
        Self::new(code, problem.to_string())
    }
}

impl ClientMetadata {
    /// Whether the client may use the grant.
    pub fn allows(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }

    /// Checks every field, alone and against the others.
    ///
    /// # Errors
    /// Everything that is wrong, at least one entry.
    pub fn validate(&self) -> Result<(), Vec<MetadataProblem>> {
        let mut found = Problems(Vec::new());
        self.check_grants(&mut found);
        self.check_redirect_uris(&mut found);
        self.check_authentication(&mut found);
        self.check_descriptions(&mut found);
        if found.0.is_empty() { Ok(()) } else { Err(found.0) }
    }

    fn check_grants(&self, found: &mut Problems) {
        let code = self.allows(GrantType::AuthorizationCode);
        found.when(self.grant_types.is_empty(), "grant_types", "must name at least one grant");
        found.when(
            self.allows(GrantType::RefreshToken) && !code,
            "grant_types",
            "may hold refresh_token only beside authorization_code",
        );
        // RFC 6749 §4.4: the client credentials grant is for confidential clients only.
        found.when(
            self.allows(GrantType::ClientCredentials) && self.token_endpoint_auth_method.is_public(),
            "grant_types",
            "must not hold client_credentials for a client without authentication",
        );
        found.when(
            code != self.response_types.contains(&ResponseType::Code),
            "response_types",
            "must hold code exactly when grant_types holds authorization_code",
        );
    }

    fn check_redirect_uris(&self, found: &mut Problems) {
        let code = self.allows(GrantType::AuthorizationCode);
        let none = self.redirect_uris.is_empty() && self.line_redirect_uris.is_empty();
        found.when(code && none, "redirect_uris", "must name at least one URI");
        for (field, uris) in [("redirect_uris", &self.redirect_uris), ("line_redirect_uris", &self.line_redirect_uris)]
        {
            found.when(!code && !uris.is_empty(), field, "have no use without authorization_code");
        }
        let lists = [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
            ("line_redirect_uris", &self.line_redirect_uris),
            ("line_post_logout_redirect_uris", &self.line_post_logout_redirect_uris),
        ];
        for (field, uris) in lists {
            for (i, uri) in uris.iter().enumerate() {
                if let Err(rule) = RedirectUri::parse(uri, self.application_type) {
                    found.add(field, format!("{uri} {rule}"));
                }
                found.when(uris[..i].contains(uri), field, "must not repeat a URI");
            }
        }
    }

    fn check_authentication(&self, found: &mut Problems) {
        let by_key = self.token_endpoint_auth_method == TokenEndpointAuthMethod::PrivateKeyJwt;
        found.when(by_key && self.jwks.is_none(), "jwks", "must hold the public keys of a private_key_jwt client");
        found.when(
            !by_key && self.token_endpoint_auth_signing_alg.is_some(),
            "token_endpoint_auth_signing_alg",
            "has no use without private_key_jwt",
        );
        if let Some(Err(rule)) = self.jwks.as_ref().map(check_jwks) {
            found.add("jwks", rule.to_owned());
        }
    }

    fn check_descriptions(&self, found: &mut Problems) {
        let name = &self.client_name;
        found.when(name.trim().is_empty(), "client_name", "must not be empty");
        found.when(name.chars().count() > 200, "client_name", "must not be longer than 200 characters");
        found.when(name.chars().any(char::is_control), "client_name", "must not hold control characters");
        let links = [
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("tos_uri", &self.tos_uri),
            ("policy_uri", &self.policy_uri),
        ];
        for (field, link) in links {
            let bad = link.as_ref().is_some_and(|uri| RedirectUri::parse(uri, ApplicationType::Web).is_err());
            found.when(bad, field, "must be an https URL without a fragment");
        }
    }
}

struct Problems(Vec<MetadataProblem>);

impl Problems {
    fn add(&mut self, field: &'static str, message: String) {
        self.0.push(MetadataProblem { field, message });
    }

    fn when(&mut self, wrong: bool, field: &'static str, message: &str) {
        if wrong {
            self.add(field, message.to_owned());
        }
    }
}

/// RFC 7591 §2: the client's *public* keys; a private or symmetric one is a mishap that must not be stored.
fn check_jwks(jwks: &Value) -> Result<(), &'static str> {
    let keys = jwks.get("keys").and_then(Value::as_array).ok_or("must be an object with an array of keys")?;
    if keys.is_empty() || keys.len() > 20 {
        return Err("must hold 1 to 20 keys");
    }
    for key in keys {
        match key.get("kty").and_then(Value::as_str) {
            Some("EC" | "RSA" | "OKP") => {}
            Some("oct") => return Err("must not hold a symmetric key"),
            _ => return Err("holds a key of an unknown kty"),
        }
        if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|private| key.get(private).is_some()) {
            return Err("must not hold a private key");
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "client_metadata_tests.rs"]
mod tests;
