//! Reads Rust sources just well enough: blanks comments and texts, cuts the rest into tokens, finds paths and functions.
//!
//! A real parser would see more, but it would not see what stands inside macro calls, and the rules care about names.

/// One word or sign of the source with its line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// A path as written (`crate::storage::Tx`), with groups of a `use` spelled out; `inside` counts the `mod … {}` around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    pub line: usize,
    pub inside: usize,
}

/// A function with a body, from the line of its `fn` to the line of its closing brace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// Cuts a source into tokens; comments, texts and characters are gone, `::` is one token.
pub fn tokens(source: &str) -> Vec<Token> {
    let code: Vec<char> = blank(source).chars().collect();
    let (mut found, mut line, mut at) = (Vec::new(), 1, 0);
    while at < code.len() {
        let start = at;
        let c = code[at];
        at += 1;
        if c.is_alphanumeric() || c == '_' {
            while code.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                at += 1;
            }
        } else if c == ':' && code.get(at) == Some(&':') {
            at += 1;
        }
        if !c.is_whitespace() {
            found.push(Token { text: code[start..at].iter().collect(), line });
        }
        line += usize::from(c == '\n');
    }
    found
}

/// The same text with every comment and literal text turned into blanks; line breaks stay where they are.
fn blank(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < chars.len() {
        let length = literal_or_comment(&chars, at);
        let after_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
        if length == 0 || (after_word && matches!(chars[at], 'r' | 'b' | 'c')) {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..at + length].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at += length;
        }
    }
    out
}

/// How many characters from `at` on are one comment, text or character; 0 if none begins here.
fn literal_or_comment(chars: &[char], at: usize) -> usize {
    let ahead = |n: usize| chars.get(at + n).copied().unwrap_or('\0');
    let to_line_end = || chars[at..].iter().take_while(|c| **c != '\n').count();
    match (chars[at], ahead(1)) {
        ('/', '/') => to_line_end(),
        ('/', '*') => nested_comment(&chars[at..]),
        ('"', _) => quoted(&chars[at..], '"'),
        ('b' | 'c', '"') => 1 + quoted(&chars[at + 1..], '"'),
        ('r', '"' | '#') => raw(&chars[at..], 1),
        ('b' | 'c', 'r') if matches!(ahead(2), '"' | '#') => raw(&chars[at..], 2),
        // 'a' and '\n' are characters, 'a and 'static are lifetimes.
        ('\'', '\\') => quoted(&chars[at..], '\''),
        ('\'', _) if ahead(2) == '\'' => 3,
        _ => 0,
    }
}

fn nested_comment(chars: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn quoted(chars: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// `r"…"`, `br#"…"#`: no escapes, ended by a quote with as many `#` as opened it. `r#type` is no text.
fn raw(chars: &[char], prefix: usize) -> usize {
    let hashes = chars[prefix..].iter().take_while(|c| **c == '#').count();
    if chars.get(prefix + hashes) != Some(&'"') {
        return 0;
    }
    let mut at = prefix + hashes + 1;
    while at < chars.len() {
        if chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    chars.len()
}

/// Every path of the source: those of `use` with their groups spelled out, and every `a::b` in between.
pub fn paths(tokens: &[Token]) -> Vec<Path> {
    let (mut found, mut blocks, mut at) = (Vec::new(), Vec::new(), 0);
    let text = |at: usize| tokens.get(at).map_or("", |t| t.text.as_str());
    while at < tokens.len() {
        let inside = blocks.iter().filter(|is_module| **is_module).count();
        match text(at) {
            "{" => blocks.push(at >= 2 && text(at - 2) == "mod"),
            "}" => drop(blocks.pop()),
            "use" if text(at + 1) != "<" => {
                let first = found.len();
                at = use_tree(tokens, at + 1, &mut Vec::new(), &mut found);
                found[first..].iter_mut().for_each(|path| path.inside = inside);
                continue;
            }
            word if is_word(word) && text(at + 1) == "::" && begins_path(tokens, at) => {
                let line = tokens[at].line;
                let mut segments = vec![word.to_owned()];
                while text(at + 1) == "::" && is_word(text(at + 2)) {
                    at += 2;
                    segments.push(text(at).to_owned());
                }
                found.push(Path { segments, line, inside });
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one tree of a `use` after `before` and returns where it ends.
fn use_tree(tokens: &[Token], mut at: usize, before: &mut Vec<String>, found: &mut Vec<Path>) -> usize {
    let depth = before.len();
    let mut complete = false;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "::" => {}
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|t| t.text != "}") {
                    at = use_tree(tokens, at, before, found);
                    at += usize::from(tokens.get(at).is_some_and(|t| t.text == ","));
                }
                complete = true;
            }
            "as" => at += 1,
            "," | "}" | ";" => break,
            word => before.push(word.to_owned()),
        }
        at += 1;
    }
    if !complete && let Some(last) = tokens.get(at.saturating_sub(1)) {
        found.push(Path { segments: before.clone(), line: last.line, inside: 0 });
    }
    before.truncate(depth);
    at
}

/// False for the `b` of `a::b` and of `<T>::b`; true for that of `::b`, which names a crate.
fn begins_path(tokens: &[Token], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map_or("", |at| tokens[at].text.as_str());
    before(1) != "::" || !(is_word(before(2)) || before(2) == ">")
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Every function that has a body.
pub fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair[0].text == "fn"
            && is_word(&pair[1].text)
            && let Some(end) = body_end(&tokens[at..])
        {
            let lines = tokens[at + end].line - pair[0].line + 1;
            found.push(Function { name: pair[1].text.clone(), line: pair[0].line, lines });
        }
    }
    found
}

/// The index of the brace that closes the first body; `None` if a `;` comes first (a declaration in a trait).
fn body_end(tokens: &[Token]) -> Option<usize> {
    let (mut brackets, mut braces) = (0_i32, 0_i32);
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" => brackets += 1,
            ")" | "]" => brackets -= 1,
            ";" if brackets == 0 && braces == 0 => return None,
            "{" => braces += 1,
            "}" if braces == 1 => return Some(at),
            "}" => braces -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str) -> Vec<String> {
        paths(&tokens(source)).into_iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn spells_out_the_groups_of_a_use() {
        let source = "use crate::{a::{b, c as d}, e, f::*}; pub(crate) use super::g;";
        assert_eq!(written(source), ["crate::a::b", "crate::a::c", "crate::e", "crate::f::*", "super::g"]);
    }

    #[test]
    fn sees_paths_in_bodies_attributes_and_macros() {
        let source = "#[derive(sqlx::FromRow)] struct A; fn f() { go!(crate::web::page(), ::axum::serve()) }";
        assert_eq!(written(source), ["sqlx::FromRow", "crate::web::page", "axum::serve"]);
    }

    #[test]
    fn does_not_read_comments_and_texts() {
        let source = r##"
            //! crate::a
            /* crate::b /* crate::c */ */
            const A: &str = "crate::d \" crate::e"; const B: &str = r#"crate::f "quoted" "#; const C: char = '"';
            fn lifetime<'a>(x: &'a str) -> crate::g::H { b"crate::i"; x }
        "##;
        assert_eq!(written(source), ["crate::g::H"]);
    }

    #[test]
    fn counts_the_inline_modules_around_a_path() {
        let found = paths(&tokens("use super::a; mod tests { fn f() { super::b::c() } }"));
        assert_eq!(found.iter().map(|path| (path.inside, path.line)).collect::<Vec<_>>(), [(0, 1), (1, 1)]);
    }

    #[test]
    fn measures_functions_by_their_lines() {
        let source =
            "trait T { fn without(&self, a: [u8; 2]); }\nfn with(\n a: [u8; 2],\n) {\n if a { b }\n}\nfn one() {}";
        let measured: Vec<_> = functions(&tokens(source)).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(measured, [("with".to_owned(), 2, 5), ("one".to_owned(), 7, 1)]);
    }
}
