//! Where mail and SMS end in the demo and in tests: a real SMTP server (RFC 5321), two SMS endpoints, and an inbox.
//!
//! - [`Sink::serve_smtp`]: EHLO/HELO, AUTH PLAIN and LOGIN (recorded, never refused), MAIL, RCPT, DATA, RSET, NOOP, QUIT,
//!   8BITMIME, SIZE, PIPELINING. No STARTTLS: it listens on loopback.
//! - [`Sink::router`]: inbox pages (`/`, `/message/{id}`), `/api/messages`, `/api/faults`, `POST /sms` and Twilio's
//!   `POST /2010-04-01/Accounts/{sid}/Messages.json`.
//!
//! Faults ([`Faults`]) make it refuse, hang up and dawdle, so that the sender's retries can be tested.
//! It must not: deliver anything anywhere, grow without limit (the last [`CAPACITY`] messages stay).

mod api;
mod fault;
mod inbox;
mod mail;
mod sms;
mod smtp;
mod store;

use axum::Router;
use axum::routing::{get, post};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

pub use fault::Faults;
pub use store::{CAPACITY, Kind, Message};

/// Both sinks and their inbox; cheap to clone.
#[derive(Clone)]
pub struct Sink {
    inner: Arc<Inner>,
}

struct Inner {
    store: store::Store,
    faults: fault::Knobs,
    under_way: AtomicUsize,
    busiest: AtomicUsize,
}

impl Sink {
    /// A sink in memory; with `file`, one that appends each message to it as a JSON line and starts with its content.
    ///
    /// # Errors
    /// `file` cannot be read or written.
    pub fn new(file: Option<PathBuf>) -> anyhow::Result<Self> {
        let store = store::Store::open(file)?;
        let (under_way, busiest) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Ok(Self { inner: Arc::new(Inner { store, faults: fault::Knobs::default(), under_way, busiest }) })
    }

    /// Messages, newest first, at most [`CAPACITY`].
    pub fn messages(&self) -> Vec<Arc<Message>> {
        self.inner.store.list()
    }

    /// Sets the faults of the following deliveries.
    pub fn set_faults(&self, faults: Faults) {
        self.inner.faults.set(faults);
    }

    /// How many mails were ever under way at once.
    pub fn busiest(&self) -> usize {
        self.inner.busiest.load(Ordering::SeqCst)
    }

    /// Inbox pages, JSON API and SMS endpoints.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(inbox::list))
            .route("/message/{id}", get(inbox::message))
            .route("/message/{id}/html", get(inbox::html))
            .route("/assets/inbox.css", get(inbox::style))
            .route("/assets/inbox.svg", get(inbox::icon))
            .route("/api/messages", get(api::list).delete(api::clear))
            .route("/api/messages/{id}", get(api::one))
            .route("/api/faults", get(api::faults).put(api::set_faults))
            .route("/sms", post(sms::generic))
            .route("/2010-04-01/Accounts/{sid}/Messages.json", post(sms::twilio))
            .layer(axum::extract::DefaultBodyLimit::max(64 * 1024))
            .with_state(self.clone())
    }

    /// Serves [`Self::router`] until the future is dropped.
    ///
    /// # Errors
    /// The listener breaks.
    pub async fn serve_http(&self, listener: TcpListener) -> anyhow::Result<()> {
        Ok(axum::serve(listener, self.router()).await?)
    }

    /// Serves SMTP until the future is dropped.
    ///
    /// # Errors
    /// The listener breaks.
    pub async fn serve_smtp(&self, listener: TcpListener) -> anyhow::Result<()> {
        smtp::serve(self.clone(), listener).await
    }
}
