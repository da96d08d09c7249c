//! Words that somebody else chose, such as a person's name as an upstream tells it: one line, of bounded length, without
//! what reorders or hides text.

/// Letters that are shown.
const LONGEST: usize = 100;

/// One line without control characters and without what reorders or hides text (Unicode UAX #9, §2).
pub fn line(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(LONGEST) {
        match c {
            // Line and paragraph separators would begin a line of their own.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => out.push(' '),
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {}
            '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => {}
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_one_bounded_line() {
        for (given, shown) in [
            ("Firefox 141.0 (Windows)", "Firefox 141.0 (Windows)"),
            ("h•••@vx7.example", "h•••@vx7.example"),
            ("a\r\nb\u{2028}c\u{0}d", "a b c d"),
            ("\u{202e}gnp.exe\u{2066}", "gnp.exe"),
            (" \u{200b} ", ""),
        ] {
            assert_eq!(line(given), shown, "{given:?}");
        }
        assert_eq!(line(&"あ".repeat(500)).chars().count(), 100);
    }
}
