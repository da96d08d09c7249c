//! Which line terminals come over, what goes wrong, and what an attacker would have captured.

use super::assertion::Keys;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Whose network a line belongs to.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// NTT東日本.
    #[default]
    East,
    /// NTT西日本.
    West,
}

/// What the carrier tells of a line (`st`).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its number.
    #[default]
    Notified,
    /// Nothing yet: 回線情報通知設定 was never answered.
    NotSet,
    /// Nothing: 「通知しない」.
    Declined,
    /// Nothing: the carrier knows none.
    Unknown,
    /// Nothing: the carrier is down for maintenance.
    Unavailable,
}

/// A line that terminals may come over.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Line {
    /// Its word in the control interface.
    pub id: String,
    /// What a person reads on its button.
    pub title: String,
    /// Its number; none where the carrier knows none.
    pub number: Option<String>,
    /// Whose network it belongs to.
    pub area: Area,
    /// What the carrier tells of it.
    pub standing: Standing,
}

impl Line {
    /// A line in the east, notified.
    pub fn east(number: &str) -> Self {
        Self { id: number.to_owned(), title: number.to_owned(), number: Some(number.to_owned()), ..Self::default() }
    }

    /// A line in the west that nobody has said may be told.
    pub fn west_not_set(number: &str) -> Self {
        Self { area: Area::West, standing: Standing::NotSet, ..Self::east(number) }
    }
}

/// What goes wrong at the gateway, or what somebody does with its keys.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The carrier tells no number.
    NoNumber,
    /// The other area than the line's.
    WrongArea,
    /// Its clock differs by so many seconds.
    Clock(i64),
    /// It signs with a key that it has not published.
    UnpublishedKey,
    /// It signs with a key of another gateway, given as that gateway's `kid`.
    ForeignKey(String),
    /// It sends the assertion it made before this one.
    Replay,
    /// `alg: none`.
    AlgNone,
    /// HS256 with its own public key as the secret.
    Hs256,
    /// An assertion that is good for a day.
    ExpOneDay,
    /// An assertion for another host.
    OtherHost,
    /// An assertion for another path.
    OtherPath,
    /// No assertion at all.
    NoHeader,
    /// Two assertions.
    TwoHeaders,
    /// It answers nobody: 502.
    Down,
}

/// Everything that changes.
pub struct State {
    /// Tegata's line listener.
    pub listener: Option<SocketAddr>,
    /// The lines on the page.
    pub lines: Vec<Line>,
    /// Which of them terminals come over.
    pub chosen: String,
    /// What goes wrong.
    pub fault: Fault,
    /// The keys.
    pub keys: Keys,
    /// The last assertion.
    pub captured: Option<String>,
}

impl State {
    pub fn new(keys: Keys) -> Self {
        let line = |id: &str, title: &str, number: Option<&str>, standing| Line {
            id: id.to_owned(),
            title: title.to_owned(),
            number: number.map(str::to_owned),
            standing,
            area: if id.starts_with("west") { Area::West } else { Area::East },
        };
        let lines = vec![
            line("registered", "登録済みの回線", Some(REGISTERED), Standing::Notified),
            line("unregistered", "未登録の回線", Some("CAF9999999999"), Standing::Notified),
            line("west", "西日本の回線（通知未設定）", Some(WEST), Standing::NotSet),
            line("west-declined", "西日本の回線（通知しない）", Some("COP99999998"), Standing::Declined),
            line("none", "番号なし", None, Standing::Unknown),
            line("maintenance", "通信事業者のメンテナンス中", None, Standing::Unavailable),
        ];
        let chosen = "registered".to_owned();
        Self { listener: None, lines, chosen, fault: Fault::None, keys, captured: None }
    }

    /// The line that terminals come over which chose none for themselves.
    pub fn line(&self) -> Line {
        self.line_of(None)
    }

    /// The line that a terminal comes over.
    pub fn line_of(&self, chosen: Option<&str>) -> Line {
        let find = |id: &str| self.lines.iter().find(|line| line.id == id).cloned();
        chosen.and_then(find).or_else(|| find(&self.chosen)).unwrap_or_default()
    }

    /// Adds a line, or changes the one with its word.
    pub fn put(&mut self, line: Line) {
        match self.lines.iter_mut().find(|known| known.id == line.id) {
            Some(known) => *known = line,
            None => self.lines.push(line),
        }
    }

    /// Chooses a line; one with the word of a known one takes its place.
    pub fn choose(&mut self, line: Line) {
        self.chosen.clone_from(&line.id);
        self.put(line);
    }
}

/// The number of the line that the demo's contracts register.
pub const REGISTERED: &str = "CAF0000000001";
/// The number of the line in the west that they register too.
pub const WEST: &str = "COP00000002";
