use askama::Template;

use super::AdminNav;
use crate::web::page::{Frame, Page};

/// 「利用者の一括招待」: many persons, from a CSV file or pasted from a spreadsheet.
#[derive(Template)]
#[template(path = "page/admin/import.html")]
pub struct ImportPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Where the form is sent: `POST {action}` as multipart with `file`, `lines`, `csrf`.
    pub action: String,
    /// Back to the list.
    pub back_href: String,
    /// The lines pasted before.
    pub lines: String,
    /// Why the page is shown again.
    pub alert: Option<ImportAlert>,
}

/// Why the lines could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportAlert {
    /// Neither a file nor lines.
    Missing,
    /// Both a file and lines.
    Both,
    /// The text is in no encoding we know.
    Encoding,
    /// The first line does not name the columns.
    Header,
    /// No line but the header.
    Empty,
    /// More lines than are read at once.
    TooMany,
    /// Too many mails: wait.
    TooManyRequests,
}

impl ImportAlert {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Missing, Self::Both, Self::Encoding, Self::Header, Self::Empty, Self::TooMany, Self::TooManyRequests];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "admin-import-alert-missing",
            Self::Both => "admin-import-alert-both",
            Self::Encoding => "admin-import-alert-encoding",
            Self::Header => "admin-import-alert-header",
            Self::Empty => "admin-import-alert-empty",
            Self::TooMany => "admin-import-alert-too-many",
            Self::TooManyRequests => "admin-alert-too-many-requests",
        }
    }
}

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportVerdict {
    /// It will be invited.
    Ready,
    /// It is invited.
    Invited,
    /// A user of the contract has the address.
    AlreadyRegistered,
    /// The person was invited before and has not registered yet.
    AlreadyInvited,
    /// Another line of the file has the address.
    Duplicate,
    /// There is no name, or it is none.
    BadName,
    /// There is no address, or it is none.
    BadAddress,
    /// The role is none of those known.
    BadRole,
    /// The address cannot be used here; no more is said.
    Unavailable,
    /// Something of ours failed; the line can be sent again.
    Failed,
}

impl ImportVerdict {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Ready,
        Self::Invited,
        Self::AlreadyRegistered,
        Self::AlreadyInvited,
        Self::Duplicate,
        Self::BadName,
        Self::BadAddress,
        Self::BadRole,
        Self::Unavailable,
        Self::Failed,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ready => "admin-import-ready",
            Self::Invited => "admin-import-invited",
            Self::AlreadyRegistered => "admin-import-already-registered",
            Self::AlreadyInvited => "admin-import-already-invited",
            Self::Duplicate => "admin-import-duplicate",
            Self::BadName => "admin-import-bad-name",
            Self::BadAddress => "admin-import-bad-address",
            Self::BadRole => "admin-import-bad-role",
            Self::Unavailable => "admin-import-unavailable",
            Self::Failed => "admin-import-failed",
        }
    }

    /// Whether the line is to be corrected and sent again. Who is there already needs no correction.
    pub const fn is_to_be_corrected(self) -> bool {
        matches!(self, Self::BadName | Self::BadAddress | Self::BadRole | Self::Unavailable | Self::Failed)
    }

    /// Whether the line goes well.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Ready | Self::Invited)
    }
}

/// A line of the file, as it was read.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its number in the file; the header is line 1.
    pub number: u64,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role, as written.
    pub role: String,
    /// What becomes of it.
    pub verdict: ImportVerdict,
}

impl ImportPage {
    fn lines_are_wrong(&self) -> bool {
        self.alert.is_some_and(|alert| alert != ImportAlert::TooManyRequests)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |lines: &str, alert| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Users),
            action: format!("{}/admin/users/import", frame.base),
            back_href: format!("{}/admin/users", frame.base),
            lines: lines.to_owned(),
            alert,
        };
        let mut pages = vec![page("", None)];
        pages.extend(ImportAlert::ALL.map(|alert| page("</textarea><script>alert(1)</script>", Some(alert))));
        pages
    }
}

impl Page for ImportPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
