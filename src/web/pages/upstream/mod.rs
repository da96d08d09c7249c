//! The pages of accounts elsewhere (manuals, chapters 1.2, 1.3, 1.5 and 2): the buttons that lead there, what is asked
//! on the way, and the settings of a contract's Active Directory.
//!
//! ```text
//! login, registration, login method ── button (POST) ─▶ upstream ─▶ callback ─▶ LinkConfirmPage ─▶ done
//!        └─ Active Directory: ConnectionIdPage ─▶ ConnectionConfirmPage ─▶ upstream
//! ```
//!
//! What an upstream says of a person is foreign text: one line, cut, escaped. These pages must not load anything from an
//! upstream, and must not say more of a failure than its class.

mod active_directory_entry;
mod alert;
mod button;
mod connection_confirm;
mod connection_id;
mod deletion_status;
mod link_confirm;
mod login_method;
mod method_password;
mod settings;
mod settings_alert;
mod settings_report;

pub use active_directory_entry::ActiveDirectoryEntryPage;
pub use alert::UpstreamAlert;
pub use button::{Offer, UpstreamButton, UpstreamKind};
pub use connection_confirm::{ConnectionConfirmPage, ConnectionPurpose};
pub use connection_id::{ConnectionIdAlert, ConnectionIdPage};
pub use deletion_status::DeletionStatusPage;
pub use link_confirm::{LinkConfirmPage, LinkPurpose};
pub use login_method::LoginMethodPage;
pub use method_password::MethodPasswordPage;
pub use settings::{ActiveDirectorySettingsPage, StagedEndpoints};
pub use settings_alert::{ActiveDirectoryAlert, ActiveDirectoryField};
pub use settings_report::{TestFailure, TestOutcome, TestStep, TestStepName};

/// A connection for samples.
#[cfg(test)]
const CONNECTION: &str = "adfs-0a1B2c3D4e5F6g7H";
/// Where that connection leads.
#[cfg(test)]
const ORIGIN: &str = "https://adfs.customer.example";
