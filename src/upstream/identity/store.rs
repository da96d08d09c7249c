//! The SQL of linked identities.

use sqlx::{FromRow, query_as};

use crate::account::{Account, LoginMethod, SignInRecord, SignInRow, sign_in_columns};
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, ConnectionId};
use crate::storage::{Database, Fault, Tx, on_db, on_tx, statements};
use crate::upstream::Person;

statements! {
    INSERT = "INSERT INTO upstream_identity (account_id, login_method, brand, connection, subject, upstream_sub, \
              linked_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING account_id";
    DELETE = "DELETE FROM upstream_identity WHERE account_id = $1 RETURNING account_id";
    CONFIRM = "UPDATE upstream_identity SET linked_at = linked_at \
               WHERE account_id = $1 AND connection = $2 AND subject = $3 RETURNING account_id";
    FIND = "SELECT account_id, login_method, brand, connection, subject FROM upstream_identity WHERE account_id = $1";
    FIND_ALL_OF = "SELECT account_id, login_method, brand, connection, subject FROM upstream_identity \
                   WHERE connection = $1 AND subject = $2";
    IS_USED = "SELECT COUNT(*) FROM (SELECT 1 FROM upstream_identity WHERE connection = $1 LIMIT 1) AS used";
    FIND_ACCOUNT = concat!(
        "SELECT ",
        sign_in_columns!(),
        "FROM upstream_identity i JOIN account a ON a.id = i.account_id JOIN contract c ON c.id = a.contract_id ",
        "WHERE i.brand = $1 AND i.connection = $2 AND i.subject = $3"
    );
}

/// A linked identity.
#[derive(FromRow, Clone, PartialEq, Eq)]
pub struct UpstreamIdentity {
    /// Whose.
    pub account_id: AccountId,
    /// The account's login method.
    pub login_method: LoginMethod,
    /// The brand.
    pub brand: BrandCode,
    /// Through which connection.
    pub connection: ConnectionId,
    /// The key of the identity there.
    pub subject: String,
}

/// Links an identity to an account, whose login method is the connection's already; `false` when either is linked.
///
/// # Errors
/// When the database fails; among others when the account's login method is another one.
pub async fn insert_identity(
    tx: &mut Tx,
    account: &Account,
    (method, connection): (LoginMethod, &ConnectionId),
    person: &Person,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
        .bind(&account.id)
        .bind(method)
        .bind(&account.brand)
        .bind(connection)
        .bind(&person.subject)
        .bind(&person.upstream_sub)
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Takes an account's identity away; `false` when it has none.
///
/// # Errors
/// When the database fails.
pub async fn delete_identity(tx: &mut Tx, account: &AccountId) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(DELETE).bind(account).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Whether an identity is still linked to an account, held until the transaction ends: no other login method can slip in
/// between the look-up and the session that follows from it.
///
/// # Errors
/// When the database fails.
pub async fn confirm_identity(
    tx: &mut Tx,
    account: &AccountId,
    connection: &ConnectionId,
    subject: &str,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(CONFIRM).bind(account).bind(connection).bind(subject).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// The identity of an account.
///
/// # Errors
/// When the database fails.
pub async fn find_identity(db: &Database, account: &AccountId) -> Result<Option<UpstreamIdentity>, Fault> {
    on_db!(db, c => query_as(FIND).bind(account).fetch_optional(c).await)
}

/// One upstream account's identities at all brands that share the connection.
///
/// # Errors
/// When the database fails.
pub async fn find_identities_of(
    db: &Database,
    connection: &ConnectionId,
    subject: &str,
) -> Result<Vec<UpstreamIdentity>, Fault> {
    on_db!(db, c => query_as(FIND_ALL_OF).bind(connection).bind(subject).fetch_all(c).await)
}

/// Whether anybody signs in through a connection.
///
/// # Errors
/// When the database fails.
pub async fn is_used(db: &Database, connection: &ConnectionId) -> Result<bool, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(IS_USED).bind(connection).fetch_one(c).await)?;
    Ok(count > 0)
}

/// The account that signs in with an identity.
///
/// # Errors
/// When the database fails.
pub async fn find_by_identity(
    db: &Database,
    brand: &BrandCode,
    connection: &ConnectionId,
    subject: &str,
) -> Result<Option<SignInRecord>, Fault> {
    let row: Option<SignInRow> = on_db!(db, c => query_as(FIND_ACCOUNT)
        .bind(brand)
        .bind(connection)
        .bind(subject)
        .fetch_optional(c)
        .await)?;
    Ok(row.map(Into::into))
}
