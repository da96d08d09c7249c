use std::time::Duration;

use super::*;
use crate::audit::{Event, EventKind, insert_event};
use crate::client::{Registration, insert_client};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ClientId};
use crate::jobs::{clean_up, seal_audit};
use crate::jose::{Algorithm, SigningKey};
use crate::keys::{KeyState, load_keys};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const DAY: Duration = Duration::from_hours(24);

/// A deployment in a folder of its own, with passwords that cost nothing.
struct Place(tempfile::TempDir, Clock);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap(), Clock::manual(START))
    }

    fn config(&self) -> Config {
        let text = "[password]\nmemory_kib = 64\niterations = 1\nworkers = 1\n[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\n\
                    issuer = \"https://login.example/VX7\"\nservice_url = \"https://ff.example/VX7\"\n";
        crate::config::load(&self.0.path().join("tegata.toml"), text, &[]).unwrap()
    }

    async fn node(&self) -> (App, Reload) {
        let (app, background) = assemble(self.config(), self.1.clone(), Random::system()).await.unwrap();
        let reload = background.start_writer(&app);
        (app, reload)
    }

    /// A node whose keys were there before it.
    async fn node_with_keys(&self) -> (App, Reload) {
        let config = self.config();
        let master = load_or_create_master_key(&config.secrets.master_key_file, &Random::system()).unwrap();
        let made = Algorithm::ALL.iter().map(|alg| SigningKey::generate(*alg).unwrap());
        let rows: Vec<_> = made.map(|key| StoredKey::seal(&key, KeyState::Current, START, &master).unwrap()).collect();
        insert_keys(&open(&config).await.unwrap(), &rows).await.unwrap();
        self.node().await
    }
}

fn states(rows: &[StoredKey]) -> Vec<KeyState> {
    rows.iter().filter(|row| row.alg == Algorithm::Es256).map(|row| row.state).collect()
}

#[tokio::test]
async fn the_first_start_waits_for_no_rsa_key_and_is_ready_after_the_first_round() {
    let place = Place::new();
    let (app, _) = place.node().await;
    assert!(app.keys.load().current(Algorithm::Es256).is_some() && !app.is_ready());
    assert_eq!(rotate_keys::tick(&app).await.unwrap(), 2);
    assert!(app.is_ready());
    assert_eq!(rotate_keys::tick(&app).await.unwrap(), 0, "doing it twice is doing it once");
    app.stopping.begin();
    assert!(!app.is_ready());
    let (second_start, _) = place.node().await;
    assert!(second_start.is_ready());
    assert_eq!(second_start.keys.load().etag(), app.keys.load().etag());
}

#[tokio::test]
async fn keys_that_were_put_in_are_used_and_rotate_with_the_clock() {
    let place = Place::new();
    let (app, mut reload) = place.node_with_keys().await;
    assert!(app.is_ready());
    for (days, expected) in [
        (87, vec![KeyState::Current]),
        (1, vec![KeyState::Current, KeyState::Next]),
        (2, vec![KeyState::Retired, KeyState::Current]),
        (2, vec![KeyState::Current]),
    ] {
        place.1.advance(DAY * days);
        rotate_keys::tick(&app).await.unwrap();
        assert_eq!(states(&load_keys(&app.db).await.unwrap()), expected);
    }
    assert!(reload.tick(&app).await.unwrap().keys, "another node hears of it");
}

#[tokio::test]
async fn what_another_node_changed_is_taken_over_by_the_next_round() {
    let place = Place::new();
    let ((app, mut reload), (other, _)) = (place.node_with_keys().await, place.node().await);
    assert_eq!(reload.tick(&app).await.unwrap(), crate::jobs::reload::Reloaded::default());
    let (brand, id) = (BrandCode::new("VX7"), ClientId::new("app"));
    let mut tx = other.db.begin().await.unwrap();
    insert_client(&mut tx, (&brand, &id), &Registration::default(), None, START).await.unwrap();
    revision::bump(&mut tx, "client").await.unwrap();
    tx.commit().await.unwrap();
    assert!(app.clients.find(&brand, &id).is_none());
    let reloaded = reload.tick(&app).await.unwrap();
    assert!(reloaded.clients && !reloaded.keys);
    assert!(app.clients.find(&brand, &id).is_some());
}

#[tokio::test]
async fn old_rows_go_in_batches_and_young_ones_stay() {
    let place = Place::new();
    let (app, _) = place.node_with_keys().await;
    let mut tx = app.db.begin().await.unwrap();
    for at in std::iter::repeat_n(START, 1200).chain([START.plus(DAY * 300)]) {
        let event = Event::new(EventKind::SignedOut, "7K3Q-9P2M".to_owned());
        insert_event(&mut tx, app.random.row_id(at).into(), &event, at).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(clean_up::tick(&app).await.unwrap(), clean_up::CleanedUp::default());
    // Only what is sealed ever goes.
    assert_eq!(seal_audit::tick(&app).await.unwrap(), 1201);
    place.1.advance(DAY * 400);
    let cleaned = clean_up::tick(&app).await.unwrap();
    assert_eq!((cleaned.deleted, cleaned.waiting), (1200, 0));
}

#[test]
fn an_error_is_told_with_its_causes_and_none_of_them_twice() {
    let fault = Fault::Other("the disk is full".to_owned());
    assert_eq!(explain(&BootError::Unreachable(fault)), "the database cannot be opened: the disk is full");
    assert_eq!(explain(&BootError::Fault(Fault::Other("x".to_owned()))), "x");
}

#[tokio::test]
async fn the_outbox_keeps_what_waits_and_for_a_month_what_was_given_up() {
    let place = Place::new();
    let (app, _) = place.node_with_keys().await;
    let due = crate::notify::Due { now: START, expires_at: Some(START.plus(Duration::from_mins(10))) };
    let content =
        crate::notify::compose_code_sms(app.faces.of("VX7"), crate::web::Lang::Ja, "+819012345678", "123456", 10);
    let mut tx = app.db.begin().await.unwrap();
    let id = app.outbox.insert(&mut tx, (&BrandCode::new("VX7"), None), &content, due).await.unwrap();
    tx.commit().await.unwrap();
    place.1.advance(DAY * 60);
    assert_eq!(clean_up::tick(&app).await.unwrap().deleted, 0, "what waits is never deleted");
    let mut config = app.config.clone();
    config.sms.route.push(serde_json::from_value(route()).unwrap());
    let carrier = Carrier::load(&config).unwrap();
    assert_eq!(carrier.deliver_due(&app.db, &app.outbox, place.1.now()).await.unwrap().dead, 1);
    place.1.advance(DAY * 29);
    assert_eq!(clean_up::tick(&app).await.unwrap().deleted, 0);
    assert!(crate::notify::find_message(&app.db, &id).await.unwrap().is_some());
    place.1.advance(DAY * 2);
    assert_eq!(clean_up::tick(&app).await.unwrap().deleted, 1);
}

/// A provider that nobody asks, since the code has expired.
fn route() -> serde_json::Value {
    serde_json::json!({"name": "none", "kind": "json", "url": "http://localhost:1/", "from": "x",
        "username": null, "password_file": null, "token_file": null})
}
