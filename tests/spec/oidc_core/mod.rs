//! OpenID Connect Core 1.0: what the authorization endpoint asks of a person and tells a client.

mod acr;
mod authorization_by_post;
mod claims_parameter;
mod consent;
mod hints;
mod nonce;
mod prompt;
mod reauthentication;
mod request_objects;
