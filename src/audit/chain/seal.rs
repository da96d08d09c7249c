//! Sealing: what the job does.

use std::time::Duration;

use super::store::{self, Seal};
use super::{ChainKey, Head, hash_of};
use crate::clock::Timestamp;
use crate::id::AuditEventId;
use crate::storage::{Database, Fault, Tx};

/// Events sealed in one transaction: a few milliseconds of SQLite's writer.
const BATCH: i64 = 256;

/// How far the seals are behind the events.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lag {
    /// Events that wait, counted up to 100 000.
    pub waiting: u64,
    /// How long the oldest of them has waited.
    pub oldest: Duration,
}

/// Seals everything that waits, batch by batch; answers how many events it sealed.
///
/// # Errors
/// When the database fails; what was sealed until then stays so.
pub async fn seal_waiting(db: &Database, key: &ChainKey, now: Timestamp) -> Result<u64, Fault> {
    let mut sealed = 0;
    // A look that writes nothing: most rounds of a quiet hour end here.
    if store::lag(db).await?.0 == 0 {
        return Ok(0);
    }
    loop {
        let mut tx = db.begin().await?;
        let batch = seal_batch(&mut tx, key, now).await?;
        tx.commit().await?;
        sealed += batch;
        if batch < BATCH as u64 {
            return Ok(sealed);
        }
        // Requests that wait for the writer go first.
        tokio::task::yield_now().await;
    }
}

/// Seals up to 256 of the events that wait; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn seal_batch(tx: &mut Tx, key: &ChainKey, now: Timestamp) -> Result<u64, Fault> {
    let lost = || Fault::Other("the audit log has lost its head: restore it".to_owned());
    let head = store::take_head(tx, now).await?.ok_or_else(lost)?;
    let events = store::waiting(tx, BATCH).await?;
    let mut end = Head { seq: head.seq, hash: head.hash };
    let mut seals = Vec::with_capacity(events.len());
    for event in events {
        let seq = end.seq + 1;
        let hash = hash_of(key, (&end.hash, seq), head.sealed_at, &event);
        seals.push(Seal { seq, event_id: AuditEventId::new(event.id), sealed_at: head.sealed_at, hash: hash.clone() });
        end = Head { seq, hash };
    }
    store::insert_seals(tx, head.sealed_at, &seals).await?;
    store::delete_waiting(tx, head.seq, end.seq).await?;
    // Less than a batch was all there was: the run is over.
    let drained = seals.len() < BATCH as usize;
    if !store::move_head(tx, head.seq, &end, drained).await? {
        return Err(Fault::Other("the audit log's head was moved under a lock".to_owned()));
    }
    Ok(seals.len() as u64)
}

/// The end of the chain.
///
/// # Errors
/// When the database fails.
pub async fn find_head(db: &Database) -> Result<Head, Fault> {
    store::head(db).await
}

/// How far the seals are behind.
///
/// # Errors
/// When the database fails.
pub async fn measure_lag(db: &Database, now: Timestamp) -> Result<Lag, Fault> {
    let (waiting, oldest) = store::lag(db).await?;
    let oldest = oldest.map_or(Duration::ZERO, |at| now.since(at));
    Ok(Lag { waiting: u64::try_from(waiting).unwrap_or(0), oldest })
}
