//! What a page of the console is made of.

use super::field::Form;

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// Names and values.
    Facts(Facts),
    /// Rows.
    Table(Table),
    /// A form.
    Form(Form),
    /// Where one can go from here.
    Links(Vec<Link>),
    /// A sentence that matters.
    Note(String),
    /// Something shown this once.
    Secret {
        /// Its id on the page.
        id: &'static str,
        /// What it is.
        label: String,
        /// It.
        value: String,
    },
}

/// A link; only our own paths and web addresses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// Its words.
    pub text: String,
}

impl Link {
    /// From both.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }
}

/// How something stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// As it should be.
    Good,
    /// Worth a look.
    Care,
    /// Not as it should be.
    Bad,
    /// Neither.
    Plain,
}

impl Mark {
    /// The class of its look.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Care => "care",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    None,
    /// Words.
    Text(String),
    /// An id, an address, a code: as it is.
    Code(String),
    /// Several of them, one a line.
    Codes(Vec<String>),
    /// A way to its page.
    Link(Link),
    /// A state.
    Mark(Mark, String),
}

impl Cell {
    /// Words, or nothing.
    pub fn text(value: impl Into<String>) -> Self {
        let value = value.into();
        if value.is_empty() { Self::None } else { Self::Text(value) }
    }

    /// A code, or nothing.
    pub fn code(value: impl Into<String>) -> Self {
        let value = value.into();
        if value.is_empty() { Self::None } else { Self::Code(value) }
    }

    /// Codes, or nothing.
    pub fn codes(values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        if values.is_empty() { Self::None } else { Self::Codes(values) }
    }

    /// A link.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link(Link::new(href, text))
    }
}

/// Names and values.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The heading; empty without.
    pub title: String,
    /// The rows.
    pub rows: Vec<(String, Cell)>,
    /// What can be done about them.
    pub acts: Vec<Link>,
}

/// A list.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its heading, and the name of its region.
    pub title: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows; the first cell names its row.
    pub rows: Vec<Vec<Cell>>,
    /// What is said without rows.
    pub empty: String,
    /// Where the next page is; empty on the last.
    pub next: String,
    /// What can be done about them.
    pub acts: Vec<Link>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<Block> {
    let hostile = || "\"><script>alert(1)</script>".to_owned();
    let cells = || {
        vec![
            Cell::Text(hostile()),
            Cell::None,
            Cell::Code(hostile()),
            Cell::Codes(vec![hostile(), "b".to_owned()]),
            Cell::link("/contracts/x?a=1&b=2", hostile()),
            Cell::Mark(Mark::Good, hostile()),
            Cell::Mark(Mark::Care, hostile()),
            Cell::Mark(Mark::Bad, hostile()),
            Cell::Mark(Mark::Plain, hostile()),
        ]
    };
    let facts = |title: &str| Facts {
        title: title.to_owned(),
        rows: cells().into_iter().map(|cell| (hostile(), cell)).collect(),
        acts: vec![Link::new("/contracts/x/plan", "変更"), Link::new("https://kintai.example/", hostile())],
    };
    let table = |rows: Vec<Vec<Cell>>, next: &str| Table {
        title: hostile(),
        columns: cells().iter().map(|_| hostile()).collect(),
        rows,
        empty: hostile(),
        next: next.to_owned(),
        acts: vec![Link::new("/contracts/new", "新規")],
    };
    vec![
        Block::Facts(facts("")),
        Block::Facts(facts("<h2>")),
        Block::Table(table(vec![cells(), cells()], "/contracts?after=1.x")),
        Block::Table(table(Vec::new(), "")),
        Block::Links(vec![Link::new("/x", hostile())]),
        Block::Note(hostile()),
        Block::Secret { id: "client-secret", label: hostile(), value: hostile() },
    ]
}
