//! What the endpoints for programs share: which client asks, and how it is refused.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, header};

use super::{Context, log_fault};
use crate::audit::EventKind;
use crate::client::{Authenticator, Client};
use crate::keys::KeySet;
use crate::protocol::params::Params;
use crate::protocol::{Error, ErrorCode, client_authentication};
use crate::storage::Fault;
use crate::token::AccessTokens;
use crate::web::machine;

impl Context {
    /// The client of a request, proved (RFC 6749 §3.2.1).
    ///
    /// # Errors
    /// When the database fails; a client that cannot be proved is the inner error.
    pub async fn identify_client(
        &self,
        headers: &HeaderMap,
        params: &Params,
    ) -> Result<Result<Arc<Client>, Error>, Fault> {
        let authorization = match authorization_header(headers) {
            Ok(authorization) => authorization,
            Err(error) => return Ok(Err(error)),
        };
        let app = &self.app;
        let authenticator = Authenticator {
            clients: &app.clients,
            master: &app.master,
            db: &app.db,
            issuer: self.issuer(),
            now: self.now,
        };
        authenticator.identify(authorization, params).await
    }

    /// What verifies the access tokens of this issuer, with the keys of this moment.
    pub fn access_tokens<'a>(&'a self, keys: &'a KeySet) -> AccessTokens<'a> {
        let app = &self.app;
        AccessTokens {
            keys,
            verifier: &app.access_tokens,
            db: &app.db,
            clients: &app.clients,
            issuer: self.issuer(),
            now: self.now,
        }
    }

    /// The answer to a client that is refused: the RFC's error outside, the reason in the audit log.
    pub fn refuse_client(&self, error: &Error, endpoint: &'static str) -> Response {
        self.record_refusal(error, endpoint);
        let challenge = (error.code() == ErrorCode::InvalidClient)
            .then(|| client_authentication::challenge(&self.issuer().identifier));
        machine::error(error, challenge.as_deref())
    }

    /// Notes a refusal in the audit log.
    pub fn record_refusal(&self, error: &Error, endpoint: &'static str) {
        metrics::counter!("tegata_refusals_total", "endpoint" => endpoint, "error" => error.code().as_str())
            .increment(1);
        let mut event = self.event(EventKind::TokenRefused).because(error.code().as_str()).with("endpoint", endpoint);
        if let Some(hint) = error.hint() {
            event = event.with("hint", hint);
        }
        self.app.audit.record(event.with("description", error.description()));
    }

    /// The answer to a program when something of ours failed; logged once.
    pub fn machine_fault(&self, fault: &Fault) -> Response {
        log_fault(fault, &self.request.reference);
        machine::fault(fault.is_unavailable())
    }
}

/// The one `Authorization` header of a request, if it has one that can be read.
fn authorization_header(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Error::invalid_request("there is more than one Authorization header"));
    }
    value.to_str().map(Some).map_err(|_| Error::invalid_client("the Authorization header cannot be read"))
}
