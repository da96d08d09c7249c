//! From a name to addresses that may be connected to; the HTTP client connects to these and no others.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;

use super::address::check_address;
use super::failure::Refusal;
use super::guard::{is_local, loopback};

/// Lookups of one line that are under way. The operating system's cannot be called off, and each holds a thread.
const LOOKUPS: usize = 4;

/// How a name is looked up.
pub(super) type Lookup = fn(String) -> LookingUp;
type LookingUp = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Why a name has no address for us.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Unresolved {
    /// It has one that must not be connected to.
    #[error("an address that is not permitted")]
    Refused(Refusal),
    /// It has none, or nobody said in time.
    #[error("no address")]
    Unknown,
}

/// The names of one line. Looks up anew for each connection, and checks each answer.
#[derive(Clone)]
pub(super) struct Names(Arc<Inner>);

struct Inner {
    connection: String,
    hosts: Arc<BTreeMap<String, Vec<IpAddr>>>,
    permitted: Vec<IpNet>,
    timeout: Duration,
    slots: Arc<Semaphore>,
    lookup: Lookup,
}

impl Names {
    pub(super) fn new(
        connection: &str,
        hosts: Arc<BTreeMap<String, Vec<IpAddr>>>,
        permitted: Vec<IpNet>,
        timeout: Duration,
        lookup: Lookup,
    ) -> Self {
        let slots = Arc::new(Semaphore::new(LOOKUPS));
        Self(Arc::new(Inner { connection: connection.to_owned(), hosts, permitted, timeout, slots, lookup }))
    }

    /// The addresses of a name; all of them may be connected to.
    async fn find(&self, name: &str) -> Result<Vec<IpAddr>, Unresolved> {
        let inner = &self.0;
        if is_local(name) {
            let found = loopback(&inner.permitted);
            return if found.is_empty() { Err(Unresolved::Refused(Refusal::Address)) } else { Ok(found) };
        }
        let found = match inner.hosts.get(name) {
            Some(addresses) => addresses.clone(),
            None => self.ask(name).await?,
        };
        if found.is_empty() {
            return Err(Unresolved::Unknown);
        }
        for address in &found {
            // One is enough: an honest server is not public and private at once, a rebinding name is.
            if let Err(refusal) = check_address(*address, &inner.permitted) {
                tracing::warn!(connection = inner.connection, name, %address, "a name has an address that is not permitted");
                return Err(Unresolved::Refused(refusal));
            }
        }
        Ok(found)
    }

    async fn ask(&self, name: &str) -> Result<Vec<IpAddr>, Unresolved> {
        let inner = &self.0;
        let slot = Arc::clone(&inner.slots).try_acquire_owned().map_err(|_| Unresolved::Unknown)?;
        let lookup = (inner.lookup)(name.to_owned());
        // A task of its own, so that the slot is given back when the lookup has ended, not when nobody waits any more.
        let task = tokio::spawn(async move {
            let answer = lookup.await;
            drop(slot);
            answer
        });
        match tokio::time::timeout(inner.timeout, task).await {
            Ok(Ok(Ok(addresses))) => Ok(addresses),
            _ => Err(Unresolved::Unknown),
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = names.find(name.as_str()).await?;
            // Port 0 stands for the URL's.
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

/// The operating system's way.
pub(super) fn system(name: String) -> LookingUp {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const FORBIDDEN: Unresolved = Unresolved::Refused(Refusal::Address);

    fn names(lookup: Lookup, hosts: &[(&str, &[&str])], permitted: &[&str]) -> Names {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let hosts = hosts.iter().map(|(name, texts)| ((*name).to_owned(), addresses(texts))).collect();
        let permitted = permitted.iter().map(|network| network.parse().unwrap()).collect();
        Names::new("test", Arc::new(hosts), permitted, Duration::from_millis(20), lookup)
    }

    fn texts(found: Result<Vec<IpAddr>, Unresolved>) -> Result<Vec<String>, Unresolved> {
        found.map(|addresses| addresses.iter().map(ToString::to_string).collect())
    }

    fn never(_: String) -> LookingUp {
        Box::pin(std::future::pending())
    }

    fn public(name: String) -> LookingUp {
        Box::pin(async move {
            match name.as_str() {
                "mixed.example" => Ok(vec!["8.8.8.8".parse().unwrap(), "10.0.0.1".parse().unwrap()]),
                "empty.example" => Ok(Vec::new()),
                "unknown.example" => Err(io::ErrorKind::NotFound.into()),
                _ => Ok(vec!["8.8.8.8".parse().unwrap()]),
            }
        })
    }

    #[tokio::test]
    async fn the_configured_addresses_of_a_name_win_over_the_dns_and_are_checked_as_well() {
        let hosts: &[(&str, &[&str])] =
            &[("fs.example", &["1.1.1.1", "2606:4700::1111"]), ("in.example", &["10.0.0.1"])];
        let names = names(public, hosts, &[]);
        assert_eq!(texts(names.find("fs.example").await), Ok(vec!["1.1.1.1".into(), "2606:4700::1111".into()]));
        assert_eq!(texts(names.find("other.example").await), Ok(vec!["8.8.8.8".into()]));
        assert_eq!(names.find("in.example").await, Err(FORBIDDEN));
    }

    #[tokio::test]
    async fn one_forbidden_address_refuses_the_name_unless_it_is_permitted() {
        assert_eq!(names(public, &[], &[]).find("mixed.example").await, Err(FORBIDDEN));
        let permitted = names(public, &[], &["10.0.0.0/24"]);
        assert_eq!(texts(permitted.find("mixed.example").await), Ok(vec!["8.8.8.8".into(), "10.0.0.1".into()]));
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_unknown() {
        let names = names(public, &[], &[]);
        assert_eq!(names.find("empty.example").await, Err(Unresolved::Unknown));
        assert_eq!(names.find("unknown.example").await, Err(Unresolved::Unknown));
    }

    #[tokio::test]
    async fn localhost_is_loopback_without_asking_and_only_where_permitted() {
        for name in ["localhost", "google.localhost"] {
            assert_eq!(names(public, &[], &[]).find(name).await, Err(FORBIDDEN));
            assert_eq!(texts(names(public, &[], &["127.0.0.0/8"]).find(name).await), Ok(vec!["127.0.0.1".into()]));
            let both = names(public, &[], &["127.0.0.1/32", "::1/128"]);
            assert_eq!(texts(both.find(name).await), Ok(vec!["127.0.0.1".into(), "::1".into()]));
        }
    }

    /// DNS rebinding: public when it is checked, private when it is used.
    #[tokio::test]
    async fn a_name_that_moves_inside_is_refused_from_then_on() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let names = names(
            |_| {
                let answer = if ASKED.fetch_add(1, Ordering::SeqCst) == 0 { "8.8.8.8" } else { "127.0.0.1" };
                Box::pin(async move { Ok(vec![answer.parse().unwrap()]) })
            },
            &[],
            &[],
        );
        assert!(names.find("rebind.example").await.is_ok());
        assert_eq!(names.find("rebind.example").await, Err(FORBIDDEN));
    }

    #[tokio::test]
    async fn lookups_that_hang_are_given_up_and_do_not_pile_up() {
        let names = names(never, &[], &[]);
        for _ in 0..3 * LOOKUPS {
            assert_eq!(names.find("slow.example").await, Err(Unresolved::Unknown));
        }
        assert_eq!(names.0.slots.available_permits(), 0);
    }
}
