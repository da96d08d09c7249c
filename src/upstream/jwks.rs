//! The keys of upstreams: fetched when needed, kept for a while, never asked for more often than an attacker could make
//! us (`upstreams.md` S17, S18).
//!
//! ```text
//! fresh ─ max-age, 5 min to 24 h ─▶ stale ─ fetched anew; if that fails, good for 24 h more ─▶ gone
//!   └─ a token names a key we do not have, or none of ours made its signature: fetched at once, every 5 min at most
//! ```
//! Kept per connection and address: two customers may use the same `kid`, or the same key.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, Request, header};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::connection::label;
use super::refusal::Refusal;
use crate::clock::{Clock, Timestamp};
use crate::id::ConnectionId;
use crate::jose::{VerifyingKey, VerifyingKeys};
use crate::outbound::Line;

const LEAST: Duration = Duration::from_mins(5);
const MOST: Duration = Duration::from_hours(24);
/// Without a word of the upstream.
const USUAL: Duration = Duration::from_hours(1);
/// How long keys serve on after their time while the upstream cannot be reached.
const STALE: Duration = Duration::from_hours(24);
/// How often one connection's keys are fetched out of turn.
const OUT_OF_TURN: Duration = Duration::from_mins(5);
const MOST_KEYS: usize = 100;
/// Changes remembered until somebody asks.
const MOST_CHANGES: usize = 1000;

/// The keys of one upstream, as read.
pub struct PublishedKeys {
    keys: VerifyingKeys,
    /// `kid` and `issuer` of each key, where it names an issuer (Microsoft).
    issuers: Vec<(Option<String>, Option<String>)>,
    /// The public members of each usable key, so that a key that was replaced under its old name is another one.
    prints: BTreeSet<String>,
}

impl PublishedKeys {
    /// Reads a JWK Set. Keys we cannot use (too short, encryption, unknown kinds) are left out (RFC 7517 §5).
    ///
    /// # Errors
    /// The rule it breaks: no JWK Set, too many keys, none that is usable.
    pub fn read(json: &[u8]) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(json).map_err(|_| "no JWK Set")?;
        if set.keys.len() > MOST_KEYS {
            return Err("too many keys");
        }
        let usable: Vec<_> = set
            .keys
            .iter()
            .filter_map(|jwk| {
                let key = VerifyingKey::from_jwk(jwk).ok()?;
                let issuer = jwk.get("issuer").and_then(Value::as_str).map(str::to_owned);
                Some((key, issuer, print_of(jwk)))
            })
            .collect();
        if usable.is_empty() {
            return Err("no usable key");
        }
        let issuers = usable.iter().map(|(key, issuer, _)| (key.kid().map(str::to_owned), issuer.clone())).collect();
        let prints = usable.iter().map(|(.., print)| print.clone()).collect();
        let keys = VerifyingKeys::foreign(usable.into_iter().map(|(key, ..)| key).collect());
        Ok(Self { keys, issuers, prints })
    }

    /// The keys, ready to verify.
    pub const fn keys(&self) -> &VerifyingKeys {
        &self.keys
    }

    /// The issuer that the key with this `kid` says it serves, if it says so.
    pub fn issuer_of(&self, kid: Option<&str>) -> Option<&str> {
        self.issuers.iter().find(|(own, _)| own.as_deref() == kid)?.1.as_deref()
    }
}

fn print_of(jwk: &Value) -> String {
    let member = |name: &&str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    ["kty", "n", "e", "crv", "x", "y"].iter().map(member).collect::<Vec<_>>().join(" ")
}

/// A connection whose keys were not the expected ones: they were changed without having been published before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeysChanged {
    /// Which.
    pub connection: ConnectionId,
    /// Whether none of the former keys is left.
    pub all: bool,
}

/// The keys of all connections; cheap to clone.
#[derive(Clone)]
pub struct KeyCaches {
    clock: Clock,
    slots: Arc<Mutex<Slots>>,
    changed: Arc<Mutex<Vec<KeysChanged>>>,
}

/// By connection and address.
type Slots = HashMap<(ConnectionId, Url), Arc<Slot>>;

#[derive(Default)]
struct Slot {
    /// Held while fetching: whoever comes meanwhile waits and finds the result.
    state: tokio::sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    last_out_of_turn: Option<Timestamp>,
}

struct Kept {
    keys: Arc<PublishedKeys>,
    stale_at: Timestamp,
    gone_at: Timestamp,
}

impl KeyCaches {
    /// Empty.
    pub fn new(clock: Clock) -> Self {
        Self { clock, slots: Arc::default(), changed: Arc::default() }
    }

    /// The keys of a connection: kept ones while they are fresh, else new ones, else kept ones that are stale.
    ///
    /// # Errors
    /// [`Refusal::KeysUnavailable`] when there are none to be had.
    pub async fn get(&self, id: &ConnectionId, url: &Url, line: &Line) -> Result<Arc<PublishedKeys>, Refusal> {
        let slot = self.slot(id, url);
        let mut state = slot.state.lock().await;
        let now = self.clock.now();
        if let Some(kept) = state.kept.as_ref().filter(|kept| now < kept.stale_at) {
            return Ok(Arc::clone(&kept.keys));
        }
        match fetch(url, line).await {
            Ok((keys, age)) => Ok(state.keep(keys, age, now)),
            Err(why) => match state.kept.as_ref().filter(|kept| now < kept.gone_at) {
                Some(kept) => {
                    metrics::counter!("tegata_upstream_stale_keys_total", "connection" => label(id)).increment(1);
                    tracing::warn!(connection = %id, why, "an upstream's keys are stale and cannot be fetched");
                    Ok(Arc::clone(&kept.keys))
                }
                None => {
                    tracing::warn!(connection = %id, why, "an upstream's keys cannot be fetched");
                    Err(Refusal::KeysUnavailable)
                }
            },
        }
    }

    /// The keys again, out of turn, because a token did not fit those of `seen`. `None` when that is not due: fetched
    /// out of turn within the last five minutes, or the upstream cannot be reached, or they are the same.
    pub async fn renew(
        &self,
        id: &ConnectionId,
        url: &Url,
        (line, seen): (&Line, &Arc<PublishedKeys>),
    ) -> Option<Arc<PublishedKeys>> {
        let slot = self.slot(id, url);
        let mut state = slot.state.lock().await;
        let now = self.clock.now();
        if let Some(kept) = state.kept.as_ref().filter(|kept| !Arc::ptr_eq(&kept.keys, seen)) {
            // Somebody has fetched them while we waited.
            return Some(Arc::clone(&kept.keys));
        }
        if state.last_out_of_turn.is_some_and(|last| now.since(last) < OUT_OF_TURN && last <= now) {
            return None;
        }
        state.last_out_of_turn = Some(now);
        let (keys, age) = fetch(url, line).await.ok()?;
        tracing::info!(connection = %id, "an upstream's keys were fetched out of turn");
        if keys.prints != seen.prints {
            self.note_change(KeysChanged { connection: id.clone(), all: keys.prints.is_disjoint(&seen.prints) });
        }
        Some(state.keep(keys, age, now))
    }

    /// The changes since the last time this was asked: for the audit log.
    pub fn take_changes(&self) -> Vec<KeysChanged> {
        std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note_change(&self, change: KeysChanged) {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        if changed.len() < MOST_CHANGES {
            changed.push(change);
        }
    }

    fn slot(&self, id: &ConnectionId, url: &Url) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry((id.clone(), url.clone())).or_default())
    }
}

impl State {
    fn keep(&mut self, keys: PublishedKeys, age: Duration, now: Timestamp) -> Arc<PublishedKeys> {
        let (keys, stale_at) = (Arc::new(keys), now.plus(age));
        self.kept = Some(Kept { keys: Arc::clone(&keys), stale_at, gone_at: stale_at.plus(STALE) });
        keys
    }
}

/// Reads the keys at an address, and how long they are fresh; the error is for the log.
pub(super) async fn fetch(url: &Url, line: &Line) -> Result<(PublishedKeys, Duration), &'static str> {
    let request = Request::builder().method(Method::GET).uri(url.as_str()).header(header::ACCEPT, "application/json");
    let request = request.body(Vec::new()).map_err(|_| "the address cannot be used")?;
    let answer = line.send(request, None).await.map_err(|failure| failure.as_str())?;
    if answer.status() != http::StatusCode::OK {
        return Err("the answer is not 200");
    }
    let age = answer.headers().get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok()).and_then(max_age);
    let keys = PublishedKeys::read(answer.body())?;
    Ok((keys, age.unwrap_or(USUAL).clamp(LEAST, MOST)))
}

fn max_age(header: &str) -> Option<Duration> {
    let directive = header.split(',').find_map(|part| part.trim().strip_prefix("max-age="))?;
    directive.trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn max_age_is_read_among_other_directives() {
        for (header, expected) in [
            ("public, max-age=19204, must-revalidate", Some(19_204)),
            ("max-age=0", Some(0)),
            ("no-store", None),
            ("max-age=soon", None),
        ] {
            assert_eq!(max_age(header), expected.map(Duration::from_secs), "{header}");
        }
    }

    #[test]
    fn a_set_without_a_usable_key_or_with_too_many_is_refused() {
        assert_eq!(PublishedKeys::read(b"{}").err(), Some("no JWK Set"));
        assert_eq!(PublishedKeys::read(br#"{"keys":[]}"#).err(), Some("no usable key"));
        assert_eq!(
            PublishedKeys::read(br#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#).err(),
            Some("no usable key")
        );
        let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 101].join(","));
        assert_eq!(PublishedKeys::read(many.as_bytes()).err(), Some("too many keys"));
    }
}
