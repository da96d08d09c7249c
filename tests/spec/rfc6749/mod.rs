//! RFC 6749, The OAuth 2.0 Authorization Framework.

mod authorization_bad_input;
mod authorization_properties;
mod authorization_redirect_uri;
mod authorization_request;
