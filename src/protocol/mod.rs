//! The words of the RFCs, one concept per file: what an endpoint reads and what it says.
//!
//! | read | said | shared words |
//! |---|---|---|
//! | [`params`], [`authorization_request`], [`token_request`], [`presented_token`], [`logout_request`], [`client_authentication`], [`bearer`] | [`callback`], [`error`], [`server_metadata`] | [`scope`], [`claims`], [`prompt`], [`acr`], [`pkce`], [`response_type`], [`response_mode`], [`redirect_uri`], [`client_metadata`], [`signing_algorithm`] |
//!
//! Everything here is a pure function over text: bytes become values or a [`Error`], values become text. No file, no
//! socket, no clock, no database, no web framework; who a client or a user is, is decided on the floors above.

/// An enum whose variants are words of a standard: `as_str`, `parse`, `Display` and serde all use the same spelling.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = concat!("`", $word, "`")] $variant,)+
        }

        impl $name {
            /// All of them, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// From the word on the wire, compared byte for byte; `None` for any other word.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| {
                    serde::de::Error::custom(format_args!("unknown {}: {word:?}", stringify!($name)))
                })
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
