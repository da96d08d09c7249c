//! Sealing the audit log's newest events, and saying how far it has come.

use super::JobError;
use crate::audit::chain::{ChainKey, find_head, measure_lag, seal_waiting};
use crate::context::App;

/// Seals what waits; answers how many events.
///
/// # Errors
/// When the database fails; the next round goes on.
pub async fn tick(app: &App) -> Result<u64, JobError> {
    let sealed = seal_waiting(&app.db, &ChainKey::of(&app.master), app.clock.now()).await?;
    metrics::counter!("tegata_audit_events_sealed_total").increment(sealed);
    Ok(sealed)
}

/// Measures how many events wait for their seal, and how long the oldest has.
///
/// # Errors
/// When the database fails.
pub async fn measure(app: &App) -> Result<(), JobError> {
    let lag = measure_lag(&app.db, app.clock.now()).await?;
    metrics::gauge!("tegata_audit_unsealed").set(lag.waiting as f64);
    metrics::gauge!("tegata_audit_unsealed_oldest_seconds").set(lag.oldest.as_secs_f64());
    Ok(())
}

/// Writes the end of the chain into the log: wherever the log is carried to, there is a head that nobody with the
/// database in hand can take back.
///
/// # Errors
/// When the database fails.
pub async fn note_head(app: &App) -> Result<(), JobError> {
    let head = find_head(&app.db).await?;
    tracing::info!(%head, "audit log");
    Ok(())
}
