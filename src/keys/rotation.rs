//! Applying what the policy decided: generate outside the transaction, write inside it, once per cluster.

use super::model::{KeyError, StoredKey};
use super::store::{delete_key, insert_key, load_keys, promote_key, retire_current};
use crate::clock::Timestamp;
use crate::id::KeyId;
use crate::jose::{Algorithm, JoseError, SigningKey};
use crate::policy::key_rotation::{Action, KeyState};
use crate::revision;
use crate::secret::MasterKey;
use crate::storage::{Database, Fault};

/// Why a rotation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// A key could not be made.
    #[error(transparent)]
    Jose(#[from] JoseError),
    /// A stored key could not be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The thread that makes keys died.
    #[error("key generation was interrupted")]
    Interrupted,
}

enum Step {
    Insert(Box<StoredKey>),
    Promote(KeyId, Algorithm),
    Delete(KeyId),
}

/// Carries out the actions in one transaction; answers how many took effect. Another node may have been first: then
/// its keys stand and ours are dropped.
///
/// # Errors
/// [`RotationError`].
pub async fn apply(
    db: &Database,
    master: &MasterKey,
    actions: &[Action<Algorithm>],
    now: Timestamp,
) -> Result<usize, RotationError> {
    let rows = load_keys(db).await?;
    let mut steps = Vec::with_capacity(actions.len());
    for action in actions {
        steps.push(match action {
            Action::Create { alg, state } => Step::Insert(Box::new(generate(master, *alg, *state, now).await?)),
            Action::Promote { kid } => match rows.iter().find(|row| row.kid == *kid) {
                Some(row) => Step::Promote(kid.clone(), row.alg),
                None => continue,
            },
            Action::Delete { kid } => Step::Delete(kid.clone()),
        });
    }
    let mut tx = db.begin().await?;
    let mut done = 0;
    for step in steps {
        done += usize::from(match step {
            Step::Insert(key) => {
                // The very first key of an algorithm has nobody to retire; two nodes that start together both try,
                // and the second must not retire the first one's key.
                let replaces = rows.iter().any(|row| row.alg == key.alg && row.state == KeyState::Current);
                if key.state == KeyState::Current && replaces {
                    retire_current(&mut tx, key.alg, now).await?;
                }
                insert_key(&mut tx, &key).await?
            }
            Step::Promote(kid, alg) => promote_key(&mut tx, &kid, alg, now).await?,
            Step::Delete(kid) => delete_key(&mut tx, &kid).await?,
        });
    }
    if done > 0 {
        revision::bump(&mut tx, "signing_key").await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// An RSA key takes 60 ms and more of a core: not on a thread that serves requests.
async fn generate(
    master: &MasterKey,
    alg: Algorithm,
    state: KeyState,
    now: Timestamp,
) -> Result<StoredKey, RotationError> {
    let master = master.clone();
    let made =
        tokio::task::spawn_blocking(move || StoredKey::seal(&SigningKey::generate(alg)?, state, now, &master)).await;
    Ok(made.map_err(|_| RotationError::Interrupted)??)
}
