//! The figures of a run. Times go into a histogram with 64 steps per power of two: under 1.6 % off, no allocation.

use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

const STEPS: u64 = 64;
const BUCKETS: usize = 40 * STEPS as usize;

/// What one user, or all, saw.
pub struct Stats {
    buckets: Vec<u64>,
    failures: BTreeMap<String, u64>,
    bytes: u64,
    max: u64,
}

/// The report of a run; times in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Users at the same time.
    pub concurrency: usize,
    /// How long it ran.
    pub seconds: f64,
    /// Succeeded.
    pub requests: u64,
    /// Failed, by kind.
    pub failures: BTreeMap<String, u64>,
    /// Successes per second.
    pub rate: f64,
    /// Half of the answers came within this time.
    pub p50: f64,
    /// Nine of ten came within this time.
    pub p90: f64,
    /// 99 of 100 came within this time.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
    /// Bytes of the bodies, where the scenario counts them.
    pub bytes: u64,
}

impl Default for Stats {
    fn default() -> Self {
        Self { buckets: vec![0; BUCKETS], failures: BTreeMap::new(), bytes: 0, max: 0 }
    }
}

impl Stats {
    /// Counts a success and its time.
    pub fn success(&mut self, time: Duration, bytes: u64) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos)] += 1;
        self.max = self.max.max(nanos);
        self.bytes += bytes;
    }

    /// Counts a failure.
    pub fn failure(&mut self, kind: String) {
        *self.failures.entry(kind).or_default() += 1;
    }

    /// Adds another user's figures.
    pub fn merge(&mut self, other: &Self) {
        for (sum, count) in self.buckets.iter_mut().zip(&other.buckets) {
            *sum += count;
        }
        for (kind, count) in &other.failures {
            *self.failures.entry(kind.clone()).or_default() += count;
        }
        self.bytes += other.bytes;
        self.max = self.max.max(other.max);
    }

    /// The figures of a run that took `elapsed`.
    pub fn report(&self, elapsed: Duration, concurrency: usize) -> Report {
        let requests: u64 = self.buckets.iter().sum();
        let seconds = elapsed.as_secs_f64();
        Report {
            concurrency,
            seconds: rounded(seconds),
            requests,
            failures: self.failures.clone(),
            rate: rounded(requests as f64 / seconds),
            p50: self.percentile(requests, 0.5),
            p90: self.percentile(requests, 0.9),
            p99: self.percentile(requests, 0.99),
            max: rounded(self.max as f64 / 1e6),
            bytes: self.bytes,
        }
    }

    fn percentile(&self, requests: u64, share: f64) -> f64 {
        let wanted = (requests as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted && *count > 0 {
                return rounded(lower_bound(index + 1).min(self.max) as f64 / 1e6);
            }
        }
        0.0
    }
}

impl Report {
    /// All failures.
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}

fn bucket(nanos: u64) -> usize {
    if nanos < STEPS {
        return nanos as usize;
    }
    let power = u64::from(nanos.ilog2()) - 6;
    ((power + 1) * STEPS + (nanos >> power) - STEPS).min(BUCKETS as u64 - 1) as usize
}

fn lower_bound(index: usize) -> u64 {
    let index = index as u64;
    if index < STEPS {
        return index;
    }
    let power = index / STEPS - 1;
    (index % STEPS + STEPS) << power
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_lies_between_its_bounds() {
        for nanos in [0, 1, 63, 64, 65, 127, 128, 1_000, 999_999, 12_345_678, 5_000_000_000] {
            let index = bucket(nanos);
            assert!(lower_bound(index) <= nanos && nanos < lower_bound(index + 1), "{nanos}");
        }
    }

    #[test]
    fn percentiles_are_within_two_percent() {
        let mut stats = Stats::default();
        for millis in 1..=100 {
            stats.success(Duration::from_millis(millis), 0);
        }
        let report = stats.report(Duration::from_secs(1), 1);
        assert!((report.p50 - 50.0).abs() < 1.0 && (report.p99 - 99.0).abs() < 2.0, "{report:?}");
        assert_eq!((report.requests, report.max), (100, 100.0));
    }
}
