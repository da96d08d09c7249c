//! Who is signed in here, and who is on the way to the provider and back. In memory: a restart signs everybody out of
//! this application, not of the provider.

use super::bounded::BoundedMap;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A person signed in to one party.
#[derive(Clone)]
pub struct Session {
    /// ID token as received: the hint for signing out.
    pub id_token: String,
    /// Verified claims of the ID token.
    pub id_claims: Map<String, Value>,
    /// Claims from the userinfo endpoint.
    pub userinfo: Map<String, Value>,
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub lifetimes: Lifetimes,
    /// Nonce of the sign-in: a refreshed ID token may repeat it, never bring another.
    pub nonce: String,
    /// Hidden field of this session's forms.
    pub form_token: String,
    /// How often the tokens were refreshed.
    pub refreshed: u32,
}

/// When the tokens end; seconds since 1970.
#[derive(Clone, Copy)]
pub struct Lifetimes {
    pub access_token_until: Option<u64>,
    pub id_token_from: u64,
    pub id_token_until: u64,
    pub received: u64,
}

/// A browser on its way to the provider.
#[derive(Clone)]
pub struct Departure {
    /// Value of the browser cookie: the answer must come back to the same browser.
    pub browser: String,
    pub nonce: String,
    pub verifier: String,
}

/// Both stores of one party.
pub struct Sessions {
    pub signed_in: BoundedMap<Arc<Session>>,
    pub departures: BoundedMap<Departure>,
    pub leaving: BoundedMap<String>,
}

impl Sessions {
    pub fn new() -> Self {
        Self {
            signed_in: BoundedMap::new(10_000, Duration::from_secs(8 * 3600)),
            departures: BoundedMap::new(10_000, Duration::from_secs(3600)),
            leaving: BoundedMap::new(10_000, Duration::from_secs(3600)),
        }
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
