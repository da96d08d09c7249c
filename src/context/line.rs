//! The line of a request: looked at once, and compared with what a contract registered.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use http::request::Parts;
use tokio::sync::OnceCell;

use super::PageContext;
use crate::id::{ContractId, InteractionId, LineId};
use crate::line::{
    LineEvidence, LineKey, LineOutcome, LineRequest, LineVerifier, Outage, PeerCertificate, Return, find_line,
};
use crate::policy::access_path::AccessPath;
use crate::session::SignedIn;
use crate::storage::Fault;

/// What a connection shows of itself and of this request, and what came of looking at its line.
pub struct Transport {
    peer: Option<PeerCertificate>,
    source: Option<IpAddr>,
    method: String,
    path: String,
    outcome: OnceCell<Arc<LineOutcome>>,
}

impl Transport {
    /// Of a request whose issuer's path was taken off.
    pub(super) fn of(parts: &Parts, issuer_path: &str) -> Self {
        Self {
            peer: parts.extensions.get::<PeerCertificate>().copied(),
            source: parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip().to_canonical()),
            method: parts.method.as_str().to_owned(),
            path: format!("{issuer_path}{}", parts.uri.path()),
            outcome: OnceCell::new(),
        }
    }
}

/// How the line of a request stands to a contract.
pub enum LineStanding {
    /// It is one of the contract's.
    Registered {
        /// Which one.
        line: LineId,
        /// The keyed hash of its number.
        key: LineKey,
        /// How it became known; always a [`LineOutcome::Verified`].
        evidence: LineEvidence,
    },
    /// It is a line, and none of the contract's.
    Unregistered {
        /// The last three characters of its number.
        tail: String,
        /// Whether another contract of the brand has it.
        is_anothers: bool,
        /// How it became known.
        evidence: LineEvidence,
    },
    /// No line was proved.
    Unproved(Arc<LineOutcome>),
}

impl PageContext {
    /// The facts about this request that prove a line, or do not.
    pub fn line_request<'a>(&'a self, interaction: Option<&'a InteractionId>) -> LineRequest<'a> {
        let (issuer, transport) = (self.issuer(), &self.transport);
        LineRequest {
            on_line_listener: issuer.access_path == AccessPath::Line,
            peer: transport.peer,
            source: transport.source,
            brand: &issuer.brand,
            origin: &issuer.origin,
            base: &issuer.path,
            method: &transport.method,
            path: &transport.path,
            headers: &self.headers,
            interaction,
            now: self.now,
        }
    }

    /// Over which line this very request came. However often it is asked for, the request is looked at once: an assertion
    /// is good once. Without line authentication nothing comes over a line.
    pub async fn observe_line(&self, interaction: Option<&InteractionId>) -> Arc<LineOutcome> {
        let observe =
            async |verifier: &LineVerifier| verifier.observe(&self.app.db, &self.line_request(interaction)).await;
        // Boxed: what a look needs is large, and most requests need none.
        Box::pin(self.look_at_line(observe)).await
    }

    /// The same for a person who comes back from the carrier.
    pub async fn resume_line(&self, interaction: &InteractionId, back: Return<'_>) -> Arc<LineOutcome> {
        let resume = async |verifier: &LineVerifier| {
            verifier.resume(&self.app.db, &self.line_request(Some(interaction)), back).await
        };
        Box::pin(self.look_at_line(resume)).await
    }

    async fn look_at_line(&self, look: impl AsyncFnOnce(&LineVerifier) -> LineOutcome) -> Arc<LineOutcome> {
        let look = async {
            Arc::new(match &self.app.line {
                Some(verifier) => look(verifier).await,
                None => LineOutcome::NotOnLine,
            })
        };
        Arc::clone(self.transport.outcome.get_or_init(|| look).await)
    }

    /// How the line of this request stands to a contract.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn line_of(&self, contract: &ContractId, interaction: &InteractionId) -> Result<LineStanding, Fault> {
        let outcome = self.observe_line(Some(interaction)).await;
        self.stand(contract, outcome).await
    }

    /// Whether this request comes over the very line that was verified at the sign-in; `None` when that cannot be seen
    /// without sending the person somewhere first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_on_proved_line(
        &self,
        signed_in: &SignedIn,
        interaction: Option<&InteractionId>,
    ) -> Result<Option<bool>, Fault> {
        let Some(proved) = signed_in.session.authentication.line else { return Ok(Some(false)) };
        let outcome = self.observe_line(interaction).await;
        if matches!(*outcome, LineOutcome::Redirect { .. }) {
            return Ok(None);
        }
        Ok(Some(match self.stand(&signed_in.record.contract.id, outcome).await? {
            LineStanding::Registered { key, .. } => key.hash() == proved,
            LineStanding::Unregistered { .. } | LineStanding::Unproved(_) => false,
        }))
    }

    /// How an outcome stands to a contract.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stand(&self, contract: &ContractId, outcome: Arc<LineOutcome>) -> Result<LineStanding, Fault> {
        let LineOutcome::Verified(evidence) = &*outcome else { return Ok(LineStanding::Unproved(outcome)) };
        let evidence = evidence.clone();
        let brand = &self.issuer().brand;
        let key = LineKey::of(&self.app.master, brand, &evidence.number);
        Ok(match find_line(&self.app.db, brand, &key).await? {
            Some((owner, line)) if owner == *contract => LineStanding::Registered { line, key, evidence },
            other => LineStanding::Unregistered {
                tail: evidence.number.tail().to_owned(),
                is_anothers: other.is_some(),
                evidence,
            },
        })
    }
}

/// The reason code of an outcome that proves no line, for the audit log.
pub const fn reason_of(outcome: &LineOutcome) -> &'static str {
    match outcome {
        LineOutcome::Verified(_) => "line_verified",
        LineOutcome::Redirect { .. } => "line_not_asked_yet",
        LineOutcome::NotNotified { .. } => "line_not_notified",
        LineOutcome::Declined => "line_declined",
        LineOutcome::NotOnLine => "line_not_on_line",
        LineOutcome::Unavailable { why: Outage::Carrier, .. } => Outage::Carrier.as_str(),
        LineOutcome::Unavailable { why: Outage::Store, .. } => Outage::Store.as_str(),
        LineOutcome::Unavailable { why: Outage::Table, .. } => Outage::Table.as_str(),
        LineOutcome::Rejected(reject) => reject.as_str(),
    }
}
