//! `prompt`: whether the user must be asked something, or nothing at all (OpenID Connect Core §3.1.2.1).

use serde::{Deserialize, Serialize};

use super::Error;

/// The set of prompts asked for. `none` is never combined with another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// Authenticate again.
    pub login: bool,
    /// Ask for consent again.
    pub consent: bool,
    /// Let the user choose the account.
    pub select_account: bool,
}

impl Prompt {
    /// The words on the wire.
    pub const WORDS: &[&str] = &["none", "login", "consent", "select_account"];

    /// Parses words separated by blanks.
    ///
    /// # Errors
    /// `invalid_request` for an unknown word, or for `none` beside another.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return Err(Error::invalid_request("the parameter prompt holds an unknown value")),
            }
        }
        // OpenID Connect Core §3.1.2.1: if this parameter contains none with any other value, an error is returned.
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
            return Err(Error::invalid_request("prompt=none must stand alone"));
        }
        Ok(prompt)
    }
}

impl TryFrom<String> for Prompt {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::parse(&text)
    }
}

impl From<Prompt> for String {
    fn from(prompt: Prompt) -> Self {
        let set = [prompt.none, prompt.login, prompt.consent, prompt.select_account];
        let words: Vec<_> = Prompt::WORDS.iter().zip(set).filter(|(_, on)| *on).map(|(word, _)| *word).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompt::parse("none").unwrap().none);
        for bad in ["none login", "consent none", "none select_account"] {
            assert_eq!(Prompt::parse(bad).unwrap_err().description(), "prompt=none must stand alone");
        }
    }

    #[test]
    fn the_others_combine_and_unknown_words_are_refused() {
        let prompt = Prompt::parse("login consent").unwrap();
        assert!(prompt.login && prompt.consent && !prompt.select_account);
        assert_eq!(String::from(prompt), "login consent");
        assert!(Prompt::parse("create").is_err());
        assert!(Prompt::parse("LOGIN").is_err());
    }
}
