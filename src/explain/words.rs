//! An explanation in a person's words.

use super::{Check, Verdict};
use crate::web::texts::Texts;

/// A check in a sentence.
pub fn in_words(texts: &Texts, check: &Check) -> String {
    let about: Vec<(&str, &str)> = check.about.iter().map(|(name, value)| (*name, value.as_str())).collect();
    texts.text_with(&key(check.code), &about)
}

/// The verdict in a sentence.
pub fn verdict_in_words(texts: &Texts, verdict: Verdict) -> String {
    texts.text(&format!("explain-verdict-{}", verdict.as_str().replace('_', "-"))).into_owned()
}

fn key(code: &str) -> String {
    format!("explain-{}", code.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::explain::{Outcome, What};

    #[test]
    fn every_code_has_a_sentence_in_both_languages() {
        let source = include_str!("../policy/explain/checks.rs").to_owned() + include_str!("mod.rs");
        let decided = include_str!("../policy/sign_in.rs");
        let reasons = decided.lines().filter(|line| line.contains("Self::") && line.contains("=> \""));
        let words = |line: &str| -> Vec<String> {
            line.split('"').skip(1).step_by(2).filter(|word| word.contains('_')).map(str::to_owned).collect()
        };
        let mut codes: Vec<String> = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//") && !line.contains(" = \""))
            .flat_map(words)
            .chain(reasons.flat_map(words))
            .filter(|word| word != "let_in")
            .collect();
        codes.sort();
        codes.dedup();
        assert!(codes.len() > 40, "{codes:?}");
        for texts in texts() {
            for code in &codes {
                let about = ["failures", "days", "count", "seconds", "minutes", "browsers"].map(|name| (name, "7"));
                let sentence = texts.text_with(&key(code), &about);
                assert!(!sentence.starts_with('['), "{sentence}");
            }
            for what in What::ALL {
                assert!(texts.has(&format!("explain-check-{}", what.as_str().replace('_', "-"))), "{what}");
            }
            for outcome in Outcome::ALL {
                assert!(texts.has(&format!("explain-outcome-{}", outcome.as_str())), "{outcome}");
            }
            for verdict in [Verdict::LetIn, Verdict::Depends(What::Line, ""), Verdict::Refused(What::Line, "")] {
                assert!(!verdict_in_words(&texts, verdict).starts_with('['));
            }
        }
    }

    fn texts() -> [Texts; 2] {
        use crate::web::Lang;
        [
            (Lang::Ja, include_str!("../../ui/locales/ja/explain.ftl")),
            (Lang::En, include_str!("../../ui/locales/en/explain.ftl")),
        ]
        .map(|(lang, text)| Texts::load(lang, "M-Drive", &[("explain.ftl", text)]).unwrap())
    }
}
