//! Tokens: access tokens (RFC 9068 or opaque), ID tokens (OpenID Connect Core §2), and the secrets that stand for stored
//! grants.
//!
//! ```text
//! facts ──mint──► text ──to a client and back──► verify ──► claims
//! ```
//!
//! Minting and verifying are pure: keys and time come in as parameters. Whether a token has been revoked is a question
//! for the database, which neither asks.

pub mod claims;
mod grant;
pub mod mint;
mod presented;
pub mod revocation;
mod store;
pub mod user_claims;
pub mod verify;

pub use grant::{CodeFacts, FamilyFacts, RefreshToken, StoredCode, TokenFamily, TokenStanding, brand_claims};
pub use presented::{AccessTokens, LiveAccessToken};
pub use revocation::{
    revoke_account_families, revoke_client_families, revoke_families_of_contract, revoke_families_of_line,
    revoke_families_without_line, revoke_family, revoke_session_families,
};
pub use store::*;
