//! A page of the console in the making.

use axum::response::Response;
use http::StatusCode;

use crate::clock::Timestamp;
use crate::context::{CONSOLE_PURPOSE, OperatorContext, parameter};
use crate::operator::Permission;
use crate::web::pages::operator_console::{
    Block, Cell, ConsolePage, Facts, Form, Link, Mark, Notice, Place, Staff, Table,
};
use crate::web::render;

/// A page in the making.
pub struct Sheet<'a> {
    /// Who looks at it.
    pub seen: &'a OperatorContext,
    page: ConsolePage,
}

impl<'a> Sheet<'a> {
    /// A page with its heading.
    pub fn new(seen: &'a OperatorContext, place: Place, title: impl Into<String>) -> Self {
        let page = ConsolePage {
            frame: seen.frame(CONSOLE_PURPOSE),
            staff: Staff { name: seen.operator.name.clone(), role: seen.operator.role.as_str() },
            place,
            trail: Vec::new(),
            title: title.into(),
            lead: String::new(),
            notice: None,
            blocks: Vec::new(),
        };
        Self { seen, page }
    }

    /// A page whose heading is a message of the catalogue.
    pub fn titled(seen: &'a OperatorContext, place: Place, key: &str) -> Self {
        let title = seen.frame("").t(key).into_owned();
        Self::new(seen, place, title)
    }

    /// A message of the catalogue.
    pub fn t(&self, key: &str) -> String {
        self.page.frame.t(key).into_owned()
    }

    /// A word of ours (`read_only`) in the catalogue's words: `console-<kind>-read-only`. One that is not there yet is
    /// shown as it is.
    pub fn word(&self, kind: &str, word: &str) -> String {
        self.page.frame.t_or(&format!("console-{kind}-{}", word.replace(['_', ':', '.'], "-")), word)
    }

    /// With a page above it.
    #[must_use]
    pub fn below(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.page.trail.push(Link::new(href, text));
        self
    }

    /// With a sentence below the heading.
    #[must_use]
    pub fn lead(mut self, key: &str) -> Self {
        self.page.lead = self.t(key);
        self
    }

    /// With what was done before the browser was led here: `?done=<word>`, where the catalogue knows the word.
    #[must_use]
    pub fn done(mut self, query: Option<&str>) -> Self {
        let word = parameter(query, "done");
        let text = self.page.frame.t_or(&format!("console-done-{word}"), "");
        self.page.notice = (!text.is_empty()).then_some(Notice::Done(text));
        self
    }

    /// With something said above everything else.
    #[must_use]
    pub fn said(mut self, notice: Notice) -> Self {
        self.page.notice = Some(notice);
        self
    }

    /// With a refusal in the catalogue's words.
    #[must_use]
    pub fn refused(self, key: &str) -> Self {
        let text = self.t(key);
        self.said(Notice::Refused(text))
    }

    /// Adds names and values. Acts are shown to who may do them.
    pub fn facts(&mut self, key: &str, rows: Vec<(&str, Cell)>, acts: Vec<Act>) {
        let title = if key.is_empty() { String::new() } else { self.t(key) };
        let rows = rows.into_iter().map(|(key, cell)| (self.t(key), cell)).collect();
        let acts = self.acts(acts);
        self.page.blocks.push(Block::Facts(Facts { title, rows, acts }));
    }

    /// Adds a list; `(title, what is said without rows)`.
    pub fn table(&mut self, (title, empty): (&str, &str), columns: &[&str], rows: Vec<Vec<Cell>>, more: More) {
        let table = Table {
            title: self.t(title),
            columns: columns.iter().map(|key| self.t(key)).collect(),
            rows,
            empty: self.t(empty),
            next: more.next,
            acts: self.acts(more.acts),
        };
        self.page.blocks.push(Block::Table(table));
    }

    /// Adds a form.
    pub fn form(&mut self, form: Form) {
        self.page.blocks.push(Block::Form(form));
    }

    /// Adds a block.
    pub fn block(&mut self, block: Block) {
        self.page.blocks.push(block);
    }

    fn acts(&self, acts: Vec<Act>) -> Vec<Link> {
        let may = |act: &Act| act.permission.is_none_or(|permission| self.seen.operator.may(permission));
        acts.into_iter().filter(may).map(|act| Link::new(act.href, self.t(act.key))).collect()
    }

    /// The answer.
    pub fn show(self, status: StatusCode) -> Response {
        self.seen.seal(render(status, &self.page))
    }

    /// The answer, all well.
    pub fn ok(self) -> Response {
        self.show(StatusCode::OK)
    }
}

/// Something one can go and do.
pub struct Act {
    href: String,
    key: &'static str,
    permission: Option<Permission>,
}

impl Act {
    /// For who has the permission.
    pub fn new(href: impl Into<String>, key: &'static str, permission: Permission) -> Self {
        Self { href: href.into(), key, permission: Some(permission) }
    }

    /// For everybody.
    pub fn open(href: impl Into<String>, key: &'static str) -> Self {
        Self { href: href.into(), key, permission: None }
    }
}

/// What stands below a list.
#[derive(Default)]
pub struct More {
    /// Where the next page is; empty on the last.
    pub next: String,
    /// What can be done.
    pub acts: Vec<Act>,
}

/// A point in time as staff in Japan read it.
pub fn time(at: Timestamp) -> String {
    const JAPAN: jiff::tz::Offset = jiff::tz::offset(9);
    let instant = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    JAPAN.to_datetime(instant).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same, where there is one.
pub fn time_or_none(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::None, |at| Cell::Text(time(at)))
}

/// A point in time as a field of a form has it: `2026-11-20T09:00` or with seconds, in Japan. `None` for anything else.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    const JAPAN: jiff::tz::Offset = jiff::tz::offset(9);
    let local: jiff::civil::DateTime = text.trim().parse().ok()?;
    let instant = JAPAN.to_timestamp(local).ok()?;
    Some(Timestamp::from_millis(instant.as_millisecond()))
}

/// A state as it looks: good, or worth a look.
pub fn mark(good: bool, words: impl Into<String>) -> Cell {
    Cell::Mark(if good { Mark::Good } else { Mark::Bad }, words.into())
}

/// A parameter of the query; empty without.
pub fn asked(query: Option<&str>, name: &str) -> String {
    parameter(query, name).trim().to_owned()
}

/// A path with a query made of what is not empty.
pub fn path_with(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_japans_and_read_back() {
        let at = Timestamp::from_seconds(1_800_000_000);
        assert_eq!(time(at), "2027-01-15 17:00:00");
        for text in ["2027-01-15T17:00", "2027-01-15T17:00:00", " 2027-01-15 17:00:00 "] {
            assert_eq!(parse_time(text), Some(at), "{text}");
        }
        for wrong in ["", "yesterday", "2027-01-15T17:00:00Z"] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_query_holds_what_is_there() {
        assert_eq!(path_with("/audit", &[("a", ""), ("b", "x&y")]), "/audit?b=x%26y");
        assert_eq!(path_with("/audit", &[]), "/audit");
    }
}
