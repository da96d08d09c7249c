//! What somebody orders about signing keys: the verbs of the command line, the operators' console and the JSON API.

use std::time::Duration;

use super::model::{StoredKey, rotate};
use super::rotation::{RotationError, apply};
use super::store::{delete_key, load_keys};
use crate::audit::{Clerk, EventKind};
use crate::config::Config;
use crate::id::KeyId;
use crate::jose::Algorithm;
use crate::policy::key_rotation::{Action, RotationRules, Urgency};
use crate::revision;
use crate::secret::MasterKey;
use crate::storage::{Database, Fault, Tx};

/// The longest life a client's own tokens can have (`policy::lifetimes`).
const LONGEST_TOKEN: Duration = Duration::from_hours(24);
/// How long a relying party may keep the JWKS, and then some for clocks that are off.
const LONGEST_CACHE: Duration = Duration::from_hours(24);

/// The deployment's periods. A retired key stays published until nothing it signed is valid any more, ID tokens that
/// come back as `id_token_hint` when the session ends included.
pub fn rules(config: &Config) -> RotationRules {
    let signed = [config.tokens.access_token.0, config.tokens.id_token.0, config.session.absolute.0, LONGEST_TOKEN];
    RotationRules {
        rotate_every: config.keys.rotate_every.0,
        publish_before: config.keys.publish_before.0,
        retire_after: signed.into_iter().max().unwrap_or(LONGEST_TOKEN) + LONGEST_CACHE,
    }
}

/// The actions for the audit log: `create ES256 current, delete <kid>`.
pub fn words(actions: &[Action<Algorithm>]) -> String {
    let word = |action: &Action<Algorithm>| match action {
        Action::Create { alg, state } => format!("create {alg} {}", state.as_str()),
        Action::Promote { kid } => format!("promote {kid}"),
        Action::Delete { kid } => format!("delete {kid}"),
    };
    actions.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Has the keys of one algorithm, or of all, replaced before their time; `false` when that is under way already.
///
/// # Errors
/// When the database fails or a key cannot be made.
pub async fn order_rotation(
    (db, master): (&Database, &MasterKey),
    clerk: &Clerk<'_>,
    (alg, urgency): (Option<Algorithm>, Urgency),
) -> Result<bool, RotationError> {
    let keys = load_keys(db).await?;
    let algorithms = alg.as_ref().map_or(Algorithm::ALL, std::slice::from_ref);
    let actions: Vec<_> = algorithms.iter().flat_map(|alg| rotate(*alg, &keys, urgency)).collect();
    if actions.is_empty() || apply(db, master, &actions, clerk.now).await? == 0 {
        return Ok(false);
    }
    // After the fact: the keys have a transaction of their own, made for many nodes at once.
    let mut tx = db.begin().await?;
    let event = clerk.event(EventKind::KeysRotated, "ordered").with("actions", words(&actions));
    clerk.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// What became of withdrawing a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Withdrawn {
    /// It is not published any more: nothing it signed verifies.
    Yes,
    /// It signs, or will: it has to be replaced first.
    InUse,
    /// There is no such key.
    Unknown,
}

/// Takes a retired key out of the JWKS before its time: what it signed, or whoever stole it signs, verifies no more.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_key(tx: &mut Tx, clerk: &Clerk<'_>, kid: &KeyId, keys: &[StoredKey]) -> Result<Withdrawn, Fault> {
    if !keys.iter().any(|key| key.kid == *kid) {
        return Ok(Withdrawn::Unknown);
    }
    if !delete_key(tx, kid).await? {
        return Ok(Withdrawn::InUse);
    }
    revision::bump(tx, "signing_key").await?;
    let event = clerk.event(EventKind::KeysRotated, "withdrawn").with("kid", kid.as_str());
    clerk.record(tx, &event).await?;
    Ok(Withdrawn::Yes)
}
