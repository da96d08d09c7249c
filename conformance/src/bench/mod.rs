//! What the machine can do without a provider: the figures beside which the provider's are read.
//!
//! - [`baseline`]: a bare axum server that says hello, and signs one ES256 or RS256 JWT per request.
//! - [`argon2_rate`]: password hashes per second on all cores. [`commit_rate`]: durable SQLite commits per second.

pub mod argon2_rate;
pub mod baseline;
pub mod commit_rate;
