//! The session's SQL.

use sqlx::{FromRow, query, query_as};

use super::model::{AccessPath, Authentication, NewSession, SecondFactorProof, Session};
use super::signed_in::SignedIn;
use crate::account::{SignInRecord, SignInRow, sign_in_columns};
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, ContractId, SessionId};
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements, text_column};

text_column!(AccessPath, SecondFactorProof);

statements! {
    INSERT = "INSERT INTO session (id, secret_hash, brand, account_id, auth_time, amr, acr, access_path, \
              second_factor, created_at, last_seen_at, expires_at, upstream_auth_time, line_hash) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13)";
    FIND = "SELECT id, brand, account_id, auth_time, amr, acr, access_path, second_factor, last_seen_at, expires_at, \
            upstream_auth_time, line_hash FROM session WHERE secret_hash = $1 AND brand = $2 AND ended_at IS NULL AND expires_at > $3";
    FIND_WITH_ACCOUNT = concat!(
        "SELECT s.id AS session_id, s.auth_time AS session_auth_time, s.amr AS session_amr, s.acr AS session_acr, ",
        "s.access_path AS session_access_path, s.second_factor AS session_second_factor, ",
        "s.last_seen_at AS session_last_seen_at, s.expires_at AS session_expires_at, ",
        "s.upstream_auth_time AS session_upstream_auth_time, s.line_hash AS session_line_hash, ",
        sign_in_columns!(),
        "FROM session s JOIN account a ON a.id = s.account_id JOIN contract c ON c.id = a.contract_id ",
        "WHERE s.secret_hash = $1 AND s.brand = $2 AND s.ended_at IS NULL AND s.expires_at > $3"
    );
    TOUCH = "UPDATE session SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id";
    END = "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL RETURNING id";
    END_OF_BROWSER = "UPDATE session SET ended_at = $3 WHERE secret_hash = $1 AND brand = $2 AND ended_at IS NULL";
    END_OF_ACCOUNT = "UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL AND id <> $3";
    END_WITHOUT_LINE = "UPDATE session SET ended_at = $2 WHERE ended_at IS NULL AND line_hash IS NULL AND id <> $3 \
                        AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
    COUNT_OF_LINE = "SELECT COUNT(*) FROM session WHERE ended_at IS NULL AND line_hash = $2 AND expires_at > $3 \
                     AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
    END_OF_LINE = "UPDATE session SET ended_at = $3 WHERE ended_at IS NULL AND line_hash = $2 \
                   AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
    END_OF_CONTRACT = "UPDATE session SET ended_at = $2 WHERE ended_at IS NULL \
                       AND account_id IN (SELECT id FROM account WHERE contract_id = $1)";
    NOTE_LINE = "UPDATE session SET line_hash = $2, amr = $3, acr = $4 \
                 WHERE id = $1 AND access_path = 'line' AND ended_at IS NULL RETURNING id";
    DELETE_EXPIRED = "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM session WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct Row {
    id: SessionId,
    brand: BrandCode,
    account_id: AccountId,
    auth_time: Timestamp,
    amr: JsonText<Vec<String>>,
    acr: String,
    access_path: AccessPath,
    second_factor: SecondFactorProof,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    upstream_auth_time: Option<Timestamp>,
    line_hash: Option<TokenHash>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            brand: row.brand,
            account_id: row.account_id,
            authentication: Authentication {
                auth_time: row.auth_time,
                amr: row.amr.0,
                acr: row.acr,
                access_path: row.access_path,
                second_factor: row.second_factor,
                upstream_auth_time: row.upstream_auth_time,
                line: row.line_hash,
            },
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        }
    }
}

#[derive(FromRow)]
struct WithAccount {
    session_id: SessionId,
    session_auth_time: Timestamp,
    session_amr: JsonText<Vec<String>>,
    session_acr: String,
    session_access_path: AccessPath,
    session_second_factor: SecondFactorProof,
    session_last_seen_at: Timestamp,
    session_expires_at: Timestamp,
    session_upstream_auth_time: Option<Timestamp>,
    session_line_hash: Option<TokenHash>,
    #[sqlx(flatten)]
    record: SignInRow,
}

impl From<WithAccount> for SignedIn {
    fn from(row: WithAccount) -> Self {
        let record: SignInRecord = row.record.into();
        let session = Session {
            id: row.session_id,
            brand: record.account.brand.clone(),
            account_id: record.account.id.clone(),
            authentication: Authentication {
                auth_time: row.session_auth_time,
                amr: row.session_amr.0,
                acr: row.session_acr,
                access_path: row.session_access_path,
                second_factor: row.session_second_factor,
                upstream_auth_time: row.session_upstream_auth_time,
                line: row.session_line_hash,
            },
            last_seen_at: row.session_last_seen_at,
            expires_at: row.session_expires_at,
        };
        Self { session, record }
    }
}

/// The session a cookie names, with its account and contract; the rest as [`find_session`].
///
/// # Errors
/// When the database fails.
pub async fn find_session_and_account(
    db: &Database,
    brand: &BrandCode,
    secret: &TokenHash,
    now: Timestamp,
) -> Result<Option<SignedIn>, Fault> {
    let row: Option<WithAccount> =
        on_db!(db, c => query_as(FIND_WITH_ACCOUNT).bind(*secret).bind(brand).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Adds a session.
///
/// # Errors
/// When the database fails.
pub async fn insert_session(tx: &mut Tx, new: &NewSession) -> Result<(), Fault> {
    let (s, a) = (&new.session, &new.session.authentication);
    on_tx!(tx, c => query(INSERT)
        .bind(&s.id)
        .bind(TokenHash::of(new.secret.expose()))
        .bind(&s.brand)
        .bind(&s.account_id)
        .bind(a.auth_time)
        .bind(JsonText(&a.amr))
        .bind(&a.acr)
        .bind(a.access_path)
        .bind(a.second_factor)
        .bind(s.last_seen_at)
        .bind(s.expires_at)
        .bind(a.upstream_auth_time)
        .bind(a.line)
        .execute(c)
        .await
        .map(drop))
}

/// The session a cookie names, unless it has ended or passed its absolute limit. The idle limit is the caller's.
///
/// # Errors
/// When the database fails.
pub async fn find_session(
    db: &Database,
    brand: &BrandCode,
    secret: &TokenHash,
    now: Timestamp,
) -> Result<Option<Session>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(*secret).bind(brand).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// Writes down that a session was used; `false` when it has ended meanwhile, and nothing may come of it any more.
///
/// # Errors
/// When the database fails.
pub async fn touch_session(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(TOUCH).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Ends a session; `false` when it had ended already.
///
/// # Errors
/// When the database fails.
pub async fn end_session(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(END).bind(id).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Ends the session a browser's cookie names, if it names one.
///
/// # Errors
/// When the database fails.
pub async fn end_session_of_browser(
    tx: &mut Tx,
    brand: &BrandCode,
    secret: &TokenHash,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(END_OF_BROWSER).bind(*secret).bind(brand).bind(now).execute(c).await.map(drop))
}

/// Ends all sessions of an account, except one if given.
///
/// # Errors
/// When the database fails.
pub async fn end_account_sessions(
    tx: &mut Tx,
    account: &AccountId,
    except: Option<&SessionId>,
    now: Timestamp,
) -> Result<(), Fault> {
    let except = except.map_or("", SessionId::as_str);
    on_tx!(tx, c => query(END_OF_ACCOUNT).bind(account).bind(now).bind(except).execute(c).await.map(drop))
}

/// Deletes up to `batch` sessions whose absolute limit passed before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_sessions(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_EXPIRED).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))
}

/// How many sessions expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_sessions(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}

/// Writes down that the line of a session was verified; `false` when the session has ended meanwhile, or is none of the
/// carrier's network.
///
/// # Errors
/// When the database fails.
pub async fn note_line(tx: &mut Tx, id: &SessionId, with_line: &Authentication) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(NOTE_LINE)
        .bind(id)
        .bind(with_line.line)
        .bind(JsonText(&with_line.amr))
        .bind(&with_line.acr)
        .fetch_optional(c)
        .await)?;
    Ok(row.is_some())
}

/// Ends the sessions of a contract's people that no verified line stands behind, except one if given; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_without_line(
    tx: &mut Tx,
    contract: &ContractId,
    except: Option<&SessionId>,
    now: Timestamp,
) -> Result<u64, Fault> {
    let except = except.map_or("", SessionId::as_str);
    on_tx!(tx, c => query(END_WITHOUT_LINE)
        .bind(contract)
        .bind(now)
        .bind(except)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}

/// How many sessions of a contract's people one line stands behind.
///
/// # Errors
/// When the database fails.
pub async fn count_sessions_of_line(
    db: &Database,
    contract: &ContractId,
    line: TokenHash,
    now: Timestamp,
) -> Result<i64, Fault> {
    let (count,): (i64,) =
        on_db!(db, c => query_as(COUNT_OF_LINE).bind(contract).bind(line).bind(now).fetch_one(c).await)?;
    Ok(count)
}

/// Ends the sessions of a contract's people that one line stands behind; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_of_line(
    tx: &mut Tx,
    contract: &ContractId,
    line: TokenHash,
    now: Timestamp,
) -> Result<u64, Fault> {
    on_tx!(tx, c => query(END_OF_LINE)
        .bind(contract)
        .bind(line)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))
}

/// Ends all sessions of a contract's people.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_of_contract(tx: &mut Tx, contract: &ContractId, now: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(END_OF_CONTRACT).bind(contract).bind(now).execute(c).await.map(drop))
}
