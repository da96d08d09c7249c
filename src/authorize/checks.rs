//! The rules between a request and its client: an ordered list of small checks, each with its error.
//!
//! They run after the redirect URI is verified, so that each error goes to the client.

use crate::client::Client;
use crate::protocol::authorization_request::{AuthorizationRequest, Refusal};
use crate::protocol::client_metadata::GrantType;
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::scope::{OFFLINE_ACCESS, Scope};
use crate::protocol::Error;

type Check = fn(&Client, &mut AuthorizationRequest) -> Result<(), Error>;

const CHECKS: &[Check] = &[
    check_grant,
    check_response_mode,
    check_pkce,
    check_scope,
    check_offline_access,
    check_resource,
    apply_default_max_age,
];

/// Runs all checks; the request comes out with what the client may have.
pub fn check(client: &Client, mut request: AuthorizationRequest) -> Result<AuthorizationRequest, Box<Refusal>> {
    for check in CHECKS {
        if let Err(error) = check(client, &mut request) {
            return Err(Box::new(Refusal { callback: request.callback, error }));
        }
    }
    Ok(request)
}

// ASVS 10.4.4: only registered grants and response types.
fn check_grant(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    let allowed = client.metadata.allows(GrantType::AuthorizationCode)
        && client.metadata.response_types.contains(&request.response_type);
    if allowed { Ok(()) } else { Err(Error::unauthorized_client("the client may not use this response_type")) }
}

// ASVS 10.4.12: response modes can be restricted per client.
fn check_response_mode(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    let mode: ResponseMode = request.callback.response_mode();
    let allowed = &client.settings.response_modes;
    if allowed.is_empty() || allowed.contains(&mode) {
        Ok(())
    } else {
        Err(Error::invalid_request("the client may not use this response_mode"))
    }
}

// RFC 9700 §2.1.1: public clients must use PKCE; for the others it is enforced when sent.
fn check_pkce(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    if client.is_public() && request.code_challenge.is_none() {
        return Err(Error::invalid_request("a public client must send a code_challenge"));
    }
    Ok(())
}

// OpenID Connect Core §3.1.2.1: scope values that are not understood are ignored; so are those not registered.
fn check_scope(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    let granted = request.scope.intersection(&client.metadata.scope);
    if granted.is_empty() {
        return Err(Error::invalid_scope("none of the requested scopes is open to this client"));
    }
    if request.scope.is_openid() && !granted.is_openid() {
        return Err(Error::invalid_scope("the scope openid is not open to this client"));
    }
    request.scope = granted;
    Ok(())
}

// OpenID Connect Core §11: offline_access needs consent, or another legal ground: here that the client is our own.
fn check_offline_access(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    let refreshes = client.metadata.allows(GrantType::RefreshToken);
    let grounded = client.settings.first_party || request.prompt.consent;
    if request.scope.contains(OFFLINE_ACCESS) && !(refreshes && grounded) {
        let without: Scope = request.scope.without(OFFLINE_ACCESS);
        request.scope = without;
    }
    Ok(())
}

// RFC 8707 §2: only resource servers the client is registered for.
fn check_resource(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    if request.resource.iter().all(|resource| client.settings.resources.contains(resource)) {
        Ok(())
    } else {
        Err(Error::invalid_target("the client may not ask for tokens for this resource"))
    }
}


fn apply_default_max_age(client: &Client, request: &mut AuthorizationRequest) -> Result<(), Error> {
    request.max_age = request.max_age.or(client.metadata.default_max_age);
    Ok(())
}
