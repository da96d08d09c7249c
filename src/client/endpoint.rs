//! The part that all endpoints for clients share: which client asks, and is it the one (RFC 6749 §3.2.1, RFC 7009 §2.1,
//! RFC 7662 §2.1).

use std::sync::Arc;

use super::authentication::{ClientRefused, authenticate};
use super::directory::ClientDirectory;
use super::model::Client;
use crate::brand::Issuer;
use crate::clock::Timestamp;
use crate::protocol::Error;
use crate::protocol::client_authentication::ClientAuthentication;
use crate::protocol::params::Params;
use crate::secret::MasterKey;
use crate::storage::{Database, Fault};

/// What authenticating a client needs of the application.
#[derive(Clone, Copy)]
pub struct Authenticator<'a> {
    /// The clients.
    pub clients: &'a ClientDirectory,
    /// The key under which their secrets are hashed.
    pub master: &'a MasterKey,
    /// The database, for assertions used up.
    pub db: &'a Database,
    /// The issuer they talk to.
    pub issuer: &'a Issuer,
    /// The time.
    pub now: Timestamp,
}

impl Authenticator<'_> {
    /// Finds the client of a request and checks its proof. An unknown client and a wrong proof are told apart in the
    /// log alone.
    ///
    /// # Errors
    /// `invalid_client` with a hint for the log, or what the request's form is wrong about.
    pub async fn identify(
        &self,
        authorization: Option<&str>,
        params: &Params,
    ) -> Result<Result<Arc<Client>, Error>, Fault> {
        let presented = match ClientAuthentication::parse(authorization, params) {
            Ok(presented) => presented,
            Err(error) => return Ok(Err(error)),
        };
        let refuse =
            |hint: &str| Ok(Err(Error::invalid_client("the client could not be authenticated").with_hint(hint)));
        let Some(client) = self.clients.find(&self.issuer.brand, presented.client_id()) else {
            return refuse("unknown_client");
        };
        match authenticate(&client, &presented, (self.master, self.db), self.issuer, self.now).await {
            Ok(()) => Ok(Ok(client)),
            Err(ClientRefused::Proof(reason)) => refuse(reason),
            Err(ClientRefused::Fault(fault)) => Err(fault),
        }
    }
}
