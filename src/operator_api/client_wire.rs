//! What client applications look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Fields;
use crate::client::{AccessTokenFormat, Client, ClientSettings, ClientState, Registration, TokenLifetimes};
use crate::protocol::client_metadata::{
    ApplicationType, ClientMetadata, GrantType, SubjectType, TokenEndpointAuthMethod,
};
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::response_type::ResponseType;
use crate::protocol::scope::Scope;
use crate::protocol::signing_algorithm::SigningAlgorithm;

/// What is registered of a client: the metadata of RFC 7591 and OpenID Connect Registration, and what is ours. A member
/// that is left out has the default of its specification.
#[derive(Serialize, Deserialize, ToSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct ClientRegistration {
    /// The name shown on the consent page.
    pub client_name: String,
    /// Web or native; absent: what the redirect URIs tell.
    pub application_type: Option<ApplicationType>,
    /// Where authorization responses of the internet issuer may go.
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after a logout there.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where authorization responses of the issuer on the carrier's network may go.
    pub line_redirect_uris: Vec<String>,
    /// Where the browser may go after a logout there.
    pub line_post_logout_redirect_uris: Vec<String>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// The response types it may use.
    pub response_types: Vec<ResponseType>,
    /// How it authenticates.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// The algorithm of its client assertions; absent: any.
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Its public keys, a JWK set.
    #[schema(value_type = Option<Object>)]
    pub jwks: Option<serde_json::Value>,
    /// The scope it may ask for, its words with blanks between them.
    #[schema(example = "openid profile email")]
    pub scope: String,
    /// How its ID tokens are signed.
    pub id_token_signed_response_alg: SigningAlgorithm,
    /// How UserInfo is signed; absent: plain JSON.
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
    /// Whether it is ours: nobody is asked for consent then.
    pub first_party: bool,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// What its access tokens are signed with.
    pub access_token_signed_response_alg: SigningAlgorithm,
    /// Whether a refresh token is replaced at each use; a public client's always is.
    pub rotate_refresh_tokens: bool,
    /// The resource servers it may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// The audiences whose tokens it may introspect.
    pub introspects: Vec<String>,
    /// The response modes it may use; empty: all.
    pub response_modes: Vec<ResponseMode>,
    /// Lifetimes that differ from the configured ones.
    pub lifetimes: Lifetimes,
}

/// Lifetimes that differ from the configured ones, in seconds.
#[derive(Serialize, Deserialize, ToSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetimes {
    /// Access tokens.
    pub access_token: Option<u32>,
    /// ID tokens.
    pub id_token: Option<u32>,
    /// Refresh tokens, unused.
    pub refresh_token_idle: Option<u32>,
    /// Refresh tokens, from the sign-in on.
    pub refresh_token_absolute: Option<u32>,
}

#[expect(clippy::derivable_impls, reason = "the defaults are the registration's, not those of the fields' types")]
impl Default for ClientRegistration {
    fn default() -> Self {
        Self { application_type: None, ..Self::of(&ClientMetadata::default(), &ClientSettings::default()) }
    }
}

impl ClientRegistration {
    fn of(metadata: &ClientMetadata, settings: &ClientSettings) -> Self {
        let (m, s) = (metadata.clone(), settings.clone());
        let TokenLifetimes { access_token, id_token, refresh_token_idle, refresh_token_absolute } = s.lifetimes;
        Self {
            client_name: m.client_name,
            application_type: Some(m.application_type),
            redirect_uris: m.redirect_uris,
            post_logout_redirect_uris: m.post_logout_redirect_uris,
            line_redirect_uris: m.line_redirect_uris,
            line_post_logout_redirect_uris: m.line_post_logout_redirect_uris,
            grant_types: m.grant_types,
            response_types: m.response_types,
            token_endpoint_auth_method: m.token_endpoint_auth_method,
            token_endpoint_auth_signing_alg: m.token_endpoint_auth_signing_alg,
            jwks: m.jwks,
            scope: m.scope.to_string(),
            id_token_signed_response_alg: m.id_token_signed_response_alg,
            userinfo_signed_response_alg: m.userinfo_signed_response_alg,
            subject_type: m.subject_type,
            default_max_age: m.default_max_age,
            require_auth_time: m.require_auth_time,
            client_uri: m.client_uri,
            logo_uri: m.logo_uri,
            tos_uri: m.tos_uri,
            policy_uri: m.policy_uri,
            first_party: s.first_party,
            access_token_format: s.access_token_format,
            access_token_signed_response_alg: s.access_token_signed_response_alg,
            rotate_refresh_tokens: s.rotate_refresh_tokens,
            resources: s.resources,
            introspects: s.introspects,
            response_modes: s.response_modes,
            lifetimes: Lifetimes { access_token, id_token, refresh_token_idle, refresh_token_absolute },
        }
    }

    /// As the domain keeps it; a scope that cannot be read is noted.
    pub fn into_registration(self, fields: &mut Fields) -> Registration {
        let scope = Scope::parse(&self.scope).unwrap_or_else(|error| {
            fields.add("scope", error.description().to_owned());
            Scope::default()
        });
        let all_uris: Vec<String> = self.redirect_uris.iter().chain(&self.line_redirect_uris).cloned().collect();
        let Lifetimes { access_token, id_token, refresh_token_idle, refresh_token_absolute } = self.lifetimes;
        let metadata = ClientMetadata {
            client_name: self.client_name,
            application_type: self.application_type.unwrap_or_else(|| ApplicationType::of(&all_uris)),
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            line_redirect_uris: self.line_redirect_uris,
            line_post_logout_redirect_uris: self.line_post_logout_redirect_uris,
            grant_types: self.grant_types,
            response_types: self.response_types,
            token_endpoint_auth_method: self.token_endpoint_auth_method,
            token_endpoint_auth_signing_alg: self.token_endpoint_auth_signing_alg,
            jwks: self.jwks,
            scope,
            id_token_signed_response_alg: self.id_token_signed_response_alg,
            userinfo_signed_response_alg: self.userinfo_signed_response_alg,
            subject_type: self.subject_type,
            default_max_age: self.default_max_age,
            require_auth_time: self.require_auth_time,
            client_uri: self.client_uri,
            logo_uri: self.logo_uri,
            tos_uri: self.tos_uri,
            policy_uri: self.policy_uri,
        };
        let settings = ClientSettings {
            first_party: self.first_party,
            access_token_format: self.access_token_format,
            access_token_signed_response_alg: self.access_token_signed_response_alg,
            rotate_refresh_tokens: self.rotate_refresh_tokens,
            resources: self.resources,
            introspects: self.introspects,
            response_modes: self.response_modes,
            lifetimes: TokenLifetimes { access_token, id_token, refresh_token_idle, refresh_token_absolute },
        };
        Registration { metadata, settings }
    }
}

/// A client application. Its secret is shown by nothing but the request that made it.
#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub struct ClientView {
    /// Its `client_id`.
    client_id: String,
    /// The brand it belongs to.
    brand: String,
    /// Whether it may be used.
    state: ClientState,
    /// Until when its former secret is good.
    #[schema(format = "date-time")]
    #[serde(skip_serializing_if = "Option::is_none")]
    former_secret_until: Option<String>,
    /// What is registered.
    registration: ClientRegistration,
}

impl ClientView {
    /// Of a client.
    pub fn of(client: &Client) -> Self {
        Self {
            client_id: client.id.to_string(),
            brand: client.brand.to_string(),
            state: client.state,
            former_secret_until: client.former_secret_until().map(|at| at.to_rfc3339()),
            registration: ClientRegistration::of(&client.metadata, &client.settings),
        }
    }
}

/// A client that has just got a secret.
#[derive(Serialize, ToSchema)]
pub struct ClientWithSecret {
    /// The client.
    pub client: ClientView,
    /// Its new secret, shown this once; absent for a client that proves itself otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
}

/// A client to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClientBody {
    /// The brand's code.
    #[schema(example = "VX7")]
    pub brand: String,
    /// An id instead of a made one.
    #[serde(default)]
    pub client_id: Option<String>,
    /// What is registered.
    pub registration: ClientRegistration,
}

/// A new state.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientStateChange {
    /// `disabled`: no sign-in, no token.
    pub state: ClientState,
}

/// A new secret.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub struct SecretRotation {
    /// How long the former secret stays good, in seconds; 24 hours unless given, 0 when it leaked.
    #[schema(maximum = 2_592_000)]
    #[serde(default)]
    pub overlap_seconds: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_the_domain_keeps_of_a_client_gets_lost_on_the_wire() {
        let registration = Registration::default();
        let kept = serde_json::to_value(&registration).unwrap();
        let wire = serde_json::to_value(ClientRegistration::default()).unwrap();
        let members = |value: &serde_json::Value| -> Vec<String> {
            let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            names.extend(value.get("settings").into_iter().flat_map(|s| s.as_object().unwrap().keys().cloned()));
            names.retain(|name| name != "settings");
            names.sort();
            names
        };
        assert_eq!(members(&kept), members(&wire));
    }

    #[test]
    fn what_is_read_and_sent_back_is_what_was_registered() {
        let wire: ClientRegistration = serde_json::from_str(
            r#"{"client_name": "Files", "redirect_uris": ["https://app.example/cb"], "scope": "openid email",
                "line_redirect_uris": ["https://app.line.example/cb"], "default_max_age": 60, "first_party": true,
                "lifetimes": {"access_token": 300}}"#,
        )
        .unwrap();
        let mut fields = Fields::default();
        let registration = wire.clone().into_registration(&mut fields);
        assert!(fields.finish().is_ok());
        let back = ClientRegistration::of(&registration.metadata, &registration.settings);
        assert_eq!(back, ClientRegistration { application_type: Some(ApplicationType::Web), ..wire });
        assert!(serde_json::from_str::<ClientRegistration>(r#"{"client_secret": "x"}"#).is_err());
    }
}
