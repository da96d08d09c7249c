//! How line numbers (回線番号) are built.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How line numbers of one kind are built: written `CAF+10`, that is `CAF` and ten letters or digits.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberForm {
    prefix: String,
    tail: usize,
}

/// The text is no form of line numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "write it as \"CAF+10\": one to eight capital letters, a plus, and how many letters or digits follow (4 to 24)"
)]
pub struct InvalidNumberForm;

impl NumberForm {
    /// The two forms of the carriers: `CAF` and ten characters, `COP` and eight.
    pub fn carriers() -> Vec<Self> {
        [("CAF", 10), ("COP", 8)].map(|(prefix, tail)| Self { prefix: prefix.to_owned(), tail }).to_vec()
    }

    /// What its numbers begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// How many characters its numbers have altogether.
    pub const fn length(&self) -> usize {
        self.prefix.len() + self.tail
    }

    /// Whether a number in capital letters is one of these.
    pub fn fits(&self, number: &str) -> bool {
        let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        number.strip_prefix(&self.prefix).is_some_and(|tail| tail.len() == self.tail && tail.bytes().all(fits))
    }
}

impl FromStr for NumberForm {
    type Err = InvalidNumberForm;

    fn from_str(text: &str) -> Result<Self, InvalidNumberForm> {
        let (prefix, tail) = text.split_once('+').ok_or(InvalidNumberForm)?;
        let letters = (1..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase());
        let tail = tail.parse().ok().filter(|tail| (4..=24).contains(tail) && letters).ok_or(InvalidNumberForm)?;
        Ok(Self { prefix: prefix.to_owned(), tail })
    }
}

impl TryFrom<String> for NumberForm {
    type Error = InvalidNumberForm;

    fn try_from(text: String) -> Result<Self, InvalidNumberForm> {
        text.parse()
    }
}

impl From<NumberForm> for String {
    fn from(form: NumberForm) -> Self {
        form.to_string()
    }
}

impl std::fmt::Display for NumberForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{}", self.prefix, self.tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_letters_a_plus_and_a_count() {
        for text in ["CAF+10", "COP+8", "L+4", "ABCDEFGH+24"] {
            assert_eq!(text.parse::<NumberForm>().unwrap().to_string(), text);
        }
        for text in
            ["", "CAF", "CAF10", "caf+10", "+10", "CAF+3", "CAF+25", "CAF+-1", "CAF+x", "ABCDEFGHI+4", "CAF+10+8"]
        {
            assert_eq!(text.parse::<NumberForm>(), Err(InvalidNumberForm), "{text}");
        }
    }
}
