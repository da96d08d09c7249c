//! Signed tokens in compact form: JWS (RFC 7515), JWK (RFC 7517, 7638), JWA (RFC 7518, 8037).
//!
//! An engine: it knows keys, headers and bytes, and nothing about issuers, accounts or lifetimes.
//!
//! ```text
//! SigningKey --sign_compact--> "header.payload.signature" --verify_compact--> Verified --claims()--> your struct
//!     |                                                          ^
//!     +-- public_jwk() ----> JWKS ----> VerifyingKeys -----------+
//! ```
//!
//! The arithmetic is done by aws-lc-rs, which the TLS stack links anyway. josekit models the JOSE header and serializes
//! it; every [`SigningKey`] is a `josekit::jws::JwsSigner`, so whatever josekit offers can use our keys. No other room of
//! the product names josekit.
//!
//! What this room must not do: believe a header (the algorithm comes from an allow-list and from the key, RFC 8725
//! §3.1), fetch a key that a token names (`jku`, `x5u`, `jwk` are ignored), inflate (`zip`), or hand foreign time claims
//! to josekit, whose accessors panic on numbers out of range: use [`NumericDate`].

mod algorithm;
mod error;
mod header;
mod jwk;
mod numeric_date;
mod sign;
mod signing_key;
mod verify;

pub use algorithm::Algorithm;
pub use error::JoseError;
pub use header::{Header, TypeRule, typ};
pub use jwk::{VerifyingKey, VerifyingKeys};
pub use numeric_date::NumericDate;
pub use sign::{sign_assertion, sign_compact};
pub use signing_key::SigningKey;
pub use verify::{MAX_TOKEN_BYTES, Verified, verify_compact, verify_hs256};
