//! A table of people, as spreadsheets write it.
//!
//! Read are CSV in UTF-8 (with or without byte order mark), UTF-16 with one, or Shift_JIS as Excel writes it, and what is
//! pasted from a spreadsheet, whose cells are separated by tabs. The first line names the columns, in Japanese or
//! English, in any order.

use encoding_rs::{Encoding, SHIFT_JIS};
use unicode_normalization::UnicodeNormalization as _;

use crate::account::Role;
use crate::web::pages::admin::ImportAlert as Alert;

/// The most people of one table.
pub const MOST_LINES: usize = 1000;
/// The most characters of a cell that are kept: more is no name, address or role.
const LONGEST_CELL: usize = 300;

/// One person, as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The line of the text where it begins; the header's is 1.
    pub number: u64,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: String,
}

/// The text of a file.
pub fn decode(bytes: &[u8]) -> Result<String, Alert> {
    let decoded = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            encoding.decode_without_bom_handling_and_without_replacement(bytes.get(mark..).unwrap_or_default())
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => return checked(text.to_owned()),
            Err(_) => SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes),
        },
    };
    decoded.map(std::borrow::Cow::into_owned).ok_or(Alert::Encoding).and_then(checked)
}

/// What holds NUL is no text, whatever decoded it.
fn checked(text: String) -> Result<String, Alert> {
    if text.contains('\0') { Err(Alert::Encoding) } else { Ok(text) }
}

/// The people of a table.
pub fn read(text: &str) -> Result<Vec<Line>, Alert> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut counter = LineCounter { rest: &text, passed: 0, line: 1 };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter_of(&text))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns = None;
    let mut lines = Vec::new();
    for record in reader.records() {
        // The text is valid UTF-8 and lines may differ in length: nothing else can be wrong with a record.
        let record = record.map_err(|_| Alert::Encoding)?;
        let number = counter.line_at(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(Columns::find(&record).ok_or(Alert::Header)?);
            continue;
        };
        if lines.len() == MOST_LINES {
            return Err(Alert::TooMany);
        }
        lines.push(columns.line(number, &record));
    }
    match (columns, lines.is_empty()) {
        (None, _) | (_, true) => Err(Alert::Empty),
        (Some(_), false) => Ok(lines),
    }
}

/// People as CSV again, below this line of headings.
pub fn write<'a>(headings: &str, lines: impl Iterator<Item = &'a Line>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(headings.split(','));
    for line in lines {
        let _ = writer.write_record([&line.name, &line.email, &line.role]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A role as people write it; an empty one is a user's.
pub fn role_of(text: &str) -> Option<Role> {
    match folded(text).as_str() {
        "" | "利用者" | "一般" | "一般ユーザ" | "一般ユーザー" | "ユーザ" | "ユーザー" | "user" => {
            Some(Role::User)
        }
        "管理者" | "管理者権限" | "administrator" | "admin" => Some(Role::Administrator),
        _ => None,
    }
}

/// What separates the cells of the first line.
fn delimiter_of(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    [b'\t', b',', b';'].into_iter().find(|sign| first.as_bytes().contains(sign)).unwrap_or(b',')
}

struct Columns {
    name: usize,
    email: usize,
    role: Option<usize>,
}

impl Columns {
    fn find(header: &csv::StringRecord) -> Option<Self> {
        let headings: Vec<_> = header.iter().map(folded).collect();
        let place = |known: &[&str]| headings.iter().position(|heading| known.contains(&heading.as_str()));
        Some(Self {
            name: place(&["氏名", "名前", "お名前", "name", "fullname"])?,
            email: place(&[
                "メールアドレス",
                "メール",
                "eメール",
                "address",
                "email",
                "e-mail",
                "mail",
                "emailaddress",
                "e-mailaddress",
                "mailaddress",
            ])?,
            role: place(&["権限", "役割", "ロール", "role"]),
        })
    }

    fn line(&self, number: u64, record: &csv::StringRecord) -> Line {
        let cell = |at: usize| record.get(at).unwrap_or_default().trim().chars().take(LONGEST_CELL).collect();
        Line { number, name: cell(self.name), email: cell(self.email), role: self.role.map_or_else(String::new, cell) }
    }
}

/// Counts lines up to where a record begins. The reader's own count leaves blank lines out.
struct LineCounter<'t> {
    rest: &'t str,
    passed: u64,
    line: u64,
}

impl LineCounter<'_> {
    /// The line in which the record stands that was read from this byte on.
    fn line_at(&mut self, byte: u64) -> u64 {
        let ahead = usize::try_from(byte.saturating_sub(self.passed)).unwrap_or(usize::MAX);
        let (before, after) = self.rest.split_at_checked(ahead).unwrap_or(("", self.rest));
        let blank = after.len() - after.trim_start_matches('\n').len();
        let (skipped, rest) = after.split_at_checked(blank).unwrap_or(("", after));
        self.line += (before.matches('\n').count() + skipped.len()) as u64;
        self.passed += (before.len() + skipped.len()) as u64;
        self.rest = rest;
        self.line
    }
}

/// Wide and narrow, capital and small letters are one, and blanks do not count.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn people(text: &str) -> Vec<(u64, String, String, String)> {
        read(text).unwrap().into_iter().map(|line| (line.number, line.name, line.email, line.role)).collect()
    }

    fn person(number: u64, name: &str, email: &str, role: &str) -> (u64, String, String, String) {
        (number, name.to_owned(), email.to_owned(), role.to_owned())
    }

    #[test]
    fn columns_are_found_by_their_names_in_either_language() {
        let expected = vec![person(2, "端場 花子", "h@example.jp", "管理者")];
        for text in [
            "氏名,メールアドレス,権限\n端場 花子,h@example.jp,管理者\n",
            "Name, Address ,ROLE\r\n端場 花子, h@example.jp ,管理者\r\n",
            "権限;ｅメール;お名前\n管理者;h@example.jp;端場 花子",
            "\u{feff}e-mail\tname\trole\nh@example.jp\t端場 花子\t管理者\n",
            "氏名,メールアドレス,権限,備考\n\"端場 花子\",h@example.jp,管理者,\"x,\"\"y\"\"\"\n",
        ] {
            assert_eq!(people(text), expected, "{text}");
        }
        assert_eq!(people("name,address\nA,a@b.jp\n"), [person(2, "A", "a@b.jp", "")]);
    }

    #[test]
    fn blank_lines_count_and_are_nobody() {
        let text = "name,address\n\nA,a@b.jp\n,,\n\"B\nC\",b@b.jp\nD\n";
        let read = people(text);
        assert_eq!(read[0], person(3, "A", "a@b.jp", ""));
        assert_eq!((read[1].0, read[1].1.as_str()), (5, "B\nC"));
        assert_eq!(read[2], person(7, "D", "", ""), "what is missing is empty, not lost");
    }

    #[test]
    fn a_table_without_headings_or_people_is_refused() {
        assert_eq!(read("端場,h@example.jp\n"), Err(Alert::Header));
        assert_eq!(read("name,role\nA,user\n"), Err(Alert::Header));
        assert_eq!(read("name,address\n"), Err(Alert::Empty));
        assert_eq!(read(" \n"), Err(Alert::Empty));
        let many = format!("name,address\n{}", "A,a@b.jp\n".repeat(MOST_LINES));
        assert_eq!(read(&many).map(|lines| lines.len()), Ok(MOST_LINES));
        assert_eq!(read(&format!("{many}A,a@b.jp\n")), Err(Alert::TooMany));
    }

    #[test]
    fn a_file_is_read_in_the_encodings_of_spreadsheets() {
        let text = "氏名,メールアドレス\n端場①,h@example.jp\n";
        let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(text.as_bytes()).as_deref(), Ok(text));
        assert_eq!(decode(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).as_deref(), Ok(text));
        assert_eq!(decode(&SHIFT_JIS.encode(text).0).as_deref(), Ok(text), "with the characters of Windows");
        assert_eq!(decode(&utf16).as_deref(), Ok(text));
        assert_eq!(decode(b"\xff\xd8\xff\xe0\x00\x10JFIF"), Err(Alert::Encoding), "a picture");
        assert_eq!(decode(b"name\0"), Err(Alert::Encoding));
    }

    #[test]
    fn roles_are_known_in_either_language() {
        for (text, role) in [
            ("", Some(Role::User)),
            ("利用者", Some(Role::User)),
            ("User", Some(Role::User)),
            ("管理者", Some(Role::Administrator)),
            (" ＡＤＭＩＮ ", Some(Role::Administrator)),
            ("契約者", None),
            ("contractor", None),
            ("x", None),
        ] {
            assert_eq!(role_of(text), role, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in proptest::collection::vec(("[^\0\r]{1,20}", "[^\0\r]{0,20}", "[^\0\r]{0,20}"), 1..20)) {
            let line = |(name, email, role): &(String, String, String)| {
                let trimmed = |text: &String| text.trim().to_owned();
                Line { number: 0, name: trimmed(name), email: trimmed(email), role: trimmed(role) }
            };
            let lines: Vec<_> = cells.iter().map(line).filter(|line| !format!("{}{}{}", line.name, line.email, line.role).is_empty()).collect();
            let text = write("氏名,メールアドレス,権限", lines.iter());
            let again = read(&text).unwrap_or_default().into_iter().map(|line| Line { number: 0, ..line });
            prop_assert_eq!(again.collect::<Vec<_>>(), lines);
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes).and_then(|text| read(&text));
        }
    }
}
