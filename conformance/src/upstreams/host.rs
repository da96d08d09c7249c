//! A provider as tests and the control interface hold it. Everything here takes effect at once and lasts until it is
//! changed again or [`Host::reset`].

use super::fault::FaultRule;
use super::fault_body;
use super::ground::Ground;
use super::jose::{KeyRing, key};
use super::kind::Kind;
use super::log::LoggedRequest;
use super::model::{Client, Settings, User};
use super::mutation::Mutation;
use super::state::State;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A provider; cheap to clone.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    kind: Kind,
    ground: Arc<Ground>,
    own_key: usize,
    residents: Mutex<Vec<User>>,
    state: Mutex<State>,
}

/// What can be done to the keys of a provider.
#[derive(Clone, Debug, serde::Deserialize, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAction {
    /// A new key signs, the old ones stay published.
    Rotate,
    /// A new key signs and is the only one published.
    Replace,
    /// Only the signing key stays published.
    DropOld,
    /// The key of this name is no longer published, even if it signs.
    DropKid(String),
    /// A new key signs under the old name and replaces the old one.
    DuplicateKid,
    /// A published key of 1024 bits signs.
    Weaken,
    /// The signing key's JWK has this `issuer` member (or none).
    SetIssuer(Option<String>),
    /// Publishes the key that signs after the next rotation.
    PublishSecondary,
    /// Certificates in `x5c` are expired.
    ExpireCertificates,
}

impl Host {
    /// A provider with its presets.
    pub(super) fn new(name: &str, kind: Kind, ground: Arc<Ground>, own_key: usize) -> Self {
        let (residents, state) = (Mutex::default(), Mutex::default());
        let inner = Inner { name: name.to_owned(), kind, ground, own_key, residents, state };
        let host = Self { inner: Arc::new(inner) };
        host.reset();
        host
    }

    /// Its name, which is also the label of its main host.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// What it plays.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// Origin of its main host.
    pub fn origin(&self) -> String {
        self.origin_of("")
    }

    /// Origin of its host for `role` (`token`, `keys`, `userinfo`, `graph`, `id`); of the main one if it has none such.
    pub fn origin_of(&self, role: &str) -> String {
        let hosts = self.kind().hosts(self.name());
        let label = hosts.iter().find(|(known, _)| *known == role).map_or(self.name(), |(_, label)| label);
        self.inner.ground.origin(label)
    }

    /// Origin of the attacker's host.
    pub fn attacker(&self) -> String {
        self.inner.ground.origin("evil")
    }

    /// What it stands on.
    pub(super) fn ground(&self) -> &Ground {
        &self.inner.ground
    }

    /// Its clock, seconds since 1970.
    pub fn now(&self) -> i64 {
        let offset = self.state().clock_offset;
        self.inner.ground.now() + offset
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // People and clients

    /// Adds a person or replaces the one of the same name. At a d-account this also is a changed contract.
    pub fn put_user(&self, user: User) {
        self.state().put_user(user);
    }

    /// Adds a person who is first on the page and stays after a [`Self::reset`].
    pub fn settle(&self, user: User) {
        self.residents().push(user);
        self.reset();
    }

    fn residents(&self) -> MutexGuard<'_, Vec<User>> {
        self.inner.residents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The person of that name.
    pub fn user(&self, name: &str) -> Option<User> {
        self.state().user(name).cloned()
    }

    /// Everybody, in the order of the sign-in page.
    pub fn users(&self) -> Vec<User> {
        self.state().users.clone()
    }

    /// Changes a person; nothing happens to a name that nobody has.
    pub fn change_user(&self, name: &str, change: impl FnOnce(&mut User)) {
        if let Some(mut user) = self.user(name) {
            change(&mut user);
            self.put_user(user);
        }
    }

    /// Sets one claim of a person; `null` takes it away.
    pub fn set_claim(&self, name: &str, claim: &str, value: impl Into<Value>) {
        let value = value.into();
        self.change_user(name, |user| match value {
            Value::Null => drop(user.claims.remove(claim)),
            value => drop(user.claims.insert(claim.to_owned(), value)),
        });
    }

    /// Registers a client or replaces the one of the same id. Keys are made now, if there are none: later, in the middle
    /// of somebody's request, it would look like a slow provider.
    pub fn register(&self, client: Client) {
        self.make_keys();
        self.register_ahead(client);
    }

    /// As [`Self::register`], for whoever calls [`Self::make_keys`] at a time of their own.
    pub fn register_ahead(&self, client: Client) {
        self.state().clients.insert(client.id.clone(), client);
    }

    /// Makes the keys if there are none; that takes a while.
    pub fn make_keys(&self) {
        self.with_ring(|_| ());
    }

    /// The client of that id.
    pub fn client(&self, id: &str) -> Option<Client> {
        self.state().clients.get(id).cloned()
    }

    /// Changes a client; nothing happens to an id that is not registered.
    pub fn change_client(&self, id: &str, change: impl FnOnce(&mut Client)) {
        if let Some(client) = self.state().clients.get_mut(id) {
            change(client);
        }
    }

    /// AD FS: the client is deleted and made again. The id and all else stay, every `sub` changes.
    pub fn recreate_client(&self, id: &str) {
        *self.state().generations.entry(id.to_owned()).or_default() += 1;
    }

    // Behaviour

    /// Changes settings.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.state().settings);
    }

    /// The settings now.
    pub fn settings(&self) -> Settings {
        self.state().settings.clone()
    }

    /// Its clock goes wrong by so many seconds.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.state().clock_offset = seconds;
    }

    /// A member of the discovery document says this instead; `null` takes it away.
    pub fn set_discovery(&self, member: &str, value: impl Into<Value>) {
        self.state().discovery.insert(member.to_owned(), value.into());
    }

    /// Goes wrong from now on.
    pub fn fault(&self, rule: impl Into<FaultRule>) {
        let rule = rule.into();
        fault_body::prepare(rule.kind);
        self.state().faults.push(rule);
    }

    /// What is still to go wrong.
    pub fn faults(&self) -> Vec<FaultRule> {
        self.state().faults.list().to_vec()
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// The next ID token is spoilt this way.
    pub fn mutate_next(&self, mutation: Mutation) {
        // As with clients: the attacker's key is made before anybody waits for it.
        key::attacker();
        self.with_ring(|ring| (mutation == Mutation::DroppedKey).then(|| ring.dropped()));
        self.state().mutations.push_back(mutation);
    }

    // Keys

    /// Does something to the keys.
    pub fn keys(&self, action: KeyAction) {
        self.with_ring(|ring| match action {
            KeyAction::Rotate => ring.rotate(),
            KeyAction::Replace => ring.replace(),
            KeyAction::DropOld => ring.drop_old(),
            KeyAction::DropKid(kid) => ring.drop_kid(&kid),
            KeyAction::DuplicateKid => ring.duplicate_kid(),
            KeyAction::Weaken => ring.weaken(),
            KeyAction::SetIssuer(issuer) => ring.set_issuer(issuer),
            KeyAction::PublishSecondary => ring.publish_secondary(),
            KeyAction::ExpireCertificates => ring.expire_certificates(),
        });
        self.state().signing_since = None;
    }

    /// A new key signs, the old ones stay published.
    pub fn rotate_keys(&self) {
        self.keys(KeyAction::Rotate);
    }

    /// Takes over the other provider's keys, names included.
    pub fn share_keys_of(&self, other: &Self) {
        let ring = other.with_ring(|ring| ring.clone());
        self.state().ring = Some(ring);
    }

    /// The signing key's `kid`, if it has one.
    pub fn kid(&self) -> Option<String> {
        self.with_ring(|ring| ring.signing().kid.clone())
    }

    /// Gives the signing key this name.
    pub fn set_kid(&self, kid: &str) {
        self.with_ring(|ring| ring.rename(kid));
    }

    /// Does something with the keys, which are made at first use.
    pub(super) fn with_ring<T>(&self, work: impl FnOnce(&mut KeyRing) -> T) -> T {
        let mut state = self.state();
        let style = self.kind().play().kid_style();
        let ring = state.ring.get_or_insert_with(|| {
            let mut ring = KeyRing::new(style, self.name(), self.inner.own_key);
            self.kind().play().prepare_keys(&mut ring, &self.origin());
            ring
        });
        work(ring)
    }

    // What happened

    /// Requests whose path is or ends with `pattern` (`*`: all), oldest first.
    pub fn requests(&self, pattern: &str) -> Vec<LoggedRequest> {
        self.state().log.matching(pattern)
    }

    /// Forgets the requests.
    pub fn clear_log(&self) {
        self.state().log.clear();
    }

    /// Everything as at the start; only clients stay registered.
    pub fn reset(&self) {
        let mut users = self.residents().clone();
        users.extend(self.kind().play().users(self));
        let settings = self.kind().play().settings();
        let mut state = self.state();
        let clients = std::mem::take(&mut state.clients);
        *state = State { clients, settings, ..State::default() };
        for user in users {
            state.put_user(user);
        }
    }
}
