//! The passkey's record.

use std::fmt;
use std::str::FromStr;

use webauthn_rs::prelude as webauthn;

use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, PasskeyId};
use crate::secret::base64url;

/// How many passkeys an account may have.
pub const MOST_PASSKEYS: u8 = 10;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// A registered passkey.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// The brand it belongs to.
    pub brand: BrandCode,
    /// Whose it is.
    pub account_id: AccountId,
    /// The host it was made for.
    pub rp_id: String,
    /// Public key, counter and flags.
    pub credential: webauthn::Passkey,
    /// How often `credential` has changed.
    pub version: i64,
    /// What its owner calls it.
    pub name: PasskeyName,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last signed somebody in.
    pub last_used_at: Option<Timestamp>,
}

/// A passkey about to be stored.
pub struct NewPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// The brand it belongs to.
    pub brand: BrandCode,
    /// Whose it is.
    pub account_id: AccountId,
    /// The host it was made for.
    pub rp_id: String,
    /// What the ceremony yielded.
    pub credential: webauthn::Passkey,
}

/// The text form of a credential id, as it is stored and compared.
pub fn credential_id_text(id: &[u8]) -> String {
    base64url(id)
}

/// What its owner calls a passkey: 1 to 60 characters on one line, without blanks around them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyName(String);

/// A text that cannot be a passkey's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a passkey's name has 1 to 60 characters and no control characters")]
pub struct InvalidName;

impl PasskeyName {
    /// The name that a passkey begins with: the language's word for it, and a number.
    pub fn numbered(word: &str, number: u8) -> Self {
        let word: String = word.trim().chars().filter(|c| !is_hidden(*c)).take(LONGEST_NAME - 4).collect();
        Self(format!("{word} {number}"))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PasskeyName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim();
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
        if fits && !name.chars().any(is_hidden) { Ok(Self(name.to_owned())) } else { Err(InvalidName) }
    }
}

impl fmt::Display for PasskeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Controls, line ends, and what turns the direction of the text around it: the name stands in a list and in a mail.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line_without_blanks_around_it() {
        let name = |text: &str| text.parse::<PasskeyName>().map(|name| name.to_string());
        assert_eq!(name(" 会社の\u{3000}ノート\u{3000} "), Ok("会社の\u{3000}ノート".to_owned()));
        assert_eq!(name(&"鍵".repeat(60)), Ok("鍵".repeat(60)));
        for wrong in ["", " \u{3000} ", "a\nb", "a\u{0}b", "a\u{7f}", "a\u{202E}b", "a\u{2028}b", &"鍵".repeat(61)] {
            assert_eq!(name(wrong), Err(InvalidName), "{wrong:?}");
        }
    }

    #[test]
    fn the_first_name_is_a_word_and_a_number() {
        assert_eq!(PasskeyName::numbered("パスキー", 2).as_str(), "パスキー 2");
        let long = PasskeyName::numbered(&"長".repeat(100), 10);
        assert_eq!(long.as_str().parse(), Ok(long));
    }
}
