//! Names of persons: what may be one, and how it is searched.

use unicode_normalization::UnicodeNormalization as _;

/// The most characters a name has.
pub const LONGEST_NAME: usize = 200;

/// The text cannot be a person's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a person's name")]
pub struct InvalidName;

/// Reads a name as it is typed, without the blanks around it. It stands in mails: nothing in it may break a line, turn
/// the text around, or look like an address to click.
///
/// # Errors
/// [`InvalidName`] when it is empty, longer than [`LONGEST_NAME`], or holds what it must not.
pub fn parse_name(text: &str) -> Result<String, InvalidName> {
    let name = text.trim();
    let count = name.chars().count();
    // U+202A…202E and U+2066…2069 change the direction of what follows them.
    let odd = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let lower = name.to_lowercase();
    let leads_somewhere = ["://", "www.", "@"].iter().any(|sign| lower.contains(sign));
    if count == 0 || count > LONGEST_NAME || name.contains(odd) || leads_somewhere {
        return Err(InvalidName);
    }
    Ok(name.to_owned())
}

/// A name as it is searched: wide and narrow letters are one, so are capital and small ones, and blanks do not count.
pub fn name_key(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_it_is_written() {
        for written in ["ﾊﾜ ﾉﾘ", "ハワ　ノリ", " ハワノリ "] {
            assert_eq!(name_key(written), "ハワノリ");
        }
        assert_eq!(name_key("Ｔａｒｏ YAMADA"), "taroyamada");
    }

    #[test]
    fn a_name_says_nothing_but_a_name() {
        assert_eq!(parse_name(" 端場 花子 ").unwrap(), "端場 花子");
        let long = "花".repeat(LONGEST_NAME + 1);
        for bad in ["", "　", "a\nb", "see https://x", "WWW.example", "a@b", "a\u{202e}b", &long] {
            assert_eq!(parse_name(bad), Err(InvalidName), "{bad:?}");
        }
    }
}
