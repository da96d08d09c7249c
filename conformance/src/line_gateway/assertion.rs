//! What the gateway signs about a request's line, rightly and wrongly.

use super::Shared;
use super::state::{Area, Fault, Line, Standing, State};
use crate::random;
use crate::upstreams::jose::{Key, compact};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long an assertion is good, in seconds.
const LIFE: i64 = 30;

/// The gateway's keys: the one that signs, and the one before it.
pub struct Keys {
    name: String,
    signing: (String, Key),
    former: Option<(String, Key)>,
    unpublished: Key,
    count: u32,
}

impl Keys {
    /// One key.
    ///
    /// # Errors
    /// The library makes none.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let signing = (format!("{name}-1"), Key::ec().context("an ES256 key")?);
        let unpublished = Key::ec().context("an ES256 key")?;
        Ok(Self { name: name.to_owned(), signing, former: None, unpublished, count: 1 })
    }

    /// A new key signs; the old one stays published.
    ///
    /// # Errors
    /// The library makes none.
    pub fn roll(&mut self) -> anyhow::Result<()> {
        self.count += 1;
        let next = (format!("{}-{}", self.name, self.count), Key::ec().context("an ES256 key")?);
        self.former = Some(std::mem::replace(&mut self.signing, next));
        Ok(())
    }

    /// What is published.
    pub fn jwks(&self) -> String {
        let keys: Vec<Value> =
            self.former.iter().chain([&self.signing]).filter_map(|(kid, key)| jwk(kid, key)).collect();
        json!({ "keys": keys }).to_string()
    }
}

fn jwk(kid: &str, key: &Key) -> Option<Value> {
    let mut jwk = key.public_members()?;
    jwk["kid"] = kid.into();
    jwk["alg"] = key.algorithm().into();
    jwk["use"] = "sig".into();
    Some(jwk)
}

/// The values of `Line-Assertion` for a request: one, unless something is wrong.
pub(super) fn headers(shared: &Shared, state: &mut State, (request, line): ((&str, &str), &Line)) -> Vec<String> {
    let fresh = forge(shared, state, (request, line), &Value::Null);
    let former = state.captured.replace(fresh.clone());
    match state.fault {
        Fault::NoHeader => Vec::new(),
        Fault::TwoHeaders => vec![fresh, forge(shared, state, (request, line), &Value::Null)],
        Fault::Replay => {
            // What it made before stays what it sends.
            state.captured = former.clone().or(Some(fresh.clone()));
            vec![former.unwrap_or(fresh)]
        }
        _ => vec![fresh],
    }
}

/// An assertion about the chosen line, with the fault of the moment and with claims changed.
pub(super) fn forge(shared: &Shared, state: &State, (request, line): ((&str, &str), &Line), changes: &Value) -> String {
    let mut claims = claims(shared, line, &state.fault, request);
    if let (Some(claims), Some(changes)) = (claims.as_object_mut(), changes.as_object()) {
        claims.extend(changes.clone());
        claims.retain(|_, value| !value.is_null());
    }
    let (kid, key) = &state.keys.signing;
    let header = |alg: &str, kid: &str| json!({ "alg": alg, "typ": "line+jwt", "kid": kid });
    let payload = claims.to_string();
    match &state.fault {
        Fault::AlgNone => compact(&header("none", kid), &payload, None),
        Fault::Hs256 => {
            let secret = jwk(kid, key).unwrap_or_default().to_string().into_bytes();
            compact(&header("HS256", kid), &payload, Some(&Key::Hmac(secret)))
        }
        Fault::UnpublishedKey => compact(&header("ES256", kid), &payload, Some(&state.keys.unpublished)),
        Fault::ForeignKey(kid) => compact(&header("ES256", kid), &payload, Some(&state.keys.unpublished)),
        _ => compact(&header("ES256", kid), &payload, Some(key)),
    }
}

fn claims(shared: &Shared, line: &Line, fault: &Fault, (method, path): (&str, &str)) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let offset = if let Fault::Clock(offset) = fault { *offset } else { 0 };
    let iat = i64::try_from(now).unwrap_or_default() + offset;
    let life = if *fault == Fault::ExpOneDay { 86_400 } else { LIFE };
    let standing = if *fault == Fault::NoNumber { Standing::Unknown } else { line.standing };
    let area = match (line.area, fault) {
        (Area::East, Fault::WrongArea) => Area::West,
        (Area::West, Fault::WrongArea) => Area::East,
        (area, _) => area,
    };
    let audience = if *fault == Fault::OtherHost { "https://login.elsewhere.example" } else { shared.origin.as_str() };
    let target = if *fault == Fault::OtherPath { "/elsewhere" } else { path };
    let mut claims = json!({
        "iss": shared.name, "aud": audience, "area": area, "st": standing, "htm": method, "htu": target,
        "rid": random::name(), "jti": random::token(), "iat": iat, "exp": iat + life,
    });
    if let (Standing::Notified, Some(number)) = (standing, &line.number) {
        claims["sub"] = number.as_str().into();
    }
    claims
}
