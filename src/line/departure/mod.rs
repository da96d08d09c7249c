//! A person at the carrier's page during a sign-in (`upstreams.md` §4.3, West consent).
//!
//! ```text
//! departed ─┬─ the way back with its state: returned ─┬─ a signed answer: kept, sealed, for minutes
//!           │                                         └─ none: the line is looked at anew
//!           ├─ departed again: another round, another state
//!           └─ as old as its sign-in: gone
//! ```
//! The state is good once, and for the sign-in it was made for. Coming back proves nothing by itself.
//!
//! It must not: keep an answer longer than evidence is believed.

mod store;

pub use store::{
    STATEMENTS, consume_return, count_expired_departures, delete_expired_departures, depart, find_departure,
    keep_answer,
};

use serde::{Deserialize, Serialize};

use super::number::LineNumber;
use crate::clock::Timestamp;
use crate::config::LineArea;
use crate::id::InteractionId;
use crate::secret::{MasterKey, TokenHash};

/// A departure, as stored.
pub struct Departure {
    /// When the person was sent there the last time.
    pub departed_at: Timestamp,
    /// The hash of the nonce the answer must carry.
    pub nonce: Option<TokenHash>,
    /// When a signed answer came back.
    pub answered_at: Option<Timestamp>,
    answer: Option<Vec<u8>>,
}

/// What a notifier answered about a line.
#[derive(Serialize, Deserialize)]
struct Kept {
    number: String,
    area: LineArea,
    witness: String,
}

/// Seals an answer for its sign-in.
pub(super) fn seal_answer(
    master: &MasterKey,
    interaction: &InteractionId,
    (number, area, witness): (&LineNumber, LineArea, &str),
) -> Vec<u8> {
    let kept = Kept { number: number.as_str().to_owned(), area, witness: witness.to_owned() };
    let plain = serde_json::to_vec(&kept).unwrap_or_default();
    master.seal("line answer", interaction.as_str().as_bytes(), &plain)
}

impl Departure {
    /// The line of the answer, if one came back.
    pub(super) fn open_answer(
        &self,
        master: &MasterKey,
        interaction: &InteractionId,
    ) -> Option<(LineNumber, LineArea, String)> {
        let plain = master.open("line answer", interaction.as_str().as_bytes(), self.answer.as_deref()?)?;
        let kept: Kept = serde_json::from_slice(&plain).ok()?;
        Some((LineNumber::stored(kept.number), kept.area, kept.witness))
    }
}
