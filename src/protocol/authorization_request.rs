//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1) and the rule where its errors go.
//!
//! ```text
//! Params ──parse──▶ Unverified ──verify──▶ Verified ──parse──▶ AuthorizationRequest
//!            │                     │                    │
//!          Error                 Error            Box<Refusal>
//!          a page                a page           a redirect to the verified callback
//! ```
//! Until the redirect URI is known to be the client's, an error may only be shown (RFC 6749 §4.1.2.1, RFC 9700
//! §4.11.2). The types hold this: only [`Verified`] has a [`Callback`], and only [`Unverified::verify`] makes one.

use serde::{Deserialize, Serialize};

use super::acr::AcrRequest;
use super::callback::Callback;
use super::claims::ClaimsRequest;
use super::client_metadata::ApplicationType;
use super::params::Params;
use super::pkce::CodeChallenge;
use super::prompt::Prompt;
use super::redirect_uri::RedirectUri;
use super::response_mode::ResponseMode;
use super::response_type::ResponseType;
use super::scope::Scope;
use super::{Error, ErrorCode, claims};
use crate::id::ClientId;

/// The longest `state` and `nonce`, in bytes.
pub const STATE_LIMIT: usize = 4096;
const HINT_LIMIT: usize = 1024;
const RESOURCE_LIMIT: usize = 8;

/// Parameters that are defined but not used here; like all known ones they must not repeat (RFC 6749 §3.1).
const UNUSED: &[&str] = &["display", "claims_locales"];

/// A request whose client and redirect URI are not verified yet: its errors become pages.
#[derive(Debug)]
pub struct Unverified {
    params: Params,
    client_id: ClientId,
    redirect_uri: String,
}

/// A request whose way back is verified: its errors become redirects.
pub struct Verified {
    params: Params,
    client_id: ClientId,
    callback: Callback,
}

/// An error that goes back to the client.
pub struct Refusal {
    /// The verified way back.
    pub callback: Callback,
    /// What to say there.
    pub error: Error,
}

/// A complete request; stored with the interaction while the user signs in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// The verified way back.
    pub callback: Callback,
    /// `response_type`.
    pub response_type: ResponseType,
    /// `scope`; empty when absent.
    pub scope: Scope,
    /// `nonce`, given back byte for byte in the ID token.
    pub nonce: Option<String>,
    /// `prompt`.
    pub prompt: Prompt,
    /// `max_age`, in seconds.
    pub max_age: Option<u64>,
    /// `id_token_hint`, not verified.
    pub id_token_hint: Option<String>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// `ui_locales`, in order of preference.
    pub ui_locales: Vec<String>,
    /// `acr_values`, in order of preference.
    pub acr_values: Vec<String>,
    /// `claims`.
    pub claims: ClaimsRequest,
    /// `code_challenge` (S256).
    pub code_challenge: Option<CodeChallenge>,
    /// `resource` (RFC 8707).
    pub resource: Vec<String>,
}

impl Unverified {
    /// Reads who asks and where the answer shall go.
    ///
    /// # Errors
    /// For a page: `invalid_request` when `client_id` or `redirect_uri` is missing or duplicated.
    pub fn parse(params: Params) -> Result<Self, Error> {
        let client_id = ClientId::new(params.required("client_id")?);
        // OpenID Connect Core §3.1.2.1: redirect_uri is required, even if only one is registered.
        let redirect_uri = params.required("redirect_uri")?.to_owned();
        Ok(Self { params, client_id, redirect_uri })
    }

    /// Who says to ask.
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Compares the redirect URI with those registered for [`Unverified::client_id`].
    ///
    /// # Errors
    /// For a page: `invalid_request` when it is none of them.
    pub fn verify(self, registered: &[RedirectUri], application_type: ApplicationType) -> Result<Verified, Error> {
        if !registered.iter().any(|uri| uri.matches(&self.redirect_uri, application_type)) {
            return Err(Error::invalid_request("the redirect_uri is not registered for this client"));
        }
        // A response mode or state that cannot be used is reported by `Verified::parse`, by way of the default.
        let response_mode = self.params.one("response_mode").ok().map(ResponseMode::from_param);
        let callback = Callback {
            redirect_uri: self.redirect_uri,
            response_mode: response_mode.and_then(Result::ok).unwrap_or(ResponseMode::Query),
            state: self.params.one_within("state", STATE_LIMIT).ok().flatten().map(str::to_owned),
        };
        Ok(Verified { params: self.params, client_id: self.client_id, callback })
    }
}

impl Verified {
    /// Who asks.
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// The verified way back.
    pub const fn callback(&self) -> &Callback {
        &self.callback
    }

    /// An error that goes back to the client.
    pub fn refuse(self, error: Error) -> Refusal {
        Refusal { callback: self.callback, error }
    }

    /// Reads everything else.
    ///
    /// # Errors
    /// The first parameter that cannot be accepted, for the client.
    pub fn parse(self) -> Result<AuthorizationRequest, Box<Refusal>> {
        self.read().map_err(|error| Box::new(self.refuse(error)))
    }

    fn read(&self) -> Result<AuthorizationRequest, Error> {
        let params = &self.params;
        check_unsupported(params)?;
        params.one_within("state", STATE_LIMIT)?;
        ResponseMode::from_param(params.one("response_mode")?)?;
        Ok(AuthorizationRequest {
            response_type: ResponseType::from_param(params.one("response_type")?)?,
            scope: params.one("scope")?.map_or_else(|| Ok(Scope::default()), Scope::parse)?,
            nonce: params.one_within("nonce", STATE_LIMIT)?.map(str::to_owned),
            prompt: params.one("prompt")?.map_or_else(|| Ok(Prompt::default()), Prompt::parse)?,
            max_age: params.one("max_age")?.map(parse_seconds).transpose()?,
            id_token_hint: params.one("id_token_hint")?.map(str::to_owned),
            login_hint: params.one_within("login_hint", HINT_LIMIT)?.map(str::to_owned),
            ui_locales: words(params.one_within("ui_locales", HINT_LIMIT)?),
            acr_values: words(params.one_within("acr_values", HINT_LIMIT)?),
            claims: read_claims(params)?,
            code_challenge: CodeChallenge::from_params(
                params.one("code_challenge")?,
                params.one("code_challenge_method")?,
            )?,
            resource: parse_resources(params)?,
            client_id: self.client_id.clone(),
            callback: self.callback.clone(),
        })
    }
}

impl AuthorizationRequest {
    /// Which `acr` is asked for: by the `claims` parameter, or voluntarily by `acr_values`.
    pub fn acr_request(&self) -> AcrRequest {
        let voluntary = || AcrRequest { values: self.acr_values.clone(), essential: false };
        self.claims.acr().filter(|acr| !acr.values.is_empty()).unwrap_or_else(voluntary)
    }
}

/// OpenID Connect Core §3.1.2.6: each way of passing a request we do not offer has an error of its own.
fn check_unsupported(params: &Params) -> Result<(), Error> {
    let unsupported = [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ];
    for (name, code) in unsupported {
        if params.has(name) {
            return Err(Error::new(code, format!("the parameter {name} is not supported")));
        }
    }
    UNUSED.iter().try_for_each(|name| params.one(name).map(drop)).map_err(Error::from)
}

fn read_claims(params: &Params) -> Result<ClaimsRequest, Error> {
    let claims = params.one_within("claims", claims::LENGTH_LIMIT)?;
    claims.map_or_else(|| Ok(ClaimsRequest::default()), ClaimsRequest::parse)
}

fn parse_seconds(text: &str) -> Result<u64, Error> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.ok_or_else(|| Error::invalid_request("the parameter max_age is not a number of seconds"))
}

fn words(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// RFC 8707 §2: absolute URIs without a fragment; the one parameter that may repeat.
pub(super) fn parse_resources(params: &Params) -> Result<Vec<String>, Error> {
    let resources: Vec<String> = params.all("resource").map(str::to_owned).collect();
    let is_absolute = |resource: &String| !resource.contains('#') && url::Url::parse(resource).is_ok();
    if resources.len() > RESOURCE_LIMIT || !resources.iter().all(is_absolute) {
        return Err(Error::invalid_target("each resource must be an absolute URI without a fragment"));
    }
    Ok(resources)
}

#[cfg(test)]
#[path = "authorization_request_tests.rs"]
mod tests;
