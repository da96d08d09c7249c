//! The attempt's record, and what only the master key can read in it.

use crate::clock::Timestamp;
use crate::id::{AccountId, SessionId};
use crate::second_factor::phone::PhoneNumber;
use crate::second_factor::totp::TotpSecret;
use crate::second_factor::{Method, Who, sealed};
use crate::secret::{MasterKey, Secret, TokenHash};
use crate::storage::Fault;
use crate::text_enum::text_enum;

text_enum! {
    /// How far an attempt has come; verified and expired ones are gone.
    pub enum Stage {
        /// A code is awaited.
        Open = "open",
        /// A new factor was proved; the recovery code waits to be saved.
        Proved = "proved",
        /// The recovery code was used; the next one waits to be saved.
        Recovered = "recovered",
        /// Too many wrong codes.
        Over = "over",
    }
}

/// An attempt.
#[derive(Clone)]
pub struct Attempt {
    /// The session it belongs to.
    pub session: SessionId,
    /// The account.
    pub account: AccountId,
    /// How far it has come.
    pub stage: Stage,
    /// Codes that were looked at and wrong.
    pub guesses: i64,
    /// SMS sent in it.
    pub sends: i64,
    /// When the last one was.
    pub sent_at: Timestamp,
    /// When its code ends.
    pub code_expires_at: Timestamp,
    /// What was proved, from [`Stage::Proved`] on.
    pub proved: Option<Method>,
    /// The time step that proved it.
    pub proved_step: i64,
    /// Whether the browser is to be remembered.
    pub remember: bool,
    pub(in crate::second_factor) code: Option<TokenHash>,
    pub(in crate::second_factor) sealed_phone: Option<Vec<u8>>,
    pub(in crate::second_factor) sealed_secret: Vec<u8>,
    pub(in crate::second_factor) sealed_recovery: Option<Vec<u8>>,
}

impl Attempt {
    /// In which sign-in.
    pub const fn who(&self) -> Who<'_> {
        Who { session: &self.session, account: &self.account }
    }

    /// The number being enrolled, once one was given.
    ///
    /// # Errors
    /// When it cannot be opened with this master key.
    pub fn phone(&self, master: &MasterKey) -> Result<Option<PhoneNumber>, Fault> {
        self.sealed_phone.as_deref().map(|sealed| sealed::open_phone(master, &self.account, sealed)).transpose()
    }

    /// The secret offered to an authenticator app.
    ///
    /// # Errors
    /// When it cannot be opened with this master key.
    pub fn secret(&self, master: &MasterKey) -> Result<TotpSecret, Fault> {
        sealed::open_secret(master, &self.account, &self.sealed_secret)
    }

    /// The recovery code that waits to be saved, in groups.
    ///
    /// # Errors
    /// When it cannot be opened with this master key.
    pub fn recovery_code(&self, master: &MasterKey) -> Result<Option<Secret<String>>, Fault> {
        self.sealed_recovery
            .as_deref()
            .map(|sealed| sealed::open_recovery_code(master, &self.account, sealed))
            .transpose()
    }
}
