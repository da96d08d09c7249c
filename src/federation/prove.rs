//! The code exchanged and verified, within one budget of time (`upstreams.md` S35).

use std::time::Duration;

use crate::context::PageContext;
use crate::outbound::Failure;
use crate::secret::Secret;
use crate::upstream::connection::Connection;
use crate::upstream::exchange::{assertion, redeem};
use crate::upstream::refusal::{Refusal, Refused};
use crate::upstream::transaction::Transaction;
use crate::upstream::verify::{Proved, verify};

/// All that a callback may take: token endpoint, keys, Graph.
const BUDGET: Duration = Duration::from_secs(10);

/// A person who is back, with what the upstream sent along.
pub struct Returned<'a> {
    /// Through which connection.
    pub connection: &'a Connection,
    /// Its transaction, used up.
    pub transaction: &'a Transaction,
    /// The code, or what the upstream refuses with.
    pub outcome: Result<Secret<String>, Refused>,
}

/// Who it is.
///
/// # Errors
/// [`Refused`]: why nobody.
pub async fn prove(page: &PageContext, returned: Returned<'_>) -> Result<Proved, Refused> {
    let code = returned.outcome?;
    let app = &page.app;
    let secrets = returned.transaction.secrets(&app.master).ok_or(Refusal::TokenNonce)?;
    let connection = returned.connection;
    // Nobody's code is sent to somebody else who took their place meanwhile (RFC 9700 §4.4).
    if secrets.issuer != connection.issuer() {
        return Err(Refusal::ConnectionChanged.into());
    }
    let line =
        app.outbound.line(connection.id.as_str(), &connection.reach).map_err(|_| Refusal::Outbound(Failure::Tls))?;
    let assertion = assertion(connection, &app.random.token(), page.now);
    let all = async {
        let redeemed = redeem(connection, &line, (&code, &secrets), assertion).await?;
        verify(connection, (&line, &app.upstreams.keys), &redeemed, (&secrets.nonce, page.now)).await
    };
    tokio::time::timeout(BUDGET, all).await.unwrap_or_else(|_| Err(Refusal::Outbound(Failure::Timeout).into()))
}
