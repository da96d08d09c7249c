//! Going through the chain from its beginning to its end.
//!
//! It streams: a page of seals at a time, beside a node that goes on sealing and taking away.

use std::collections::BTreeMap;
use std::time::Duration;

use super::store::{self, Link, Seal};
use super::{ChainKey, Head, Start, hash_of};
use crate::clock::Timestamp;
use crate::id::AuditEventId;
use crate::secret::constant_time_eq;
use crate::storage::{Database, Fault};

/// How much later than it happened an event may appear: longer than any transaction, and room for nodes whose clocks
/// differ.
pub const TOLERANCE: Duration = Duration::from_mins(10);

/// Seals looked at together.
const PAGE: i64 = 1000;
/// Findings that are told one by one; more are counted.
const MOST_FINDINGS: usize = 100;

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Problem {
    /// The row, or its place in the chain, is not what was sealed.
    Changed,
    /// The sealed event is gone.
    EventMissing,
    /// The seal is gone, and the event with it unless it is told of elsewhere.
    SealMissing,
    /// The end of the chain is not where the last seal is: the tail was cut off.
    Truncated,
    /// The noted head is not in the chain: its end was cut off and written anew, or was changed.
    NotedHeadMissing,
    /// Events before the beginning were taken away by somebody else than the product.
    StartForged,
    /// The event is neither sealed nor waiting for it: it was slipped in.
    Inserted,
    /// A run of the sealing job that came after the event is said to have happened did not find it: it was slipped in
    /// later, or written by a node whose clock was wrong.
    Backdated,
    /// The event waits for its seal since long: no node runs, or none of them seals.
    UnsealedForLong,
}

impl Problem {
    /// As a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::EventMissing => "event_missing",
            Self::SealMissing => "seal_missing",
            Self::Truncated => "truncated",
            Self::NotedHeadMissing => "noted_head_missing",
            Self::StartForged => "start_forged",
            Self::Inserted => "inserted",
            Self::Backdated => "backdated",
            Self::UnsealedForLong => "unsealed_for_long",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What.
    pub problem: Problem,
    /// At which seal, where there is one.
    pub seq: Option<i64>,
    /// The event, where it is known.
    pub event: Option<AuditEventId>,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Seals before the first that was checked: what retention took away.
    pub removed: i64,
    /// Seals that were checked.
    pub checked: u64,
    /// Events that wait for their seal.
    pub waiting: u64,
    /// The end of the chain, to be noted elsewhere.
    pub head: Head,
    /// Whether a noted head could not be compared, since it lies before what retention took away.
    pub noted_head_is_gone: bool,
    /// What is wrong, by seal; the first hundred.
    pub findings: Vec<Finding>,
    /// How many things are wrong.
    pub wrong: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    fn find(&mut self, problem: Problem, seq: Option<i64>, event: Option<AuditEventId>) {
        self.wrong += 1;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { problem, seq, event });
        }
    }
}

/// Where the walk is.
struct Walk<'a> {
    key: &'a ChainKey,
    noted: Option<&'a Head>,
    /// The seal before the next.
    last: Head,
    /// The run it was made in, and the one before.
    runs: (Timestamp, Timestamp),
    report: Report,
}

/// Checks the whole chain; with a head that was noted earlier, that it is still part of it.
///
/// # Errors
/// When the database fails.
pub async fn verify(db: &Database, key: &ChainKey, noted: Option<&Head>, now: Timestamp) -> Result<Report, Fault> {
    let none = Head { seq: 0, hash: Vec::new() };
    let report = Report {
        removed: 0,
        checked: 0,
        waiting: 0,
        head: none.clone(),
        noted_head_is_gone: false,
        findings: Vec::new(),
        wrong: 0,
    };
    let before = Timestamp::from_millis(i64::MIN);
    let mut walk = Walk { key, noted, last: none, runs: (before, before), report };
    if let Some(start) = store::start(db).await? {
        walk.begin(&start);
    }
    loop {
        // The end is read first: seals that are not there after it never were.
        let head = store::head(db).await?;
        let seals = store::seals(db, walk.last.seq, PAGE).await?;
        if seals.is_empty() && (head.seq == walk.last.seq || !walk.catch_up(db).await?) {
            walk.end(head);
            break;
        }
        walk.page(db, seals).await?;
    }
    let mut report = walk.report;
    for event in store::foreign(db, MOST_FINDINGS as i64).await? {
        report.find(Problem::Inserted, None, Some(event));
    }
    for event in store::waiting_long(db, now.minus(TOLERANCE), MOST_FINDINGS as i64).await? {
        report.find(Problem::UnsealedForLong, None, Some(event));
    }
    report.waiting = u64::try_from(store::lag(db).await?.0).unwrap_or(0);
    Ok(report)
}

impl Walk<'_> {
    /// From where retention has left off.
    fn begin(&mut self, start: &Start) {
        if !start.is_genuine(self.key) {
            self.report.find(Problem::StartForged, Some(start.seq), None);
        }
        self.last = Head { seq: start.seq, hash: start.hash.clone() };
        self.runs = (start.sealed_at, Timestamp::from_millis(i64::MIN));
        self.report.removed = start.seq;
        self.compare_with_noted(start.seq, &start.hash);
        self.report.noted_head_is_gone = self.noted.is_some_and(|noted| noted.seq < start.seq && noted.seq > 0);
    }

    /// Goes on from where retention has got to meanwhile; `false` when it has not overtaken the walk.
    async fn catch_up(&mut self, db: &Database) -> Result<bool, Fault> {
        let ahead = store::start(db).await?.filter(|start| start.seq > self.last.seq);
        if let Some(start) = &ahead {
            self.begin(start);
        }
        Ok(ahead.is_some())
    }

    async fn page(&mut self, db: &Database, seals: Vec<Seal>) -> Result<(), Fault> {
        let through = seals.last().map_or(self.last.seq, |seal| seal.seq);
        let links = store::links(db, self.last.seq, through).await?;
        let mut links: BTreeMap<i64, Link> = links.into_iter().map(|link| (link.seal.seq, link)).collect();
        for seal in seals {
            let link = links.remove(&seal.seq);
            if seal.seq != self.last.seq + 1 || link.is_none() {
                self.catch_up(db).await?;
            }
            if seal.seq > self.last.seq {
                self.step(seal, link);
            }
        }
        Ok(())
    }

    fn step(&mut self, seal: Seal, link: Option<Link>) {
        let in_order = seal.seq == self.last.seq + 1;
        if !in_order {
            self.report.find(Problem::SealMissing, Some(self.last.seq + 1), None);
        }
        if seal.sealed_at != self.runs.0 {
            self.runs = (seal.sealed_at, self.runs.0);
        }
        match link {
            None => self.report.find(Problem::EventMissing, Some(seal.seq), Some(seal.event_id)),
            Some(link) => {
                let hash = hash_of(self.key, (&self.last.hash, seal.seq), seal.sealed_at, &link.event);
                // Behind a gap nothing can be compared; its own successor tells whether this seal's hash was changed.
                if in_order && !constant_time_eq(&hash, &seal.hash) {
                    self.report.find(Problem::Changed, Some(seal.seq), Some(seal.event_id));
                } else if Timestamp::from_millis(link.event.at).plus(TOLERANCE) < self.runs.1 {
                    self.report.find(Problem::Backdated, Some(seal.seq), Some(seal.event_id));
                }
            }
        }
        self.report.checked += 1;
        self.compare_with_noted(seal.seq, &seal.hash);
        self.last = Head { seq: seal.seq, hash: seal.hash };
    }

    fn compare_with_noted(&mut self, seq: i64, hash: &[u8]) {
        if self.noted.is_some_and(|noted| noted.seq == seq && !constant_time_eq(&noted.hash, hash)) {
            self.report.find(Problem::NotedHeadMissing, Some(seq), None);
        }
    }

    fn end(&mut self, head: Head) {
        if head != self.last {
            self.report.find(Problem::Truncated, Some(self.last.seq + 1), None);
        }
        if let Some(noted) = self.noted.filter(|noted| noted.seq > self.last.seq) {
            self.report.find(Problem::NotedHeadMissing, Some(noted.seq), None);
        }
        self.report.head = self.last.clone();
    }
}
