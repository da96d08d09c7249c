//! The revocations' SQL.

use sqlx::{query, query_as};

use crate::clock::Timestamp;
use crate::id::{AccountId, ClientId, ContractId, SessionId, TokenFamilyId};
use crate::secret::TokenHash;
use crate::storage::{Fault, Tx, on_tx, statements};

statements! {
    REVOKE_FAMILY = "UPDATE token_family SET revoked_at = $2, revoked_why = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING id";
    REVOKE_OF_SESSION = "UPDATE token_family SET revoked_at = $2, revoked_why = $3 \
                         WHERE session_id = $1 AND offline = 0 AND revoked_at IS NULL";
    REVOKE_OF_CLIENT = "UPDATE token_family SET revoked_at = $3, revoked_why = $4 \
                        WHERE account_id = $1 AND client_id = $2 AND revoked_at IS NULL";
    REVOKE_OF_ACCOUNT = "UPDATE token_family SET revoked_at = $2, revoked_why = $3 WHERE account_id = $1 AND revoked_at IS NULL \
                         AND session_id <> $4";
    REVOKE_OF_CONTRACT = "UPDATE token_family SET revoked_at = $2, revoked_why = $3 WHERE revoked_at IS NULL \
                          AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
    REVOKE_WITHOUT_LINE = "UPDATE token_family SET revoked_at = $2, revoked_why = $3 WHERE revoked_at IS NULL \
                           AND line_hash IS NULL AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
    REVOKE_OF_LINE = "UPDATE token_family SET revoked_at = $3, revoked_why = $4 WHERE revoked_at IS NULL \
                      AND line_hash = $2 AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
}

/// Revokes a family; `false` when it was revoked before.
///
/// # Errors
/// When the database fails.
pub async fn revoke_family(tx: &mut Tx, id: &TokenFamilyId, why: &'static str, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(REVOKE_FAMILY).bind(id).bind(now).bind(why).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Revokes what lives only as long as a session: everything but `offline_access`.
///
/// # Errors
/// When the database fails.
pub async fn revoke_session_families(
    tx: &mut Tx,
    session: &SessionId,
    why: &'static str,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_OF_SESSION).bind(session).bind(now).bind(why).execute(c).await.map(drop))
}

/// Revokes what a client holds of an account.
///
/// # Errors
/// When the database fails.
pub async fn revoke_client_families(
    tx: &mut Tx,
    (account, client): (&AccountId, &ClientId),
    why: &'static str,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_OF_CLIENT).bind(account).bind(client).bind(now).bind(why).execute(c).await.map(drop))
}

/// Revokes everything issued for an account, except from one session if given.
///
/// # Errors
/// When the database fails.
pub async fn revoke_account_families(
    tx: &mut Tx,
    account: &AccountId,
    (except, why): (Option<&SessionId>, &'static str),
    now: Timestamp,
) -> Result<(), Fault> {
    let except = except.map_or("", SessionId::as_str);
    on_tx!(tx, c => query(REVOKE_OF_ACCOUNT).bind(account).bind(now).bind(why).bind(except).execute(c).await.map(drop))
}

/// Revokes everything issued to a contract's people without a verified line behind it.
///
/// # Errors
/// When the database fails.
pub async fn revoke_families_without_line(
    tx: &mut Tx,
    contract: &ContractId,
    why: &'static str,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_WITHOUT_LINE).bind(contract).bind(now).bind(why).execute(c).await.map(drop))
}

/// Revokes everything issued to a contract's people with one line behind it.
///
/// # Errors
/// When the database fails.
pub async fn revoke_families_of_line(
    tx: &mut Tx,
    (contract, line): (&ContractId, TokenHash),
    why: &'static str,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_OF_LINE).bind(contract).bind(line).bind(now).bind(why).execute(c).await.map(drop))
}

/// Revokes everything issued to a contract's people.
///
/// # Errors
/// When the database fails.
pub async fn revoke_families_of_contract(
    tx: &mut Tx,
    contract: &ContractId,
    why: &'static str,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(REVOKE_OF_CONTRACT).bind(contract).bind(now).bind(why).execute(c).await.map(drop))
}
