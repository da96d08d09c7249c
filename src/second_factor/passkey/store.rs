//! The passkey's SQL.

use sqlx::{FromRow, query, query_as};
use webauthn_rs::prelude as webauthn;

use super::model::{MOST_PASSKEYS, NewPasskey, Passkey, PasskeyName, credential_id_text};
use super::relying_party::Verified;
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, PasskeyId};
use crate::storage::{Database, Fault, JsonText, Tx, column_as, on_db, on_tx, statements};

column_as!(PasskeyName as String, |name| name.as_str().to_owned(), |text| text.parse().map_err(Into::into));

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, brand, account_id, rp_id, credential, version, name, created_at, last_used_at FROM passkey ",
            $rest
        )
    };
}

statements! {
    TAKEN = "SELECT slot FROM passkey WHERE account_id = $1";
    INSERT = "INSERT INTO passkey (id, brand, account_id, slot, rp_id, credential_id, credential, version, name, \
              created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9) ON CONFLICT DO NOTHING RETURNING id";
    FIND = select!("WHERE credential_id = $1");
    LIST = select!("WHERE account_id = $1 ORDER BY created_at, slot");
    CHANGE = "UPDATE passkey SET credential = $3, version = version + 1, last_used_at = $4 \
              WHERE id = $1 AND version = $2 RETURNING id";
    TOUCH = "UPDATE passkey SET last_used_at = $3 WHERE id = $1 AND version = $2 RETURNING id";
    RENAME = "UPDATE passkey SET name = $3 WHERE id = $1 AND account_id = $2 RETURNING id";
    DELETE = "DELETE FROM passkey WHERE id = $1 AND account_id = $2 RETURNING name";
    DELETE_ALL = "DELETE FROM passkey WHERE account_id = $1";
}

#[derive(FromRow)]
struct Row {
    id: PasskeyId,
    brand: BrandCode,
    account_id: AccountId,
    rp_id: String,
    credential: JsonText<webauthn::Passkey>,
    version: i64,
    name: PasskeyName,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl From<Row> for Passkey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            brand: row.brand,
            account_id: row.account_id,
            rp_id: row.rp_id,
            credential: row.credential.0,
            version: row.version,
            name: row.name,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// What became of a new passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Insertion {
    /// It is stored, under this name.
    Added(PasskeyName),
    /// The account has as many as it may.
    LimitReached,
    /// Somebody has registered the same credential.
    Taken,
}

/// Stores a passkey under the lowest free number of its account, which is also its first name: `word` and the number.
///
/// # Errors
/// When the database fails.
pub async fn insert_passkey(tx: &mut Tx, new: &NewPasskey, word: &str, now: Timestamp) -> Result<Insertion, Fault> {
    let taken: Vec<(i64,)> = on_tx!(tx, c => query_as(TAKEN).bind(&new.account_id).fetch_all(c).await)?;
    let free = (1..=MOST_PASSKEYS).filter(|slot| !taken.contains(&(i64::from(*slot),)));
    let mut outcome = Insertion::LimitReached;
    for slot in free {
        let name = PasskeyName::numbered(word, slot);
        let row: Option<(String,)> = on_tx!(tx, c => query_as(INSERT)
            .bind(&new.id)
            .bind(&new.brand)
            .bind(&new.account_id)
            .bind(i64::from(slot))
            .bind(&new.rp_id)
            .bind(credential_id_text(new.credential.cred_id()))
            .bind(JsonText(&new.credential))
            .bind(&name)
            .bind(now)
            .fetch_optional(c)
            .await)?;
        if row.is_some() {
            return Ok(Insertion::Added(name));
        }
        // The credential is known, or another registration of this account took the number a moment ago.
        outcome = Insertion::Taken;
    }
    Ok(outcome)
}

/// The passkey with a credential id, whatever its brand.
///
/// # Errors
/// When the database fails.
pub async fn find_by_credential_id(db: &Database, credential_id: &str) -> Result<Option<Passkey>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(credential_id).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// The passkeys of an account, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_passkeys(db: &Database, account: &AccountId) -> Result<Vec<Passkey>, Fault> {
    let rows: Vec<Row> = on_db!(db, c => query_as(LIST).bind(account).fetch_all(c).await)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Notes a use, with the counter and flags that came with it; `false` when the passkey was removed meanwhile, or its
/// counter has moved: of two uses with one counter value, one passes.
///
/// # Errors
/// When the database fails.
pub async fn mark_used(tx: &mut Tx, passkey: &Passkey, verified: &Verified, now: Timestamp) -> Result<bool, Fault> {
    let (id, version) = (&passkey.id, passkey.version);
    let row: Option<(String,)> = match &verified.changed {
        Some(credential) => on_tx!(tx, c => query_as(CHANGE)
            .bind(id)
            .bind(version)
            .bind(JsonText(credential))
            .bind(now)
            .fetch_optional(c)
            .await)?,
        None => on_tx!(tx, c => query_as(TOUCH).bind(id).bind(version).bind(now).fetch_optional(c).await)?,
    };
    Ok(row.is_some())
}

/// Renames a passkey; `false` when it is not this account's.
///
/// # Errors
/// When the database fails.
pub async fn rename_passkey(
    tx: &mut Tx,
    (id, account): (&PasskeyId, &AccountId),
    name: &PasskeyName,
) -> Result<bool, Fault> {
    let row: Option<(String,)> =
        on_tx!(tx, c => query_as(RENAME).bind(id).bind(account).bind(name).fetch_optional(c).await)?;
    Ok(row.is_some())
}

/// Removes a passkey and answers what it was called; `None` when it is not this account's.
///
/// # Errors
/// When the database fails.
pub async fn delete_passkey(
    tx: &mut Tx,
    (id, account): (&PasskeyId, &AccountId),
) -> Result<Option<PasskeyName>, Fault> {
    let row: Option<(PasskeyName,)> = on_tx!(tx, c => query_as(DELETE).bind(id).bind(account).fetch_optional(c).await)?;
    Ok(row.map(|(name,)| name))
}

/// Removes all passkeys of an account, as every reset of its sign-in must; answers how many there were.
///
/// # Errors
/// When the database fails.
pub async fn delete_all(tx: &mut Tx, account: &AccountId) -> Result<u64, Fault> {
    on_tx!(tx, c => query(DELETE_ALL).bind(account).execute(c).await.map(|done| done.rows_affected()))
}
