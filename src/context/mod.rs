//! What every endpoint holds: the application's handles, and the facts of one request.
//!
//! [`App`] is cheap to clone and complete: there are no globals. [`Context`] is the one extractor of machine endpoints;
//! [`PageContext`] adds what a page needs (cookies, language, frame). Which issuer the request is for was decided
//! before routing and stands in the request's extensions.

mod account_menu;
mod form;
mod line;
mod machine;
mod new_password;
mod operator;
mod page;
mod registrar;
mod sign_in;
mod ticket;
mod upload;
mod upstream;

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::audit::{AuditQueue, Event, EventKind};
use crate::brand::{Issuer, Issuers};
use crate::client::ClientDirectory;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::keys::KeyRing;
use crate::line::LineVerifier;
use crate::lockout::Limits;
use crate::notify::{Carrier, Outbox};
use crate::outbound::Outbound;
use crate::password::PasswordPool;
use crate::random::Random;
use crate::secret::MasterKey;
use crate::storage::{Database, Fault};
use crate::token::verify::AccessTokenVerifier;
use crate::upstream::Upstreams;
use crate::web::{Csrf, Faces};

pub use form::Form;
pub use line::{LineStanding, Transport, reason_of};
pub use operator::{CONSOLE_PURPOSE, OperatorContext, OperatorFacts, OperatorPage, OperatorRequest, SIGN_IN, own_path};
pub use page::PageContext;
pub use ticket::{OpenTicket, parameter};
pub use upload::Upload;
pub use upstream::{Buttons, Journey, kind_of};

/// The application: everything that outlives a request.
#[derive(Clone)]
pub struct App(Arc<Handles>);

/// The handles of an [`App`].
pub struct Handles {
    /// The configuration.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The master key.
    pub master: MasterKey,
    /// The database.
    pub db: Database,
    /// The issuers.
    pub issuers: Issuers,
    /// Their faces.
    pub faces: Faces,
    /// The signing keys.
    pub keys: KeyRing,
    /// The clients.
    pub clients: ClientDirectory,
    /// The password hashers.
    pub passwords: PasswordPool,
    /// Limits by network address.
    pub limits: Limits,
    /// The audit log.
    pub audit: AuditQueue,
    /// Remembers verified access tokens.
    pub access_tokens: AccessTokenVerifier,
    /// Form tokens.
    pub csrf: Csrf,
    /// Where mails and SMS are put.
    pub outbox: Outbox,
    /// Who takes them away.
    pub carrier: Carrier,
    /// The connections to upstreams.
    pub upstreams: Upstreams,
    /// Over which line a request came; `None` where there is no line authentication.
    pub line: Option<LineVerifier>,
    /// Requests to other people's servers.
    pub outbound: Outbound,
    /// Whether the process is on its way out.
    pub stopping: Stopping,
}

/// Set once the process was told to stop: from then on it wants no new work. Cheap to clone.
#[derive(Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// Says that the process is on its way out.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl App {
    /// From its handles.
    pub fn new(handles: Handles) -> Self {
        Self(Arc::new(handles))
    }

    /// Whether it can serve: its signing keys are there (on the very first start those of RSA are made after the
    /// listener has opened), and it was not told to stop. Whether the database answers is a question of its own.
    pub fn is_ready(&self) -> bool {
        !self.stopping.has_begun() && self.keys.load().is_complete()
    }
}

impl Deref for App {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

/// Facts of a request that are settled before routing.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    /// The issuer it is for.
    pub issuer: Arc<Issuer>,
    /// Its reference, for the log, the audit log and error pages.
    pub reference: String,
    /// The network address it came from, proxies taken into account.
    pub address: IpAddr,
}

/// What a machine endpoint holds.
#[derive(Clone)]
pub struct Context {
    /// The application.
    pub app: App,
    /// The request's facts.
    pub request: RequestFacts,
    /// When the request is being served.
    pub now: Timestamp,
}

impl Context {
    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.request.issuer
    }

    /// An audit event of this request.
    pub fn event(&self, kind: EventKind) -> Event {
        let mut event = Event::new(kind, self.request.reference.clone());
        event.brand = Some(self.request.issuer.brand.clone());
        event.address = Some(self.request.address.to_string());
        event
    }
}

impl<S> FromRequestParts<S> for Context
where
    App: axum::extract::FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let app = <App as axum::extract::FromRef<S>>::from_ref(state);
        let Some(request) = parts.extensions.get::<RequestFacts>().cloned() else {
            tracing::error!("a request reached an endpoint without an issuer");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let now = app.clock.now();
        Ok(Self { app, request, now })
    }
}

/// Logs a fault with its cause, once.
pub fn log_fault(fault: &Fault, reference: &str) {
    let cause = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
    tracing::error!(%fault, cause, reference, "a request failed");
}
