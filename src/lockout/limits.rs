//! Limits by network address, in front of everything that can be guessed or that sends mail; and by contract, in front of
//! what asks servers that the contract names.
//!
//! What counts against a limit is the failure, not the try: a company behind one address signs in as often as it likes.
//! Each event counts for the address (IPv6: its /64) and for the network around it (/24, /48). The counts live in this
//! process: several nodes allow several times as much, which is still bounded; what must be exact is in the database.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use moka::sync::Cache;

use crate::clock::{Clock, Timestamp};
use crate::config::LimitsConfig;
use crate::id::{ApiKeyId, ContractId};

/// Addresses remembered as being over a limit; more push out the least used.
const REMEMBERED: u64 = 100_000;

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// Wrong passwords and codes.
    Failures,
    /// Requests that may send a mail.
    Mails,
    /// Departures to an upstream, good or bad: each is stored for a while.
    Upstream,
    /// Returns from an upstream that belong to no departure.
    Returns,
}

/// The limits of a deployment.
pub struct Limits {
    failures: Pair,
    mails: Pair,
    upstream: Pair,
    returns: Pair,
    connection_tests: Bucket<ContractId>,
    contract_mails: Bucket<ContractId>,
    api_requests: Bucket<ApiKeyId>,
}

impl Limits {
    /// With the configured numbers.
    pub fn new(config: &LimitsConfig, api_requests_per_minute: NonZeroU32, clock: &Clock) -> Self {
        let pair = |address, network| Pair {
            address: Bucket::new(address, config.window.0, clock),
            network: Bucket::new(network, config.window.0, clock),
        };
        Self {
            failures: pair(config.failures_per_address, config.failures_per_network),
            mails: pair(config.mails_per_address, config.mails_per_network),
            upstream: pair(config.upstream_per_address, config.upstream_per_network),
            returns: pair(config.upstream_per_address, config.upstream_per_network),
            connection_tests: Bucket::new(config.connection_tests_per_contract, config.window.0, clock),
            contract_mails: Bucket::new(config.mails_per_contract, config.window.0, clock),
            api_requests: Bucket::new(api_requests_per_minute, Duration::from_mins(1), clock),
        }
    }

    /// Counts one test of a contract's connection; how long the contract has to wait if it is over the limit, and then
    /// nothing may be tested.
    pub fn count_connection_test(&self, contract: &ContractId) -> Option<Duration> {
        let bucket = &self.connection_tests;
        bucket.wait(contract.clone()).or_else(|| {
            bucket.count(contract.clone());
            bucket.wait(contract.clone())
        })
    }

    /// Counts mails that a contract's administrators are about to cause; how long they have to wait if the contract is over
    /// the limit, and then none may leave. Whoever is under it may go over it once, by as many as belong together.
    pub fn count_contract_mails(&self, contract: &ContractId, mails: usize) -> Option<Duration> {
        let bucket = &self.contract_mails;
        let wait = bucket.wait(contract.clone());
        if wait.is_none() {
            (0..mails).for_each(|_| bucket.count(contract.clone()));
        }
        wait
    }

    /// Counts one request of an API key; how long the key has to wait if it is over the limit.
    pub fn count_api_request(&self, key: &ApiKeyId) -> Option<Duration> {
        self.api_requests.wait(key.clone()).or_else(|| {
            self.api_requests.count(key.clone());
            self.api_requests.wait(key.clone())
        })
    }

    /// How long this address has to wait, if it is over the limit.
    pub fn wait(&self, limit: Limit, address: IpAddr) -> Option<Duration> {
        let pair = self.pair(limit);
        pair.address.wait(host(address)).or_else(|| pair.network.wait(network(address)))
    }

    /// Counts one event of this address.
    pub fn count(&self, limit: Limit, address: IpAddr) {
        let pair = self.pair(limit);
        pair.address.count(host(address));
        pair.network.count(network(address));
    }

    /// Lets go of addresses that have been quiet.
    pub fn tidy(&self) {
        let pairs = [&self.failures, &self.mails, &self.upstream, &self.returns];
        pairs.into_iter().flat_map(|pair| [&pair.address, &pair.network]).for_each(Bucket::tidy);
        self.connection_tests.tidy();
        self.contract_mails.tidy();
        self.api_requests.tidy();
    }

    const fn pair(&self, limit: Limit) -> &Pair {
        match limit {
            Limit::Failures => &self.failures,
            Limit::Mails => &self.mails,
            Limit::Upstream => &self.upstream,
            Limit::Returns => &self.returns,
        }
    }
}

struct Pair {
    address: Bucket<IpAddr>,
    network: Bucket<IpAddr>,
}

/// One limit: a leaky bucket for each key, and who is over the brim until when.
struct Bucket<K: Key> {
    limiter: RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Duration>>,
    over: Cache<K, Timestamp>,
    ticks: Ticks,
}

/// Who is counted.
trait Key: Clone + Eq + Hash + Send + Sync + 'static {}

impl Key for IpAddr {}
impl Key for ContractId {}
impl Key for ApiKeyId {}

impl<K: Key> Bucket<K> {
    fn new(most: NonZeroU32, window: Duration, clock: &Clock) -> Self {
        let ticks = Ticks(clock.clone());
        let drop = (window / most.get()).max(Duration::from_millis(1));
        let quota = Quota::with_period(drop).unwrap_or(Quota::per_second(most)).allow_burst(most);
        let limiter = RateLimiter::new(quota, DashMapStateStore::default(), ticks.clone());
        Self { limiter, over: Cache::new(REMEMBERED), ticks }
    }

    fn wait(&self, key: K) -> Option<Duration> {
        let (now, until) = (self.ticks.0.now(), self.over.get(&key)?);
        (until > now).then(|| until.since(now))
    }

    fn count(&self, key: K) {
        if let Err(over) = self.limiter.check_key(&key) {
            let wait = over.wait_time_from(self.ticks.now());
            self.over.insert(key, self.ticks.0.now().plus(wait.max(Duration::from_millis(1))));
        }
    }

    fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// Our clock in the words of the rate limiter.
#[derive(Clone)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millis()).unwrap_or(0))
    }
}

/// An IPv6 host has a whole /64 to itself.
fn host(address: IpAddr) -> IpAddr {
    masked(address, 32, 64)
}

fn network(address: IpAddr) -> IpAddr {
    masked(address, 24, 48)
}

fn masked(address: IpAddr, v4: u32, v6: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v) => IpAddr::V4((v.to_bits() & (u32::MAX << (32 - v4))).into()),
        IpAddr::V6(v) => IpAddr::V6(Ipv6Addr::from_bits(v.to_bits() & (u128::MAX << (128 - v6)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> (Limits, Clock) {
        let clock = Clock::manual(Timestamp::from_seconds(1_800_000_000));
        let config = LimitsConfig {
            window: crate::config::Span::seconds(600),
            failures_per_address: NonZeroU32::new(3).unwrap(),
            failures_per_network: NonZeroU32::new(5).unwrap(),
            ..LimitsConfig::default()
        };
        (Limits::new(&config, NonZeroU32::MIN, &clock), clock)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_over_its_limit_waits_and_may_then_fail_again() {
        let (limits, clock) = limits();
        let evil = ip("192.0.2.7");
        for _ in 0..3 {
            limits.count(Limit::Failures, evil);
            assert_eq!(limits.wait(Limit::Failures, evil), None);
        }
        limits.count(Limit::Failures, evil);
        let wait = limits.wait(Limit::Failures, evil).unwrap();
        assert!(wait <= Duration::from_secs(200) && wait > Duration::from_secs(100), "{wait:?}");
        assert_eq!(limits.wait(Limit::Mails, evil), None, "another limit");
        assert_eq!(limits.wait(Limit::Failures, ip("192.0.2.8")), None, "another address");
        clock.advance(wait);
        assert_eq!(limits.wait(Limit::Failures, evil), None);
    }

    #[test]
    fn many_addresses_of_one_network_are_one_attacker() {
        let (limits, _clock) = limits();
        for host in 1..=6 {
            limits.count(Limit::Failures, ip(&format!("198.51.100.{host}")));
        }
        assert!(limits.wait(Limit::Failures, ip("198.51.100.200")).is_some());
        assert_eq!(limits.wait(Limit::Failures, ip("198.51.101.1")), None);
        for host in 0..6 {
            limits.count(Limit::Failures, ip(&format!("2001:db8:1:{host}::1")));
        }
        assert!(limits.wait(Limit::Failures, ip("2001:db8:1:ff::9")).is_some());
        for _ in 0..4 {
            limits.count(Limit::Failures, ip("2001:db8:2:1::1"));
        }
        assert!(limits.wait(Limit::Failures, ip("2001:db8:2:1:ffff::2")).is_some(), "the same /64");
    }

    #[test]
    fn a_contract_causes_so_many_mails_and_no_more() {
        let (limits, clock) = limits();
        let (one, two) = (ContractId::new("one"), ContractId::new("two"));
        assert_eq!(limits.count_contract_mails(&one, 1999), None);
        assert_eq!(limits.count_contract_mails(&one, 1000), None, "a whole file of invitations");
        let wait = limits.count_contract_mails(&one, 1).unwrap();
        assert_eq!(limits.count_contract_mails(&two, 1), None, "another contract");
        clock.advance(wait);
        assert_eq!(limits.count_contract_mails(&one, 1), None);
    }

    #[test]
    fn a_contract_tests_its_connection_so_often_and_no_more() {
        let (limits, clock) = limits();
        let (one, two) = (ContractId::new("one"), ContractId::new("two"));
        for n in 0..20 {
            assert_eq!(limits.count_connection_test(&one), None, "{n}");
        }
        let wait = limits.count_connection_test(&one).unwrap();
        assert_eq!(limits.count_connection_test(&two), None, "another contract");
        clock.advance(wait);
        assert_eq!(limits.count_connection_test(&one), None);
    }

    #[test]
    fn an_ipv4_address_written_as_ipv6_is_the_same_address() {
        assert_eq!(host(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
    }
}
