//! Sending what is in the outbox.

use super::JobError;
use crate::context::App;
use crate::notify::{Channel, Round, load_backlog};

/// Sends everything that is due, of both kinds; answers what became of it.
///
/// # Errors
/// When the database fails; no message is lost by it.
pub async fn tick(app: &App) -> Result<Round, JobError> {
    Ok(app.carrier.deliver_due(&app.db, &app.outbox, app.clock.now()).await?)
}

/// The same, of one kind: each has a loop of its own, so that an SMS never waits for a slow mail server.
///
/// # Errors
/// When the database fails; no message is lost by it.
pub async fn tick_lane(app: &App, channel: Channel) -> Result<Round, JobError> {
    Ok(app.carrier.lane(channel, &app.db, &app.outbox, app.clock.now()).await?)
}

/// Measures how full the outbox is.
///
/// # Errors
/// When the database fails.
pub async fn measure(app: &App) -> Result<(), JobError> {
    let backlog = load_backlog(&app.db).await?;
    let oldest = backlog.oldest.map_or(0.0, |at| app.clock.now().since(at).as_secs_f64());
    metrics::gauge!("tegata_outbox_waiting").set(backlog.waiting as f64);
    metrics::gauge!("tegata_outbox_oldest_seconds").set(oldest);
    metrics::gauge!("tegata_outbox_dead").set(backlog.dead as f64);
    Ok(())
}
