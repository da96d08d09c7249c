//! When signing keys are made, promoted and deleted (OpenID Connect Core §10.1.1, `security.md` line 44).
//!
//! ```text
//!            publish_before              rotate_every               retire_after
//! Create ──► Next ──────────► Current ─────────────────► Retired ──────────────► Delete
//!            published        published, signs           published
//! ```
//!
//! A key is published before it signs, so that no client meets a `kid` it cannot find, and stays published after its
//! last signature until everything it signed has expired. A `Next` key is the decision to rotate: whoever made it, it
//! takes over as soon as it has been published long enough. Doing nothing twice is the same as doing it once.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::id::KeyId;

/// Where a key stands in its life. Every state is published; one of them signs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum KeyState {
    /// Signs.
    Current,
    /// Published, waits to sign.
    Next,
    /// Published, signs no more.
    Retired,
}

impl KeyState {
    /// As the database and the command line write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Next => "next",
            Self::Retired => "retired",
        }
    }

    /// From what [`KeyState::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Current, Self::Next, Self::Retired].into_iter().find(|state| state.as_str() == text)
    }
}

/// What the rules need to know of a key. `A` is the algorithm, which they only compare.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyFacts<A> {
    /// Which key.
    pub kid: KeyId,
    /// What it signs with.
    pub alg: A,
    /// Where it stands.
    pub state: KeyState,
    /// Since when clients can see it.
    pub published_at: Timestamp,
    /// Since when it signs or signed.
    pub activated_at: Option<Timestamp>,
    /// Since when it signs no more.
    pub retired_at: Option<Timestamp>,
}

/// The deployment's periods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RotationRules {
    /// How long a key signs; longer than `publish_before`.
    pub rotate_every: Duration,
    /// How long a key is published before it signs: longer than clients cache the JWKS.
    pub publish_before: Duration,
    /// How long a key stays published after it last signed; see [`RotationRules::new`].
    pub retire_after: Duration,
}

impl RotationRules {
    /// How long it may take until every node knows of a change, and by how much clocks may differ.
    const LAG: Duration = Duration::from_secs(300);

    /// Rules under which nothing signed is deleted too early.
    ///
    /// `longest_use` is the longest time after which a token may still be shown to be verified: the life of access and
    /// ID tokens, and that of a session, since its ID token comes back as `id_token_hint` at logout. `jwks_cache` is
    /// the `max-age` under which the JWKS is published.
    pub fn new(rotate_every: Duration, publish_before: Duration, longest_use: Duration, jwks_cache: Duration) -> Self {
        let retire_after = longest_use.saturating_add(jwks_cache).saturating_add(Self::LAG);
        Self { rotate_every, publish_before, retire_after }
    }
}

/// One thing to do. Apply the list in order, in one transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action<A> {
    /// Make a key in this state. A new `Current` retires the one in office.
    Create {
        /// What it will sign with.
        alg: A,
        /// Where it starts.
        state: KeyState,
    },
    /// Let this `Next` key sign. It retires the one in office.
    Promote {
        /// Which key.
        kid: KeyId,
    },
    /// Forget this `Retired` key.
    Delete {
        /// Which key.
        kid: KeyId,
    },
}

/// When a manual rotation takes effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Urgency {
    /// After the next key has been published for `publish_before`.
    Announced,
    /// At once: clients that cached the JWKS fail until they fetch it again. For a key that leaked.
    Immediate,
}

/// What is due now. `wanted` are the algorithms that must have a key; those that have one keep rotating anyway.
pub fn next_actions<A: Copy + PartialEq>(
    now: Timestamp,
    wanted: &[A],
    keys: &[KeyFacts<A>],
    rules: &RotationRules,
) -> Vec<Action<A>> {
    let mut algs: Vec<A> = Vec::new();
    for alg in wanted.iter().copied().chain(keys.iter().map(|key| key.alg)) {
        if !algs.contains(&alg) {
            algs.push(alg);
        }
    }
    let succession = algs.into_iter().filter_map(|alg| next_succession(now, alg, keys, rules));
    let expired = keys.iter().filter(|key| is_expired(now, key, rules));
    succession.chain(expired.map(|key| Action::Delete { kid: key.kid.clone() })).collect()
}

/// What an operator's order to rotate comes to. Empty when a rotation is under way already and not urgent.
pub fn rotate<A: Copy + PartialEq>(alg: A, keys: &[KeyFacts<A>], urgency: Urgency) -> Vec<Action<A>> {
    let next = oldest(keys, alg, KeyState::Next);
    let has_current = newest_current(keys, alg).is_some();
    match (next, urgency) {
        (Some(next), Urgency::Immediate) => vec![Action::Promote { kid: next.kid.clone() }],
        (Some(_), Urgency::Announced) => Vec::new(),
        (None, Urgency::Announced) if has_current => vec![Action::Create { alg, state: KeyState::Next }],
        (None, _) => vec![Action::Create { alg, state: KeyState::Current }],
    }
}

/// When a `Next` key takes over.
pub fn promotion_due<A>(next: &KeyFacts<A>, rules: &RotationRules) -> Timestamp {
    next.published_at.plus(rules.publish_before)
}

fn next_succession<A: Copy + PartialEq>(
    now: Timestamp,
    alg: A,
    keys: &[KeyFacts<A>],
    rules: &RotationRules,
) -> Option<Action<A>> {
    let next = oldest(keys, alg, KeyState::Next);
    match (newest_current(keys, alg), next) {
        (None, None) => Some(Action::Create { alg, state: KeyState::Current }),
        // Nothing signs: a key that some clients know already is better than one that none knows.
        (None, Some(next)) => Some(Action::Promote { kid: next.kid.clone() }),
        (Some(_), Some(next)) => (now >= promotion_due(next, rules)).then(|| Action::Promote { kid: next.kid.clone() }),
        (Some(current), None) => {
            let since = current.activated_at.unwrap_or(current.published_at);
            let due = rules.rotate_every.saturating_sub(rules.publish_before);
            (now >= since.plus(due)).then_some(Action::Create { alg, state: KeyState::Next })
        }
    }
}

fn is_expired<A>(now: Timestamp, key: &KeyFacts<A>, rules: &RotationRules) -> bool {
    key.state == KeyState::Retired && key.retired_at.is_some_and(|at| now >= at.plus(rules.retire_after))
}

fn oldest<A: PartialEq>(keys: &[KeyFacts<A>], alg: A, state: KeyState) -> Option<&KeyFacts<A>> {
    keys.iter().filter(|key| key.alg == alg && key.state == state).min_by_key(|key| (key.published_at, &key.kid))
}

fn newest_current<A: PartialEq>(keys: &[KeyFacts<A>], alg: A) -> Option<&KeyFacts<A>> {
    let current = keys.iter().filter(|key| key.alg == alg && key.state == KeyState::Current);
    current.max_by_key(|key| (key.activated_at, &key.kid))
}

#[cfg(test)]
#[path = "key_rotation_tests.rs"]
mod tests;
