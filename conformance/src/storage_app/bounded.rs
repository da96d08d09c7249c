//! A map that cannot grow without limit: at most `capacity` entries, each for at most `lifetime`.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Oldest entries leave first.
pub struct BoundedMap<V> {
    inner: Mutex<Inner<V>>,
    capacity: usize,
    lifetime: Duration,
}

struct Inner<V> {
    entries: HashMap<String, (Instant, V)>,
    order: VecDeque<(Instant, String)>,
}

impl<V: Clone> BoundedMap<V> {
    pub fn new(capacity: usize, lifetime: Duration) -> Self {
        let inner = Mutex::new(Inner { entries: HashMap::new(), order: VecDeque::new() });
        Self { inner, capacity, lifetime }
    }

    pub fn insert(&self, key: String, value: V) {
        let now = Instant::now();
        let mut inner = self.lock();
        inner.order.push_back((now, key.clone()));
        inner.entries.insert(key, (now, value));
        while let Some((since, _)) = inner.order.front() {
            let stale = now.duration_since(*since) > self.lifetime;
            if !stale && inner.order.len() <= self.capacity {
                break;
            }
            let Some((since, key)) = inner.order.pop_front() else { break };
            // A key that was inserted again has a younger place in the queue: only that one counts.
            if inner.entries.get(&key).is_some_and(|(stored, _)| *stored == since) {
                inner.entries.remove(&key);
            }
        }
    }

    pub fn find(&self, key: &str) -> Option<V> {
        let inner = self.lock();
        let (since, value) = inner.entries.get(key)?;
        (since.elapsed() < self.lifetime).then(|| value.clone())
    }

    /// Takes the entry out: of several callers one gets it.
    pub fn take(&self, key: &str) -> Option<V> {
        let (since, value) = self.lock().entries.remove(key)?;
        (since.elapsed() < self.lifetime).then_some(value)
    }

    fn lock(&self) -> MutexGuard<'_, Inner<V>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest_when_full() {
        let map = BoundedMap::new(2, Duration::from_secs(60));
        for key in ["a", "b", "c"] {
            map.insert(key.into(), key);
        }
        assert_eq!((map.find("a"), map.find("b"), map.find("c")), (None, Some("b"), Some("c")));
    }

    #[test]
    fn gives_an_entry_to_one_taker() {
        let map = BoundedMap::new(2, Duration::from_secs(60));
        map.insert("a".into(), 1);
        assert_eq!((map.take("a"), map.take("a")), (Some(1), None));
    }

    #[test]
    fn never_returns_what_has_outlived_its_time() {
        let map = BoundedMap::new(2, Duration::ZERO);
        map.insert("a".into(), 1);
        assert_eq!(map.find("a"), None);
    }
}
