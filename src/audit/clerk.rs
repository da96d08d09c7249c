//! Who works, and writes down what was done.

use super::model::{Event, EventKind};
use super::store::insert_event;
use crate::clock::Timestamp;
use crate::random::Random;
use crate::storage::{Fault, Tx};

/// What a verb holds that changes something on somebody's behalf: the command line, an operator, a program.
pub struct Clerk<'a> {
    /// Randomness.
    pub random: &'a Random,
    /// When.
    pub now: Timestamp,
    /// The event every verb begins with: reference, address, who; kind and reason are replaced.
    pub event: Event,
}

impl Clerk<'_> {
    /// The event of a change.
    pub fn event(&self, kind: EventKind, what: &'static str) -> Event {
        Event { kind, ..self.event.clone() }.because(what)
    }

    /// Writes an event beside the change it tells of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(&self, tx: &mut Tx, event: &Event) -> Result<(), Fault> {
        insert_event(tx, self.random.row_id(self.now).into(), event, self.now).await
    }
}
