//! Taking over what another node, or the command line, has changed.

use super::{JobError, rotate_keys};
use crate::context::App;
use crate::revision::{Revisions, load_revisions};
use crate::storage::{Database, Fault};

/// What this node has seen so far.
pub struct Reload {
    seen: Revisions,
}

/// What a round has taken over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reloaded {
    /// The clients.
    pub clients: bool,
    /// The signing keys.
    pub keys: bool,
}

impl Reload {
    /// Notes where the counters stand. Before anything is loaded: what moves in between is loaded twice, never missed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(db: &Database) -> Result<Self, Fault> {
        Ok(Self { seen: load_revisions(db).await? })
    }

    /// Reloads what has moved since the last round. What fails stays as it was and is tried again in the next round.
    ///
    /// # Errors
    /// The first thing that could not be read.
    pub async fn tick(&mut self, app: &App) -> Result<Reloaded, JobError> {
        let now = load_revisions(&app.db).await?;
        let mut reloaded = Reloaded::default();
        if self.has_moved(&now, "client") {
            app.clients.reload(&app.db).await?;
            self.note(&now, "client");
            reloaded.clients = true;
        }
        if self.has_moved(&now, "signing_key") {
            rotate_keys::reload(app).await?;
            self.note(&now, "signing_key");
            reloaded.keys = true;
        }
        Ok(reloaded)
    }

    fn has_moved(&self, now: &Revisions, name: &str) -> bool {
        now.get(name) != self.seen.get(name)
    }

    fn note(&mut self, now: &Revisions, name: &str) {
        if let Some(value) = now.get(name) {
            self.seen.insert(name.to_owned(), *value);
        }
    }
}
