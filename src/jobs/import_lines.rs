//! Taking a new table of prefixes into use, where lines become known by one.

use super::JobError;
use crate::context::App;

/// Looks at the files; answers whether a new table came into use. One that is refused leaves the former in use until it
/// is too old, and then line authentication is unavailable: the failing job is the alarm.
///
/// # Errors
/// When the table was refused, or the database fails.
pub async fn tick(app: &App) -> Result<bool, JobError> {
    let Some(verifier) = &app.line else { return Ok(false) };
    let changed = verifier.import(&app.db, app.clock.now()).await?;
    if changed {
        tracing::info!("a new table of prefixes is in use");
    }
    Ok(changed)
}
