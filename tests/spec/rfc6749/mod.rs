//! RFC 6749, The OAuth 2.0 Authorization Framework.

mod authorization_bad_input;
mod authorization_properties;
mod authorization_redirect_uri;
mod authorization_request;
mod token_bad_input;
mod token_client_authentication;
mod token_client_credentials;
mod token_code;
mod token_expiry;
mod token_matrix;
mod token_refresh;
mod token_request;
mod token_resource;
mod token_revocation;
