//! The tokens' SQL: families, codes, refresh tokens, opaque access tokens, single revocations.

use sqlx::{FromRow, query, query_as};

use super::claims::AccessTokenClaims;
use super::grant::{CodeFacts, FamilyFacts, RefreshToken, StoredCode, TokenFamily, TokenStanding};
use crate::account::{SignInRow, sign_in_columns};
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, ClientId, SessionId, TokenFamilyId};
use crate::secret::TokenHash;
use crate::storage::{Database, Fault, JsonText, Tx, on_db, on_tx, statements};

/// A family with all that decides whether its tokens are alive, joined to its account and contract.
macro_rules! standing {
    ($columns:literal, $joins:literal, $condition:literal) => {
        concat!(
            "SELECT ",
            $columns,
            "f.id AS family_id, f.client_id AS family_client_id, f.session_id AS family_session_id, ",
            "f.facts AS family_facts, f.line_hash AS family_line_hash, f.offline AS family_offline, f.expires_at AS family_expires_at, ",
            "f.revoked_at AS family_revoked_at, s.expires_at AS session_expires_at, s.ended_at AS session_ended_at, ",
            sign_in_columns!(),
            "FROM token_family f JOIN account a ON a.id = f.account_id JOIN contract c ON c.id = a.contract_id ",
            "LEFT JOIN session s ON s.id = f.session_id ",
            $joins,
            $condition
        )
    };
}

statements! {
    INSERT_FAMILY = "INSERT INTO token_family (id, brand, client_id, account_id, session_id, facts, offline, created_at, \
                     expires_at, access_path, line_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    INSERT_CODE = "INSERT INTO authorization_code (hash, family_id, brand, client_id, facts, created_at, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND_CODE = standing!(
        "k.facts AS code_facts, k.client_id AS code_client_id, k.expires_at AS code_expires_at, k.consumed_at AS code_consumed_at, ",
        "JOIN authorization_code k ON k.family_id = f.id ",
        "WHERE k.hash = $1 AND k.brand = $2"
    );
    CONSUME_CODE = "UPDATE authorization_code SET consumed_at = $2 \
                    WHERE hash = $1 AND consumed_at IS NULL AND expires_at > $2 RETURNING family_id";
    INSERT_REFRESH = "INSERT INTO refresh_token (hash, family_id, created_at, last_used_at, expires_at) \
                      VALUES ($1, $2, $3, $3, $4)";
    FIND_REFRESH = standing!(
        "r.last_used_at AS refresh_last_used_at, r.expires_at AS refresh_expires_at, r.rotated_at AS refresh_rotated_at, r.answer AS refresh_answer, ",
        "JOIN refresh_token r ON r.family_id = f.id ",
        "WHERE r.hash = $1 AND f.brand = $2"
    );
    ROTATE_REFRESH = "UPDATE refresh_token SET rotated_at = $2, answer = $3 WHERE hash = $1 AND rotated_at IS NULL \
                      RETURNING family_id";
    USE_REFRESH = "UPDATE refresh_token SET last_used_at = $2, expires_at = $3 WHERE hash = $1 AND rotated_at IS NULL RETURNING family_id";
    FIND_STANDING = standing!(
        "(SELECT COUNT(*) FROM revoked_token t WHERE t.jti = $2) AS jti_revoked, ",
        "",
        "WHERE f.id = $1"
    );
    IS_REVOKED = "SELECT COUNT(*) FROM revoked_token WHERE jti = $1";
    INSERT_REVOKED = "INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING";
    INSERT_OPAQUE = "INSERT INTO access_token (hash, claims, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    FIND_OPAQUE = "SELECT claims FROM access_token WHERE hash = $1 AND expires_at > $2";
    DELETE_FAMILIES = "DELETE FROM token_family WHERE id IN (SELECT id FROM token_family WHERE expires_at < $1 LIMIT $2)";
    DELETE_CODES = "DELETE FROM authorization_code WHERE hash IN (SELECT hash FROM authorization_code WHERE expires_at < $1 LIMIT $2)";
    DELETE_REFRESH = "DELETE FROM refresh_token WHERE hash IN (SELECT hash FROM refresh_token WHERE expires_at < $1 LIMIT $2)";
    DELETE_OPAQUE = "DELETE FROM access_token WHERE hash IN (SELECT hash FROM access_token WHERE expires_at < $1 LIMIT $2)";
    DELETE_REVOKED = "DELETE FROM revoked_token WHERE jti IN (SELECT jti FROM revoked_token WHERE expires_at < $1 LIMIT $2)";
    COUNT_EXPIRED = "SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT expires_at FROM authorization_code \
                     UNION ALL SELECT expires_at FROM refresh_token UNION ALL SELECT expires_at FROM token_family \
                     UNION ALL SELECT expires_at FROM access_token UNION ALL SELECT expires_at FROM revoked_token) AS t \
                     WHERE expires_at < $1 LIMIT 100000) AS waiting";
}

#[derive(FromRow)]
struct StandingRow {
    family_id: TokenFamilyId,
    family_client_id: ClientId,
    family_session_id: SessionId,
    family_facts: JsonText<FamilyFacts>,
    family_line_hash: Option<TokenHash>,
    family_offline: i64,
    family_expires_at: Timestamp,
    family_revoked_at: Option<Timestamp>,
    session_expires_at: Option<Timestamp>,
    session_ended_at: Option<Timestamp>,
    #[sqlx(flatten)]
    record: SignInRow,
}

impl From<StandingRow> for TokenStanding {
    fn from(row: StandingRow) -> Self {
        Self {
            family: TokenFamily {
                id: row.family_id,
                client_id: row.family_client_id,
                session_id: row.family_session_id,
                facts: row.family_facts.0,
                offline: row.family_offline == 1,
                line: row.family_line_hash,
                expires_at: row.family_expires_at,
            },
            revoked: row.family_revoked_at.is_some(),
            session_ends_at: row.session_ended_at.or(row.session_expires_at),
            record: row.record.into(),
        }
    }
}

#[derive(FromRow)]
struct CodeRow {
    code_facts: JsonText<CodeFacts>,
    code_client_id: ClientId,
    code_expires_at: Timestamp,
    code_consumed_at: Option<Timestamp>,
    #[sqlx(flatten)]
    standing: StandingRow,
}

#[derive(FromRow)]
struct RefreshRow {
    refresh_last_used_at: Timestamp,
    refresh_expires_at: Timestamp,
    refresh_rotated_at: Option<Timestamp>,
    refresh_answer: Option<Vec<u8>>,
    #[sqlx(flatten)]
    standing: StandingRow,
}

#[derive(FromRow)]
struct RevocableRow {
    jti_revoked: i64,
    #[sqlx(flatten)]
    standing: StandingRow,
}

/// Adds a family.
///
/// # Errors
/// When the database fails.
pub async fn insert_family(
    tx: &mut Tx,
    (brand, account): (&BrandCode, &AccountId),
    family: &TokenFamily,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT_FAMILY)
        .bind(&family.id)
        .bind(brand)
        .bind(&family.client_id)
        .bind(account)
        .bind(&family.session_id)
        .bind(JsonText(&family.facts))
        .bind(i64::from(family.offline))
        .bind(now)
        .bind(family.expires_at)
        .bind(family.facts.access_path)
        .bind(family.line)
        .execute(c)
        .await
        .map(drop))
}

/// Adds a code.
///
/// # Errors
/// When the database fails.
pub async fn insert_code(
    tx: &mut Tx,
    (brand, family): (&BrandCode, &TokenFamily),
    hash: TokenHash,
    facts: &CodeFacts,
    (now, expires): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT_CODE)
        .bind(hash)
        .bind(&family.id)
        .bind(brand)
        .bind(&family.client_id)
        .bind(JsonText(facts))
        .bind(now)
        .bind(expires)
        .execute(c)
        .await
        .map(drop))
}

/// A code with the standing of its family.
///
/// # Errors
/// When the database fails.
pub async fn find_code(db: &Database, brand: &BrandCode, hash: TokenHash) -> Result<Option<StoredCode>, Fault> {
    let row: Option<CodeRow> = on_db!(db, c => query_as(FIND_CODE).bind(hash).bind(brand).fetch_optional(c).await)?;
    Ok(row.map(|row| StoredCode {
        facts: row.code_facts.0,
        client_id: row.code_client_id,
        expires_at: row.code_expires_at,
        consumed: row.code_consumed_at.is_some(),
        standing: row.standing.into(),
    }))
}

/// Uses a code up; `false` when it was used before or has expired. Of many at once, one gets `true`.
///
/// # Errors
/// When the database fails.
pub async fn consume_code(tx: &mut Tx, hash: TokenHash, now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> = on_tx!(tx, c => query_as(CONSUME_CODE).bind(hash).bind(now).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Adds a refresh token to a family.
///
/// # Errors
/// When the database fails.
pub async fn insert_refresh(
    tx: &mut Tx,
    family: &TokenFamilyId,
    hash: TokenHash,
    (now, expires): (Timestamp, Timestamp),
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT_REFRESH).bind(hash).bind(family).bind(now).bind(expires).execute(c).await.map(drop))
}

/// A refresh token with the standing of its family.
///
/// # Errors
/// When the database fails.
pub async fn find_refresh(db: &Database, brand: &BrandCode, hash: TokenHash) -> Result<Option<RefreshToken>, Fault> {
    let row: Option<RefreshRow> =
        on_db!(db, c => query_as(FIND_REFRESH).bind(hash).bind(brand).fetch_optional(c).await)?;
    Ok(row.map(|row| RefreshToken {
        last_used_at: row.refresh_last_used_at,
        expires_at: row.refresh_expires_at,
        rotated_at: row.refresh_rotated_at,
        answer: row.refresh_answer,
        standing: row.standing.into(),
    }))
}

/// Uses a refresh token up, leaving the sealed answer for a retry; `false` when it was used before. Of many at once,
/// one gets `true`.
///
/// # Errors
/// When the database fails.
pub async fn rotate_refresh(tx: &mut Tx, hash: TokenHash, answer: &[u8], now: Timestamp) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(ROTATE_REFRESH).bind(hash).bind(now).bind(answer).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Notes the use of a refresh token that stays, and until when that keeps it alive; `false` when it was rotated
/// meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn use_refresh(tx: &mut Tx, hash: TokenHash, (now, expires): (Timestamp, Timestamp)) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(USE_REFRESH).bind(hash).bind(now).bind(expires).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// The standing of an access token's family, revoked too if the token itself was.
///
/// # Errors
/// When the database fails.
pub async fn find_standing(db: &Database, family: &TokenFamilyId, jti: &str) -> Result<Option<TokenStanding>, Fault> {
    let row: Option<RevocableRow> =
        on_db!(db, c => query_as(FIND_STANDING).bind(family).bind(jti).fetch_optional(c).await)?;
    Ok(row.map(|row| {
        let mut standing = TokenStanding::from(row.standing);
        standing.revoked |= row.jti_revoked > 0;
        standing
    }))
}

/// Whether a single access token was revoked.
///
/// # Errors
/// When the database fails.
pub async fn is_revoked(db: &Database, jti: &str) -> Result<bool, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(IS_REVOKED).bind(jti).fetch_one(c).await)?;
    Ok(count > 0)
}

/// Revokes a single access token until it would have expired.
///
/// # Errors
/// When the database fails.
pub async fn revoke_access_token(tx: &mut Tx, jti: &str, expires: Timestamp) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT_REVOKED).bind(jti).bind(expires).execute(c).await.map(drop))
}

/// Stores what an opaque access token stands for.
///
/// # Errors
/// When the database fails.
pub async fn insert_opaque(
    tx: &mut Tx,
    hash: TokenHash,
    claims: &AccessTokenClaims,
    now: Timestamp,
) -> Result<(), Fault> {
    on_tx!(tx, c => query(INSERT_OPAQUE)
        .bind(hash)
        .bind(JsonText(claims))
        .bind(now)
        .bind(claims.expires_at())
        .execute(c)
        .await
        .map(drop))
}

/// What an opaque access token stands for, unless it has expired.
///
/// # Errors
/// When the database fails.
pub async fn find_opaque(db: &Database, hash: TokenHash, now: Timestamp) -> Result<Option<AccessTokenClaims>, Fault> {
    let row: Option<(JsonText<AccessTokenClaims>,)> =
        on_db!(db, c => query_as(FIND_OPAQUE).bind(hash).bind(now).fetch_optional(c).await)?;
    Ok(row.map(|(claims,)| claims.0))
}

/// Deletes up to `batch` rows of each kind that expired before `before`; answers how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired_tokens(tx: &mut Tx, before: Timestamp, batch: i64) -> Result<u64, Fault> {
    let mut deleted = 0;
    for sql in [DELETE_CODES, DELETE_REFRESH, DELETE_FAMILIES, DELETE_OPAQUE, DELETE_REVOKED] {
        deleted +=
            on_tx!(tx, c => query(sql).bind(before).bind(batch).execute(c).await.map(|done| done.rows_affected()))?;
    }
    Ok(deleted)
}

/// How many rows of all kinds expired before `before`; counted up to 100 000.
///
/// # Errors
/// When the database fails.
pub async fn count_expired_tokens(db: &Database, before: Timestamp) -> Result<i64, Fault> {
    let (count,): (i64,) = on_db!(db, c => query_as(COUNT_EXPIRED).bind(before).fetch_one(c).await)?;
    Ok(count)
}
