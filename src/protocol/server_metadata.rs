//! What the issuer says about itself: one document for OpenID Connect Discovery 1.0 §3 and RFC 8414 §2.

use serde::Serialize;

use super::acr::Acr;
use super::client_metadata::{GrantType, SubjectType, TokenEndpointAuthMethod};
use super::pkce;
use super::prompt::Prompt;
use super::response_mode::ResponseMode;
use super::response_type::ResponseType;
use super::scope;
use super::signing_algorithm::SigningAlgorithm;

/// The claims we can give (OpenID Connect Core §2, §5.1; Session Management's `sid`).
const PROTOCOL_CLAIMS: &[&str] =
    &["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "sid"];

/// The discovery document. Field names are those of the specifications.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "each field is named and defined in OpenID Connect Discovery §3 or RFC 8414 §2")]
pub struct ServerMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub revocation_endpoint: String,
    pub introspection_endpoint: String,
    pub end_session_endpoint: String,
    pub scopes_supported: Vec<&'static str>,
    pub response_types_supported: &'static [ResponseType],
    pub response_modes_supported: &'static [ResponseMode],
    pub grant_types_supported: &'static [GrantType],
    pub acr_values_supported: Vec<Acr>,
    pub subject_types_supported: &'static [SubjectType],
    pub id_token_signing_alg_values_supported: &'static [SigningAlgorithm],
    pub userinfo_signing_alg_values_supported: &'static [SigningAlgorithm],
    pub token_endpoint_auth_methods_supported: &'static [TokenEndpointAuthMethod],
    pub token_endpoint_auth_signing_alg_values_supported: &'static [SigningAlgorithm],
    pub revocation_endpoint_auth_methods_supported: &'static [TokenEndpointAuthMethod],
    pub revocation_endpoint_auth_signing_alg_values_supported: &'static [SigningAlgorithm],
    pub introspection_endpoint_auth_methods_supported: Vec<TokenEndpointAuthMethod>,
    pub introspection_endpoint_auth_signing_alg_values_supported: &'static [SigningAlgorithm],
    pub prompt_values_supported: &'static [&'static str],
    pub display_values_supported: &'static [&'static str],
    pub claim_types_supported: &'static [&'static str],
    pub claims_supported: Vec<&'static str>,
    pub ui_locales_supported: &'static [&'static str],
    pub code_challenge_methods_supported: &'static [&'static str],
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub require_request_uri_registration: bool,
    pub authorization_response_iss_parameter_supported: bool,
}

impl ServerMetadata {
    /// The document of one issuer; endpoints lie below it (see the crate's list of routes). `line`: whether it is one
    /// where lines are verified.
    pub fn of(issuer: &str, line: bool) -> Self {
        let base = issuer.trim_end_matches('/');
        let at = |path: &str| format!("{base}{path}");
        let confidential = TokenEndpointAuthMethod::ALL.iter().copied().filter(|method| !method.is_public());
        let scope_claims = scope::CLAIMS.iter().flat_map(|(_, claims)| claims.iter());
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            jwks_uri: at("/jwks.json"),
            revocation_endpoint: at("/revoke"),
            introspection_endpoint: at("/introspect"),
            end_session_endpoint: at("/logout"),
            scopes_supported: scope::supported().collect(),
            response_types_supported: ResponseType::ALL,
            response_modes_supported: ResponseMode::ALL,
            grant_types_supported: GrantType::ALL,
            acr_values_supported: Acr::ALL.iter().copied().filter(|acr| line || *acr != Acr::Line).collect(),
            subject_types_supported: SubjectType::ALL,
            id_token_signing_alg_values_supported: SigningAlgorithm::ALL,
            userinfo_signing_alg_values_supported: SigningAlgorithm::ALL,
            token_endpoint_auth_methods_supported: TokenEndpointAuthMethod::ALL,
            token_endpoint_auth_signing_alg_values_supported: SigningAlgorithm::ALL,
            revocation_endpoint_auth_methods_supported: TokenEndpointAuthMethod::ALL,
            revocation_endpoint_auth_signing_alg_values_supported: SigningAlgorithm::ALL,
            introspection_endpoint_auth_methods_supported: confidential.collect(),
            introspection_endpoint_auth_signing_alg_values_supported: SigningAlgorithm::ALL,
            prompt_values_supported: Prompt::WORDS,
            display_values_supported: &["page"],
            claim_types_supported: &["normal"],
            claims_supported: PROTOCOL_CLAIMS.iter().chain(scope_claims).copied().collect(),
            ui_locales_supported: &["ja", "en"],
            code_challenge_methods_supported: pkce::METHODS,
            claims_parameter_supported: true,
            request_parameter_supported: false,
            // OpenID Connect Discovery §3: the default of this one is true, so it must be said.
            request_uri_parameter_supported: false,
            require_request_uri_registration: false,
            authorization_response_iss_parameter_supported: true,
        }
    }
}

/// The paths, on the issuer's host, where its document is found: OpenID Connect Discovery §4 appends to the issuer's
/// path, RFC 8414 §3.1 inserts before it; the third is where clients look that append in the second's name.
pub fn well_known_paths(issuer_path: &str) -> [String; 3] {
    let path = issuer_path.trim_end_matches('/');
    [
        format!("{path}/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server{path}"),
        format!("{path}/.well-known/oauth-authorization-server"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_document_says_what_this_server_does() {
        let document = serde_json::to_value(ServerMetadata::of("https://login.example/VX7", false)).unwrap();
        let expected = json!({
            "issuer": "https://login.example/VX7",
            "authorization_endpoint": "https://login.example/VX7/authorize",
            "jwks_uri": "https://login.example/VX7/jwks.json",
            "end_session_endpoint": "https://login.example/VX7/logout",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "acr_values_supported": ["urn:tegata:acr:federated", "urn:tegata:acr:1fa", "urn:tegata:acr:2fa"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256", "PS256", "EdDSA"],
            "introspection_endpoint_auth_methods_supported":
                ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "scopes_supported": ["openid", "profile", "email", "address", "phone", "contract", "offline_access"],
            "code_challenge_methods_supported": ["S256"],
            "ui_locales_supported": ["ja", "en"],
            "claims_parameter_supported": true,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "authorization_response_iss_parameter_supported": true,
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&document[name], value, "{name}");
        }
        let claims: Vec<&str> =
            document["claims_supported"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(["sub", "email_verified", "birthdate", "role"].iter().all(|claim| claims.contains(claim)));
    }

    #[test]
    fn an_issuer_without_a_path_has_no_double_slash() {
        let metadata = ServerMetadata::of("https://login.example/", false);
        assert_eq!(metadata.issuer, "https://login.example/");
        assert_eq!(metadata.token_endpoint, "https://login.example/token");
    }

    #[test]
    fn both_specifications_find_the_document_of_an_issuer_with_a_path() {
        let [oidc, oauth, _] = well_known_paths("/VX7");
        assert_eq!(oidc, "/VX7/.well-known/openid-configuration");
        assert_eq!(oauth, "/.well-known/oauth-authorization-server/VX7");
        assert_eq!(well_known_paths("/")[1], "/.well-known/oauth-authorization-server");
    }
}
