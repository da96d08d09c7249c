//! The table itself: parsing it strictly, and finding an address's line.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::ops::RangeInclusive;

use super::super::number::{LineNumber, NumberRule};
use crate::clock::Timestamp;
use crate::config::LineArea;

/// The lengths a prefix may have: what carriers delegate to one line.
const LENGTHS: RangeInclusive<u8> = 48..=64;
/// The first line of the file.
const HEADER: &str = "prefix,len,line,area,valid_from,valid_to";
/// Rows at the most: ten times what a brand could have customers.
const MOST_ROWS: usize = 1_000_000;

/// Why a table was refused. Names the row, and nothing that stands in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadTable {
    /// The first line is not the one it must be.
    #[error("the first line must be {HEADER}")]
    Header,
    /// More rows than any table has.
    #[error("it has more than {MOST_ROWS} rows")]
    TooLong,
    /// A row cannot be read.
    #[error("line {0}: {1}")]
    Row(usize, &'static str),
    /// Two lines have the same address at the same time.
    #[error("line {0}: its prefix overlaps that of another line")]
    Overlap(usize),
}

struct Entry {
    number: LineNumber,
    area: LineArea,
    from: Timestamp,
    to: Option<Timestamp>,
}

impl Entry {
    fn is_valid(&self, now: Timestamp) -> bool {
        self.from <= now && self.to.is_none_or(|to| now < to)
    }

    /// Whether both may be valid at once.
    fn meets(&self, other: &Self) -> bool {
        self.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| self.from < to)
    }

    /// Whether one address could be that of two lines.
    fn contradicts(&self, other: &Self) -> bool {
        self.number != other.number && self.meets(other)
    }
}

/// A table of prefixes that was found good.
pub struct Table {
    prefixes: HashMap<(u8, u128), Vec<Entry>>,
    rows: usize,
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// [`BadTable`]: one row that is not right refuses all of it.
    pub fn parse(csv: &str, rule: &NumberRule) -> Result<Self, BadTable> {
        let mut lines = csv.lines().enumerate().map(|(index, line)| (index + 1, line));
        if lines.next().map(|(_, line)| line) != Some(HEADER) {
            return Err(BadTable::Header);
        }
        let mut table = Self { prefixes: HashMap::new(), rows: 0 };
        let mut places = Vec::new();
        for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let (place, entry) = row(line, rule).map_err(|why| BadTable::Row(at, why))?;
            table.rows += 1;
            if table.rows > MOST_ROWS {
                return Err(BadTable::TooLong);
            }
            let entries = table.prefixes.entry(place).or_default();
            if entries.iter().any(|other| other.contradicts(&entry)) {
                return Err(BadTable::Overlap(at));
            }
            entries.push(entry);
            places.push((at, place));
        }
        match places.into_iter().find(|(_, place)| table.is_inside_another(*place)) {
            Some((at, _)) => Err(BadTable::Overlap(at)),
            None => Ok(table),
        }
    }

    /// Whether a shorter prefix of another line covers this one.
    fn is_inside_another(&self, (len, prefix): (u8, u128)) -> bool {
        let own = self.prefixes.get(&(len, prefix)).into_iter().flatten();
        let around = |shorter| self.prefixes.get(&(shorter, mask(prefix, shorter))).into_iter().flatten();
        own.into_iter()
            .any(|entry| (*LENGTHS.start()..len).any(|shorter| around(shorter).any(|other| other.contradicts(entry))))
    }

    /// The line of an address, by the longest prefix that is valid now.
    pub fn find(&self, address: IpAddr, now: Timestamp) -> Option<(&LineNumber, LineArea)> {
        let IpAddr::V6(address) = address else { return None };
        let bits = address.to_bits();
        LENGTHS.rev().find_map(|len| {
            let entries = self.prefixes.get(&(len, mask(bits, len)))?;
            entries.iter().find(|entry| entry.is_valid(now)).map(|entry| (&entry.number, entry.area))
        })
    }

    /// How many rows it has.
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether it has none.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

fn mask(bits: u128, len: u8) -> u128 {
    bits & (u128::MAX << (128 - u32::from(len)))
}

fn row(line: &str, rule: &NumberRule) -> Result<((u8, u128), Entry), &'static str> {
    let fields: Vec<&str> = line.split(',').collect();
    let [prefix, len, number, area, from, to] = fields[..] else { return Err("it must have six columns") };
    let prefix = prefix.parse::<Ipv6Addr>().map_err(|_| "the prefix is no IPv6 address")?.to_bits();
    let len: u8 = len.parse().ok().filter(|len| LENGTHS.contains(len)).ok_or("the length must be 48 to 64")?;
    if mask(prefix, len) != prefix {
        return Err("the prefix has bits beyond its length");
    }
    let number = rule.accept(number).map_err(|_| "the line number fits no form")?;
    let area = LineArea::parse(area).ok_or("the area must be east or west")?;
    let from = time(from).ok_or("valid_from is no time")?;
    let to = if to.is_empty() { None } else { Some(time(to).ok_or("valid_to is no time")?) };
    if to.is_some_and(|to| to <= from) {
        return Err("valid_to must be after valid_from");
    }
    Ok(((len, prefix), Entry { number, area, from, to }))
}

fn time(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|time| Timestamp::from_millis(time.as_millisecond()))
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
