//! The pages of forgotten passwords and of everything that a mailed link opens (manual, chapters 1.5, 2 and 6).
//!
//! Opening a link changes nothing, because mail scanners open links: each page has a button that does. A link that no
//! longer works gets [`TicketRefusedPage`]. These pages must not say whether an address is anybody's.

mod email_change;
mod forgotten;
mod new_password;
mod new_password_alert;
mod refused;
mod registration;
mod unblock;

pub use email_change::EmailChangeConfirmPage;
pub use forgotten::{ForgottenAlert, ForgottenPage};
pub use new_password::{NewPassword, NewPasswordPage};
pub use new_password_alert::NewPasswordAlert;
pub use refused::{TicketRefusal, TicketRefusedPage};
pub use registration::{RegistrationConfirmPage, RegistrationPage};
pub use unblock::UnblockPage;

/// A ticket for samples.
#[cfg(test)]
const TICKET: &str = "cGVuZw\"><script>";
