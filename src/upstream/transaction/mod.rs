//! Transactions: a person on the way to an upstream and back (`upstreams.md` S1–S3).
//!
//! ```text
//! begun ── callback, in the same browser, within ten minutes ──▶ returned ─┬─ sign-in: done
//!                                                                          └─ link: identity kept ─ confirmed ─▶ finished
//! ```
//! `state` is a secret of 256 bit, of which only the hash is here; it is good once. Nonce and PKCE verifier are sealed.
//! The purpose is fixed at the start: what began as a sign-in can never link (S28).

mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, ConnectionId, InteractionId, SessionId, TicketId, UpstreamTransactionId};
use crate::random::Random;
use crate::secret::{MasterKey, Secret, TokenHash, base64url};

use super::Person;

pub use store::{
    STATEMENTS, Transaction, consume_state, count_expired_id_tokens, count_expired_transactions,
    delete_expired_id_tokens, delete_expired_transactions, find_by_state, find_transaction, finish_transaction,
    insert_transaction, keep_identity, note_id_token,
};

/// How long a person may take (S1).
pub const LIFETIME: Duration = Duration::from_mins(10);

/// What the person went there for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To sign in for an interaction.
    SignIn {
        /// The interaction.
        interaction: InteractionId,
    },
    /// To register with it: the first link of an invited account.
    Register {
        /// The invitation.
        ticket: TicketId,
        /// Whose.
        account: AccountId,
    },
    /// To make it the login method, by a mailed link.
    ChangeByTicket {
        /// The mailed link.
        ticket: TicketId,
        /// Whose.
        account: AccountId,
    },
    /// To make it the login method, from the account menu.
    Change {
        /// In which session.
        session: SessionId,
        /// Whose.
        account: AccountId,
    },
}

/// What must stay secret of a transaction; sealed at rest, without `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    /// `nonce`.
    pub nonce: String,
    /// The PKCE verifier: 43 characters.
    pub verifier: String,
    /// The redirect URI that was sent.
    pub redirect_uri: String,
    /// The issuer the person was sent to: a code is redeemed at no other.
    pub issuer: String,
    /// The mailed link's secret, where one began this.
    pub ticket: Option<String>,
}

/// A transaction about to begin.
pub struct NewTransaction {
    /// Its id.
    pub id: UpstreamTransactionId,
    /// `state`.
    pub state: Secret<String>,
    /// The brand it happens at.
    pub brand: BrandCode,
    /// Through which connection.
    pub connection: ConnectionId,
    /// The hash of the browser's cookie.
    pub browser: TokenHash,
    /// What for.
    pub purpose: Purpose,
    /// What must stay secret.
    pub secrets: Secrets,
    /// A UUID that the upstream may log.
    pub request_id: uuid::Uuid,
    /// When it begins.
    pub now: Timestamp,
}

impl NewTransaction {
    /// A new one.
    pub fn new(
        random: &Random,
        (brand, connection, browser): (BrandCode, ConnectionId, TokenHash),
        purpose: Purpose,
        (redirect_uri, issuer): (String, String),
        now: Timestamp,
    ) -> Self {
        let (nonce, verifier) = (random.token(), random.token());
        let secrets = Secrets { nonce, verifier, redirect_uri, issuer, ticket: None };
        Self {
            id: UpstreamTransactionId::new(base64url(&random.bytes::<16>())),
            state: Secret::new(random.token()),
            brand,
            connection,
            browser,
            purpose,
            secrets,
            request_id: random.uuid(),
            now,
        }
    }
}

const SEAL: &str = "upstream transaction";

fn seal<T: Serialize>(master: &MasterKey, id: &UpstreamTransactionId, what: &str, value: &T) -> Vec<u8> {
    let json = serde_json::to_vec(value).unwrap_or_default();
    master.seal(SEAL, format!("{what} {id}").as_bytes(), &json)
}

fn open<T: serde::de::DeserializeOwned>(
    master: &MasterKey,
    id: &UpstreamTransactionId,
    what: &str,
    sealed: &[u8],
) -> Option<T> {
    serde_json::from_slice(&master.open(SEAL, format!("{what} {id}").as_bytes(), sealed)?).ok()
}

impl Transaction {
    /// Its secrets; `None` when they were sealed by another deployment.
    pub fn secrets(&self, master: &MasterKey) -> Option<Secrets> {
        open(master, &self.id, "secrets", &self.secrets)
    }

    /// Who came back, where a link waits for its confirmation.
    pub fn person(&self, master: &MasterKey) -> Option<Person> {
        open(master, &self.id, "identity", self.identity.as_deref()?)
    }
}
