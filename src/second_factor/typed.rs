//! What people type and paste, brought into one form: full width, other people's hyphens, blanks that nobody sees.

use unicode_normalization::UnicodeNormalization as _;

/// Longer texts are nobody's number or code. Bytes.
const LONGEST: usize = 200;

/// The text in NFKC without blanks, hyphens, points and parentheses; `None` when it is too long to be looked at.
pub fn squeeze(text: &str) -> Option<String> {
    (text.len() <= LONGEST).then(|| text.nfkc().filter(|c| !is_separator(*c)).collect())
}

/// The six digits of a code, however they were grouped; `None` for anything else.
pub fn six_digits(text: &str) -> Option<String> {
    squeeze(text).filter(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()))
}

fn is_separator(c: char) -> bool {
    let blank = c.is_whitespace() || c.is_control();
    blank || is_invisible(c) || is_hyphen(c) || matches!(c, '(' | ')' | '[' | ']' | '.')
}

/// Joiners, direction marks and other characters without a width, as they come along with a pasted text.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}')
}

/// Hyphens, dashes and minus signs; also the long-vowel mark ー, which a Japanese keyboard has on the hyphen's key.
const fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2D7}' | '\u{58A}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{207B}'
                | '\u{208B}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{30FC}'
                | '\u{FE58}'
                | '\u{FE63}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_may_be_grouped_and_of_any_width_but_has_six_digits() {
        for good in [
            "123456",
            " 123 456\r\n",
            "123-456",
            "１２３４５６",
            "１２３　４５６",
            "\u{202A}123456\u{202C}",
            "123ー456",
        ] {
            assert_eq!(six_digits(good).as_deref(), Some("123456"), "{good:?}");
        }
        for bad in
            ["", "12345", "1234567", "12345a", "+12345", "１２３４５", "٠١٢٣٤٥", "12345\u{0}6a", &"1".repeat(300)]
        {
            assert_eq!(six_digits(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_nothing_panics_and_a_code_is_six_ascii_digits(text in any::<String>()) {
            if let Some(code) = six_digits(&text) {
                prop_assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }
}
