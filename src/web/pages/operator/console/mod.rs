//! The operator console: one page, put together from blocks (facts, tables, forms), so that every list and every act of
//! the console looks and works alike.
//!
//! A flow says what stands there; how it looks, that each field has its label and each error its field, and that a wide
//! table scrolls in a region of its own is decided here, once.

mod block;
mod field;

use askama::Template;

use crate::web::page::{Frame, Page};

pub use block::{Block, Cell, Facts, Link, Mark, Table};
pub use field::{Field, FieldKind, Form};

/// A section of the console, in the order of its navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// What there is.
    Overview,
    /// The brands.
    Brands,
    /// Contracts and their people.
    Contracts,
    /// Client applications.
    Clients,
    /// Customers' connections.
    Connections,
    /// Signing keys.
    Keys,
    /// The audit log.
    Audit,
    /// Why somebody would be let in or not.
    Explain,
    /// Operators and API keys.
    Operators,
    /// The settings it runs with.
    Settings,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::Brands,
        Self::Contracts,
        Self::Clients,
        Self::Connections,
        Self::Keys,
        Self::Audit,
        Self::Explain,
        Self::Operators,
        Self::Settings,
    ];

    /// Its path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Brands => "/brands",
            Self::Contracts => "/contracts",
            Self::Clients => "/clients",
            Self::Connections => "/connections",
            Self::Keys => "/keys",
            Self::Audit => "/audit",
            Self::Explain => "/explain",
            Self::Operators => "/operators",
            Self::Settings => "/settings",
        }
    }

    /// Its name in the catalogue.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overview => "console-overview",
            Self::Brands => "console-brands",
            Self::Contracts => "console-contracts",
            Self::Clients => "console-clients",
            Self::Connections => "console-connections",
            Self::Keys => "console-keys",
            Self::Audit => "console-audit",
            Self::Explain => "console-explain",
            Self::Operators => "console-operators",
            Self::Settings => "console-settings",
        }
    }
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The name.
    pub name: String,
    /// The role, as a word of the catalogue: `console-role-<role>`.
    pub role: &'static str,
}

/// What a page says above everything else.
#[derive(Clone, Debug)]
pub enum Notice {
    /// Something was done.
    Done(String),
    /// Something was not.
    Refused(String),
}

/// A page of the console.
#[derive(Template)]
#[template(path = "page/operator/console.html")]
pub struct ConsolePage {
    /// The frame; its form token guards every form on the page.
    pub frame: Frame,
    /// Who looks at it.
    pub staff: Staff,
    /// Where in the navigation it is.
    pub place: Place,
    /// The pages above it, the nearest last.
    pub trail: Vec<Link>,
    /// Its heading.
    pub title: String,
    /// A sentence below it; empty without.
    pub lead: String,
    /// What it says first.
    pub notice: Option<Notice>,
    /// What stands on it.
    pub blocks: Vec<Block>,
}

impl ConsolePage {
    fn entries(&self) -> Vec<(&'static str, String, bool)> {
        let entry = |place: Place| (place.path(), self.frame.t(place.key()).into_owned(), place == self.place);
        Place::ALL.map(entry).into()
    }

    fn role(&self) -> String {
        self.frame.t(&format!("console-role-{}", self.staff.role.replace('_', "-"))).into_owned()
    }

    /// Every block and field, with and without errors.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |place, notice, blocks| Self {
            frame: frame.clone(),
            staff: Staff { name: "山田 <花子>".to_owned(), role: "read_only" },
            place,
            trail: vec![Link::new("/contracts", "契約 & \"contracts\"")],
            title: "株式会社 <b>サンプル</b>".to_owned(),
            lead: "&lt;lead&gt;".to_owned(),
            notice,
            blocks,
        };
        vec![
            page(Place::Overview, None, Vec::new()),
            page(Place::Contracts, Some(Notice::Done("done <i>".to_owned())), block::samples()),
            page(Place::Clients, Some(Notice::Refused("no <i>".to_owned())), field::samples()),
        ]
    }
}

impl Page for ConsolePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
