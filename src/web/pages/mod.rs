//! The pages, one file each: plain texts and flags in, HTML out (`ui/templates/page/`).
//!
//! | folder | the pages of |
//! |---|---|
//! | here | the sign-in and what goes wrong with it |
//! | `factor` | two-step verification |
//! | `ticket` | forgotten passwords, and everything that a mailed link opens |
//! | `account` | the account menu |
//! | `admin` | the admin console: a contract's users, lines and sign-ins |
//! | `line` | line authentication |
//! | `operator` | operators: their sign-in and enrolment |
//! | `upstream` | accounts elsewhere: buttons, linking, Active Directory, the login method |
//!
//! Every page has `samples()` for its tests, hostile values included; `check.rs` renders them for every brand and
//! language and holds the HTML to what every page must be.

mod account;
pub mod admin;
#[cfg(test)]
mod admin_tests;
#[cfg(test)]
pub mod check;
mod consent;
mod done;
mod error;
mod factor;
mod form_post;
#[cfg(test)]
mod life_tests;
mod line;
#[cfg(test)]
mod line_tests;
mod logged_out;
mod login;
mod logout;
mod operator;
mod passkey_form;
#[cfg(test)]
mod tests;
mod ticket;
mod upstream;
#[cfg(test)]
mod upstream_tests;

pub use account::{
    AccessPathPreview, AccountMenuPage, ChangeEmailAlert, ChangeEmailPage, ChangePasswordAlert, ChangePasswordPage,
    MenuEntry, MenuSection, PasskeyEntry, PasskeysAlert, PasskeysPage, Setting, SettingAlert, SettingConfirmPage,
    SettingPage, SettingValue,
};
pub use consent::{ConsentPage, ConsentScope};
pub use done::{Done, DonePage};
pub use error::ErrorPage;
pub use factor::{
    CodeBy, FactorAlert, FactorAuthenticatorPage, FactorCodePage, FactorDonePage, FactorPasskeyPage, FactorSmsPage,
    RecoveryCodePage, RecoveryEntryPage,
};
pub use form_post::FormPostPage;
pub use line::{CarrierPage, CarrierReason, LineRefusal, LineRefusedPage, LineTrouble, LineTroublePage};
pub use logged_out::LoggedOutPage;
pub use login::{LoginAlert, LoginKind, LoginPage};
pub use logout::LogoutPage;
pub use operator::console as operator_console;
pub use operator::{
    ApiReferencePage, OperatorAlert, OperatorEnrolmentFactorPage, OperatorEnrolmentPage, OperatorFactorPage,
    OperatorNotice, OperatorNoticePage, OperatorSignInPage, ReferenceAnswer, ReferenceCode, ReferenceGroup,
    ReferenceKind, ReferenceMember, ReferenceOperation, ReferenceSchema,
};
pub use passkey_form::PasskeyForm;
pub use ticket::{
    EmailChangeConfirmPage, ForgottenAlert, ForgottenPage, NewPassword, NewPasswordAlert, NewPasswordPage,
    RegistrationConfirmPage, RegistrationPage, TicketRefusal, TicketRefusedPage, UnblockPage,
};
pub use upstream::{
    ActiveDirectoryAlert, ActiveDirectoryEntryPage, ActiveDirectoryField, ActiveDirectorySettingsPage,
    ConnectionConfirmPage, ConnectionIdAlert, ConnectionIdPage, ConnectionPurpose, DeletionStatusPage, LinkConfirmPage,
    LinkPurpose, LoginMethodPage, MethodPasswordPage, Offer, StagedEndpoints, TestFailure, TestOutcome, TestStep,
    TestStepName, UpstreamAlert, UpstreamButton, UpstreamKind,
};

/// Texts and links from outside are escaped by the template, but a link may also *do* something (`javascript:`): only
/// web addresses and our own paths become links.
fn link(url: &str) -> Option<&str> {
    let web = url::Url::parse(url).is_ok_and(|u| matches!(u.scheme(), "https" | "http"));
    let own = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    (web || own).then_some(url)
}

fn optional_link(url: Option<&String>) -> Option<&str> {
    url.and_then(|url| link(url))
}

/// Where a form leads besides ourselves, given the client's redirect URI, an upstream's origin, or nothing.
fn targets(redirect_uri: &str) -> Vec<String> {
    Some(redirect_uri).filter(|uri| !uri.is_empty()).map(str::to_owned).into_iter().collect()
}
