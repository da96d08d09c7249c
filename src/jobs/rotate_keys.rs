//! Keeping the signing keys young.

use super::JobError;
use crate::audit::{Event, EventKind};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::context::App;
use crate::jose::Algorithm;
use crate::keys::{Action, KeySet, StoredKey, apply, load_keys, next_actions, rules, words};
use crate::secret::MasterKey;
use crate::storage::Database;

/// Does everything that is due but makes no RSA key: what a start can wait for.
///
/// # Errors
/// When the database fails or a key cannot be made.
pub async fn prepare(
    (db, master): (&Database, &MasterKey),
    config: &Config,
    now: Timestamp,
) -> Result<Vec<StoredKey>, JobError> {
    let rows = load_keys(db).await?;
    let (_, quick) = due(now, &rows, config);
    if quick.is_empty() {
        return Ok(rows);
    }
    apply(db, master, &quick, now).await?;
    Ok(load_keys(db).await?)
}

/// Does what is due; answers how many keys were made, promoted or deleted.
///
/// # Errors
/// When the database fails or a key cannot be made; what was done until then stands.
pub async fn tick(app: &App) -> Result<usize, JobError> {
    let now = app.clock.now();
    let (slow, quick) = due(now, &load_keys(&app.db).await?, &app.config);
    let mut done = 0;
    // One slow action at a time, so that RS256 is in use while PS256 is still being made.
    let rounds = [quick].into_iter().chain(slow.into_iter().map(|action| vec![action]));
    for actions in rounds.filter(|actions| !actions.is_empty()) {
        let effects = apply(&app.db, &app.master, &actions, now).await?;
        reload(app).await?;
        if effects > 0 {
            let event = Event::new(EventKind::KeysRotated, app.random.reference()).because("due");
            app.audit.record(event.with("actions", words(&actions)));
        }
        done += effects;
    }
    Ok(done)
}

/// Takes over the keys as they stand in the database.
///
/// # Errors
/// When the database fails or a key cannot be opened; the keys in use stay then.
pub async fn reload(app: &App) -> Result<(), JobError> {
    let rows = load_keys(&app.db).await?;
    app.keys.replace(KeySet::build(&rows, &app.master)?);
    Ok(())
}

/// What is due, the slow things apart.
fn due(now: Timestamp, rows: &[StoredKey], config: &Config) -> (Vec<Action<Algorithm>>, Vec<Action<Algorithm>>) {
    // In the order of need: every provider must have RS256 (OpenID Connect Core §15.1).
    const WANTED: [Algorithm; 4] = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256, Algorithm::Ps256];
    next_actions(now, &WANTED, rows, &rules(config)).into_iter().partition(is_slow)
}

const fn is_slow(action: &Action<Algorithm>) -> bool {
    matches!(action, Action::Create { alg: Algorithm::Rs256 | Algorithm::Ps256, .. })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_first_start_waits_for_elliptic_curves_alone_and_rs256_comes_before_ps256() {
        let path = std::path::Path::new("tegata.toml");
        let text = "[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\n\
                    service_url = \"https://ff.example/VX7\"\n";
        let config = crate::config::load(path, text, &[]).unwrap();
        let (slow, quick) = due(Timestamp::from_seconds(1_700_000_000), &[], &config);
        assert_eq!(words(&quick), "create ES256 current, create EdDSA current");
        assert_eq!(words(&slow), "create RS256 current, create PS256 current");
        assert!(rules(&config).retire_after >= Duration::from_hours(48));
    }
}
