//! Recovery codes: for whoever has lost the device.
//!
//! Twenty-five random characters of Crockford's base32, 125 bit: more than the 112 from which a plain hash suffices (ASVS
//! 6.5.2, `security.md` line 70). In groups with hyphens, as people can copy them; what comes back may have lost the
//! hyphens, the case, the width, or been read off a print.

use super::typed::squeeze;
use crate::random::Random;
use crate::secret::{Secret, TokenHash};

/// No I, L, O and U: the first three look like digits, the last one makes words.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 25;
const GROUP: usize = 5;

/// A recovery code.
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// A new one.
    pub fn new(random: &Random) -> Self {
        // A byte's lower five bits are evenly distributed over the alphabet.
        let letter = |byte: u8| char::from(ALPHABET[usize::from(byte & 31)]);
        Self(Secret::new(random.bytes::<LENGTH>().into_iter().map(letter).collect()))
    }

    /// What a person typed, if it can be a recovery code.
    pub fn parse(text: &str) -> Option<Self> {
        let letter = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let code: String = squeeze(text)?.chars().map(letter).collect();
        let good = code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b));
        good.then(|| Self(Secret::new(code)))
    }

    /// As it is shown: `7K3Q9-P2M4X-…`.
    pub fn grouped(&self) -> Secret<String> {
        let letters: Vec<char> = self.0.expose().chars().collect();
        let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        Secret::new(groups.join("-"))
    }

    /// What the database keeps of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.expose())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_has_five_groups_of_five_without_look_alikes() {
        let code = RecoveryCode::new(&Random::seeded(7)).grouped();
        let groups: Vec<_> = code.expose().split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5; 5]);
        assert!(!code.expose().contains(['I', 'L', 'O', 'U']));
    }

    #[test]
    fn it_comes_back_however_it_was_copied() {
        let code = RecoveryCode(Secret::new("0123456789ABCDEFGHJKMNPQR".to_owned()));
        for text in [
            "01234-56789-ABCDE-FGHJK-MNPQR",
            "0123456789abcdefghjkmnpqr",
            " 01234 56789 ABCDE FGHJK MNPQR \r\n",
            "０１２３４－５６７８９－ＡＢＣＤＥ－ＦＧＨＪＫ－ＭＮＰＱＲ",
            "０１２３４ー５６７８９‐ａｂｃｄｅ‑ｆｇｈｊｋ−ｍｎｐｑｒ",
            "01234–56789—ABCDE―FGHJK\u{200B}MNPQR",
            "O1234-56789-ABCDE-FGHJK-MNPQR",
            "oI234-56789-abcde-fghjk-mnpqr",
            "0l234-56789-ABCDE-FGHJK-MNPQR",
        ] {
            assert!(RecoveryCode::parse(text).is_some_and(|typed| typed.hash() == code.hash()), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_one_is_none() {
        for text in [
            "",
            "-----",
            "01234-56789-ABCDE-FGHJK-MNPQ",
            "01234-56789-ABCDE-FGHJK-MNPQRS",
            "U1234-56789-ABCDE-FGHJK-MNPQR",
        ] {
            assert!(RecoveryCode::parse(text).is_none(), "{text:?}");
        }
        assert!(RecoveryCode::parse(&"A".repeat(100_000)).is_none());
    }

    proptest! {
        #[test]
        fn every_code_comes_back_and_nothing_panics(seed in any::<u64>(), text in any::<String>()) {
            let code = RecoveryCode::new(&Random::seeded(seed));
            let typed = RecoveryCode::parse(&code.grouped().expose().to_lowercase()).unwrap();
            prop_assert!(typed.hash() == code.hash());
            let _ = RecoveryCode::parse(&text);
        }
    }
}
