//! The words of the RFCs, one concept per file: what an endpoint reads and what it says.
//!
//! | read | said | shared words |
//! |---|---|---|
//! | [`params`], [`authorization_request`], [`token_request`], [`presented_token`], [`logout_request`], [`client_authentication`], [`bearer`] | [`callback`], [`error`], [`server_metadata`] | [`scope`], [`claims`], [`prompt`], [`acr`], [`pkce`], [`response_type`], [`response_mode`], [`redirect_uri`], [`client_metadata`], [`signing_algorithm`] |
//!
//! Everything here is a pure function over text: bytes become values or a [`Error`], values become text. No file, no
//! socket, no clock, no database, no web framework; who a client or a user is, is decided on the floors above.

/// An enum whose variants are words of a standard: [`crate::text_enum`] with the word in each variant's documentation.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        crate::text_enum::text_enum! {
            $(#[$doc])*
            pub enum $name {
                $($(#[$variant_doc])* #[doc = concat!("`", $word, "`")] $variant = $word,)+
            }
        }
    };
}

pub mod acr;
pub mod authorization_request;
pub mod bearer;
pub mod body;
pub mod callback;
pub mod claims;
pub mod client_authentication;
pub mod client_metadata;
pub mod error;
pub mod logout_request;
pub mod params;
pub mod pkce;
pub mod presented_token;
pub mod prompt;
pub mod redirect_uri;
pub mod response_mode;
pub mod response_type;
pub mod scope;
pub mod server_metadata;
pub mod signing_algorithm;
pub mod token_request;

pub use error::{Error, ErrorCode};
