//! Who came back from an upstream, as far as the upstream can be believed.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The longest name or address we keep of an upstream's words, in characters.
const LONGEST: usize = 120;

/// A verified upstream identity. Only `subject` identifies; the rest is for the person to recognize the account by.
///
/// It has no `Debug`: it is about a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The key of the identity within its connection, as the profile's subject rule makes it.
    pub subject: String,
    /// What the upstream calls `sub`, where the key is made of something else.
    pub upstream_sub: Option<String>,
    /// The name, in the upstream's words.
    pub name: Option<String>,
    /// The address, in the upstream's words: shown, never looked up.
    pub email: Option<String>,
    /// When the person authenticated there, if the upstream says so in a verified token.
    pub auth_time: Option<Timestamp>,
}

impl Person {
    /// Makes an upstream's words fit to be shown: no control characters, no endless lines.
    pub fn presentable(text: Option<String>) -> Option<String> {
        let text = text?;
        let odd = |c: &char| {
            !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        };
        let kept: String = text.trim().chars().filter(odd).take(LONGEST).collect();
        (!kept.is_empty()).then_some(kept)
    }
}

/// Whether a subject is one we would key an account by: printable ASCII without blanks, 255 characters at the most
/// (OpenID Connect Core §2). What only looks like another text is refused with everything else that is not ASCII.
pub fn is_good_subject(subject: &str) -> bool {
    (1..=255).contains(&subject.len()) && subject.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_printable_ascii_of_bounded_length() {
        for good in ["1", "110169484474386276334", "https://i.mydocomo.com/id/abc", "S-1-5-21-1", &"x".repeat(255)] {
            assert!(is_good_subject(good), "{good}");
        }
        for bad in ["", " ", "a b", "a\n", "a\0", "аdmin", "ａ", &"x".repeat(256)] {
            assert!(!is_good_subject(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_upstreams_words_are_shown_without_what_could_disturb_the_page() {
        let shown = |text: &str| Person::presentable(Some(text.to_owned()));
        assert_eq!(shown(" 端場\r\n花子\u{202E} ").as_deref(), Some("端場花子"));
        assert_eq!(shown("\u{7}"), None);
        assert_eq!(shown(&"x".repeat(500)).map(|text| text.len()), Some(LONGEST));
    }
}
