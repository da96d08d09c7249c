//! The search's SQL: one text, and a leading filter in front of it so that an index of the same name serves it.

use std::collections::BTreeMap;

use sqlx::{FromRow, query_as};

use super::{Cursor, FoundEvent, Search};
use crate::clock::Timestamp;
use crate::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId, SessionId};
use crate::storage::{Database, Fault, on_db, statements};

/// The columns of a [`Row`].
macro_rules! columns {
    () => {
        "id, at, event, reason, reference, brand, contract_id, account_id, client_id, session_id, address, detail "
    };
}
pub(in crate::audit) use columns;

macro_rules! found_by {
    ($lead:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            "FROM audit_event WHERE ",
            $lead,
            "(at, id) < ($1, $2) AND at >= $3 AND (CAST($4 AS TEXT) IS NULL OR brand = $4) \
             AND (CAST($5 AS TEXT) IS NULL OR contract_id = $5) AND (CAST($6 AS TEXT) IS NULL OR account_id = $6) \
             AND (CAST($7 AS TEXT) IS NULL OR client_id = $7) AND (CAST($8 AS TEXT) IS NULL OR reason = $8) \
             AND (CAST($9 AS TEXT) IS NULL OR reference = $9) AND (CAST($10 AS TEXT) IS NULL OR address = $10) \
             AND (CAST($11 AS TEXT) IS NULL OR $11 LIKE '% ' || event || ' %') ORDER BY at DESC, id DESC LIMIT $12"
        )
    };
}

statements! {
    BY_REFERENCE = found_by!("reference = $9 AND ");
    BY_ACCOUNT = found_by!("account_id = $6 AND ");
    BY_CONTRACT = found_by!("contract_id = $5 AND ");
    BY_ADDRESS = found_by!("address = $10 AND ");
    BY_CLIENT = found_by!("client_id = $7 AND ");
    BY_EVENT = found_by!("event = TRIM($11) AND ");
    BY_TIME = found_by!("");
    FIND = concat!("SELECT ", columns!(), "FROM audit_event WHERE id = $1");
}

/// A row as it stands in the table. Nothing of it is parsed: a row that somebody tampered with must still be shown.
#[derive(FromRow)]
pub(in crate::audit) struct Row {
    id: AuditEventId,
    at: Timestamp,
    event: String,
    reason: Option<String>,
    reference: String,
    brand: Option<BrandCode>,
    contract_id: Option<ContractId>,
    account_id: Option<AccountId>,
    client_id: Option<ClientId>,
    session_id: Option<SessionId>,
    address: Option<String>,
    detail: String,
}

impl From<Row> for FoundEvent {
    fn from(row: Row) -> Self {
        let detail = serde_json::from_str(&row.detail);
        Self {
            id: row.id,
            at: row.at,
            event: row.event,
            reason: row.reason,
            reference: row.reference,
            brand: row.brand,
            contract: row.contract_id,
            account: row.account_id,
            client: row.client_id,
            session: row.session_id,
            address: row.address,
            detail: detail.unwrap_or_else(|_| BTreeMap::from([("unreadable".to_owned(), row.detail)])),
        }
    }
}

/// The most selective of the filters that are given; events alone lead only when it is one.
const fn leading(search: &Search) -> &'static str {
    match search {
        Search { reference: Some(_), .. } => BY_REFERENCE,
        Search { account: Some(_), .. } => BY_ACCOUNT,
        Search { contract: Some(_), .. } => BY_CONTRACT,
        Search { address: Some(_), .. } => BY_ADDRESS,
        Search { client: Some(_), .. } => BY_CLIENT,
        Search { events, .. } if events.len() == 1 => BY_EVENT,
        Search { .. } => BY_TIME,
    }
}

/// Up to `limit` events that fit, newest first.
pub(super) async fn find(db: &Database, search: &Search, limit: usize) -> Result<Vec<FoundEvent>, Fault> {
    let end = Cursor { at: search.to.unwrap_or(Timestamp::from_millis(i64::MAX)), id: AuditEventId::new("") };
    let before = search.after.as_ref().map_or(&end, |after| after.min(&end));
    let words: Vec<_> = search.events.iter().map(|event| event.as_str()).collect();
    let events = (!words.is_empty()).then(|| format!(" {} ", words.join(" ")));
    let reference = search.reference.as_deref().map(|text| text.trim().to_uppercase());
    let rows: Vec<Row> = on_db!(db, c => query_as(leading(search))
        .bind(before.at)
        .bind(&before.id)
        .bind(search.from.unwrap_or(Timestamp::from_millis(i64::MIN)))
        .bind(search.brand.as_ref())
        .bind(search.contract.as_ref())
        .bind(search.account.as_ref())
        .bind(search.client.as_ref())
        .bind(search.reason.as_deref())
        .bind(reference.as_deref())
        .bind(search.address.as_deref())
        .bind(events.as_deref())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(c)
        .await)?;
    Ok(rows.into_iter().map(FoundEvent::from).collect())
}

/// One event.
///
/// # Errors
/// When the database fails.
pub async fn find_event(db: &Database, id: &AuditEventId) -> Result<Option<FoundEvent>, Fault> {
    let row: Option<Row> = on_db!(db, c => query_as(FIND).bind(id).fetch_optional(c).await)?;
    Ok(row.map(FoundEvent::from))
}
