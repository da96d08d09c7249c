//! The providers of one start, found by the label of their hosts.

use super::ground::Ground;
use super::host::Host;
use super::jose::key;
use super::kind::Kind;
use std::sync::{Arc, PoisonError, RwLock};

/// The providers.
pub struct Hub {
    ground: Arc<Ground>,
    hosts: RwLock<Vec<Host>>,
}

/// Who is there from the start. Each has a key of the pool to itself ([`key::SPARE`] are enough).
const INITIAL: [(&str, Kind); 7] = [
    ("google", Kind::Google),
    ("ms", Kind::Microsoft),
    ("daccount", Kind::DAccount),
    ("adfs-a", Kind::Adfs),
    ("adfs-b", Kind::Adfs),
    ("oidc", Kind::OpenIdConnect),
    ("fb", Kind::Facebook),
];

impl Hub {
    /// The initial providers and the attacker.
    pub fn new(ground: Arc<Ground>) -> Self {
        let hub = Self { ground, hosts: RwLock::new(Vec::new()) };
        for (name, kind) in INITIAL {
            hub.add(name, kind);
        }
        hub.add("evil", Kind::Attacker);
        hub
    }

    /// What they stand on.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// The provider of that name; made if there is none yet.
    pub fn add(&self, name: &str, kind: Kind) -> Host {
        let mut hosts = self.hosts.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hosts.iter().find(|host| host.name() == name) {
            return known.clone();
        }
        let own_key = if hosts.len() < key::SPARE { hosts.len() } else { key::POOL };
        let host = Host::new(name, kind, self.ground.clone(), own_key);
        hosts.push(host.clone());
        host
    }

    /// The provider of that name.
    pub fn get(&self, name: &str) -> Option<Host> {
        self.list().into_iter().find(|host| host.name() == name)
    }

    /// All of them.
    pub fn list(&self) -> Vec<Host> {
        self.hosts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The provider that has a host of this label, and which of its hosts it is.
    pub fn find(&self, label: &str) -> Option<(&'static str, Host)> {
        self.list().into_iter().find_map(|host| {
            let hosts = host.kind().hosts(host.name());
            hosts.into_iter().find(|(_, known)| known == label).map(|(role, _)| (role, host))
        })
    }
}
