//! The gateway at the edge of the carrier's closed network, and the carrier behind it: what stands between a terminal on
//! a line and Tegata's line listener.
//!
//! ```text
//! terminal ─▶ [refuses what two servers could read differently] ─▶ [takes every header of the family away]
//!          ─▶ [adds exactly one Line-Assertion about the chosen line] ══ mTLS ══▶ Tegata's line listener
//! ```
//! - [`LineGateway`]: the gateway as a value; tests choose the line and what goes wrong.
//! - `/__gateway`: the same for a person (回線の選択), and as JSON; `/__carrier/notification`: 回線情報通知設定.
//! - [`pki`]: the authority of the two ends; [`request`]: the strict reader; [`assertion`]: what is signed.
//!
//! Plain HTTP on `localhost` for the demo, TLS where it is given a certificate. It must not: be friendlier to a request
//! than a gateway may be, tell Tegata anything a terminal wrote about its line.

pub mod assertion;
mod control;
mod page;
pub mod pki;
mod proxy;
pub mod request;
mod serve;
mod state;
mod west;

pub use state::{Area, Fault, Line, REGISTERED, Standing, WEST};

use self::assertion::Keys;
use self::pki::{Authority, Pair};
use self::state::State;
use anyhow::Context as _;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

/// What a gateway is made of.
pub struct Settings {
    /// Its name: the `iss` of its assertions.
    pub name: String,
    /// Scheme, host and port that terminals see: the `aud` of its assertions.
    pub origin: String,
    /// The certificate that terminals see; without one it speaks plain HTTP.
    pub certificate: Option<Arc<ServerConfig>>,
    /// What it proves itself with to Tegata.
    pub identity: Pair,
    /// The authority that Tegata's line listener has its certificate from (PEM).
    pub listener_ca: String,
    /// The name in that certificate.
    pub listener_name: String,
}

/// A running gateway; it stops with its last handle. Cheap to clone.
#[derive(Clone)]
pub struct LineGateway(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: tokio::task::AbortHandle,
}

/// What all its tasks share.
struct Shared {
    name: String,
    origin: String,
    client: proxy::Client,
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl LineGateway {
    /// Serves on `listener`. Where Tegata listens is said afterwards, by [`Self::lead_to`].
    ///
    /// # Errors
    /// A key or certificate that cannot be used.
    pub fn start(settings: Settings, listener: TcpListener) -> anyhow::Result<Self> {
        let address = listener.local_addr().context("the gateway's own address")?;
        let client = proxy::Client::new(&settings)?;
        let state = State::new(Keys::new(&settings.name)?);
        let shared =
            Arc::new(Shared { name: settings.name, origin: settings.origin, client, state: Mutex::new(state) });
        let task = tokio::spawn(serve::serve(shared.clone(), listener, settings.certificate)).abort_handle();
        Ok(Self(Arc::new(Inner { shared, address, task })))
    }

    /// Where terminals reach it.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Where Tegata's line listener is.
    pub fn lead_to(&self, listener: SocketAddr) {
        self.0.shared.state().listener = Some(listener);
    }

    /// Its published keys, as a JWK Set.
    pub fn jwks(&self) -> String {
        self.0.shared.state().keys.jwks()
    }

    /// The next key is made and published beside the one in use, and signs from now on.
    ///
    /// # Errors
    /// The library makes none.
    pub fn roll_key(&self) -> anyhow::Result<()> {
        self.0.shared.state().keys.roll()
    }

    /// Chooses the line that terminals come over from now on; one of those on the page, or a new one.
    pub fn choose(&self, line: Line) {
        self.0.shared.state().choose(line);
    }

    /// What goes wrong from now on.
    pub fn fault(&self, fault: Fault) {
        self.0.shared.state().fault = fault;
    }

    /// The last assertion it made: what an attacker at the wire would have.
    pub fn captured(&self) -> Option<String> {
        self.0.shared.state().captured.clone()
    }

    /// An assertion of its own for a request, with claims changed: what only whoever holds its key could make.
    pub fn forge(&self, method: &str, path: &str, changes: &serde_json::Value) -> String {
        let state = self.0.shared.state();
        assertion::forge(&self.0.shared, &state, ((method, path), &state.line()), changes)
    }
}

/// Both authorities and everything they issue for one deployment: the line listener's certificate, the gateway's own, and
/// that of a service which may connect and asserts nothing.
pub struct Deployment {
    /// The authority of clients' certificates: `client_ca_file`.
    pub clients: Authority,
    /// The authority of the listener's certificate.
    pub servers: Authority,
    /// The listener's certificate.
    pub listener: Pair,
    /// The gateway's.
    pub gateway: Pair,
    /// A service's backend.
    pub service: Pair,
}

/// The name in the line listener's certificate.
pub const LISTENER_NAME: &str = "tegata-line.test";

impl Deployment {
    /// A new one.
    ///
    /// # Errors
    /// The library makes no certificate.
    pub fn make() -> anyhow::Result<Self> {
        let (clients, servers) = (Authority::make("Line gateways, test authority")?, Authority::make("Tegata, test")?);
        Ok(Self {
            listener: servers.issue(LISTENER_NAME)?,
            gateway: clients.issue("linegw.test")?,
            service: clients.issue("storage-backend.test")?,
            clients,
            servers,
        })
    }
}
