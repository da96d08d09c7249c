use askama::Template;

use super::AdminNav;
use crate::policy::access_path::AccessPathSetting;
use crate::web::page::{Frame, Page};

/// 「回線認証」: access path and line numbers (manual, chapter 4.2).
#[derive(Template)]
#[template(path = "page/admin/lines.html")]
pub struct LinesPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Where the form is sent: `POST {action}` with `from`, `access_path`, `number-1`, `label-1` …, `csrf`.
    pub action: String,
    /// The access path in force.
    pub current: AccessPathSetting,
    /// The access path that is ticked.
    pub chosen: AccessPathSetting,
    /// The lines that are registered.
    pub lines: Vec<LineEntry>,
    /// Fields for further ones, as typed.
    pub rows: Vec<LineRow>,
    /// How a number is built, in words.
    pub rule: String,
    /// Why nothing was saved.
    pub alert: Option<LinesAlert>,
    /// What has just happened.
    pub notice: Option<LinesNotice>,
}

/// A registered line.
#[derive(Clone, Debug)]
pub struct LineEntry {
    /// What the contract calls it; may be empty.
    pub label: String,
    /// The last characters of its number.
    pub tail: String,
    /// When it was registered, for people to read.
    pub created: String,
    /// When somebody last signed in over it.
    pub last_seen: Option<String>,
    /// Its own page.
    pub href: String,
}

/// Fields for one more line.
#[derive(Clone, Default, Debug)]
pub struct LineRow {
    /// The number, as typed.
    pub number: String,
    /// The name, as typed.
    pub label: String,
    /// What is wrong with it.
    pub fault: Option<LineFault>,
}

/// What is wrong with one line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFault {
    /// It is no line number.
    Form,
    /// It stands there twice.
    Twice,
    /// The contract has it.
    TakenHere,
    /// It cannot be registered here; no more is said.
    Unavailable,
    /// The contract has as many as it may have.
    Full,
    /// There is a name without a number.
    Missing,
    /// The name is too long, or none.
    Label,
}

impl LineFault {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Form, Self::Twice, Self::TakenHere, Self::Unavailable, Self::Full, Self::Missing, Self::Label];

    const fn key(self) -> &'static str {
        match self {
            Self::Form => "admin-line-fault-form",
            Self::Twice => "admin-line-fault-twice",
            Self::TakenHere => "admin-line-fault-taken-here",
            Self::Unavailable => "admin-line-fault-unavailable",
            Self::Full => "admin-line-fault-full",
            Self::Missing => "admin-line-fault-missing",
            Self::Label => "admin-line-fault-label",
        }
    }

    /// The words, with how a number is built.
    pub fn words(self, frame: &Frame, rule: &str) -> String {
        match self {
            Self::Form => frame.t1(self.key(), "rule", rule),
            other => frame.t(other.key()).into_owned(),
        }
    }
}

/// Why nothing was saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinesAlert {
    /// A line has a fault of its own.
    Faults,
    /// Somebody changed the access path meanwhile.
    Raced,
    /// There is nothing new.
    Nothing,
}

impl LinesAlert {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Faults, Self::Raced, Self::Nothing];

    const fn key(self) -> &'static str {
        match self {
            Self::Faults => "admin-line-alert-faults",
            Self::Raced => "setting-alert-raced",
            Self::Nothing => "admin-line-alert-nothing",
        }
    }
}

/// What has just happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinesNotice {
    /// Lines were registered.
    Saved,
    /// A line has another name.
    Renamed,
    /// A line was removed, and so many sessions ended.
    Removed(u64),
}

impl LinesPage {
    /// Value, the key of its texts, whether it is ticked, whether it is in force.
    fn options(&self) -> Vec<(&'static str, &'static str, bool, bool)> {
        let option = |setting: &AccessPathSetting| {
            (setting.as_str(), path_key(*setting), *setting == self.chosen, *setting == self.current)
        };
        AccessPathSetting::ALL.iter().map(option).collect()
    }

    fn note(&self, key: &str, part: &str) -> String {
        self.frame.t(&format!("{key}-{part}")).into_owned()
    }

    fn fault(&self, row: &LineRow) -> Option<String> {
        row.fault.map(|fault| fault.words(&self.frame, &self.rule))
    }

    /// The first row with a fault gets the cursor.
    fn is_first_fault(&self, index: &usize) -> bool {
        self.rows.iter().position(|row| row.fault.is_some()) == index.checked_sub(1)
    }

    fn notice_words(&self, notice: &LinesNotice) -> String {
        match notice {
            LinesNotice::Saved => self.frame.t("admin-line-saved").into_owned(),
            LinesNotice::Renamed => self.frame.t("admin-line-renamed").into_owned(),
            LinesNotice::Removed(ended) => self.frame.t1("admin-line-removed", "count", &ended.to_string()),
        }
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let line = |label: &str, last_seen: Option<&str>| LineEntry {
            label: label.to_owned(),
            tail: "3X9".to_owned(),
            created: "2026-05-12 18:04 (JST)".to_owned(),
            last_seen: last_seen.map(str::to_owned),
            href: format!("{}/admin/line-authentication/1", frame.base),
        };
        let page = |lines, rows, alert, notice| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Line),
            action: format!("{}/admin/line-authentication", frame.base),
            current: AccessPathSetting::LineAndInternet,
            chosen: AccessPathSetting::LineOnly,
            lines,
            rows,
            rule: "CAFで始まる13桁またはCOPで始まる11桁".to_owned(),
            alert,
            notice,
        };
        let empty = || vec![LineRow::default(); 3];
        let faulty = |fault| LineRow { number: "\"><script>".to_owned(), label: "'><b>".to_owned(), fault };
        let lines = || vec![line("本社", Some("2026-05-13 09:00 (JST)")), line("<b>支店</b>", None), line("", None)];
        let faults = LineFault::ALL.map(|fault| faulty(Some(fault)));
        let mut pages = vec![
            page(Vec::new(), empty(), None, None),
            page(lines(), empty(), None, Some(LinesNotice::Saved)),
            page(lines(), empty(), None, Some(LinesNotice::Removed(3))),
            page(lines(), empty(), None, Some(LinesNotice::Renamed)),
            page(lines(), [vec![faulty(None)], faults.into()].concat(), Some(LinesAlert::Faults), None),
        ];
        pages.extend(LinesAlert::ALL.map(|alert| page(lines(), empty(), Some(alert), None)));
        pages
    }
}

/// The key of an access path's texts.
pub const fn path_key(setting: AccessPathSetting) -> &'static str {
    match setting {
        AccessPathSetting::LineAndInternet => "setting-line-and-internet",
        AccessPathSetting::LineOnly => "setting-line-only",
    }
}

impl Page for LinesPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
