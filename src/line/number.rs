//! Line numbers (回線番号) as people and carriers write them.

use aws_lc_rs::hmac;
use unicode_normalization::UnicodeNormalization as _;

use crate::config::NumberForm;
use crate::id::BrandCode;
use crate::secret::{MasterKey, TokenHash};

/// The longest text that is looked at, in characters: no number of any form is near it.
const LONGEST: usize = 64;

/// A line number in its one form: capital letters and digits. Personal data: it has no `Debug` and no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct LineNumber(String);

/// The text is no line number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LineNumberError {
    /// Nothing was written.
    #[error("no line number was written")]
    Empty,
    /// Something was written that fits none of the forms.
    #[error("not a line number")]
    Form,
}

/// How line numbers are built here, from the configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NumberRule(Vec<NumberForm>);

impl Default for NumberRule {
    fn default() -> Self {
        Self(NumberForm::carriers())
    }
}

impl NumberRule {
    /// From the configured forms.
    pub const fn new(forms: Vec<NumberForm>) -> Self {
        Self(forms)
    }

    /// Its forms, for a page that names the rule.
    pub fn forms(&self) -> &[NumberForm] {
        &self.0
    }

    /// The rule in words: `CAFで始まる13桁またはCOPで始まる11桁`.
    pub fn in_japanese(&self) -> String {
        self.0.iter().map(|f| format!("{}で始まる{}桁", f.prefix(), f.length())).collect::<Vec<_>>().join("または")
    }

    /// The rule in words: `13 characters beginning with CAF, or 11 characters beginning with COP`.
    pub fn in_english(&self) -> String {
        let words = |f: &NumberForm| format!("{} characters beginning with {}", f.length(), f.prefix());
        self.0.iter().map(words).collect::<Vec<_>>().join(", or ")
    }

    /// Reads a number as it is typed or printed on a contract: full width, small letters, blanks and dashes of every
    /// kind are forgiven. Nothing is guessed: a number that is too short or too long is none.
    ///
    /// # Errors
    /// [`LineNumberError`].
    pub fn read(&self, text: &str) -> Result<LineNumber, LineNumberError> {
        if text.chars().nth(LONGEST).is_some() {
            return Err(LineNumberError::Form);
        }
        let number: String = text.nfkc().filter(|&c| !is_filling(c)).map(|c| c.to_ascii_uppercase()).collect();
        if number.is_empty() {
            return Err(LineNumberError::Empty);
        }
        let fits = self.0.iter().any(|form| form.fits(&number));
        if fits { Ok(LineNumber(number)) } else { Err(LineNumberError::Form) }
    }

    /// Accepts a number from a gateway: it must be in its one form already.
    ///
    /// # Errors
    /// [`LineNumberError`].
    pub fn accept(&self, text: &str) -> Result<LineNumber, LineNumberError> {
        self.read(text).and_then(|number| if number.0 == text { Ok(number) } else { Err(LineNumberError::Form) })
    }
}

/// Blanks, and what Japanese keyboards and documents offer for a hyphen. The prolonged sound mark is the one typed most.
fn is_filling(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{ad}'
                | '\u{2d7}'
                | '\u{200b}'..='\u{200d}'
                | '\u{2010}'..='\u{2015}'
                | '\u{2043}'
                | '\u{2060}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{2796}'
                | '\u{30a0}'
                | '\u{30fc}'
                | '\u{feff}'
        )
}

impl LineNumber {
    /// Reads a number by the carriers' own two forms; where a configuration is at hand, use its [`NumberRule`].
    ///
    /// # Errors
    /// [`LineNumberError`].
    pub fn parse(text: &str) -> Result<Self, LineNumberError> {
        NumberRule::default().read(text)
    }

    /// A number that was stored.
    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The number. Each call is a place a reviewer looks at.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last three characters: all that a page or the audit log says of it.
    pub fn tail(&self) -> &str {
        // A number is ASCII and longer than three characters.
        self.0.get(self.0.len().saturating_sub(3)..).unwrap_or_default()
    }
}

/// A line number's keyed hash: what it is found by, and what a session keeps of it. Brands share none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LineKey(TokenHash);

impl LineKey {
    /// The key of a number at a brand.
    pub fn of(master: &MasterKey, brand: &BrandCode, number: &LineNumber) -> Self {
        let mac = hmac::sign(&master.mac_key("line number key"), format!("{brand}\n{}", number.0).as_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(mac.as_ref());
        Self(TokenHash::from_bytes(bytes))
    }

    /// As it is stored.
    pub const fn hash(&self) -> TokenHash {
        self.0
    }
}

impl From<TokenHash> for LineKey {
    fn from(hash: TokenHash) -> Self {
        Self(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_has_one_number_however_it_is_written() {
        for (text, number) in [
            ("CAF0123456789", "CAF0123456789"),
            ("COP01234567", "COP01234567"),
            ("caf0123456789", "CAF0123456789"),
            ("ＣＡＦ０１２３４５６７８９", "CAF0123456789"),
            ("ｃａｆ０１２３４５６７８９", "CAF0123456789"),
            (" CAF 0123 456 789 ", "CAF0123456789"),
            ("CAF\u{3000}0123456789\r\n", "CAF0123456789"),
            ("CAF-0123-456789", "CAF0123456789"),
            ("CAFー0123ー456789", "CAF0123456789"),
            ("CAFｰ0123456789", "CAF0123456789"),
            ("CAF−0123456789", "CAF0123456789"),
            ("CAF‐0123‑456—789", "CAF0123456789"),
            ("CAF－0123456789", "CAF0123456789"),
            ("CAF–0123―456─789", "CAF0123456789"),
            ("\u{feff}CAF\u{200b}0123456789", "CAF0123456789"),
            ("COP-ABCD-1234", "COPABCD1234"),
        ] {
            assert!(LineNumber::parse(text).is_ok_and(|parsed| parsed.as_str() == number), "{text:?}");
        }
    }

    #[test]
    fn what_fits_no_form_is_refused() {
        for text in [
            "CAF012345678",
            "CAF01234567890",
            "COP0123456",
            "COP012345678",
            "COP0123456789",
            "0123456789",
            "CAF",
            "XAF0123456789",
            "ÇAF0123456789",
            "CAF01234567８９０",
            "CAF012345678é",
            "CAF012345678あ",
            "CAF_012345678",
            "CAF0123456789;CAF0123456780",
            "CＡＦ01234567ß",
        ] {
            assert_eq!(LineNumber::parse(text).err(), Some(LineNumberError::Form), "{text:?}");
        }
        assert_eq!(LineNumber::parse(&"CAF ".repeat(1_000_000)).err(), Some(LineNumberError::Form));
        for text in ["", " ", "ー", "　-　"] {
            assert_eq!(LineNumber::parse(text).err(), Some(LineNumberError::Empty), "{text:?}");
        }
    }

    #[test]
    fn a_gateway_writes_a_number_in_its_one_form_or_not_at_all() {
        let rule = NumberRule::default();
        assert!(rule.accept("CAF0123456789").is_ok());
        for text in ["caf0123456789", "CAF-0123456789", "CAF0123456789 ", "ＣＡＦ0123456789"] {
            assert!(rule.accept(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_rule_can_be_told_and_changed() {
        assert_eq!(NumberRule::default().in_japanese(), "CAFで始まる13桁またはCOPで始まる11桁");
        assert_eq!(
            NumberRule::default().in_english(),
            "13 characters beginning with CAF, or 11 characters beginning with COP"
        );
        let rule = NumberRule::new(vec!["L+8".parse().unwrap()]);
        assert!(rule.read("l-1234-5678").is_ok());
        assert!(rule.read("CAF0123456789").is_err());
    }

    #[test]
    fn only_three_characters_of_a_number_are_told_and_its_key_differs_by_brand() {
        let number = LineNumber::parse("CAF0123456789").unwrap();
        assert_eq!(number.tail(), "789");
        let master = MasterKey::new([7; 32]);
        let key = |master: &MasterKey, brand| LineKey::of(master, &BrandCode::new(brand), &number);
        assert_eq!(key(&master, "VX7"), key(&master, "VX7"));
        assert_ne!(key(&master, "VX7"), key(&master, "VX9"));
        assert_ne!(key(&master, "VX7"), key(&MasterKey::new([8; 32]), "VX7"));
    }
}
