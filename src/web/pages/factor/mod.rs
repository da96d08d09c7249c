//! The pages of two-step verification (manual, chapter 1.1; the way out of a lost device: 「参考」 of chapter 5.2).
//!
//! ```text
//! first time   sms ──────────▶ code ─┬─▶ recovery_code ─▶ done ─▶ the application
//!               ⇅                    │
//!              authenticator ────────┘
//! later        code or passkey ─▶ the application
//! lost device  code ─▶ recovery_entry ─▶ recovery_code ─▶ done ─▶ the application
//! ```
//!
//! They must not know whether a code was right, who is asked, or how often: the flow says so with [`FactorAlert`].

mod alert;
mod authenticator;
mod code;
mod done;
mod passkey;
mod recovery_code;
mod recovery_entry;
mod sms;

pub use alert::FactorAlert;
pub use authenticator::FactorAuthenticatorPage;
pub use code::{CodeBy, FactorCodePage};
pub use done::FactorDonePage;
pub use passkey::FactorPasskeyPage;
pub use recovery_code::RecoveryCodePage;
pub use recovery_entry::RecoveryEntryPage;
pub use sms::FactorSmsPage;

/// A redirect URI for samples.
#[cfg(test)]
const CALLBACK: &str = "https://storage.example/VX7/callback";
