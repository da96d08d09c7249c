//! Numbers and secrets as the tables keep them: sealed with the master key, for one account.

use super::phone::PhoneNumber;
use super::store::Factor;
use super::totp::TotpSecret;
use super::{Method, Who};
use crate::id::AccountId;
use crate::secret::{MasterKey, Secret};
use crate::storage::Fault;

const PHONE: &str = "second-factor-phone";
const SECRET: &str = "second-factor-secret";
const RECOVERY: &str = "second-factor-recovery";

pub fn seal_phone(master: &MasterKey, account: &AccountId, number: &PhoneNumber) -> Vec<u8> {
    master.seal(PHONE, account.as_str().as_bytes(), number.e164().as_bytes())
}

pub fn open_phone(master: &MasterKey, account: &AccountId, sealed: &[u8]) -> Result<PhoneNumber, Fault> {
    let text = open_text(master, PHONE, account, sealed);
    text.and_then(|text| PhoneNumber::from_stored(text.expose())).ok_or_else(|| unreadable("phone number", account))
}

pub fn seal_secret(master: &MasterKey, account: &AccountId, secret: &TotpSecret) -> Vec<u8> {
    master.seal(SECRET, account.as_str().as_bytes(), secret.bytes())
}

pub fn open_secret(master: &MasterKey, account: &AccountId, sealed: &[u8]) -> Result<TotpSecret, Fault> {
    let opened = master.open(SECRET, account.as_str().as_bytes(), sealed);
    opened.and_then(TotpSecret::from_stored).ok_or_else(|| unreadable("secret", account))
}

pub fn seal_recovery_code(master: &MasterKey, account: &AccountId, grouped: &Secret<String>) -> Vec<u8> {
    master.seal(RECOVERY, account.as_str().as_bytes(), grouped.expose().as_bytes())
}

pub fn open_recovery_code(master: &MasterKey, account: &AccountId, sealed: &[u8]) -> Result<Secret<String>, Fault> {
    open_text(master, RECOVERY, account, sealed).ok_or_else(|| unreadable("recovery code", account))
}

fn open_text(master: &MasterKey, purpose: &str, account: &AccountId, sealed: &[u8]) -> Option<Secret<String>> {
    let opened = master.open(purpose, account.as_str().as_bytes(), sealed)?;
    String::from_utf8(opened).ok().map(Secret::new)
}

fn unreadable(what: &'static str, account: &AccountId) -> Fault {
    Fault::corrupt("second_factor", what, account, "it does not open with this master key")
}

impl Factor {
    /// The number that codes go to; `None` for an authenticator app.
    ///
    /// # Errors
    /// When it cannot be opened with this master key.
    pub fn phone(&self, master: &MasterKey, who: Who<'_>) -> Result<Option<PhoneNumber>, Fault> {
        match self.method {
            Method::Sms => open_phone(master, who.account, &self.sealed).map(Some),
            Method::Authenticator => Ok(None),
        }
    }
}
