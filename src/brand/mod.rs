//! Brands: each is an issuer with a name, a face and a way back to its service.
//!
//! Which issuer a request is for is chosen by the configured host and path alone, never by what the request says of
//! itself (`product.md` §2): an unknown host is 421, an unknown path 404. The discovery document is made once, at
//! start (OpenID Connect Discovery §3, RFC 8414 §2).
//!
//! It must not: be changed while the server runs; brands are configuration.

mod issuer;

pub use issuer::{Issuer, Issuers, Resolved};
