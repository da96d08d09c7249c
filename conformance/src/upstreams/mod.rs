//! The providers people sign in with, played on this machine: Google, Facebook, Microsoft, d-account, any number of
//! AD FS, and one that does what the standards say. Real HTTP, real TLS, real signatures; nothing in the product knows
//! that it does not talk to the real ones, only its configuration names other hosts.
//!
//! They enforce what the real ones enforce (registered redirect URIs, single-use codes, PKCE where a challenge was
//! sent, each one's client authentication, unknown parameters) and can be told to fail in every way worth a test:
//! [`Fault`] for what happens on the way, [`Mutation`] for what is wrong with a token, [`Settings`] and the quirks of
//! [`User`]s for what the providers do differently. `docs/simulators.md` has the control interface and the people.
//!
//! ```text
//! Upstreams ── Hub ── Host (one provider: people, clients, keys, clock, faults, log)
//!     │                └ Kind ── dyn Play: google, facebook, microsoft, daccount, adfs, oidc
//!     ├ server   one listener, virtual hosts by SNI and Host
//!     ├ control  JSON on its own port
//!     └ browser  the person: opens, chooses an account, comes back with a code
//! ```
//!
//! They must not: use the product's code, be reachable from outside this machine, show a vendor's logo.

mod adfs;
mod answer;
mod attacker;
mod browser;
mod code;
pub mod command;
mod control;
mod daccount;
mod facebook;
mod fault;
mod fault_body;
mod google;
mod ground;
mod host;
mod hub;
pub(crate) mod jose;
mod kind;
mod log;
mod microsoft;
mod model;
mod mutation;
mod oidc;
mod page;
mod request;
mod server;
mod sign_in;
mod state;
#[cfg(test)]
mod tests;
mod tls;

use anyhow::Context as _;
use ground::Ground;
use hub::Hub;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::{AbortHandle, JoinHandle};
use url::Url;

pub use browser::{Arrival, Browser, query_value};
pub use facebook::callback::{SignedRequest, SignedRequestFlaw, Told};
pub use fault::{Fault, FaultRule};
pub use ground::Scheme;
pub use host::{Host, KeyAction};
pub use kind::Kind;
pub use log::LoggedRequest;
pub use model::{AdfsVersion, Client, Quirks, ResponseIssuer, Settings, User};
pub use mutation::Mutation;
pub use request::Params;
pub use tls::Certificate;

/// All providers of one start; they stop with the last clone.
#[derive(Clone)]
pub struct Upstreams {
    inner: Arc<Inner>,
}

struct Inner {
    hub: Arc<Hub>,
    control_port: u16,
    server: Mutex<Option<JoinHandle<()>>>,
    control: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.control.abort();
        if let Some(server) = self.server.get_mut() {
            server.abort();
        }
    }
}

impl Upstreams {
    /// All providers on free ports of 127.0.0.1.
    ///
    /// # Errors
    /// No port, no certificates.
    pub async fn start(scheme: Scheme) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for the providers")?;
        let control = TcpListener::bind("127.0.0.1:0").await.context("a port for their control")?;
        Self::start_on(scheme, listener, control)
    }

    /// All providers on these listeners. Needs a runtime around it.
    ///
    /// # Errors
    /// No certificates.
    pub fn start_on(scheme: Scheme, listener: TcpListener, control: TcpListener) -> anyhow::Result<Self> {
        let ground = Arc::new(Ground::new(scheme, listener.local_addr()?)?);
        let control_port = control.local_addr()?.port();
        let hub = Arc::new(Hub::new(ground));
        let server = tokio::spawn(server::serve(hub.clone(), listener));
        let control = tokio::spawn(control::serve(hub.clone(), control)).abort_handle();
        let inner = Inner { hub, control_port, server: Mutex::new(Some(server)), control };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Port of all providers.
    pub fn port(&self) -> u16 {
        self.ground().address.port()
    }

    /// Port of the control interface.
    pub fn control_port(&self) -> u16 {
        self.inner.control_port
    }

    /// Names of all virtual hosts, without port: for a client's table of names.
    pub fn names(&self) -> Vec<String> {
        let labels = self.hosts().into_iter().flat_map(|host| host.kind().hosts(host.name()));
        labels.map(|(_, label)| format!("{label}.{}", self.ground().domain())).collect()
    }

    /// Origin of the virtual host `label`: `https://google.sim.test:PORT`.
    pub fn origin(&self, label: &str) -> String {
        self.ground().origin(label)
    }

    /// PEM of the authority that all hosts are certified by.
    pub fn ca_pem(&self) -> &'static str {
        &self.ground().certificates.public
    }

    /// PEM of a customer's own authority ([`Certificate::Private`]).
    pub fn private_ca_pem(&self) -> &'static str {
        &self.ground().certificates.private
    }

    /// Time comes from there (milliseconds since 1970): a test's own clock. Each provider's offset is added.
    pub fn set_time_source(&self, source: impl Fn() -> i64 + Send + Sync + 'static) {
        self.ground().set_time(Arc::new(source));
    }

    /// Google.
    pub fn google(&self) -> Host {
        self.inner.hub.add("google", Kind::Google)
    }

    /// Facebook.
    pub fn facebook(&self) -> Host {
        self.inner.hub.add("fb", Kind::Facebook)
    }

    /// Microsoft.
    pub fn microsoft(&self) -> Host {
        self.inner.hub.add("ms", Kind::Microsoft)
    }

    /// d-account.
    pub fn daccount(&self) -> Host {
        self.inner.hub.add("daccount", Kind::DAccount)
    }

    /// The AD FS of that name (`adfs-a`, `adfs-b`, …); made if there is none yet.
    pub fn adfs(&self, name: &str) -> Host {
        self.inner.hub.add(name, Kind::Adfs)
    }

    /// The provider that does what the standards say.
    pub fn oidc(&self) -> Host {
        self.inner.hub.add("oidc", Kind::OpenIdConnect)
    }

    /// The attacker's host.
    pub fn attacker(&self) -> Host {
        self.inner.hub.add("evil", Kind::Attacker)
    }

    /// One more provider, or the one that has that name already.
    pub fn add(&self, name: &str, kind: Kind) -> Host {
        self.inner.hub.add(name, kind)
    }

    /// The provider of that name.
    pub fn host(&self, name: &str) -> Option<Host> {
        self.inner.hub.get(name)
    }

    /// All providers.
    pub fn hosts(&self) -> Vec<Host> {
        self.inner.hub.list()
    }

    /// Everything at every provider as at the start; only clients stay registered.
    pub fn reset(&self) {
        self.hosts().iter().for_each(Host::reset);
    }

    /// A browser without cookies that finds all hosts.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn browser(&self) -> anyhow::Result<Browser> {
        Browser::new(self.ground())
    }

    /// What a person with a fresh browser does at `authorize_url`: opens it, chooses `user`. The callback's address,
    /// with code and state, not followed.
    ///
    /// # Errors
    /// The provider shows an error.
    pub async fn sign_in(&self, authorize_url: &Url, user: &str) -> anyhow::Result<Url> {
        self.browser()?.sign_in(authorize_url, user).await
    }

    /// What a person with a fresh browser does who changes their mind. The callback's address, not followed.
    ///
    /// # Errors
    /// The provider shows an error.
    pub async fn cancel(&self, authorize_url: &Url) -> anyhow::Result<Url> {
        self.browser()?.cancel(authorize_url).await
    }

    /// Nobody listens any more: every connection to any provider is refused by the operating system.
    pub async fn stop_listening(&self) {
        if let Some(server) = self.inner.server.lock().await.take() {
            server.abort();
            // The socket is closed when the task is gone; that it was aborted is no news.
            drop(server.await);
        }
    }

    /// Listens again on the same port.
    ///
    /// # Errors
    /// Somebody took the port.
    pub async fn listen_again(&self) -> anyhow::Result<()> {
        self.stop_listening().await;
        let listener = server::listen(self.ground()).await?;
        *self.inner.server.lock().await = Some(tokio::spawn(server::serve(self.inner.hub.clone(), listener)));
        Ok(())
    }

    fn ground(&self) -> &Ground {
        self.inner.hub.ground()
    }
}
