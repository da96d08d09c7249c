//! The account's SQL.

use sqlx::{FromRow, query, query_as};

use super::email::EmailAddress;
use super::model::{Account, AccountState, LoginMethod, Profile, Role, SignInRecord};
use super::name::name_key;
use crate::clock::Timestamp;
use crate::contract::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting};
use crate::id::{AccountId, BrandCode, ContractId, Subject};
use crate::secret::Secret;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(Role, AccountState, LoginMethod);

/// The columns of a [`SignInRow`], from `account a JOIN contract c`.
macro_rules! sign_in_columns {
    () => {
        "a.id, a.brand, a.contract_id, a.subject, a.email, a.email_verified_at, a.name, a.profile, a.role, a.state, \
         a.login_method, a.password_hash, a.updated_at, c.name AS contract_name, c.plan AS contract_plan, \
         c.state AS contract_state, c.started_at AS contract_started_at, c.second_factor AS contract_second_factor, \
         c.access_path AS contract_access_path "
    };
}
pub(crate) use sign_in_columns;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", sign_in_columns!(), "FROM account a JOIN contract c ON c.id = a.contract_id ", $rest)
    };
}

statements! {
    INSERT = "INSERT INTO account (id, brand, contract_id, subject, email, email_key, email_verified_at, name, profile, \
              role, state, login_method, password_hash, password_changed_at, created_at, updated_at, name_key, \
              search_key) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16, $6 || ' ' || $16)";
    FIND = select!("WHERE a.id = $1");
    FIND_BY_EMAIL = select!("WHERE a.brand = $1 AND a.email_key = $2 AND a.state <> 'deleted'");
    LIST = select!("WHERE a.brand = $1 ORDER BY a.created_at, a.id LIMIT 1000");
    UPDATE_PASSWORD = "UPDATE account SET password_hash = $2, password_changed_at = $3, updated_at = $3 \
                       WHERE id = $1 AND login_method = 'password' AND state <> 'deleted' RETURNING id";
    REHASH = "UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id";
    REPLACE_PASSWORD = "UPDATE account SET password_hash = $3, password_changed_at = $4, updated_at = $4 \
                        WHERE id = $1 AND password_hash = $2 AND login_method = 'password' AND state = 'active' \
                        RETURNING id";
    REGISTER = "UPDATE account SET state = 'active', login_method = 'password', password_hash = $2, \
                password_changed_at = $3, email_verified_at = $3, updated_at = $3 \
                WHERE id = $1 AND state = 'invited' RETURNING id";
    REGISTER_UPSTREAM = "UPDATE account SET state = 'active', login_method = $2, email_verified_at = $3, \
                         updated_at = $3 WHERE id = $1 AND state = 'invited' RETURNING id";
    UPDATE_METHOD = "UPDATE account SET login_method = $3, password_hash = $4, password_changed_at = $5, \
                     state = 'active', updated_at = $6 \
                     WHERE id = $1 AND login_method = $2 AND state IN ('active', 'locked') RETURNING id";
    UPDATE_EMAIL = "UPDATE account SET email = $3, email_key = $4, email_verified_at = $5, updated_at = $5, \
                    search_key = $4 || ' ' || name_key \
                    WHERE id = $1 AND email = $2 AND state IN ('active', 'locked') AND NOT EXISTS (SELECT 1 \
                    FROM account other WHERE other.brand = account.brand AND other.email_key = $4 \
                    AND other.state <> 'deleted' AND other.id <> $1) RETURNING id";
    CONFIRM_PASSWORD = "UPDATE account SET updated_at = updated_at WHERE id = $1 AND password_hash = $2 \
                        AND state = 'active' RETURNING id";
    UPDATE_STATE = "UPDATE account SET state = $3, updated_at = $4 WHERE id = $1 AND state = $2 RETURNING id";
}

/// An account and its contract as one row; other stores join it in with `#[sqlx(flatten)]`.
#[derive(FromRow)]
pub struct SignInRow {
    id: AccountId,
    brand: BrandCode,
    contract_id: ContractId,
    subject: Subject,
    email: String,
    email_verified_at: Option<Timestamp>,
    name: String,
    profile: JsonText<Profile>,
    role: Role,
    state: AccountState,
    login_method: LoginMethod,
    password_hash: Option<String>,
    updated_at: Timestamp,
    contract_name: String,
    contract_plan: Plan,
    contract_state: ContractState,
    contract_started_at: Timestamp,
    contract_second_factor: SecondFactorSetting,
    contract_access_path: AccessPathSetting,
}

impl From<SignInRow> for SignInRecord {
    fn from(row: SignInRow) -> Self {
        let contract = Contract {
            id: row.contract_id.clone(),
            brand: row.brand.clone(),
            name: row.contract_name,
            plan: row.contract_plan,
            state: row.contract_state,
            started_at: row.contract_started_at,
            second_factor: row.contract_second_factor,
            access_path: row.contract_access_path,
        };
        let account = Account {
            id: row.id,
            brand: row.brand,
            contract_id: row.contract_id,
            subject: row.subject,
            email: row.email,
            email_verified_at: row.email_verified_at,
            name: row.name,
            profile: row.profile.0,
            role: row.role,
            state: row.state,
            login_method: row.login_method,
            updated_at: row.updated_at,
        };
        Self { account, contract, password_hash: row.password_hash.map(Secret::new) }
    }
}

/// An account to be added.
pub struct NewAccount {
    /// The account.
    pub account: Account,
    /// Its address, parsed.
    pub email: EmailAddress,
    /// Its password hash.
    pub password_hash: Option<Secret<String>>,
}

/// Adds an account.
///
/// # Errors
/// [`Fault::Unique`] when the address is taken in the brand, or the contract has its contractor already.
pub async fn insert_account(tx: &mut Tx, new: &NewAccount, now: Timestamp) -> Result<(), Fault> {
    let a = &new.account;
    let hash = new.password_hash.as_ref().map(|h| h.expose().as_str());
    on_tx!(tx, c => query(INSERT)
        .bind(&a.id)
        .bind(&a.brand)
        .bind(&a.contract_id)
        .bind(&a.subject)
        .bind(new.email.as_str())
        .bind(new.email.key())
        .bind(a.email_verified_at)
        .bind(&a.name)
        .bind(JsonText(&a.profile))
        .bind(a.role)
        .bind(a.state)
        .bind(a.login_method)
        .bind(hash)
        .bind(hash.map(|_| now))
        .bind(now)
        .bind(name_key(&a.name))
        .execute(c)
        .await
        .map(drop))
}

/// An account with its contract, by row id.
///
/// # Errors
/// When the database fails.
pub async fn find_account(db: &Database, id: &AccountId) -> Result<Option<SignInRecord>, Fault> {
    let row: Option<SignInRow> = on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// An account with its contract, by login ID; a deleted one is not found.
///
/// # Errors
/// When the database fails.
pub async fn find_by_email(
    db: &Database,
    brand: &BrandCode,
    email: &EmailAddress,
) -> Result<Option<SignInRecord>, Fault> {
    let row: Option<SignInRow> =
        on_db!(db, c => query_as(FIND_BY_EMAIL).bind(brand).bind(email.key()).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The accounts of a brand, the oldest first; 1000 at the most.
///
/// # Errors
/// When the database fails.
pub async fn list_accounts(db: &Database, brand: &BrandCode) -> Result<Vec<SignInRecord>, Fault> {
    let rows: Vec<SignInRow> = on_db!(db, c => query_as(LIST).bind(brand).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Sets a new password; `false` when the account has another login method or is gone.
///
/// # Errors
/// When the database fails.
pub async fn update_password_hash(
    tx: &mut Tx,
    id: &AccountId,
    hash: &Secret<String>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let hash = hash.expose().as_str();
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_PASSWORD).bind(id).bind(hash).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Replaces a hash by one with today's parameters, unless the password was changed meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn update_rehash(tx: &mut Tx, id: &AccountId, old: &Secret<String>, new: &str) -> Result<bool, Fault> {
    let old = old.expose().as_str();
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(REHASH).bind(id).bind(old).bind(new).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Moves an account from one state to another; `false` when it was not in the first one.
///
/// # Errors
/// When the database fails.
pub async fn update_account_state(
    tx: &mut Tx,
    id: &AccountId,
    (from, to): (AccountState, AccountState),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(UPDATE_STATE).bind(id).bind(from).bind(to).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Puts a password's hash in the place of a known one; `false` when the known one is not that of an active account any
/// more: a lock refuses even the right password.
///
/// # Errors
/// When the database fails.
pub async fn replace_password_hash(
    tx: &mut Tx,
    id: &AccountId,
    (old, new): (&Secret<String>, &Secret<String>),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(REPLACE_PASSWORD)
        .bind(id)
        .bind(old.expose())
        .bind(new.expose())
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// An invited person has a password: the account is active, its address proved. `false` when it was not invited.
///
/// # Errors
/// When the database fails.
pub async fn register_account(
    tx: &mut Tx,
    id: &AccountId,
    hash: &Secret<String>,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(REGISTER).bind(id).bind(hash.expose()).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// An invited person signs in by an upstream: the account is active, its address proved by the invitation. `false` when
/// it was not invited. The identity itself is `upstream::identity`'s.
///
/// # Errors
/// When the database fails.
pub async fn register_upstream_account(
    tx: &mut Tx,
    id: &AccountId,
    method: LoginMethod,
    now: Timestamp,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(REGISTER_UPSTREAM).bind(id).bind(method).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Gives an account in use another login method, with a password's hash exactly for the password; a lock, which guards
/// a password, is gone. `false` when the account's method is not the first one any more, or it is not in use.
///
/// # Errors
/// When the database fails; among others while an identity of the former method is linked, and for a contractor who is
/// to sign in by Active Directory.
pub async fn update_login_method(
    tx: &mut Tx,
    id: &AccountId,
    ((from, to), hash): ((LoginMethod, LoginMethod), Option<&Secret<String>>),
    now: Timestamp,
) -> Result<bool, Fault> {
    let hash = hash.map(|hash| hash.expose().as_str());
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_METHOD)
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(hash)
        .bind(hash.map(|_| now))
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Gives an account another address, proved at this moment; `false` when somebody in the brand has it, or the account's
/// address is not the one it was.
///
/// # Errors
/// [`Fault::Unique`] when somebody takes the address in the same moment.
pub async fn update_email(tx: &mut Tx, account: &Account, email: &EmailAddress, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(UPDATE_EMAIL)
        .bind(&account.id)
        .bind(&account.email)
        .bind(email.as_str())
        .bind(email.key())
        .bind(now)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Whether an account is still active with this very password, held until the transaction ends: neither a lock nor a
/// new password can slip in between a comparison and the session that follows from it.
///
/// # Errors
/// When the database fails.
pub async fn confirm_password(tx: &mut Tx, id: &AccountId, hash: &Secret<String>) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(CONFIRM_PASSWORD).bind(id).bind(hash.expose()).fetch_optional(c).await)?;
    Ok(row.is_some())
}
