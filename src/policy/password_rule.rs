//! What may be somebody's password: the manuals' rule, and beyond it neither the obvious nor the common.
//!
//! Any character is allowed, nothing is trimmed, folded or cut before hashing (`security.md` line 55); the comparisons
//! here work on a simplified copy.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The fewest characters (Unicode code points).
pub const MIN_LENGTH: usize = 8;
/// The most characters (Unicode code points).
pub const MAX_LENGTH: usize = 256;
/// Of upper case, lower case, digits and symbols, how many kinds are needed.
pub const MIN_CLASSES: usize = 3;

/// Why a password is refused. The pages know the words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordProblem {
    /// Fewer than [`MIN_LENGTH`] characters.
    TooShort,
    /// More than [`MAX_LENGTH`] characters.
    TooLong,
    /// Fewer than [`MIN_CLASSES`] kinds of characters.
    TooFewClasses,
    /// It is the account's address, its name part, or another word everybody connects with the account.
    Obvious,
    /// It is one of the most common passwords.
    TooCommon,
}

/// Checks a new password. `context` holds the words that would be guessed first: the account's address and name, the
/// names of brand and company.
///
/// # Errors
/// The first rule it breaks.
pub fn check<'a>(password: &str, context: impl IntoIterator<Item = &'a str>) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Err(PasswordProblem::TooShort);
    }
    if length > MAX_LENGTH {
        return Err(PasswordProblem::TooLong);
    }
    // The manuals' rule is the one printed on the page, but an address in full is refused for what it is.
    if context.into_iter().any(|word| is_obvious(password, word)) {
        return Err(PasswordProblem::Obvious);
    }
    if classes(password) < MIN_CLASSES {
        return Err(PasswordProblem::TooFewClasses);
    }
    if COMMON.contains(simplified(password).as_str()) {
        return Err(PasswordProblem::TooCommon);
    }
    Ok(())
}

/// Whether a password is the word, or the word's letters with digits and symbols around them.
fn is_obvious(password: &str, word: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<String>();
    let password_letters = letters(password);
    let mut parts = vec![word];
    parts.extend(word.split_once('@').map(|(local, _)| local));
    parts.into_iter().any(|part| {
        let core = letters(part);
        password.to_lowercase() == part.to_lowercase() || (core.chars().count() >= 4 && core == password_letters)
    })
}

/// How many of the four kinds occur; whatever is neither letter case nor digit is a symbol.
fn classes(password: &str) -> usize {
    let is_symbol = |c: char| !c.is_uppercase() && !c.is_lowercase() && !c.is_numeric();
    let kinds: [&dyn Fn(char) -> bool; 4] = [&char::is_uppercase, &char::is_lowercase, &char::is_numeric, &is_symbol];
    kinds.into_iter().filter(|kind| password.chars().any(kind)).count()
}

/// Common passwords in simplified spelling.
static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("common_passwords.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(simplified).collect()
});

/// Lower case, with the usual look-alikes read as the letters they stand for, so that `P@ssw0rd` is `password`.
fn simplified(text: &str) -> String {
    let letter = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use PasswordProblem::{Obvious, TooCommon, TooFewClasses, TooLong, TooShort};

    const CONTEXT: [&str; 2] = ["Taro.Yamada1@example.com", "M-Drive"];

    #[test]
    fn the_rule_as_a_table() {
        let longest = "aB3".repeat(85) + "x";
        let too_long = "aB3".repeat(85) + "xy";
        let table: &[(&str, Result<(), PasswordProblem>)] = &[
            ("aB3xyzu", Err(TooShort)),
            ("aB3xyzuv", Ok(())),
            ("kite-tree-44", Ok(())),
            ("KITE-TREE-44", Ok(())),
            ("kitetree44", Err(TooFewClasses)),
            ("KiteTreeLamp", Err(TooFewClasses)),
            ("kite tree lamp", Err(TooFewClasses)),
            ("kite tree 44", Ok(())),
            ("ひらがなpass44", Ok(())),
            ("ひらがな漢字仮名", Err(TooFewClasses)),
            (&longest, Ok(())),
            (&too_long, Err(TooLong)),
            ("taro.yamada1@example.com", Err(Obvious)),
            ("Taro.Yamada1@Example.Com", Err(Obvious)),
            ("TaroYamada2026!", Err(Obvious)),
            ("M-Drive#2026", Err(Obvious)),
            ("Password1", Err(TooCommon)),
            ("P@ssw0rd1", Err(TooCommon)),
            ("Passw0rd!", Err(TooCommon)),
            ("Qwerty123!", Err(TooCommon)),
            ("Summer2024", Err(TooCommon)),
            ("Sakura2025!", Err(TooCommon)),
        ];
        for (password, expected) in table {
            assert_eq!(check(password, CONTEXT), *expected, "{password}");
        }
    }

    #[test]
    fn the_list_holds_some_three_thousand_passwords_long_enough_to_matter() {
        assert!(COMMON.len() >= 2_500, "{}", COMMON.len());
        assert!(COMMON.iter().all(|password| password.chars().count() >= MIN_LENGTH));
    }
}
