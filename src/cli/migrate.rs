//! `tegata migrate`

use super::{CliError, output};
use crate::boot::{BootError, connect};
use crate::config::Config;
use crate::storage::MigrationStatus;

/// Runs what is missing, under a lock: several nodes may try at once.
pub async fn run(config: &Config) -> Result<(), CliError> {
    let db = connect(config).await?;
    match db.migration_status().await? {
        MigrationStatus::Newer => return Err(BootError::Newer.into()),
        MigrationStatus::UpToDate => output::sentence("the database is up to date"),
        MigrationStatus::Behind(missing) => {
            db.migrate().await?;
            output::sentence(&format!("the database is up to date; migrations run: {missing}"));
        }
    }
    db.close().await;
    Ok(())
}
