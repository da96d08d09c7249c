//! The queue for events that change nothing else.

use tokio::sync::{mpsc, oneshot};

use super::model::Event;
use super::store::insert_event;
use crate::clock::{Clock, Timestamp};
use crate::random::Random;
use crate::storage::{Database, Fault};

/// Events that may wait. More are dropped and counted: an attacker's flood must not fill the memory.
const CAPACITY: usize = 4096;
/// Events written in one transaction.
const BATCH: usize = 128;

enum Message {
    Event(Box<(Event, Timestamp)>),
    Flush(oneshot::Sender<()>),
}

/// Where requests leave their events; cheap to clone.
#[derive(Clone)]
pub struct AuditQueue {
    messages: mpsc::Sender<Message>,
    clock: Clock,
}

/// The other end of the queue.
pub struct AuditWriter {
    messages: mpsc::Receiver<Message>,
}

impl AuditQueue {
    /// A queue and its writer's end.
    pub fn new(clock: Clock) -> (Self, AuditWriter) {
        let (messages, receiver) = mpsc::channel(CAPACITY);
        (Self { messages, clock }, AuditWriter { messages: receiver })
    }

    /// Leaves an event; it is written within moments. When the queue is full it is dropped and counted.
    pub fn record(&self, event: Event) {
        let message = Message::Event(Box::new((event, self.clock.now())));
        if self.messages.try_send(message).is_err() {
            metrics::counter!("tegata_audit_events_dropped_total").increment(1);
            tracing::warn!("the audit queue is full: an event was dropped");
        }
    }

    /// Waits until everything left before has been written: before the process ends, and in tests.
    pub async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.messages.send(Message::Flush(done)).await.is_ok() {
            drop(flushed.await);
        }
    }
}

/// Writes what arrives, in batches, until the last [`AuditQueue`] is gone.
pub async fn run_writer(mut writer: AuditWriter, db: Database, random: Random) {
    let mut messages = Vec::with_capacity(BATCH);
    while writer.messages.recv_many(&mut messages, BATCH).await > 0 {
        let mut events = Vec::with_capacity(messages.len());
        let mut waiting = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Event(event) => events.push(*event),
                Message::Flush(done) => waiting.push(done),
            }
        }
        if let Err(fault) = write(&db, &random, &events).await {
            metrics::counter!("tegata_audit_events_dropped_total").increment(events.len() as u64);
            tracing::error!(%fault, events = events.len(), "audit events could not be written");
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

async fn write(db: &Database, random: &Random, events: &[(Event, Timestamp)]) -> Result<(), Fault> {
    if events.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (event, at) in events {
        insert_event(&mut tx, random.row_id(*at).into(), event, *at).await?;
    }
    tx.commit().await
}
