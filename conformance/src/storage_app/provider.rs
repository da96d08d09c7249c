//! One brand's provider as its discovery document describes it (OpenID Connect Discovery 1.0 §4), fetched on first
//! need, remembered, fetched again after an hour, after a failure, and when a token names an unknown key.

use super::http::{HttpClient, HttpError};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, Client, DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, IssuerUrl, ProviderMetadata,
    StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

const FRESH: Duration = Duration::from_secs(3600);

/// Members of the discovery document beyond OpenID Connect Discovery.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Extra {
    /// OpenID Connect RP-Initiated Logout 1.0 §2.1.
    pub end_session_endpoint: Option<url::Url>,
    /// RFC 9207 §3.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Extra {}

/// Claims of the service (contract, role, brand …) beside the standard ones.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ServiceClaims(pub Map<String, Value>);
impl AdditionalClaims for ServiceClaims {}

pub type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
pub type Tokens = StandardTokenResponse<
    IdTokenFields<
        ServiceClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
pub type IdentityToken =
    IdToken<ServiceClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
pub type IdentityClaims = IdTokenClaims<ServiceClaims, CoreGenderClaim>;
pub type UserInfo = UserInfoClaims<ServiceClaims, CoreGenderClaim>;
pub type RelyingParty = Client<
    ServiceClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider, known by its issuer identifier alone.
pub struct Provider {
    issuer: IssuerUrl,
    http: HttpClient,
    // Held across the fetch: a hundred people at a cold start cause one request, not a hundred.
    known: Mutex<Option<(Instant, Arc<Metadata>)>>,
}

impl Provider {
    pub fn new(issuer: IssuerUrl, http: HttpClient) -> Self {
        Self { issuer, http, known: Mutex::new(None) }
    }

    pub fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    pub fn http(&self) -> &HttpClient {
        &self.http
    }

    /// The provider's metadata and keys, from memory while fresh.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, DiscoveryError<HttpError>> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = known.as_ref()
            && since.elapsed() < FRESH
        {
            return Ok(metadata.clone());
        }
        self.fetch(&mut known).await
    }

    /// As [`Self::metadata`], but newer than `stale`: for a token signed by a key that `stale` does not hold.
    pub async fn newer_than(&self, stale: &Arc<Metadata>) -> Result<Arc<Metadata>, DiscoveryError<HttpError>> {
        let mut known = self.known.lock().await;
        match known.as_ref() {
            Some((_, metadata)) if !Arc::ptr_eq(metadata, stale) => Ok(metadata.clone()),
            _ => self.fetch(&mut known).await,
        }
    }

    async fn fetch(
        &self,
        known: &mut Option<(Instant, Arc<Metadata>)>,
    ) -> Result<Arc<Metadata>, DiscoveryError<HttpError>> {
        let metadata = Arc::new(Metadata::discover_async(self.issuer.clone(), &self.http).await?);
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }
}
