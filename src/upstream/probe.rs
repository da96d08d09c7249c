//! The test of an Active Directory connection: what its servers answer, asked before anybody depends on it.
//!
//! ```text
//! discovery document ─▶ keys ─▶ token endpoint, with a code that is none ─▶ clock
//! ```
//! A server that knows client and secret refuses the code (`invalid_grant`); one that does not refuses the client. No real
//! code is ever sent, and the secret goes to no other token endpoint than the one it was given for (`upstreams.md` S23).
//! What comes of it are classes: an answer's words would make this a way to look around (S22).

use url::Url;

use super::connection::{AdfsConnection, Connection, ConnectionState, Endpoints};
use super::discovery::{DiscoveryProblem, fetch};
use super::exchange::redeem;
use super::jwks;
use super::refusal::Refusal;
use super::transaction::Secrets;
use crate::clock::Clock;
use crate::jose::Algorithm;
use crate::outbound::Line;
use crate::random::Random;
use crate::secret::{MasterKey, Secret};

/// What a test found. What comes after a step that failed is not tried: `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Probe {
    /// The discovery document: what it names.
    pub endpoints: Result<Endpoints, DiscoveryProblem>,
    /// Whether there are keys that can verify an ID token.
    pub has_keys: Option<bool>,
    /// Whether the token endpoint knows the client and its secret.
    pub client: Option<Result<(), ClientProblem>>,
    /// By how many seconds the clocks differ; `None` also when the server does not say its time.
    pub clock: Option<u64>,
}

/// Why the token endpoint is not content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientProblem {
    /// It does not know the client, or not with this secret.
    Refused,
    /// It does not answer as a token endpoint does.
    Endpoint,
}

/// What a test needs beside the connection.
pub struct Prober<'a> {
    /// Opens the secret.
    pub master: &'a MasterKey,
    /// Makes the code that is none.
    pub random: &'a Random,
    /// Our clock.
    pub clock: &'a Clock,
    /// The way out, apart from that of sign-ins.
    pub line: &'a Line,
}

impl Prober<'_> {
    /// Tests a connection as it would be saved. `pinned`: the token endpoint that a stored secret was given for; a
    /// secret typed just now may go wherever the document says.
    pub async fn probe(&self, candidate: &AdfsConnection, redirect_uri: &str, pinned: Option<&Url>) -> Probe {
        let document = match fetch(&candidate.settings.issuer, self.line).await {
            Ok(document) => document,
            Err(problem) => {
                return Probe { endpoints: Err(problem), has_keys: None, client: None, clock: None };
            }
        };
        let now = self.clock.now();
        let clock = document.date.map(|date| now.as_seconds().abs_diff(date.as_seconds()));
        let endpoints = document.endpoints;
        let has_keys = match &endpoints.jwks {
            Some(url) => {
                jwks::fetch(url, self.line).await.is_ok_and(|(keys, _)| keys.keys().can_verify(Algorithm::Rs256))
            }
            None => false,
        };
        let whole =
            AdfsConnection { state: ConnectionState::Enabled, endpoints: Some(endpoints.clone()), ..candidate.clone() };
        let client = match whole.connection(self.master) {
            Some(connection) if pinned.is_none_or(|token| *token == endpoints.token) => {
                Some(self.ask_token_endpoint(&connection, redirect_uri).await)
            }
            _ => None,
        };
        Probe { endpoints: Ok(endpoints), has_keys: Some(has_keys), client, clock }
    }

    async fn ask_token_endpoint(&self, connection: &Connection, redirect_uri: &str) -> Result<(), ClientProblem> {
        let secrets = Secrets {
            nonce: String::new(),
            verifier: self.random.token(),
            redirect_uri: redirect_uri.to_owned(),
            ticket: None,
            issuer: connection.issuer().to_owned(),
        };
        let code = Secret::new(self.random.token());
        match redeem(connection, self.line, (&code, &secrets), None).await.map_err(|refused| refused.why) {
            Err(Refusal::CodeRefused) => Ok(()),
            Err(Refusal::ClientRefused) => Err(ClientProblem::Refused),
            // Among others: it has taken the code.
            _ => Err(ClientProblem::Endpoint),
        }
    }
}
