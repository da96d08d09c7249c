//! What one provider remembers: people, clients, keys, codes, tokens, who is signed in, and what shall go wrong.

use super::fault::Faults;
use super::jose::KeyRing;
use super::log::Log;
use super::model::{Client, Settings, User};
use super::mutation::Mutation;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// An authorization request that was found good.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `client_id`.
    pub client: String,
    /// `redirect_uri`, registered.
    pub redirect_uri: String,
    /// `state`, as sent.
    pub state: Option<String>,
    /// `nonce`, as sent.
    pub nonce: Option<String>,
    /// `scope`, taken apart.
    pub scope: Vec<String>,
    /// `code_challenge` with its method, where the provider looks at it.
    pub challenge: Option<Challenge>,
    /// `prompt`, taken apart.
    pub prompt: Vec<String>,
    /// `login_hint` or what stands for it.
    pub login_hint: Option<String>,
    /// `max_age` in seconds, where the provider looks at it.
    pub max_age: Option<i64>,
    /// How the answer travels.
    pub mode: Mode,
    /// What only one kind of provider knows: `resource`, the tenant, `authif`.
    pub extra: BTreeMap<&'static str, String>,
}

/// PKCE (RFC 7636).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// `plain`
    Plain(String),
    /// `S256`
    S256(String),
}

/// `response_mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In the query.
    #[default]
    Query,
    /// In the fragment.
    Fragment,
    /// By a form that posts itself.
    FormPost,
}

/// A code and what it stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The request.
    pub asked: Asked,
    /// Name of the person.
    pub user: String,
    /// When the person proved who they are (seconds).
    pub auth_time: i64,
    /// When the code was made (seconds).
    pub issued: i64,
    /// Whether somebody has presented it.
    pub used: bool,
    /// [`State::revision`] of the person at that time.
    pub revision: u64,
    /// Session at the provider.
    pub session: String,
}

/// An access or refresh token and what it stands for.
#[derive(Clone, Debug)]
pub struct Token {
    /// The code's facts.
    pub grant: Grant,
    /// The client it belongs to.
    pub client: String,
    /// The resource it is for, where there are such.
    pub audience: String,
    /// When it was made (seconds).
    pub issued: i64,
    /// When it ends (seconds).
    pub expires: i64,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Name of the person.
    pub user: String,
    /// Since when (seconds).
    pub since: i64,
}

/// A sign-in page that was shown.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The authorization request, path and query as sent.
    pub request: String,
    /// When (seconds).
    pub shown: i64,
}

/// Everything.
#[derive(Default)]
pub struct State {
    pub users: Vec<User>,
    pub revisions: HashMap<String, u64>,
    pub clients: BTreeMap<String, Client>,
    pub generations: HashMap<String, u64>,
    pub ring: Option<KeyRing>,
    pub signing_since: Option<i64>,
    pub clock_offset: i64,
    pub settings: Settings,
    pub discovery: Map<String, Value>,
    pub faults: Faults,
    pub mutations: VecDeque<Mutation>,
    pub log: Log,
    pub sessions: HashMap<String, Session>,
    pub pending: HashMap<String, Pending>,
    pub grants: HashMap<String, Grant>,
    pub tokens: HashMap<String, Token>,
    pub refresh_tokens: HashMap<String, Token>,
    pub last_tokens: HashMap<String, String>,
}

impl State {
    /// The person of that name.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name == name)
    }

    /// Counts up whenever the person is changed.
    pub fn revision(&self, user: &str) -> u64 {
        self.revisions.get(user).copied().unwrap_or_default()
    }

    /// Adds a person or replaces the one of the same name.
    pub fn put_user(&mut self, user: User) {
        *self.revisions.entry(user.name.clone()).or_default() += 1;
        match self.users.iter_mut().find(|known| known.name == user.name) {
            Some(known) => *known = user,
            None => self.users.push(user),
        }
    }

    /// Takes the next mutation, if it is one that `wanted` wants.
    pub fn take_mutation(&mut self, wanted: impl Fn(Mutation) -> bool) -> Option<Mutation> {
        let index = self.mutations.iter().position(|mutation| wanted(*mutation))?;
        self.mutations.remove(index)
    }
}
