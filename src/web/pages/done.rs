use askama::Template;

use super::link;
use crate::web::page::{Frame, Page};

/// The end of a procedure: what was done, and one button that leads on.
#[derive(Template)]
#[template(path = "page/done.html")]
pub struct DonePage {
    /// The frame.
    pub frame: Frame,
    /// What was done.
    pub done: Done,
    /// Where the button leads.
    pub href: String,
}

/// What a [`DonePage`] tells: `done-<name>-title`, `-lead` and `-button` of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// A mail with a link to a new password was sent, if the address is somebody's. The same words for every address.
    ResetRequested,
    /// The account is unlocked (manual, chapter 6.1).
    Unblocked,
    /// The password was set anew (manual, chapter 6.2).
    PasswordReset,
    /// The password was changed (manual, chapter 3).
    PasswordChanged,
    /// The account is registered (manual, chapter 1.5).
    Registered,
    /// The person did not want to be registered now; the mailed link stays good.
    RegistrationCancelled,
    /// The mail to the new address is on its way (manual, chapter 2.1).
    EmailChangeRequested,
    /// The new address counts (manual, chapter 2.1).
    EmailChanged,
    /// A passkey was added.
    PasskeyAdded,
    /// The account signs in another way from now on (manual, chapter 2).
    LoginMethodChanged,
    /// The contract's people may come another way from now on (manual, chapter 4.1).
    AccessPathChanged,
    /// Two-step verification of the contract was switched on or off (manual, chapter 5.1).
    SecondFactorSet,
}

impl Done {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::ResetRequested,
        Self::Unblocked,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::Registered,
        Self::RegistrationCancelled,
        Self::EmailChangeRequested,
        Self::EmailChanged,
        Self::PasskeyAdded,
        Self::LoginMethodChanged,
        Self::AccessPathChanged,
        Self::SecondFactorSet,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::ResetRequested => "reset-requested",
            Self::Unblocked => "unblocked",
            Self::PasswordReset => "password-reset",
            Self::PasswordChanged => "password-changed",
            Self::Registered => "registered",
            Self::RegistrationCancelled => "registration-cancelled",
            Self::EmailChangeRequested => "email-change-requested",
            Self::EmailChanged => "email-changed",
            Self::PasskeyAdded => "passkey-added",
            Self::LoginMethodChanged => "login-method-changed",
            Self::AccessPathChanged => "access-path-changed",
            Self::SecondFactorSet => "second-factor-set",
        }
    }

    /// What happens next is somewhere else: in a mailbox, or nowhere.
    const fn is_under_way(self) -> bool {
        matches!(self, Self::ResetRequested | Self::EmailChangeRequested | Self::RegistrationCancelled)
    }
}

impl DonePage {
    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("done-{}-{part}", self.done.name())).into_owned()
    }

    /// A sentence that not every procedure has.
    fn note(&self) -> String {
        self.frame.t_or(&format!("done-{}-note", self.done.name()), "")
    }

    fn next(&self) -> Option<&str> {
        link(&self.href)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |done, href: String| Self { frame: frame.clone(), done, href };
        let mut pages: Vec<_> =
            Done::ALL.map(|done| page(done, format!("{}/account?a=\"><b>", frame.base))).into_iter().collect();
        pages.push(page(Done::PasswordReset, "javascript:alert(1)".to_owned()));
        pages
    }
}

impl Page for DonePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
