//! Letting go of the oldest events, in order, and leaving a signed word where the chain begins now.

use super::store::{self, Old};
use super::{ChainKey, Start};
use crate::clock::Timestamp;
use crate::storage::{Fault, Tx};

/// Takes away up to `batch` events that happened and were sealed before an instant, from the beginning of the chain on;
/// answers how many. What is not sealed stays, however old it is, and so does what comes after a younger event.
///
/// # Errors
/// When the database fails.
pub async fn remove_old_events(
    tx: &mut Tx,
    key: &ChainKey,
    (before, now): (Timestamp, Timestamp),
    batch: i64,
) -> Result<u64, Fault> {
    let oldest = store::oldest(tx, batch).await?;
    // By both times: a run that was cut off and resumed much later seals under the time it began.
    let is_old = |old: &Old| old.seal.sealed_at < before && old.at.is_none_or(|at| at < before);
    let Some(Old { seal, .. }) = oldest.into_iter().take_while(is_old).last() else { return Ok(0) };
    let last = seal.seq;
    let start = Start { seq: last, hash: seal.hash, sealed_at: seal.sealed_at, removed_at: now, signature: Vec::new() };
    // First the word, then the deed: the triggers let go of nothing that is not behind it.
    if !store::move_start(tx, &start.sign(key)).await? {
        return Ok(0);
    }
    store::delete_through(tx, last).await
}
