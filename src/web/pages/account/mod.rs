//! The pages of the account menu (manual, chapters 2.1 and 3): what people change about their own sign-in.
//!
//! They must not decide who may change what: the flow gives the entries.

mod change_email;
mod change_password;
mod menu;
mod passkeys;
mod setting;

pub use change_email::{ChangeEmailAlert, ChangeEmailPage};
pub use change_password::{ChangePasswordAlert, ChangePasswordPage};
pub use menu::{AccountMenuPage, MenuEntry, MenuSection};
pub use passkeys::{PasskeyEntry, PasskeysAlert, PasskeysPage};
pub use setting::{AccessPathPreview, Setting, SettingAlert, SettingConfirmPage, SettingPage, SettingValue};
