//! Consent: what a person has allowed a client, remembered until revoked.
//!
//! Asked of third-party clients only (`security.md` line 16). A later request that asks for no more than was allowed
//! passes without a page; one that asks for more asks again. Revoking it also revokes the tokens issued under it.
//!
//! ```text
//! none ── allow ──▶ given ── asks for more ──▶ (asked again, widened)
//!                     └── revoke ──▶ revoked ── allow ──▶ given
//! ```

mod store;

pub use store::{Consent, GivenConsent, STATEMENTS, find_consent, list_consents, revoke_consent, upsert_consent};
