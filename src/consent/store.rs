//! The consent's record and its SQL.

use std::collections::BTreeSet;

use sqlx::{FromRow, query, query_as};

use crate::clock::Timestamp;
use crate::id::{AccountId, ClientId};
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::protocol::scope::Scope;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements};

statements! {
    FIND = "SELECT scope, claims, granted_at FROM consent WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL";
    UPSERT = "INSERT INTO consent (account_id, client_id, scope, claims, granted_at) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (account_id, client_id) DO UPDATE SET scope = excluded.scope, claims = excluded.claims, \
              granted_at = excluded.granted_at, revoked_at = NULL";
    LIST = "SELECT client_id, scope, claims, granted_at FROM consent \
            WHERE account_id = $1 AND revoked_at IS NULL ORDER BY granted_at, client_id LIMIT 1000";
    REVOKE = "UPDATE consent SET revoked_at = $3 WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL \
              RETURNING client_id";
}

/// What was allowed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Consent {
    /// Scope words.
    pub scope: Scope,
    /// Claims asked for one by one (OpenID Connect Core §5.5).
    pub claims: BTreeSet<String>,
}

/// A consent that stands, and since when.
#[derive(Clone, Debug)]
pub struct GivenConsent {
    /// What was allowed.
    pub consent: Consent,
    /// When the person last said so.
    pub granted_at: Timestamp,
}

impl Consent {
    /// What a request asks consent for.
    pub fn asked_by(request: &AuthorizationRequest) -> Self {
        let claims = request.claims.id_token.keys().chain(request.claims.userinfo.keys()).cloned().collect();
        Self { scope: request.scope.clone(), claims }
    }

    /// Whether nothing is asked for beyond what was allowed.
    pub fn covers(&self, asked: &Self) -> bool {
        asked.scope.iter().all(|word| self.scope.contains(word)) && asked.claims.is_subset(&self.claims)
    }
}

#[derive(FromRow)]
struct Row {
    scope: JsonText<Scope>,
    claims: JsonText<BTreeSet<String>>,
    granted_at: Timestamp,
}

impl From<Row> for GivenConsent {
    fn from(row: Row) -> Self {
        Self { consent: Consent { scope: row.scope.0, claims: row.claims.0 }, granted_at: row.granted_at }
    }
}

/// What an account has allowed a client.
///
/// # Errors
/// When the database fails.
pub async fn find_consent(
    db: &Database,
    account: &AccountId,
    client: &ClientId,
) -> Result<Option<GivenConsent>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(account).bind(client).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// All that an account has allowed, the oldest first; 1000 at the most.
///
/// # Errors
/// When the database fails.
pub async fn list_consents(db: &Database, account: &AccountId) -> Result<Vec<(ClientId, GivenConsent)>, Fault> {
    #[derive(FromRow)]
    struct Listed {
        client_id: ClientId,
        #[sqlx(flatten)]
        given: Row,
    }
    let rows: Vec<Listed> = on_db!(db, c => query_as(LIST).bind(account).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.client_id, row.given.into())).collect())
}

/// Remembers what was allowed, in place of what was before.
///
/// # Errors
/// When the database fails.
pub async fn upsert_consent(
    tx: &mut Tx,
    (account, client): (&AccountId, &ClientId),
    consent: &Consent,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(UPSERT)
        .bind(account)
        .bind(client)
        .bind(JsonText(&consent.scope))
        .bind(JsonText(&consent.claims))
        .bind(now)
        .execute(c)
        .await
        .map(drop))
}

/// Takes a consent back; `false` when there was none.
///
/// # Errors
/// When the database fails.
pub async fn revoke_consent(
    tx: &mut Tx,
    account: &AccountId,
    client: &ClientId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(REVOKE).bind(account).bind(client).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}
