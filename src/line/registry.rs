//! The lines a contract registered.

use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId, LineId};
use crate::random::Random;
use crate::secret::MasterKey;

use super::number::{LineKey, LineNumber};

/// Lines of one contract at the most: a company has a few.
pub const MOST_LINES: i64 = 200;

/// A registered line, as a list shows it: its number is sealed, [`super::reveal`] opens it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisteredLine {
    /// Its id.
    pub id: LineId,
    /// Its key: what sessions remember of it.
    pub key: LineKey,
    /// The last three characters of its number.
    pub tail: String,
    /// What its contract calls it; may be empty.
    pub label: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When somebody last signed in over it, to the minute.
    pub last_seen_at: Option<Timestamp>,
}

/// A line to be registered.
pub struct NewLine {
    /// Its id.
    pub id: LineId,
    /// The contract and its brand.
    pub owner: (BrandCode, ContractId),
    /// What its contract calls it.
    pub label: String,
    /// Its key.
    pub key: LineKey,
    /// Its number, sealed for this row.
    pub sealed: Vec<u8>,
    /// The last three characters of its number.
    pub tail: String,
}

impl NewLine {
    /// A line of a contract.
    pub fn new(
        (master, random): (&MasterKey, &Random),
        (brand, contract): (&BrandCode, &ContractId),
        number: &LineNumber,
        label: &str,
        now: Timestamp,
    ) -> Self {
        let id: LineId = random.row_id(now).into();
        Self {
            sealed: seal_number(master, &id, number),
            key: LineKey::of(master, brand, number),
            tail: number.tail().to_owned(),
            owner: (brand.clone(), contract.clone()),
            label: label.to_owned(),
            id,
        }
    }
}

/// What became of a line to be registered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registered {
    /// It is the contract's now.
    Registered,
    /// The contract has it already.
    TakenHere,
    /// Another contract of the brand has it.
    TakenElsewhere,
    /// The contract has [`MOST_LINES`] already.
    Full,
}

fn seal_number(master: &MasterKey, id: &LineId, number: &LineNumber) -> Vec<u8> {
    master.seal("line number", id.as_str().as_bytes(), number.as_str().as_bytes())
}

/// Opens what [`NewLine::new`] sealed.
pub(super) fn open_number(master: &MasterKey, id: &LineId, sealed: &[u8]) -> Option<LineNumber> {
    let plain = master.open("line number", id.as_str().as_bytes(), sealed)?;
    String::from_utf8(plain).ok().map(LineNumber::stored)
}
