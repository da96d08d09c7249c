//! Foreign words in our messages: a name is a name, and neither markup, a line of its own, nor a link.

pub use crate::web::foreign::line;

/// A [`line()`] with nothing that a mail program would turn into a link: whoever can be entered as a user could otherwise
/// have our mails lead wherever their name does.
pub fn name(text: &str) -> String {
    let text = line(text);
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let wide = |(i, c): (usize, &char)| match c {
        ':' => '：',
        '/' => '／',
        '\\' => '＼',
        '@' => '＠',
        '.' if i > 0 && at(i - 1).is_alphanumeric() && at(i + 1).is_alphabetic() => '．',
        c => *c,
    };
    chars.iter().enumerate().map(wide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_and_no_link() {
        for (given, shown) in [
            ("端場 花子", "端場 花子"),
            ("O'Neil & Söhne, Inc. 3.5", "O'Neil & Söhne, Inc. 3.5"),
            ("a\r\nBcc: evil", "a Bcc： evil"),
            ("\u{202e}txt.exe\u{2066}", "txt．exe"),
            ("https://evil.example/x", "https：／／evil．example／x"),
            ("www.evil.example", "www．evil．example"),
            ("me@evil.example", "me＠evil．example"),
            ("a\u{2028}b\u{0}c", "a b c"),
            (" \u{200b} ", ""),
        ] {
            assert_eq!(name(given), shown, "{given:?}");
        }
        assert_eq!(name(&"あ".repeat(500)).chars().count(), 100);
    }
}
